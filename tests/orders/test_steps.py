"""Work in steps: each paid, accepted and cleared by itself; nothing of one touches another."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from marketplace.kernel.errors import DomainError, InvalidInput
from orders import api, deadlines
from orders.contracts import PriceLine, Step
from orders.models import Order, OrderPayment, PaymentState, SellerRecord
from orders.services import timers as sweep
from orders.states import Action, State
from payments.services import books
from tests.orders.scenes import (
    DAY,
    HOUR,
    STEP_FEES,
    STEP_TERMS,
    STEPS,
    Desk,
    eur,
    get,
    last_event,
    money,
    snapshot,
    timers,
)

MINUTE = timedelta(minutes=1)
PRICES = tuple(step.price_minor for step in STEPS)
NETS = tuple(price * 9 // 10 for price in PRICES)


def deliver(desk: Desk, order: Order, at: Any) -> None:
    desk.deliver(order, at, checklist=frozenset())


def accept(desk: Desk, order: Order, at: Any) -> Order:
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=at)
    return get(order.pk)


def fund(desk: Desk, order: Order, at: Any) -> Order:
    api.fund_step(order_id=order.pk, actor_id=desk.buyer.pk, at=at)
    return desk.pay_asked(get(order.pk), at)


def test_placing_asks_for_the_first_step_alone(desk: Desk) -> None:
    order = desk.pending(terms=STEP_TERMS)
    assert (order.price, order.all_in) == (eur(2_000), eur(2_060))
    assert [line["title"] for line in payments_lines(order)] == ["Outline", "Service fee"]
    assert order.terms.price == eur(5_800)


def payments_lines(order: Order) -> Any:
    from payments.models import Charge

    return Charge.objects.get(pk=order.charge_id).lines


def test_the_clock_is_the_steps_own(desk: Desk) -> None:
    order = desk.first_step()
    due = desk.at + 6 * HOUR
    assert order.due_at == due
    # Six hours are promised: a quarter is less than the least, two hours; and no warning is longer than the promise.
    assert timers(order) == {
        Action.WARN_DEADLINE: due - 4 * HOUR,
        Action.BECOME_LATE: due,
        Action.BECOME_VERY_LATE: due + 2 * HOUR,
        Action.HARD_STOP: due + 7 * DAY,
    }


def test_accepting_pays_the_step_and_waits_for_the_next(desk: Desk) -> None:
    order = desk.awaiting_funding()
    accepted = desk.at + 2 * HOUR
    position = money(order)
    assert (order.state, order.step, order.completed_at, order.closed_at) == (State.AWAITING_FUNDING, 0, None, None)
    assert (position.held, position.clearing, position.fees) == (eur(0), eur(NETS[0]), eur(200 + STEP_FEES[0]))
    assert order.clears_at == accepted + DAY  # small, and accepted by the buyer
    assert timers(order) == {Action.LAPSE_FUNDING: accepted + 7 * DAY, Action.CLEAR: accepted + DAY}
    assert not SellerRecord.objects.filter(seller=desk.seller, completed__gt=0).exists()


def test_silence_accepts_a_step_too(desk: Desk) -> None:
    order = desk.first_step()
    deliver(desk, order, desk.at + HOUR)
    api.run_due(desk.at + HOUR + 3 * DAY, order.pk)
    assert (get(order.pk).state, last_event(order).action) == (State.AWAITING_FUNDING, Action.AUTO_ACCEPT)


def test_paying_the_next_step_begins_it_afresh(desk: Desk) -> None:
    order = desk.second_step()
    due = desk.at + 25 * HOUR
    assert (order.state, order.step, order.due_at) == (State.IN_PROGRESS, 1, due)
    assert (order.price_minor, order.buyer_fee_minor) == (5_000, 150)
    assert (order.done_price_minor, order.done_buyer_fee_minor, order.done_seller_fee_minor) == (2_000, 60, 200)
    assert (order.price_at_stake, order.all_in_at_stake, order.receives_at_stake) == (
        eur(3_000),
        eur(3_090),
        eur(2_700),
    )
    fresh = (order.was_delivered, order.is_late, order.revisions_used, order.review_extended, order.clears_at)
    assert fresh == (False, False, 0, False, None)
    assert timers(order) == {
        Action.WARN_DEADLINE: due - 4 * HOUR,
        Action.BECOME_LATE: due,
        Action.BECOME_VERY_LATE: due + timedelta(hours=5, minutes=30),
        Action.HARD_STOP: due + 7 * DAY,
        Action.CLEAR: desk.at + 26 * HOUR,  # of the first step
    }


def test_all_three_steps_cost_what_one_order_does(desk: Desk) -> None:
    order = desk.second_step()
    deliver(desk, order, desk.at + 4 * HOUR)
    order = fund(desk, accept(desk, order, desk.at + 5 * HOUR), desk.at + 6 * HOUR)
    deliver(desk, order, desk.at + 7 * HOUR)
    order = accept(desk, order, desk.at + 8 * HOUR)
    position = money(order)
    assert order.state == State.COMPLETED
    assert (order.price, order.all_in, order.seller_receives) == (eur(5_800), eur(5_974), eur(5_220))
    assert (position.captured, position.clearing, position.fees) == (eur(5_974), eur(5_220), eur(580 + 174))
    assert [payment.buyer_fee_minor for payment in order.payments.order_by("id")] == list(STEP_FEES)
    assert SellerRecord.objects.get(seller=desk.seller).completed == 1
    assert books.differences() == []


def test_stopping_ends_with_the_steps_done(desk: Desk) -> None:
    order = desk.awaiting_funding()
    clears = order.clears_at
    api.stop(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 5 * HOUR)
    order = get(order.pk)
    assert (order.state, order.completed_at, order.clears_at) == (State.COMPLETED, desk.at + 5 * HOUR, clears)
    assert timers(order) == {Action.CLEAR: clears, Action.REVEAL_REVIEWS: desk.at + 5 * HOUR + 14 * DAY}
    assert SellerRecord.objects.get(seller=desk.seller).completed == 1
    assert money(order).captured == eur(2_060)


def test_seven_days_without_a_payment_end_it_too(desk: Desk) -> None:
    order = desk.awaiting_funding()
    lapses = timers(order)[Action.LAPSE_FUNDING]
    api.run_due(lapses - timedelta(seconds=1), order.pk)
    assert get(order.pk).state == State.AWAITING_FUNDING
    api.run_due(lapses, order.pk)
    order = get(order.pk)
    assert (order.state, last_event(order).action, order.closed_at) == (State.COMPLETED, Action.LAPSE_FUNDING, lapses)
    assert (money(order).available, bool(order.cleared_at)) == (eur(NETS[0]), True)


def test_whoever_pays_as_the_week_ends_is_not_left_out(desk: Desk) -> None:
    order = desk.awaiting_funding()
    lapses = timers(order)[Action.LAPSE_FUNDING]
    api.fund_step(order_id=order.pk, actor_id=desk.buyer.pk, at=lapses - MINUTE)
    api.run_due(lapses, order.pk)
    assert get(order.pk).state == State.AWAITING_FUNDING  # the page is still open
    api.run_due(lapses + 29 * MINUTE, order.pk)  # now it is being closed
    assert get(order.pk).state == State.AWAITING_FUNDING
    order = desk.pay_asked(order, lapses + 30 * MINUTE)  # Stripe says: it was paid
    assert (order.state, order.step) == (State.IN_PROGRESS, 1)


def test_an_open_page_that_lapses_ends_it_in_the_end(desk: Desk) -> None:
    order = desk.awaiting_funding()
    lapses = timers(order)[Action.LAPSE_FUNDING]
    api.fund_step(order_id=order.pk, actor_id=desk.buyer.pk, at=lapses - MINUTE)
    expire(order, lapses + 30 * MINUTE)
    api.run_due(lapses + 2 * HOUR, order.pk)
    assert get(order.pk).state == State.COMPLETED


def expire(order: Order, at: Any) -> None:
    from payments.models import Charge, OperationKind, StripeOperation
    from payments.operations import executor
    from tests.orders.scenes import expired_session

    asked = OrderPayment.objects.get(order=order, state=PaymentState.ASKED)
    charge = Charge.objects.get(pk=asked.charge_id)
    op = StripeOperation.objects.get(kind=OperationKind.CREATE_SESSION, subject=str(charge.pk))
    executor.complete(op.id, expired_session(charge), at)


def test_a_lapsed_page_can_be_asked_for_again(desk: Desk) -> None:
    order = desk.funding()
    expire(order, desk.at + 4 * HOUR)
    order = fund(desk, order, desk.at + 5 * HOUR)
    assert (order.state, order.step) == (State.IN_PROGRESS, 1)
    states = OrderPayment.objects.filter(order=order, purpose="step").order_by("id").values_list("state", flat=True)
    assert list(states) == [PaymentState.LAPSED, PaymentState.PAID]


def test_money_after_the_buyer_stopped_goes_back_whole(desk: Desk) -> None:
    order = desk.funding()
    api.stop(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 4 * HOUR)
    order = desk.pay_asked(order, desk.at + 5 * HOUR)
    assert (order.state, order.step, money(order).refunding) == (State.COMPLETED, 0, eur(3_090))
    assert last_event(order).action == Action.RETURN_PAYMENT
    assert (order.price, order.all_in) == (eur(2_000), eur(2_060))


def test_a_step_paid_with_another_amount_goes_back_whole(desk: Desk) -> None:
    order = desk.pay_asked(desk.funding(), desk.at + 4 * HOUR, minor=100)
    assert (order.state, order.step, money(order).refunding) == (State.AWAITING_FUNDING, 0, eur(100))


def test_one_payment_page_at_a_time(desk: Desk) -> None:
    order = desk.funding()
    before = snapshot(order)
    with pytest.raises(DomainError, match="open already"):
        api.fund_step(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 4 * HOUR)
    assert snapshot(order) == before


def test_undo_counts_from_the_payment_of_the_step(desk: Desk) -> None:
    order = desk.second_step()
    api.undo(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR + 10 * MINUTE)
    assert (get(order.pk).state, money(order).refunding) == (State.CANCELLED, eur(3_090))
    later = desk.second_step()
    with pytest.raises(DomainError, match="10 minutes"):
        api.undo(order_id=later.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR + 11 * MINUTE)


def test_revisions_are_each_steps_own(desk: Desk) -> None:
    order = desk.first_step()
    deliver(desk, order, desk.at + HOUR)
    for number in (1, 2):
        desk.revise(order, desk.at + HOUR + number * MINUTE)
        # A promise of six hours: changes have no longer.
        assert get(order.pk).due_at == desk.at + 7 * HOUR + number * MINUTE
        deliver(desk, order, desk.at + HOUR + number * MINUTE)
    with pytest.raises(DomainError, match="are used"):
        desk.revise(order, desk.at + 2 * HOUR)
    order = fund(desk, accept(desk, order, desk.at + 2 * HOUR), desk.at + 3 * HOUR)
    deliver(desk, order, desk.at + 4 * HOUR)
    desk.revise(order, desk.at + 5 * HOUR)
    assert (get(order.pk).revisions_used, get(order.pk).due_at) == (1, desk.at + 27 * HOUR)


def test_being_late_is_the_running_steps(desk: Desk) -> None:
    order = desk.first_step()
    api.run_due(desk.at + 7 * HOUR, order.pk)
    assert get(order.pk).is_late
    deliver(desk, order, desk.at + 7 * HOUR)
    order = fund(desk, accept(desk, order, desk.at + 8 * HOUR), desk.at + 9 * HOUR)
    assert (order.is_late, order.was_delivered) == (False, False)
    api.run_due(order.due_at + 7 * DAY, order.pk)  # type: ignore[operator]  # a step that runs is due
    order = get(order.pk)
    assert (order.state, money(order).refunding, money(order).available) == (
        State.CANCELLED, eur(3_090), eur(NETS[0])
    )  # fmt: skip
    record = SellerRecord.objects.get(seller=desk.seller)
    assert (record.promised, record.on_time, record.completed) == (2, 0, 0)


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ((Step("One", 2_000, 0), Step("Two", 3_800, 60)), "promise"),
        ((Step("One", 2_000, 60), Step("Two", 3_800, 44_000)), "promise"),
        (tuple(Step(str(number), 1_000, 60) for number in range(7)), "steps"),
        ((Step("One", 5_799, 60), Step("Two", 1, 60)), "amount_out_of_range"),
    ],
)
def test_steps_that_cannot_be_are_refused(desk: Desk, steps: tuple[Step, ...], code: str) -> None:
    lines = tuple(PriceLine(step.title, 1, step.price_minor) for step in steps)
    with pytest.raises(InvalidInput) as refused:
        desk.pending(terms=replace(STEP_TERMS, steps=steps, lines=lines))
    assert (refused.value.code, Order.objects.count()) == (code, 0)


def test_steps_without_their_lines_are_a_mistake_of_the_source(desk: Desk) -> None:
    with pytest.raises(ValueError, match="one line"):
        desk.pending(terms=replace(STEP_TERMS, lines=STEP_TERMS.lines[:2]))


def test_nobody_cancels_what_is_accepted(desk: Desk) -> None:
    order = desk.awaiting_funding()
    before = snapshot(order)
    with pytest.raises(DomainError):
        api.seller_cancel(order_id=order.pk, actor_id=desk.seller.pk, reason="I have no time.", at=desk.at + DAY)
    assert snapshot(order) == before


def test_terms_of_a_step_have_its_promise() -> None:
    assert [STEP_TERMS.of_step(step).promised_minutes for step in range(3)] == [360, 1_320, 4_320]
    later = deadlines.very_late_at(deadlines.datetime(2026, 1, 1, tzinfo=deadlines.UTC), STEP_TERMS.of_step(2))
    assert later == deadlines.datetime(2026, 1, 2, tzinfo=deadlines.UTC)


def _try_to_stop(desk: Desk, order: Order, at: Any) -> None:
    with suppress(DomainError):
        api.stop(order_id=order.pk, actor_id=desk.buyer.pk, at=at)


@pytest.mark.django_db(transaction=True)
def test_lapse_and_payment_at_once(desk: Desk) -> None:
    """Whoever comes first: all of the second step's money is held, or all of it goes back."""
    import threading

    from django.db import connection

    order = desk.funding()
    lapses = timers(order)[Action.LAPSE_FUNDING]

    def run(deed: Any) -> None:
        try:
            deed()
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(deed,))
        for deed in (
            lambda: desk.pay_asked(order, lapses),
            lambda: _try_to_stop(desk, order, lapses),
            lambda: sweep.run_due(lapses, order.pk),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    order, position = get(order.pk), money(order)
    if order.step:
        assert (position.held, position.refunding) == (eur(3_090), eur(0))
    else:
        assert (order.state, position.held, position.refunding) == (State.COMPLETED, eur(0), eur(3_090))
    assert books.differences() == []
