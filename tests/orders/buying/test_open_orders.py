"""What waits for a buyer and what runs, due first; and which reviews either side may still write."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from marketplace.kernel import clock
from orders import api
from orders.buying import due_reviews, selectors, web
from orders.models import CaseQuestion, Kind
from orders.selectors import asked_of
from orders.states import Actor
from tests.orders.conftest import signed_in
from tests.orders.scenes import BACK, DAY, HOUR, TAKEN, Desk, bank, get
from tests.orders.scenes_further import in_queue
from tests.orders.scenes_proposals import paused, propose

pytestmark = pytest.mark.django_db
FIVE = api.Verdict(5, 5, 5, 5, "Fast and exact.")
PAGE = "/reviews/to-write/"


@pytest.fixture
def at() -> datetime:
    return clock.now() - 8 * HOUR


def test_what_waits_and_what_runs(desk: Desk) -> None:
    waiting = {desk.waiting().code, desk.pending().code, desk.delivered().code, desk.awaiting_funding().code}
    waiting.add(paused(desk).code)
    running = {desk.in_progress().code, desk.requested().code, desk.heard().code}
    desk.completed()
    desk.cancelled()
    found = selectors.open_orders(desk.buyer.pk, clock.now(), 8)
    assert {order.code for order in found.waiting} == waiting
    assert {order.code for order in found.running} == running
    assert (found.waiting_count, found.running_count) == (5, 3)


def test_a_proposal_of_the_seller_waits_for_the_buyer(desk: Desk) -> None:
    order = desk.in_progress()
    before = selectors.open_orders(desk.buyer.pk, clock.now(), 8)
    propose(desk, order, Kind.EXTENSION, desk.seller, desk.at + HOUR)
    found = selectors.open_orders(desk.buyer.pk, clock.now(), 8)
    assert ([one.pk for one in before.waiting], [one.pk for one in found.waiting]) == ([], [order.pk])


def test_a_moderators_question_waits_for_who_is_asked(desk: Desk) -> None:
    order, at = in_queue(desk), clock.now()
    ask: dict[str, Any] = {
        "order_id": order.pk,
        "moderator_id": desk.moderator.pk,
        "text": "Which rows are too short?",
        "at": at,
    }
    api.ask_question(role=Actor.SELLER, **ask)
    assert waiting_and_asked(desk, at) == ([], set())
    api.answer_question(order_id=order.pk, actor_id=desk.seller.pk, text="None that I know of.", at=at)
    api.ask_question(role=Actor.BUYER, **ask)
    assert waiting_and_asked(desk, at) == ([order.pk], {order.pk})
    until = CaseQuestion.objects.get(role=Actor.BUYER).due_at
    assert waiting_and_asked(desk, until) == ([], set())
    api.answer_question(order_id=order.pk, actor_id=desk.buyer.pk, text="Rows 31 to 42 of them.", at=at)
    assert waiting_and_asked(desk, at) == ([], set())


def waiting_and_asked(desk: Desk, at: datetime) -> tuple[list[uuid.UUID], set[uuid.UUID]]:
    found = selectors.open_orders(desk.buyer.pk, at, 8)
    return [order.pk for order in found.waiting], asked_of(Actor.BUYER, [*found.waiting, *found.running], at)


def test_nobody_is_asked_while_an_order_rests(desk: Desk) -> None:
    desk.delivered()
    desk.suspend(desk.seller, desk.at + 2 * HOUR)
    found = selectors.open_orders(desk.buyer.pk, clock.now(), 8)
    assert (found.waiting_count, found.running_count) == (0, 1)


def test_another_person_has_none_of_it(desk: Desk, stranger: User) -> None:
    desk.delivered()
    for person in (stranger, desk.seller):
        found = selectors.open_orders(person.pk, clock.now(), 8)
        assert (found.waiting, found.running, found.waiting_count) == ([], [], 0)


def due(person: User, at: datetime | None = None) -> list[str]:
    return [order.code for order in selectors.reviews_due(person.pk, at or clock.now(), limit=50)]


def test_both_sides_may_write_until_the_time_is_over(desk: Desk) -> None:
    order = desk.completed()
    desk.in_progress()
    assert order.review_until
    assert (due(desk.buyer), due(desk.seller), due(desk.moderator)) == ([order.code], [order.code], [])
    assert due(desk.buyer, order.review_until) == []


def test_what_is_written_is_not_asked_for_any_more(desk: Desk) -> None:
    order = desk.completed()
    api.review(order_id=order.pk, actor_id=desk.buyer.pk, verdict=FIVE, at=desk.at + 3 * HOUR)
    assert (due(desk.buyer), due(desk.seller)) == ([], [order.code])
    assert selectors.reviews_due_count(desk.seller.pk, clock.now()) == 1


def test_nothing_is_asked_for_while_a_bank_decides(desk: Desk) -> None:
    order = bank(desk.completed(), "needs_response", TAKEN, after=HOUR)
    assert (due(desk.buyer), due(desk.seller)) == ([], [])
    bank(order, "won", TAKEN, BACK, after=HOUR)
    assert (due(desk.buyer), due(desk.seller)) == ([order.code], [order.code])


def test_every_row_leads_to_a_form_that_is_open(desk: Desk) -> None:
    """The list and the guard of the act say the same."""
    desk.completed()
    desk.cancelled()
    rows = due_reviews.next_to_review(desk.buyer.pk, clock.now(), 10)
    assert len(rows) == 2
    assert [signed_in(desk.buyer).get(row.write_url).status_code for row in rows] == [200, 200]


def test_a_neutral_end_is_not_in_the_list(desk: Desk) -> None:
    order = desk.waiting()
    api.cancel(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + HOUR)
    assert get(order.pk).closed_at is not None
    assert due(desk.buyer) == []


def test_the_page_goes_on_by_key_in_a_fixed_number_of_queries(
    desk: Desk, as_buyer: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    codes = [desk.completed().code for _ in range(5)]
    monkeypatch.setattr(web, "PAGE", 2)
    seen, url, pages = [], PAGE, 0
    while url:
        with django_assert_num_queries(5):
            answer = as_buyer.get(url)
        seen += [row.code for row in answer.context["rows"]]
        url, pages = answer.context["next_url"], pages + 1
    assert (sorted(seen), pages) == (sorted(codes), 3)


def test_an_empty_page_says_what_it_is_for(as_stranger: Client) -> None:
    for url in (PAGE, f"{PAGE}?after=x,y", f"{PAGE}?after=2026-01-01T00:00:00%2B00:00,1"):
        assert "All said" in as_stranger.get(url).content.decode()
    assert Client().get(PAGE).status_code == 302


def test_the_board_takes_as_many_queries_for_one_as_for_many(
    desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk.delivered()
    with django_assert_num_queries(6):
        api.buyer_board(desk.buyer.pk, clock.now())
    for _ in range(10):
        desk.delivered()
        desk.in_progress()
    with django_assert_num_queries(6):
        board = api.buyer_board(desk.buyer.pk, clock.now())
    assert (len(board.waiting), board.waiting_count) == (8, 11)
    assert (len(board.running), board.running_count) == (8, 10)


def test_what_was_bought_stands_once(desk: Desk) -> None:
    for ref in ("7", "8", "7"):
        order = desk.pay(desk.pending(source_ref=ref), desk.at)
        desk.deliver(order, desk.at + HOUR)
        api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 2 * HOUR)
    found = api.bought(desk.buyer.pk, "toy", 4)
    assert sorted(order.source_ref for order in found) == ["7", "8"]
    assert api.bought(desk.buyer.pk, "gig", 4) == []
    assert reverse("orders:to_review") == PAGE
    assert selectors.reviews_due(desk.buyer.pk, clock.now() + 30 * DAY, limit=9) == []
