"""The buyer's bank claims a payment back: the order rests, and ends by the table (rows 43 to 46)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from marketplace.kernel.errors import Conflict
from orders import api
from orders.models import Order, OrderEvent, Outcome, Timer
from orders.services import timers
from orders.states import Action, State
from payments.services import books
from tests.orders.scenes import ALL_IN, BACK, DAY, NET, TAKEN, Desk, bank, eur, get, money

pytestmark = pytest.mark.django_db


def moments(order: Order) -> dict[str, object]:
    return dict(Timer.objects.filter(order=order).values_list("kind", "due_at"))


def test_everything_rests_and_goes_on_with_what_was_left(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = desk.in_progress()
    before, due = moments(order), order.due_at
    order = bank(order, "needs_response", TAKEN, after=timedelta(hours=1))
    assert order.state == State.IN_PROGRESS
    assert timers.run_due(desk.at + 30 * DAY) == 0
    with pytest.raises(Conflict, match="claimed the payment back"):
        api.seller_cancel(order_id=order.pk, actor_id=desk.seller.pk, reason="No time", at=desk.at + DAY)
    for client in (as_buyer, as_seller):
        assert "claimed" in client.get(order.get_absolute_url()).content.decode()

    order = bank(order, "won", TAKEN, BACK, after=20 * DAY)
    assert order.charged_back_at is None
    assert due is not None
    assert order.due_at == due + 20 * DAY
    assert moments(order) == {kind: moment + 20 * DAY for kind, moment in before.items()}  # type: ignore[operator]
    assert books.differences() == []


def test_an_order_that_ran_is_over_when_the_bank_takes_the_money(desk: Desk) -> None:
    order = desk.delivered()
    bank(order, "needs_response", TAKEN, after=timedelta(hours=1))
    order = bank(order, "lost", TAKEN, after=20 * DAY)
    assert (order.state, order.charged_back_at) == (State.CANCELLED, None)
    assert not Timer.objects.filter(order=order, kind=Action.AUTO_ACCEPT).exists()
    assert (money(order).lost, money(order).held) == (eur(ALL_IN), eur(0))
    assert books.differences() == []


def test_a_dispute_of_the_two_ends_with_it(desk: Desk) -> None:
    order = desk.disputed()
    bank(order, "needs_response", TAKEN, after=timedelta(hours=1))
    order = bank(order, "lost", TAKEN, after=20 * DAY)
    assert order.state == State.CANCELLED
    assert order.disputes.get().outcome == Outcome.BANK


def test_accepted_work_is_paid_whatever_the_bank_says(desk: Desk) -> None:
    order = desk.completed()
    bank(order, "needs_response", TAKEN, reason="product_unacceptable", after=timedelta(minutes=5))
    order = bank(order, "lost", TAKEN, reason="product_unacceptable", after=20 * DAY)
    assert order.state == State.COMPLETED
    assert money(order).clearing == eur(NET)  # the platform's loss, not the seller's
    assert order.clears_at is not None
    timers.run_due(order.clears_at)
    assert money(order).available == eur(NET)
    assert books.differences() == []


def test_what_nobody_accepted_is_the_sellers_to_bear(desk: Desk) -> None:
    order = desk.delivered()
    timers.run_due(desk.at + 30 * DAY)
    assert get(order.pk).state == State.COMPLETED
    order = bank(order, "lost", TAKEN, reason="product_not_received", after=timedelta(minutes=1))
    assert order.state == State.COMPLETED
    assert (money(order).clearing, money(order).available, money(order).lost) == (eur(0), eur(0), eur(ALL_IN))
    assert books.differences() == []


def test_an_event_that_comes_twice_is_told_once(desk: Desk) -> None:
    order = desk.in_progress()
    for _ in range(2):
        bank(order, "needs_response", TAKEN, after=timedelta(hours=1))
    assert OrderEvent.objects.filter(order=order, action=Action.CHARGE_BACK).count() == 1
