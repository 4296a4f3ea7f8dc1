from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from django.test import Client

from accounts.models import User
from gigs.models import Gig, GigCopy
from gigs.selectors.owned import content_of
from gigs.services.duplicating import duplicate_gig
from marketplace.kernel.errors import InvalidInput, NotFound
from tests.gigs.conftest import CONTENT, MakeGig
from tests.support.racing import meet


def copy(gig: Gig, at: datetime, key: str = "k1") -> Gig:
    return Gig.objects.get(pk=duplicate_gig(gig_id=gig.pk, seller_id=gig.seller_id, form_key=key, at=at))


def test_a_copy_is_a_draft_with_the_same_content_and_nothing_of_the_past(gig: Gig, at: datetime) -> None:
    Gig.objects.filter(pk=gig.pk).update(
        stars=[0, 0, 0, 0, 3], review_count=3, rating_hundredths=500, completed_orders=7, active_orders=1
    )
    made = copy(gig, at)
    assert content_of(made) == replace(content_of(gig), title=f"Copy of {CONTENT.title}")
    assert (made.state, made.version, made.cover, made.published_at) == ("draft", 1, gig.cover, None)
    assert (made.review_count, made.rating_hundredths, made.completed_orders, made.active_orders) == (0, 0, 0, 0)
    assert made.stars == [0, 0, 0, 0, 0]


def test_a_long_title_stays_within_its_limit(make_gig: MakeGig, at: datetime) -> None:
    made = copy(make_gig(title="x" * 80), at)
    assert made.title == "Copy of " + "x" * 72


def test_the_copy_of_a_private_gig_has_a_link_of_its_own(make_gig: MakeGig, at: datetime) -> None:
    gig = make_gig(is_private=True)
    made = copy(gig, at)
    assert made.is_private
    assert made.share_key not in ("", gig.share_key)


def test_the_same_form_makes_one_copy(gig: Gig, at: datetime) -> None:
    assert copy(gig, at).pk == copy(gig, at).pk
    assert copy(gig, at, "k2").pk != copy(gig, at).pk
    assert Gig.objects.count() == 3


@pytest.mark.parametrize("key", ["", "x" * 65, "\x00"])
def test_a_form_without_a_key_makes_none(gig: Gig, at: datetime, key: str) -> None:
    with pytest.raises(InvalidInput):
        copy(gig, at, key)
    assert Gig.objects.count() == 1


def test_nobody_copies_the_gig_of_another(gig: Gig, stranger: User, at: datetime) -> None:
    with pytest.raises(NotFound):
        duplicate_gig(gig_id=gig.pk, seller_id=stranger.pk, form_key="k1", at=at)
    assert Gig.objects.count() == 1


def test_a_gig_of_the_archive_can_be_copied(as_seller: Client, gig: Gig) -> None:
    as_seller.post(f"/sell/gigs/{gig.pk}/archive/")
    as_seller.post(f"/sell/gigs/{gig.pk}/duplicate/", {"form_key": "k1"})
    assert Gig.objects.latest("pk").state == "draft"


def test_the_buttons_of_both_pages_carry_a_key(as_seller: Client, gig: Gig) -> None:
    for page in ("/sell/gigs/", f"/sell/gigs/{gig.pk}/"):
        html = as_seller.get(page).content.decode()
        key = html.split(f"/sell/gigs/{gig.pk}/duplicate/")[1].split('name="form_key" value="')[1].split('"')[0]
        answers = [as_seller.post(f"/sell/gigs/{gig.pk}/duplicate/", {"form_key": key}) for _click in range(2)]
        assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Gig.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_five_clicks_at_once_make_one_copy(gig: Gig, at: datetime) -> None:
    results = meet(*[lambda: copy(gig, at).pk] * 5)
    assert len(set(results)) == 1
    assert (Gig.objects.count(), GigCopy.objects.count()) == (2, 1)
