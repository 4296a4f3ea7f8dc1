"""A gig's page for buyers is kept as HTML: the same page in fewer queries, and never an old price, text or time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from gigs import api
from gigs.contracts import PackageContent
from gigs.models import Gig
from gigs.selectors.page import visible_gig
from gigs.web import page_html
from gigs.web.page_html import kept_page
from marketplace.kernel import clock
from tests.gigs.conftest import CONTENT, DAYTIME, NOON, MakeGig


def _page(client: Client, gig: Gig) -> str:
    answer = client.get(gig.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_second_reader_asks_for_the_gig_alone(
    client: Client, gig: Gig, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = _page(client, gig)
    with django_assert_num_queries(1):
        second = _page(client, gig)
    for text in (CONTENT.title, "Ten", "Fifty", "all in, nothing added later", "Report this gig", "Save this gig"):
        assert (text in first, text in second) == (True, True)
    assert "\x02" not in second


def test_a_change_is_shown_at_once(client: Client, gig: Gig, at: object) -> None:
    assert "€15.50" in _page(client, gig)
    packages = (replace(CONTENT.packages[0], price_minor=2_000), *CONTENT.packages[1:])
    content = replace(CONTENT, packages=packages, title="Write 60 product descriptions for your shop")
    api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=content, at=clock.now())
    gig.refresh_from_db()
    page = _page(client, gig)
    assert ("€20.60" in page, "€15.50" in page, content.title in page) == (True, False, True)


def test_times_are_the_readers_and_of_this_moment(make_gig: MakeGig) -> None:
    gig = make_gig(packages=(PackageContent("One", 1_000, 60, 0),), extras=(), hours=DAYTIME)
    found = visible_gig(gig.pk, None)
    said = {}
    for zone in ("UTC", "Asia/Tokyo"):
        for hours in (0, 1):
            with timezone.override(zone):
                said[zone, hours] = str(kept_page(found, NOON + timedelta(hours=hours)).body)
    assert "Ready today 13:00" in said["UTC", 0]
    assert "Ready today 14:00" in said["UTC", 1]
    assert "Ready today 22:00" in said["Asia/Tokyo", 0]


def test_a_language_has_its_own_page(gig: Gig) -> None:
    found = visible_gig(gig.pk, None)
    english = page_html._key(found)
    with translation.override("de"):
        assert page_html._key(found) != english
    assert page_html._key(found) == english


def test_a_row_that_came_past_the_editor_is_shown_at_once(client: Client, gig: Gig) -> None:
    _page(client, gig)
    Gig.objects.filter(pk=gig.pk).update(description="<p>Written by a program.</p>")
    gig.extras.update(title="Sent by a program")
    page = _page(client, gig)
    assert ("Written by a program." in page, "Sent by a program" in page) == (True, True)


@pytest.mark.parametrize("change", [{"queue_limit": 1, "active_orders": 1}, {"state": "paused"}])
def test_who_cannot_order_sees_why(client: Client, gig: Gig, change: dict[str, object]) -> None:
    assert "Continue with" in _page(client, gig)
    Gig.objects.filter(pk=gig.pk).update(**change)
    assert "Continue with" not in _page(client, gig)


def test_its_seller_sees_their_own_side(client: Client, as_seller: Client, gig: Gig) -> None:
    assert "This is your gig" not in _page(Client(), gig)
    assert "This is your gig" in _page(as_seller, gig)
    assert "This is your gig" not in _page(Client(), gig)
