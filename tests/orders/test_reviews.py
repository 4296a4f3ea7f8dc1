"""Reviews: blind until both are in or the window ends, then public, counted and told."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.kernel import events
from marketplace.kernel.errors import DomainError
from orders import api
from orders.contracts import Reputation, ReviewPublished
from orders.models import Order, Review
from orders.services import reputation
from tests.orders.scenes import DAY, HOUR, Desk, get

FIVE = api.Verdict(5, 5, 4, 5, "Fast and exact.")
FOUR = api.Verdict(4, 4, 4, 4, "Clear brief.")


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[ReviewPublished]:
    heard: list[ReviewPublished] = []
    monkeypatch.setitem(events._subscribers, ReviewPublished, [heard.append])
    return heard


def write(desk: Desk, order: Order, by: Any, verdict: api.Verdict, hours: int = 3) -> None:
    api.review(order_id=order.pk, actor_id=by.pk, verdict=verdict, at=desk.at + hours * HOUR)


def test_one_review_stays_closed(desk: Desk, published: list[ReviewPublished]) -> None:
    order = desk.completed()
    write(desk, order, desk.buyer, FIVE)
    assert (api.reviews_of(desk.seller.pk), published) == ([], [])
    assert api.reputation([desk.seller.pk])[desk.seller.pk].review_count == 0


def test_both_together_open_both(desk: Desk, published: list[ReviewPublished]) -> None:
    order = desk.completed()
    write(desk, order, desk.buyer, FIVE)
    write(desk, order, desk.seller, FOUR, 4)
    (view,) = api.reviews_for("toy", "7")
    assert view.answers == "Quality of the work 5 · Working together 4 · As described 5"
    assert (view.stars, view.text, view.author_id, view.title) == (5, "Fast and exact.", desk.buyer.pk, order.title)
    assert [(fact.stars, fact.source_ref, fact.seller_id) for fact in published] == [(5, "7", desk.seller.pk)]
    assert api.reputation([desk.seller.pk])[desk.seller.pk] == Reputation(desk.seller.pk, 1, 1, 1, 1, 5)
    assert api.stars_distribution("toy", "7") == {5: 1, 4: 0, 3: 0, 2: 0, 1: 0}


def test_the_window_opens_a_single_one(desk: Desk, published: list[ReviewPublished]) -> None:
    order = desk.completed()
    write(desk, order, desk.buyer, FIVE)
    api.run_due(desk.at + 2 * HOUR + 14 * DAY)
    assert [view.stars for view in api.reviews_of(desk.seller.pk)] == [5]
    with pytest.raises(DomainError, match="stay as they are"):
        write(desk, order, desk.seller, FOUR, 24 * 15)


def test_it_can_be_changed_until_it_is_public(desk: Desk) -> None:
    order = desk.completed()
    write(desk, order, desk.buyer, FIVE)
    write(desk, order, desk.buyer, api.Verdict(3, 3, 3, 3, "On second thought."), 4)
    assert list(Review.objects.values_list("stars", "text")) == [(3, "On second thought.")]
    write(desk, order, desk.seller, FOUR, 5)
    with pytest.raises(DomainError):
        write(desk, order, desk.buyer, FIVE, 6)


def test_the_time_for_reviews_ends(desk: Desk) -> None:
    order = desk.completed()
    with pytest.raises(DomainError, match="time for reviews is over"):
        write(desk, order, desk.buyer, FIVE, 24 * 15)


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_one_to_five(desk: Desk, stars: int) -> None:
    order = desk.completed()
    with pytest.raises(DomainError) as refused:
        write(desk, order, desk.buyer, api.Verdict(stars, 5, 5, 5))
    assert (list(refused.value.fields), Review.objects.count()) == (["stars"], 0)


def test_a_neutral_end_has_nothing_to_review(desk: Desk) -> None:
    order = desk.in_progress()
    api.undo(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at)
    with pytest.raises(DomainError, match="nothing to review"):
        write(desk, get(order.pk), desk.buyer, FIVE)


def test_a_broken_promise_can_be_reviewed_and_counts(desk: Desk) -> None:
    order = desk.in_progress()
    api.run_due(desk.at + 30 * HOUR)
    api.cancel_late(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 31 * HOUR)
    write(desk, order, desk.buyer, api.Verdict(1, 1, 1, 1, "Nothing came."), 32)
    reputation.fold(desk.at + 32 * HOUR)
    assert api.reputation([desk.seller.pk])[desk.seller.pk].on_time_percent == 0


def test_a_record_without_history_is_silent() -> None:
    nobody = Reputation(1)
    assert (nobody.rating, nobody.on_time_percent) == ("", None)
    assert Reputation(1, review_count=3, stars_total=14).rating == "4.3"


def test_a_late_delivery_is_not_on_time(desk: Desk) -> None:
    order = desk.in_progress()
    api.run_due(desk.at + 23 * HOUR)
    desk.deliver(order, desk.at + 24 * HOUR)
    desk.deliver(desk.in_progress(), desk.at + HOUR)
    record = api.reputation([desk.seller.pk])[desk.seller.pk]
    assert (record.promised, record.on_time) == (2, 1)


def test_a_claim_pauses_the_count_and_the_window(desk: Desk) -> None:
    order = desk.completed()
    desk.dispute(order, desk.at + DAY)
    assert api.reputation([desk.seller.pk])[desk.seller.pk].completed == 0
    with pytest.raises(DomainError):
        write(desk, order, desk.buyer, FIVE, 26)
    api.withdraw(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 5 * DAY)
    assert api.reputation([desk.seller.pk])[desk.seller.pk].completed == 1
    assert get(order.pk).review_until == desk.at + 2 * HOUR + 14 * DAY + 4 * DAY


def test_a_review_in_the_moment_of_the_reveal_comes_too_late(desk: Desk) -> None:
    """It would never be shown: the timer that reveals has gone. The demo's next event hits this moment exactly."""
    order = desk.completed()
    until = get(order.pk).review_until
    assert until
    api.run_due(until, order.pk)
    with pytest.raises(DomainError, match="over"):
        api.review(order_id=order.pk, actor_id=desk.buyer.pk, verdict=FIVE, at=desk.at + 3 * HOUR)


def test_on_time_is_what_the_clock_says_even_before_the_sweep(desk: Desk) -> None:
    order = desk.in_progress()
    desk.deliver(order, desk.at + 24 * HOUR)  # two hours late, and nobody swept
    assert api.reputation([desk.seller.pk])[desk.seller.pk].on_time == 0
