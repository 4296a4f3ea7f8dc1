"""Where a gig stands, for its seller: what changed since last week, and what would move it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from gigs import ranking
from gigs.models import Category, Gig, SearchEntry
from gigs.search import entries
from gigs.selectors.place import Place, place_of
from tests.gigs.conftest import MakeGig

pytestmark = pytest.mark.django_db

WEEK, DAY = timedelta(weeks=1), timedelta(days=1)


def _place(gig: Gig, at: datetime) -> Place:
    found = place_of(Gig.objects.select_related("category").get(pk=gig.pk), at)
    assert found
    return found


def _starred(gig: Gig, *stars: int) -> None:
    Gig.objects.filter(pk=gig.pk).update(stars=[stars.count(number) for number in range(1, 6)], review_count=len(stars))


@pytest.fixture
def gig(make_gig: MakeGig, at: datetime) -> Gig:
    made = make_gig()
    entries.refresh([made.pk], at)
    return made


def test_on_the_first_day_there_is_nothing_to_compare_with(gig: Gig, at: datetime) -> None:
    place = _place(gig, at)
    assert place.since is None
    assert {row.then for row in place.rows} == {None}
    assert [row.change for row in place.rows] == [0.0] * len(place.rows)


def test_what_changed_since_the_beginning_of_last_week(gig: Gig, at: datetime) -> None:
    monday = at - DAY * at.weekday()
    entries.refresh([gig.pk], monday)
    _starred(gig, 5, 5, 5, 5, 5)
    for later in (DAY, 2 * DAY, WEEK + DAY, WEEK + 2 * DAY):
        entries.refresh([gig.pk], monday + later)
    now = monday + WEEK + 3 * DAY
    entry = SearchEntry.objects.get(pk=gig.pk)
    assert (entry.before_day, entry.week_day) == (at.date(), (monday + WEEK + DAY).date())
    place = _place(gig, now)
    rows = {row.name: row for row in place.rows}
    assert place.since == at.date()
    assert rows["Rating, 40 %"].change == pytest.approx(
        0.18
    )  # (25 + 4.3 × 5) / 10 stars instead of 4.3, of two above three
    assert rows["Completed, 15 %"].change == 0
    assert rows["Freshness, 15 %"].change < 0
    assert place.score_then is not None
    assert place.score > place.score_then
    assert place.score == round(100 * ranking.Factors(standing=_standing(gig, now)).score / 1_500_000)


def _standing(gig: Gig, at: datetime) -> float:
    entries.refresh([gig.pk], at)
    return SearchEntry.objects.get(pk=gig.pk).standing / 1000


def test_after_two_weeks_the_week_before_is_compared_with(gig: Gig, at: datetime) -> None:
    for weeks in range(4):
        entries.refresh([gig.pk], at + WEEK * weeks)
    assert _place(gig, at + WEEK * 3 + DAY).since == (at + WEEK * 2).date()


def test_what_was_kept_is_what_put_it_there(gig: Gig, at: datetime) -> None:
    Category.objects.filter(pk=gig.category_id).update(usual_low_minor=1, usual_high_minor=1_000)
    _starred(gig, 5, 4, 2)
    later = at + WEEK
    entries.refresh([gig.pk], later)
    entry = SearchEntry.objects.get(pk=gig.pk)
    factors = ranking.Factors(standing=entry.standing / 1000, price_fit=entry.price_fit / 100)
    assert entry.price_fit < 100
    entries.refresh([gig.pk], later + WEEK)
    place = _place(gig, later + WEEK + DAY)
    assert place.since == later.date()
    assert place.score_then == round(100 * factors.score / 1_500_000)
    assert [row.then for row in place.rows if not row.is_part] == pytest.approx(
        [0.5 + entry.standing / 1000, entry.price_fit / 100, 1], abs=0.005
    )


def test_what_would_move_it_is_the_formula(gig: Gig, at: datetime) -> None:
    _starred(gig, 5, 4)
    entries.refresh([gig.pk], at)
    before = SearchEntry.objects.get(pk=gig.pk)
    moves = {move.text: move.percent for move in _place(gig, at).moves}
    _starred(gig, 5, 4, 5)
    after = 500 + round(1000 * _standing(gig, at))
    assert moves["One more review with five stars"] == round(100 * (after / (500 + before.standing) - 1), 1)
    assert moves["One more review with two stars"] < 0
    assert moves["One more order, delivered in time and accepted"] > 0
    assert moves["One more order, delivered late"] < moves["One more order, delivered in time and accepted"]
    assert list(moves.values()) == sorted(moves.values(), reverse=True)
    assert "Taking orders again" not in moves


def test_a_price_that_is_usual_and_taking_orders_again_would_move_it(gig: Gig, at: datetime) -> None:
    Category.objects.filter(pk=gig.category_id).update(usual_low_minor=1, usual_high_minor=2)
    Gig.objects.filter(pk=gig.pk).update(away_until=at + WEEK)
    entries.refresh([gig.pk], at)
    moves = {move.text: move.percent for move in _place(gig, at).moves}
    assert moves["Taking orders again"] == 100
    assert any(text.startswith("A price of") and percent > 10 for text, percent in moves.items())


def test_the_page(gig: Gig, as_seller: Client, as_buyer: Client, django_assert_num_queries: Any) -> None:
    address = f"/sell/gigs/{gig.pk}/place/"
    as_seller.get(address)
    with django_assert_num_queries(7):
        page = as_seller.get(address).content.decode()
    assert "Where it stands" in page
    assert "One more review with five stars" in page
    assert as_buyer.get(address).status_code == 404
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize(
    ("change", "said"),
    [({"state": "paused"}, "Not in the results"), ({"is_private": True, "share_key": "k" * 22}, "Only by its link")],
)
def test_a_gig_that_nobody_finds(gig: Gig, as_seller: Client, at: datetime, change: dict[str, Any], said: str) -> None:
    Gig.objects.filter(pk=gig.pk).update(**change)
    entries.refresh([gig.pk], at)
    assert said in as_seller.get(f"/sell/gigs/{gig.pk}/place/").content.decode()


def test_somebody_elses_gig_is_not_told_of(gig: Gig, buyer: User, as_buyer: Client) -> None:
    assert gig.seller_id != buyer.pk
    assert as_buyer.get(f"/sell/gigs/{gig.pk}/place/").status_code == 404
