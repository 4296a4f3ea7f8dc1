"""A seller's public page: its parts, how it grows, and its former addresses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from accounts import api as accounts
from accounts.models import FormerHandle, User
from accounts.services.profiles import save_profile
from gigs.models import Gig, StorefrontReport
from gigs.search import entries
from gigs.selectors import home
from gigs.services.absence import go_away, resting
from marketplace.kernel import clock
from marketplace.kernel.errors import InvalidInput
from tests.gigs.conftest import DAYTIME, MakeGig


def page_of(user: User) -> str:
    return reverse("accounts:profile", args=[user.handle])


def queries_of(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def move(user: User, handle: str, at: datetime) -> None:
    save_profile(user_id=user.pk, name=user.display_name, handle=handle, city="", at=at)


def test_a_page_costs_the_same_with_one_gig_and_with_many(make_gig: MakeGig, seller: User, client: Client) -> None:
    make_gig()
    one = queries_of(client, page_of(seller))
    for _number in range(home.GIGS_OF_SELLER + 1):
        make_gig()
    assert queries_of(client, page_of(seller)) == one


def test_further_gigs_are_on_further_pages_each_once(make_gig: MakeGig, seller: User, client: Client) -> None:
    made = {make_gig().pk for _number in range(home.GIGS_OF_SELLER + 2)}
    first, after = home.gigs_of_seller(seller.pk, clock.now())
    second, end = home.gigs_of_seller(seller.pk, clock.now(), after)
    assert (len(first), len(second), end) == (home.GIGS_OF_SELLER, 2, "")
    assert {card.id for card in [*first, *second]} == made
    body = client.get(page_of(seller), {"gigs": after}).content.decode()
    assert 'content="noindex, follow"' in body
    assert client.get(page_of(seller), {"gigs": "nonsense"}).status_code == 200


def test_empty_states_are_for_their_seller_alone(seller: User, as_seller: Client) -> None:
    assert "No gig is live yet" in as_seller.get(page_of(seller)).content.decode()
    assert "No gig is live yet" not in Client().get(page_of(seller)).content.decode()


def test_it_says_when_they_work_and_that_they_are_away(gig: Gig, seller: User, client: Client) -> None:
    accounts.save_time(user_id=seller.pk, time_zone="UTC", spans=[*DAYTIME.spans[:5], (6, 600, 720)])
    body = client.get(page_of(seller)).content.decode()
    assert "Takes orders" in body
    assert "Mon–Fri 09:00–18:00" in body
    assert "Sun 10:00–12:00" in body
    until = clock.now() + timedelta(days=3)
    go_away(seller_id=seller.pk, until=until, at=clock.now())
    assert "Away, back on" in client.get(page_of(seller)).content.decode()


def test_a_former_address_leads_on_for_good(seller: User, client: Client, at: datetime) -> None:
    old = page_of(seller)
    move(seller, "tom-writes", at)
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (301, "/@tom-writes/")
    assert answer["Cache-Control"] == "no-cache"  # the handle may be taken back
    assert client.get("/@tom-writes/").status_code == 200


BELOW = ["report/", "portfolio/", "portfolio/7/", "share/", "share/qr.svg", "reviews/"]


@pytest.mark.parametrize("below", BELOW)
def test_every_address_below_a_former_handle_leads_on(below: str, seller: User, as_buyer: Client, at: datetime) -> None:
    old = f"{page_of(seller)}{below}"
    move(seller, "tom-writes", at)
    answer = as_buyer.get(old, {"before": "a b"})
    assert (answer.status_code, answer["Location"]) == (301, f"/@tom-writes/{below}?before=a+b")
    assert answer["Cache-Control"] == "no-cache"
    move(User.objects.get(pk=seller.pk), "tom-reads", at)
    assert as_buyer.get(old)["Location"] == f"/@tom-reads/{below}"


def test_no_address_below_a_handle_was_forgotten() -> None:
    routes = {str(pattern.pattern) for pattern in _addresses(get_resolver().url_patterns)}
    below = {route.partition("/")[2] for route in routes if route.startswith("@")}
    known = {"", "portfolio/<int:pk>/", "share/qr.<slug:ending>", *BELOW}
    assert below == known - {"portfolio/7/", "share/qr.svg"}


def _addresses(patterns: list[Any]) -> Iterator[URLPattern]:
    for pattern in patterns:
        yield from [pattern] if isinstance(pattern, URLPattern) else _addresses(pattern.url_patterns)


def test_a_report_that_was_begun_before_arrives(seller: User, as_buyer: Client, at: datetime) -> None:
    old = reverse("gigs:report_seller", args=[seller.handle])
    move(seller, "tom-writes", at)
    answer = as_buyer.post(old, {"reason": "spam"})
    assert (answer.status_code, answer["Location"]) == (308, "/@tom-writes/report/")
    assert not StorefrontReport.objects.exists()


def test_a_page_that_is_not_there_stays_so(seller: User, client: Client, at: datetime) -> None:
    move(seller, "tom-writes", at)
    assert client.get("/@tom-writes/portfolio/7/").status_code == 404
    assert client.get("/@nobody-at-all/portfolio/").status_code == 404
    accounts.suspend(user_id=seller.pk, by_id=None, reason="They send spam.", at=at)
    assert client.get(f"{page_of(seller)}portfolio/").status_code == 404


def test_nobody_else_takes_a_former_handle(seller: User, buyer: User, at: datetime) -> None:
    old = seller.handle
    move(seller, "tom-writes", at)
    with pytest.raises(InvalidInput) as refused:
        move(buyer, old, at)
    assert "handle" in refused.value.fields
    assert User.objects.get(pk=buyer.pk).handle == buyer.handle
    move(User.objects.get(pk=seller.pk), old, at)
    assert list(FormerHandle.objects.values_list("handle", flat=True)) == ["tom-writes"]


def test_three_former_handles_are_kept(seller: User, at: datetime) -> None:
    for number in range(5):
        move(User.objects.get(pk=seller.pk), f"tom-{number}", at + timedelta(days=number))
    assert set(FormerHandle.objects.values_list("handle", flat=True)) == {"tom-1", "tom-2", "tom-3"}


def test_a_suspended_seller_has_no_page_nor_share_sheet(seller: User, client: Client, at: datetime) -> None:
    accounts.suspend(user_id=seller.pk, by_id=None, reason="They send spam.", at=at)
    assert client.get(page_of(seller)).status_code == 404
    assert client.get(reverse("gigs:share_seller", args=[seller.handle])).status_code == 404


def test_entries_are_what_is_listed(gig: Gig, seller: User) -> None:
    entries.refresh([gig.pk], clock.now())
    assert [card.id for card in home.gigs_of_seller(seller.pk, clock.now())[0]] == [gig.pk]


def test_they_are_away_where_everything_that_is_offered_rests(
    make_gig: MakeGig, seller: User, client: Client, at: datetime
) -> None:
    sooner, later = clock.now() + timedelta(days=3), clock.now() + timedelta(days=30)
    one, other = make_gig(), make_gig(title="Another gig of theirs")
    Gig.objects.filter(pk=make_gig(published=False).pk).update(away_until=later)
    Gig.objects.filter(pk=one.pk).update(away_until=sooner)
    assert "Takes orders" in client.get(page_of(seller)).content.decode()
    Gig.objects.filter(pk=other.pk).update(away_until=later)
    assert resting(seller.pk, clock.now()) == (True, sooner)
    assert "Away, back on" in client.get(page_of(seller)).content.decode()
    Gig.objects.filter(pk=other.pk).update(state="paused")
    Gig.objects.filter(pk=one.pk).update(state="archived")
    assert resting(seller.pk, clock.now()) == (False, None)
    body = client.get(page_of(seller)).content.decode()
    assert "Takes orders" not in body
    assert "Away, back on" not in body
