"""Each step of an order: state, money to the minor unit, timers to the second."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.kernel.errors import DomainError
from orders import api
from orders.models import Fault, Order, Phase, Timer
from orders.states import Action, State
from payments.models import Charge, OperationKind, StripeOperation
from tests.orders.scenes import (
    ALL_IN,
    BUYER_FEE,
    DAY,
    HOUR,
    NET,
    PRICE,
    SELLER_FEE,
    Desk,
    eur,
    get,
    last_event,
    money,
    timers,
)

MINUTE = timedelta(minutes=1)


def test_placing_asks_for_the_payment_and_starts_its_window(desk: Desk) -> None:
    order = desk.pending()
    charge = Charge.objects.get(pk=order.charge_id)
    assert order.state == State.PENDING_PAYMENT
    assert (charge.reference, charge.amount) == (order.reference, eur(ALL_IN))
    assert timers(order) == {Action.ASK_EXPIRY: desk.at + 30 * MINUTE}
    assert money(order).captured == eur(0)


def test_payment_starts_the_clock_where_nothing_is_asked(desk: Desk) -> None:
    order = desk.in_progress()
    due = desk.at + 22 * HOUR
    assert (order.state, order.paid_at, order.started_at, order.due_at) == (State.IN_PROGRESS, desk.at, desk.at, due)
    assert (money(order).captured, money(order).held) == (eur(ALL_IN), eur(ALL_IN))
    assert timers(order) == {
        Action.WARN_DEADLINE: due - 4 * HOUR,
        Action.BECOME_LATE: due,
        Action.BECOME_VERY_LATE: due + timedelta(hours=5, minutes=30),
        Action.HARD_STOP: due + 7 * DAY,
    }


def test_payment_waits_for_answers_where_something_is_asked(desk: Desk) -> None:
    order = desk.waiting()
    assert (order.state, order.due_at) == (State.AWAITING_REQUIREMENTS, None)
    assert timers(order) == {Action.REMIND_REQUIREMENTS: desk.at + DAY, Action.GIVE_UP_WAITING: desk.at + 14 * DAY}


def test_answers_start_the_clock(desk: Desk) -> None:
    order = desk.waiting()
    later = desk.at + 3 * HOUR
    texts = {"shop": "candles.example", "tone": "Dry"}
    api.submit(order_id=order.pk, actor_id=desk.buyer.pk, texts=texts, files={}, at=later)
    order = get(order.pk)
    assert (order.state, order.due_at) == (State.IN_PROGRESS, later + 22 * HOUR)
    assert dict(order.answers.values_list("question_key", "text")) == {"shop": "https://candles.example", "tone": "Dry"}


def test_missing_and_wrong_answers_are_named_and_nothing_starts(desk: Desk) -> None:
    order = desk.waiting()
    with pytest.raises(DomainError) as refused:
        api.submit(order_id=order.pk, actor_id=desk.buyer.pk, texts={"tone": "Loud"}, files={}, at=desk.at)
    assert refused.value.fields == {"tone": "Choose one of the answers."}
    with pytest.raises(DomainError) as refused:
        api.submit(order_id=order.pk, actor_id=desk.buyer.pk, texts={"tone": "Dry"}, files={}, at=desk.at)
    assert list(refused.value.fields) == ["shop"]
    assert (get(order.pk).state, order.answers.count()) == (State.AWAITING_REQUIREMENTS, 0)


def test_answers_given_before_paying_start_the_clock_with_the_payment(desk: Desk) -> None:
    from dataclasses import replace

    from tests.orders.scenes import QUESTIONS

    terms = replace(desk.terms, questions=QUESTIONS)
    order = desk.pending(terms=terms, answers={"shop": "https://candles.example", "tone": "Warm"})
    assert desk.pay(order, desk.at + MINUTE).state == State.IN_PROGRESS


def test_seller_may_begin_without_the_answers(desk: Desk) -> None:
    order = desk.waiting()
    api.start(order_id=order.pk, actor_id=desk.seller.pk, at=desk.at + HOUR)
    assert get(order.pk).due_at == desk.at + 23 * HOUR


def test_delivery_stops_the_deadline_and_starts_the_check(desk: Desk) -> None:
    order = desk.delivered()
    until = desk.at + HOUR + 3 * DAY
    assert (order.state, order.was_delivered) == (State.DELIVERED, True)
    assert timers(order) == {Action.REMIND_ACCEPTANCE: until - DAY, Action.AUTO_ACCEPT: until}
    assert [file.file.name for file in order.deliveries.get().files.all()] == ["descriptions.xlsx"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"files": []}, "files"), ({"checklist": frozenset({0})}, "checklist"), ({"note": " "}, "note")],
)
def test_an_empty_delivery_does_not_stop_the_clock(desk: Desk, changes: dict[str, object], field: str) -> None:
    order = desk.in_progress()
    before = timers(order)
    with pytest.raises(DomainError) as refused:
        desk.deliver(order, desk.at + HOUR, **changes)
    assert list(refused.value.fields) == [field]
    assert (get(order.pk).state, timers(order)) == (State.IN_PROGRESS, before)


def test_acceptance_releases_the_price_and_starts_clearing(desk: Desk) -> None:
    order = desk.completed()
    position = money(order)
    assert order.state == State.COMPLETED
    assert (position.held, position.clearing, position.fees) == (eur(0), eur(NET), eur(SELLER_FEE + BUYER_FEE))
    # 58.00 is above the fast limit, and the seller has no record yet.
    assert order.clears_at == desk.at + 2 * HOUR + 7 * DAY
    assert timers(order) == {Action.CLEAR: order.clears_at, Action.REVEAL_REVIEWS: desk.at + 2 * HOUR + 14 * DAY}


def test_silence_accepts(desk: Desk) -> None:
    order = desk.delivered()
    until = timers(order)[Action.AUTO_ACCEPT]
    assert api.run_due(until - timedelta(seconds=1), order.pk) == 1  # the reminder
    assert get(order.pk).state == State.DELIVERED
    assert api.run_due(until, order.pk) == 1
    assert (get(order.pk).state, money(order).clearing) == (State.COMPLETED, eur(NET))


def test_clearing_ends_in_a_transfer_intent(desk: Desk) -> None:
    order = desk.completed()
    api.run_due(order.clears_at or desk.at, order.pk)
    position = money(get(order.pk))
    assert (position.clearing, position.available) == (eur(0), eur(NET))  # waits until the seller can be paid
    assert Action.CLEAR not in timers(order)
    assert get(order.pk).cleared_at == order.clears_at


def test_revision_takes_one_and_sets_a_new_deadline(desk: Desk) -> None:
    order = desk.in_revision()
    # The promise is under 24 hours, so a revision has no longer than it.
    assert (order.state, order.revisions_used) == (State.IN_REVISION, 1)
    assert order.due_at == desk.at + 2 * HOUR + 22 * HOUR


def test_revisions_run_out(desk: Desk) -> None:
    order = desk.in_revision()
    desk.deliver(order, desk.at + 3 * HOUR)
    desk.revise(order, desk.at + 4 * HOUR)
    desk.deliver(order, desk.at + 5 * HOUR)
    with pytest.raises(DomainError, match="All included changes are used"):
        desk.revise(order, desk.at + 6 * HOUR)
    assert get(order.pk).state == State.DELIVERED


def test_check_can_be_extended_once(desk: Desk) -> None:
    order = desk.delivered()
    until = timers(order)[Action.AUTO_ACCEPT]
    api.extend_review(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 2 * HOUR)
    assert timers(order)[Action.AUTO_ACCEPT] == until + 7 * DAY
    with pytest.raises(DomainError, match="once already"):
        api.extend_review(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 2 * HOUR)


@pytest.mark.parametrize("step", [api.cancel, api.undo])
def test_early_ends_give_everything_back_and_blame_nobody(desk: Desk, step: object) -> None:
    order = desk.waiting() if step is api.cancel else desk.in_progress()
    step(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 5 * MINUTE)  # type: ignore[operator]
    order = get(order.pk)
    assert (order.state, order.fault, timers(order)) == (State.CANCELLED, Fault.NEUTRAL, {})
    assert (money(order).held, money(order).refunding) == (eur(0), eur(ALL_IN))


def test_undo_ends_with_its_window(desk: Desk) -> None:
    order = desk.in_progress()
    with pytest.raises(DomainError, match="within 10 minutes"):
        api.undo(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 10 * MINUTE + timedelta(seconds=1))
    assert get(order.pk).state == State.IN_PROGRESS


def test_waiting_for_answers_ends_after_two_weeks(desk: Desk) -> None:
    order = desk.waiting()
    api.run_due(desk.at + 14 * DAY, order.pk)
    order = get(order.pk)
    assert (order.state, order.fault, money(order).refunding) == (State.CANCELLED, Fault.NEUTRAL, eur(ALL_IN))


def test_late_then_very_late_then_the_buyer_goes(desk: Desk) -> None:
    order = desk.in_progress()
    due = order.due_at
    assert due is not None
    with pytest.raises(DomainError):
        api.cancel_late(order_id=order.pk, actor_id=desk.buyer.pk, at=due)
    api.run_due(due, order.pk)
    assert (get(order.pk).is_late, get(order.pk).is_very_late) == (True, False)
    api.run_due(due + timedelta(hours=5, minutes=30), order.pk)
    assert get(order.pk).is_very_late
    api.cancel_late(order_id=order.pk, actor_id=desk.buyer.pk, at=due + 6 * HOUR)
    order = get(order.pk)
    assert (order.state, order.fault, money(order).refunding) == (State.CANCELLED, Fault.SELLER, eur(ALL_IN))
    assert timers(order) == {Action.REVEAL_REVIEWS: due + 6 * HOUR + 14 * DAY}


def test_late_work_can_still_be_delivered(desk: Desk) -> None:
    order = desk.in_progress()
    assert order.due_at
    api.run_due(order.due_at + 6 * HOUR, order.pk)
    desk.deliver(order, order.due_at + 7 * HOUR)
    assert get(order.pk).state == State.DELIVERED
    assert last_event(order).data == {"delivery": 1, "late": True}


def test_hard_stop_cancels_what_was_never_delivered(desk: Desk) -> None:
    order = desk.in_progress()
    assert order.due_at
    # All four timers are due at once, and fire in their order.
    assert api.run_due(order.due_at + 7 * DAY, order.pk) >= 3
    order = get(order.pk)
    assert (order.state, order.fault, money(order).refunding) == (State.CANCELLED, Fault.SELLER, eur(ALL_IN))


@pytest.mark.parametrize("by", ["buyer", "system"])
def test_a_very_late_revision_goes_to_the_moderators(desk: Desk, by: str) -> None:
    order = desk.in_revision()
    assert order.due_at
    if by == "buyer":
        api.run_due(order.due_at + timedelta(hours=5, minutes=30), order.pk)
        api.cancel_late(order_id=order.pk, actor_id=desk.buyer.pk, at=order.due_at + 6 * HOUR)
    else:
        api.run_due(order.due_at + 7 * DAY, order.pk)
    order = get(order.pk)
    dispute = order.disputes.get()
    assert (order.state, dispute.ground, dispute.respondent_role) == (State.DISPUTED, "late", "seller")
    assert (dispute.filer_role, money(order).held) == (by, eur(ALL_IN))
    assert set(timers(order)) == {Action.REMIND_ANSWER, Action.DEFAULT_DISPUTE}


def test_the_seller_can_give_up_before_delivering(desk: Desk) -> None:
    order = desk.cancelled()
    assert (order.state, order.fault, money(order).refunding) == (State.CANCELLED, Fault.SELLER, eur(ALL_IN))
    other = desk.delivered()
    with pytest.raises(DomainError, match="delivered already"):
        api.seller_cancel(
            order_id=other.pk, actor_id=desk.seller.pk, reason="I changed my mind.", at=desk.at + 2 * HOUR
        )


def test_dispute_freezes_and_walks_through_its_clocks(desk: Desk) -> None:
    order = desk.disputed()
    opened = desk.at + 2 * HOUR
    # Above 50.00: 72 hours, and asked again half-way.
    assert timers(order) == {Action.REMIND_ANSWER: opened + 36 * HOUR, Action.DEFAULT_DISPUTE: opened + 3 * DAY}
    assert money(order).held == eur(ALL_IN)
    desk.answer(order, opened + HOUR)
    assert (order.disputes.get().phase, timers(order)) == (
        Phase.NEGOTIATION,
        {Action.END_NEGOTIATION: opened + HOUR + 3 * DAY},
    )
    api.run_due(opened + HOUR + 3 * DAY, order.pk)
    assert (order.disputes.get().phase, list(timers(order))) == (Phase.DECISION, [Action.ESCALATE])
    api.run_due(opened + HOUR + 6 * DAY, order.pk)
    assert (order.disputes.get().escalated, timers(order), get(order.pk).state) == (True, {}, State.DISPUTED)


def test_no_answer_is_heard_as_a_default(desk: Desk) -> None:
    order = desk.disputed()
    with pytest.raises(DomainError, match="not been heard"):
        desk.decide(order, 50, desk.at + 3 * HOUR)
    api.run_due(desk.at + 2 * HOUR + 3 * DAY, order.pk)
    dispute = order.disputes.get()
    assert (dispute.defaulted, dispute.phase) == (True, Phase.DECISION)
    desk.decide(order, 50, desk.at + 4 * DAY)
    assert order.disputes.get().phase == Phase.DECIDED


def test_a_withdrawn_dispute_lets_the_clock_go_on(desk: Desk) -> None:
    order = desk.delivered()
    before = timers(order)[Action.AUTO_ACCEPT] - (desk.at + 2 * HOUR)
    desk.dispute(order, desk.at + 2 * HOUR)
    later = desk.at + 10 * HOUR
    api.withdraw(order_id=order.pk, actor_id=desk.buyer.pk, at=later)
    assert get(order.pk).state == State.DELIVERED
    assert timers(order)[Action.AUTO_ACCEPT] == later + before
    assert order.disputes.get().outcome == "withdrawn"


def test_a_decision_moves_the_money_after_the_appeal(desk: Desk) -> None:
    order = desk.decided(70)
    decided = desk.at + 4 * HOUR
    assert (order.state, timers(order), money(order).held) == (
        State.DISPUTED,
        {Action.ENFORCE: decided + 3 * DAY},
        eur(ALL_IN),
    )
    api.run_due(decided + 3 * DAY, order.pk)
    order, position = get(order.pk), money(order)
    # 70 % of 58.00 is 40.60, its fee 4.06; of the buyer's 1.74, 30 % rounded up goes back: 0.53.
    assert (order.state, order.percent) == (State.COMPLETED, 70)
    assert position.clearing == eur(4_060 - 406)
    assert position.refunding == eur(1_740 + 53)
    assert position.fees == eur(406 + 174 - 53)
    assert position.held == eur(0)


def test_both_may_agree_sooner(desk: Desk) -> None:
    order = desk.decided(100)
    api.waive(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 5 * HOUR)
    assert get(order.pk).state == State.DISPUTED
    api.waive(order_id=order.pk, actor_id=desk.seller.pk, at=desk.at + 6 * HOUR)
    order = get(order.pk)
    assert (order.state, money(order).clearing, money(order).refunding) == (State.COMPLETED, eur(NET), eur(0))


def test_nothing_for_the_seller_is_a_cancellation(desk: Desk) -> None:
    order = desk.decided(0)
    api.run_due(desk.at + 4 * HOUR + 3 * DAY, order.pk)
    order = get(order.pk)
    assert (order.state, order.fault, money(order).refunding) == (State.CANCELLED, Fault.DECISION, eur(ALL_IN))
    assert (money(order).clearing, money(order).fees) == (eur(0), eur(0))


def test_a_claim_takes_the_money_back_out_of_clearing(desk: Desk) -> None:
    order = desk.completed()
    desk.dispute(order, desk.at + DAY)
    order = get(order.pk)
    assert order.state == State.DISPUTED
    assert (money(order).held, money(order).clearing, money(order).fees) == (eur(ALL_IN), eur(0), eur(0))
    desk.answer(order, desk.at + 2 * DAY)
    desk.decide(order, 50, desk.at + 2 * DAY)
    api.run_due(desk.at + 5 * DAY, order.pk)
    assert (money(order).clearing, money(order).refunding) == (eur(2_900 - 290), eur(2_900 + 87))


def test_a_withdrawn_claim_releases_again(desk: Desk) -> None:
    order = desk.completed()
    desk.dispute(order, desk.at + DAY)
    api.withdraw(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 2 * DAY)
    order = get(order.pk)
    assert (order.state, money(order).clearing, money(order).held) == (State.COMPLETED, eur(NET), eur(0))
    assert order.clears_at == timers(order)[Action.CLEAR]


def test_no_claim_once_the_money_has_cleared(desk: Desk) -> None:
    order = desk.completed()
    assert order.clears_at
    api.run_due(order.clears_at, order.pk)
    with pytest.raises(DomainError, match="until it clears"):
        desk.dispute(order, order.clears_at + HOUR)


def test_small_orders_clear_in_a_day(desk: Desk) -> None:
    from dataclasses import replace

    from orders.contracts import PriceLine

    desk.terms = replace(desk.terms, lines=(PriceLine("Ten", 1, 1_500),))
    order = desk.completed()
    assert (order.cleared_fast, order.clears_at) == (True, desk.at + 2 * HOUR + DAY)


def test_reference_numbers_add_up() -> None:
    assert (PRICE + BUYER_FEE, PRICE - SELLER_FEE) == (ALL_IN, NET)


def test_stripe_is_only_asked_through_operations(desk: Desk) -> None:
    order = desk.cancelled()
    kinds = (
        StripeOperation.objects.filter(reference=order.reference).order_by("created_at").values_list("kind", flat=True)
    )
    assert list(kinds) == [OperationKind.CREATE_SESSION, OperationKind.CREATE_REFUND]


def test_every_event_is_numbered_and_dated_in_order(desk: Desk) -> None:
    order = desk.completed()
    events = list(order.events.order_by("version").values_list("version", "action", "at"))
    assert [version for version, _action, _at in events] == list(range(1, len(events) + 1))
    assert [at for _version, _action, at in events] == sorted(at for _version, _action, at in events)
    assert Order.objects.get(pk=order.pk).version == len(events)
    assert Timer.objects.filter(order=order).count() == 2
