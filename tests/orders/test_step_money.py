"""The money of steps: each clears, is claimed and is charged back by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from marketplace.kernel.errors import DomainError, InvalidInput
from orders import api, owner
from orders.contracts import PriceLine, Step
from orders.models import Fault, Order, OrderPayment
from orders.states import Action, State
from payments import api as payments
from payments.models import Charge, Release
from payments.services import books
from tests.orders.scenes import (
    DAY,
    HOUR,
    STEP_TERMS,
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
from tests.orders.test_steps import NETS, accept, deliver, fund


def test_each_step_clears_by_itself(desk: Desk) -> None:
    order = desk.second_step()
    first, second = desk.at + 26 * HOUR, desk.at + 5 * HOUR + DAY
    deliver(desk, order, desk.at + 4 * HOUR)
    order = accept(desk, order, desk.at + 5 * HOUR)
    assert timers(order)[Action.CLEAR] == first
    api.run_due(first, order.pk)
    assert (money(order).available, money(order).clearing) == (eur(NETS[0]), eur(NETS[1]))
    assert (timers(order)[Action.CLEAR], get(order.pk).cleared_at) == (second, None)
    assert last_event(order).data == {"amount_minor": NETS[0], "purposes": ["order"]}
    api.run_due(second, order.pk)
    assert (money(order).available, get(order.pk).cleared_at) == (eur(NETS[0] + NETS[1]), second)
    assert Action.CLEAR not in timers(order)


def test_clearing_twice_changes_nothing(desk: Desk) -> None:
    from orders.services import clearing

    order = desk.awaiting_funding()
    api.run_due(desk.at + 26 * HOUR, order.pk)
    before = snapshot(order)
    clearing.clear(get(order.pk), desk.at + 27 * HOUR)
    assert snapshot(order) == before


def test_a_full_refund_of_the_second_step_leaves_the_first_alone(desk: Desk) -> None:
    order = desk.second_step()
    api.seller_cancel(
        order_id=order.pk, actor_id=desk.seller.pk, reason="My machine broke down.", at=desk.at + 4 * HOUR
    )
    order, position = get(order.pk), money(order)
    assert (order.state, order.fault) == (State.CANCELLED, Fault.SELLER)
    assert (position.refunding, position.held, position.clearing) == (eur(3_090), eur(0), eur(NETS[0]))
    assert timers(order)[Action.CLEAR] == desk.at + 26 * HOUR
    api.run_due(desk.at + 26 * HOUR, order.pk)
    assert (money(order).available, last_event(order).action) == (eur(NETS[0]), Action.CLEAR)
    assert books.differences() == []


def test_a_dispute_about_the_second_step_divides_that_step(desk: Desk) -> None:
    order = desk.second_step()
    deliver(desk, order, desk.at + 4 * HOUR)
    with pytest.raises(InvalidInput, match=r"Between nothing|cannot be sent"):
        desk.dispute(order, desk.at + 5 * HOUR, minor=3_001)
    desk.dispute(order, desk.at + 5 * HOUR, minor=3_000)
    assert timers(order)[Action.CLEAR] == desk.at + 26 * HOUR  # the first step clears on
    desk.answer(order, desk.at + 6 * HOUR)
    desk.decide(order, 50, desk.at + 7 * HOUR)
    api.run_due(desk.at + 7 * HOUR + 3 * DAY, order.pk)
    order, position = get(order.pk), money(order)
    assert (order.state, order.kept_minor, position.refunding) == (State.COMPLETED, 1_500, eur(1_545))
    assert (position.available, position.clearing) == (eur(NETS[0]), eur(1_350))
    assert books.differences() == []


def test_a_withdrawn_dispute_neither_loses_nor_doubles_the_earlier_clearing(desk: Desk) -> None:
    order = desk.second_step()
    deliver(desk, order, desk.at + 4 * HOUR)
    desk.dispute(order, desk.at + 5 * HOUR, minor=3_000)
    api.withdraw(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 6 * HOUR)
    order = get(order.pk)
    assert (order.state, timers(order)[Action.CLEAR]) == (State.DELIVERED, desk.at + 26 * HOUR)
    assert set(timers(order)) == {Action.AUTO_ACCEPT, Action.REMIND_ACCEPTANCE, Action.CLEAR}


def test_a_claim_takes_back_the_last_step_alone_and_its_withdrawal_gives_it_back(desk: Desk) -> None:
    order = desk.second_step()
    deliver(desk, order, desk.at + 4 * HOUR)
    accept(desk, order, desk.at + 5 * HOUR)
    api.stop(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 6 * HOUR)
    first = desk.at + 26 * HOUR
    desk.dispute(order, desk.at + 7 * HOUR, minor=3_000)
    assert (money(order).held, money(order).clearing) == (eur(3_090), eur(NETS[0]))
    assert timers(order)[Action.CLEAR] == first
    api.withdraw(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 8 * HOUR)
    order = get(order.pk)
    # 22 hours were left at the claim; a withdrawal leaves at least a day.
    assert (order.state, order.clears_at) == (State.COMPLETED, desk.at + 8 * HOUR + DAY)
    assert (money(order).held, money(order).clearing) == (eur(0), eur(NETS[0] + NETS[1]))
    assert timers(order)[Action.CLEAR] == first
    api.run_due(first, order.pk)
    assert timers(order)[Action.CLEAR] == order.clears_at
    assert books.differences() == []


def test_the_first_step_cannot_be_claimed_once_the_second_is_paid(desk: Desk) -> None:
    order = desk.second_step()
    with pytest.raises(DomainError):
        desk.dispute(order, desk.at + 4 * HOUR, minor=100)
    assert money(order).held == eur(3_090)


def test_rests_move_every_clearing_by_their_length(desk: Desk) -> None:
    order = bank_on_second(desk, desk.second_step(), "needs_response", TAKEN)
    stopped_at = order.rests_since
    assert stopped_at
    assert timers(order)[Action.CLEAR] is None
    order = bank_on_second(desk, order, "won", TAKEN, BACK)
    assert timers(order)[Action.CLEAR] == desk.at + 26 * HOUR + (order.last_event_at - stopped_at)
    assert OrderPayment.objects.get(order=order, purpose="order").clears_at == timers(order)[Action.CLEAR]


TAKEN, BACK = objects.Movement("txn_1", eur(-3_090), 1_500), objects.Movement("txn_2", eur(3_090), 0)


def bank_on_second(desk: Desk, order: Order, status: str, *movements: objects.Movement) -> Order:
    """The bank takes the second step's payment."""
    order.charge_id = OrderPayment.objects.get(order=order, purpose="step").charge_id
    Order.objects.filter(pk=order.pk).update(charge_id=order.charge_id)
    return bank(order, status, *movements, after=HOUR, amount=eur(3_090))


def test_a_lost_chargeback_of_the_second_step_leaves_the_first_to_clear(desk: Desk) -> None:
    order = desk.second_step()
    first_charge = order.charge_id
    order = bank_on_second(desk, order, "lost", TAKEN)
    assert (order.state, timers(order)[Action.CLEAR]) == (State.CANCELLED, desk.at + 26 * HOUR)
    assert OrderPayment.objects.get(charge_id=first_charge).clears_at == desk.at + 26 * HOUR
    api.run_due(desk.at + 26 * HOUR, order.pk)
    assert money(order).available == eur(NETS[0])
    assert books.differences() == []


def test_a_chargeback_between_two_steps_ends_the_order_and_refunds_nothing_else(desk: Desk) -> None:
    order = desk.second_step()
    deliver(desk, order, desk.at + 4 * HOUR)
    order = accept(desk, order, desk.at + 5 * HOUR)
    order = bank_on_second(desk, order, "lost", TAKEN)
    assert (order.state, money(order).refunding) == (State.CANCELLED, eur(0))
    api.run_due(desk.at + 40 * HOUR, order.pk)
    assert money(order).available == eur(NETS[0] + NETS[1])  # both accepted: the site's loss
    assert get(order.pk).seller_receives == eur(NETS[0] + NETS[1])
    assert books.differences() == []


@pytest.mark.parametrize(
    ("accepts", "reason", "is_the_sellers"),
    [
        (True, "product_not_received", False),  # the buyer had looked at it and said yes
        (True, "fraudulent", False),
        (False, "product_not_received", True),
        (False, "fraudulent", False),
    ],
)
def test_who_bears_a_step_that_was_done_while_the_next_one_runs(
    desk: Desk, accepts: bool, reason: str, is_the_sellers: bool
) -> None:
    order = desk.first_step()
    deliver(desk, order, desk.at + HOUR)
    if accepts:
        accept(desk, order, desk.at + 2 * HOUR)
    else:
        api.run_due(timers(order)[Action.AUTO_ACCEPT], order.pk)
    order = fund(desk, get(order.pk), get(order.pk).last_event_at + HOUR)
    first = Charge.objects.get(pk=order.charge_id).amount
    taken = objects.Movement("txn_1", eur(-first.amount_minor), 1_500)
    order = bank(order, "lost", taken, reason=reason, after=HOUR, amount=first)
    assert (order.state, money(order).refunding) == (State.CANCELLED, eur(3_090))  # the step that ran
    assert money(order).clearing == eur(0 if is_the_sellers else NETS[0])
    api.run_due(order.last_event_at + 30 * DAY, order.pk)
    assert money(order).available == eur(0 if is_the_sellers else NETS[0])
    assert books.differences() == []


def test_a_yes_to_one_step_is_none_to_the_next(desk: Desk) -> None:
    """The first was accepted, the last nobody had looked at: of that the seller bears what is their fault."""
    order = desk.second_step()
    deliver(desk, order, desk.at + 4 * HOUR)
    api.run_due(timers(order)[Action.AUTO_ACCEPT], order.pk)
    api.stop(order_id=order.pk, actor_id=desk.buyer.pk, at=get(order.pk).last_event_at + HOUR)
    for name, bears in (("order", False), ("step", True)):
        charge_id = order.payments.get(purpose=name).charge_id
        assert owner.Orders().seller_bears(order.reference, charge_id, "product_not_received") is bears


def test_small_steps_share_the_weeks_fast_limit(desk: Desk) -> None:
    small = tuple(Step(f"Part {number}", 4_900, 600) for number in range(6))
    lines = tuple(PriceLine(step.title, 1, step.price_minor) for step in small)
    order = desk.pay(desk.pending(terms=replace(STEP_TERMS, steps=small, lines=lines)), desk.at)
    waits = []
    for number in range(5):
        moment = desk.at + number * HOUR
        deliver(desk, order, moment)
        order = accept(desk, order, moment)
        assert order.clears_at
        waits.append(order.clears_at - moment)
        order = fund(desk, order, moment)
    assert waits == [DAY, DAY, DAY, DAY, 7 * DAY]  # four times 49.00 are within 200.00 a week


def test_only_what_was_released_of_one_charge_clears(desk: Desk) -> None:
    order = desk.second_step()
    deliver(desk, order, desk.at + 4 * HOUR)
    accept(desk, order, desk.at + 5 * HOUR)
    first = order.payments.get(purpose="order")
    payments.clear_charge(first.charge_id, desk.at + 6 * HOUR)
    states = dict(Release.objects.values_list("charge_id", "state"))
    assert (states[first.charge_id], len(states)) == ("available", 2)
    assert [state for charge, state in states.items() if charge != first.charge_id] == ["clearing"]
