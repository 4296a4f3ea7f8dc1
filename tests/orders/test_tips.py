"""Thanks in money: a payment of its own, all of it the seller's, cleared by itself, never at stake."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, InvalidInput
from marketplace.kernel.money import Money
from orders import api
from orders.models import Order, OrderPayment, PaymentState
from orders.states import Action, State
from payments.services import books
from tests.orders.scenes import (
    ALL_IN,
    BUYER_FEE,
    DAY,
    HOUR,
    NET,
    SELLER_FEE,
    Desk,
    bank,
    eur,
    get,
    last_event,
    money,
    objects,
    snapshot,
    timers,
)


def ask(desk: Desk, order: Order, minor: int = 500, at: Any = None) -> None:
    moment = at or desk.at + 3 * HOUR
    api.tip(order_id=order.pk, actor_id=desk.buyer.pk, amount=eur(minor), at=moment)


def tipped(desk: Desk, minor: int = 500) -> Order:
    order = desk.completed()
    ask(desk, order, minor)
    return desk.pay_asked(order, desk.at + 4 * HOUR)


def test_a_tip_is_a_payment_of_its_own_without_a_fee(desk: Desk) -> None:
    order = desk.completed()
    ask(desk, order)
    asked = OrderPayment.objects.get(order=order, purpose="tip")
    assert (asked.state, asked.price_minor, asked.buyer_fee_minor) == (PaymentState.ASKED, 500, 0)
    assert timers(order)[Action.CLOSE_PAYMENT] == desk.at + 3 * HOUR + timedelta(minutes=30)
    assert (get(order.pk).state, money(order).captured) == (State.COMPLETED, eur(ALL_IN))


def test_all_of_it_is_released_at_once_and_clears_by_itself(desk: Desk) -> None:
    order = tipped(desk)
    position = money(order)
    assert (position.captured, position.held, position.clearing) == (eur(ALL_IN + 500), eur(0), eur(NET + 500))
    assert position.fees == eur(SELLER_FEE + BUYER_FEE)
    assert (order.price, order.all_in, order.seller_receives) == (eur(5_800), eur(ALL_IN), eur(NET))
    clears = desk.at + 4 * HOUR + DAY  # small; the order itself takes a week
    assert (timers(order)[Action.CLEAR], order.clears_at) == (clears, desk.at + 2 * HOUR + 7 * DAY)
    api.run_due(clears, order.pk)
    assert (money(order).available, money(order).clearing) == (eur(500), eur(NET))
    assert (get(order.pk).cleared_at, last_event(order).data["purposes"]) == (None, ["tip"])
    assert timers(order)[Action.CLEAR] == order.clears_at
    api.run_due(order.clears_at or desk.at, order.pk)
    assert (money(order).available, get(order.pk).cleared_at) == (eur(NET + 500), order.clears_at)
    assert books.differences() == []


def test_a_tip_long_after_the_order_has_cleared(desk: Desk) -> None:
    order = desk.completed()
    api.run_due(desk.at + 10 * DAY, order.pk)
    cleared = get(order.pk).cleared_at
    ask(desk, order, at=desk.at + 11 * DAY)
    order = desk.pay_asked(order, desk.at + 11 * DAY)
    api.run_due(desk.at + 12 * DAY, order.pk)
    assert (money(order).available, get(order.pk).cleared_at) == (eur(NET + 500), cleared)


def test_several_tips_one_after_the_other(desk: Desk) -> None:
    order = tipped(desk)
    ask(desk, order, 700, desk.at + 5 * HOUR)
    with pytest.raises(DomainError, match="open already"):
        ask(desk, order, 700, desk.at + 5 * HOUR)
    order = desk.pay_asked(order, desk.at + 5 * HOUR)
    assert money(order).clearing == eur(NET + 1_200)


@pytest.mark.parametrize("amount", [eur(0), eur(-5), eur(10), Money(500, "USD"), eur(100_000_000)])
def test_amounts_that_cannot_be(desk: Desk, amount: Money) -> None:
    order = desk.completed()
    before = snapshot(order)
    with pytest.raises(InvalidInput) as refused:
        api.tip(order_id=order.pk, actor_id=desk.buyer.pk, amount=amount, at=desk.at + 3 * HOUR)
    assert list(refused.value.fields) == ["amount"]
    assert snapshot(order) == before


def test_a_claim_never_touches_the_tip(desk: Desk) -> None:
    order = tipped(desk)
    desk.dispute(order, desk.at + 5 * HOUR, minor=2_000)
    assert (money(order).held, money(order).clearing) == (eur(ALL_IN), eur(500))
    assert timers(order)[Action.CLEAR] == desk.at + 4 * HOUR + DAY
    desk.answer(order, desk.at + 6 * HOUR)
    desk.decide(order, 0, desk.at + 7 * HOUR)
    api.run_due(desk.at + 7 * HOUR + 4 * DAY, order.pk)
    order = get(order.pk)
    assert (order.state, money(order).refunding, money(order).available) == (State.CANCELLED, eur(ALL_IN), eur(500))
    assert books.differences() == []


def test_a_tip_that_arrives_during_a_claim_goes_back_whole(desk: Desk) -> None:
    order = desk.completed()
    ask(desk, order)
    desk.dispute(order, desk.at + 4 * HOUR)
    order = desk.pay_asked(order, desk.at + 5 * HOUR)
    assert (order.state, money(order).refunding, last_event(order).action) == (
        State.DISPUTED, eur(500), Action.RETURN_PAYMENT
    )  # fmt: skip


def test_an_unpaid_tip_lapses_and_can_be_asked_for_again(desk: Desk) -> None:
    from tests.orders.test_steps import expire

    order = desk.completed()
    ask(desk, order)
    api.run_due(desk.at + 4 * HOUR, order.pk)
    expire(order, desk.at + 4 * HOUR)
    ask(desk, order, 300, desk.at + 5 * HOUR)
    assert money(desk.pay_asked(order, desk.at + 5 * HOUR)).clearing == eur(NET + 300)


def test_a_tip_that_is_claimed_back_does_not_freeze_the_order(desk: Desk) -> None:
    order = tipped(desk)
    tip = order.payments.get(purpose="tip")
    Order.objects.filter(pk=order.pk).update(charge_id=tip.charge_id)
    taken = objects.Movement("txn_t", eur(-500), 1_500)
    order = bank(order, "needs_response", taken, after=HOUR, amount=eur(500))
    assert (order.charged_back_at, order.rests_since) == (None, None)
    api.run_due(order.clears_at or desk.at, order.pk)
    assert (money(order).available, get(order.pk).cleared_at) == (eur(NET), order.clears_at)


def test_a_tip_paid_while_the_bank_decides_waits_as_long(desk: Desk) -> None:
    from tests.orders.scenes import BACK, TAKEN

    order = desk.completed()
    ask(desk, order)
    order = bank(order, "needs_response", TAKEN, after=HOUR)
    begun = order.rests_since
    paid = desk.at + 10 * HOUR
    order = desk.pay_asked(order, paid)
    assert timers(order)[Action.CLEAR] is None
    Order.objects.filter(pk=order.pk).update(last_event_at=paid)
    order = bank(order, "won", TAKEN, BACK, after=30 * HOUR)
    ended = paid + 30 * HOUR
    clears = dict(order.payments.values_list("purpose", "clears_at"))
    assert begun
    assert clears == {
        "tip": paid + DAY + (ended - paid),
        "order": desk.at + 2 * HOUR + 7 * DAY + (ended - begun),
    }
    assert (timers(order)[Action.CLEAR], order.clears_at) == (clears["tip"], clears["order"])


@pytest.mark.django_db(transaction=True)  # what leads to the payment page speaks to the provider
def test_from_the_page(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    desk.at = clock.now() - 6 * HOUR
    order = desk.completed()
    url = reverse("orders:act", args=[order.pk, "tip"])
    assert "Leave a tip" in as_buyer.get(order.get_absolute_url()).content.decode()
    assert "Leave a tip" not in as_seller.get(order.get_absolute_url()).content.decode()
    for typed in ("", "x", "0", "0,10"):
        assert as_buyer.post(url, {"amount": typed, "version": order.version}).status_code == 422
    assert as_buyer.post(url, {"amount": "5", "version": order.version}).status_code == 302
    assert "Pay €5.00" in as_buyer.get(order.get_absolute_url()).content.decode()
    order = desk.pay_asked(order, clock.now())
    buyers = as_buyer.get(order.get_absolute_url()).content.decode()
    assert "You gave a tip of €5.00" in buyers
    assert "€64.74" in buyers  # all in, with the tip
    sellers = as_seller.get(order.get_absolute_url()).content.decode()
    assert ("Bea Buyer gave a tip of €5.00" in sellers, "€57.20" in sellers) == (True, True)
