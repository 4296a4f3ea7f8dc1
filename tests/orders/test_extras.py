"""More work on a running order: offered or asked for, paid as its own charge, held like the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.kernel.errors import Conflict, DomainError
from orders import api
from orders.models import Kind, Order, OrderPayment, PaymentState, ProposalState, Purpose
from orders.states import Action, State
from orders.subscribers import charge_captured
from payments.events import ChargeCaptured
from payments.services import books
from tests.orders.scenes import (
    ALL_IN,
    BUYER_FEE,
    DAY,
    HOUR,
    PRICE,
    QUESTIONS,
    TAKEN,
    Desk,
    bank,
    eur,
    get,
    last_event,
    money,
    snapshot,
    timers,
)
from tests.orders.scenes_proposals import (
    EXTRA,
    EXTRA_FEE,
    answer,
    ask,
    extra_charge,
    lapse_extra,
    pay_extra,
    paying_for_an_extra,
    propose,
    with_extra,
)

WHOLE = ALL_IN + EXTRA + EXTRA_FEE
MINUTE = timedelta(minutes=1)


def asked(order: Order) -> OrderPayment:
    return OrderPayment.objects.get(order=order, purpose=Purpose.EXTRA)


def test_the_buyers_yes_asks_for_its_own_payment(desk: Desk) -> None:
    order = paying_for_an_extra(desk)
    charge = extra_charge(order)
    # The buyer's fee on 70.00 is 2.10; 1.74 of it is paid.
    assert (charge.amount, charge.purpose, charge.reference) == (eur(EXTRA + EXTRA_FEE), "extra", order.reference)
    assert charge.pk != order.charge_id
    assert (order.price_minor, order.due_at) == (PRICE, desk.at + 22 * HOUR)  # nothing before it is paid
    assert timers(order)[Action.CLOSE_PAYMENT] == desk.at + HOUR + 30 * MINUTE
    assert Action.EXPIRE_PROPOSAL not in timers(order)
    assert order.proposals.get().waits_for_payment


def test_paid_it_is_held_and_adds_its_time(desk: Desk) -> None:
    order = pay_extra(paying_for_an_extra(desk), desk.at + 2 * HOUR)
    due = desk.at + 27 * HOUR
    assert (order.state, order.due_at) == (State.IN_PROGRESS, due)
    assert (order.price_minor, order.buyer_fee_minor) == (PRICE + EXTRA, BUYER_FEE + EXTRA_FEE)
    assert (money(order).captured, money(order).held) == (eur(WHOLE), eur(WHOLE))
    assert timers(order)[Action.BECOME_LATE] == due
    assert timers(order)[Action.HARD_STOP] == due + 7 * DAY
    assert asked(order).state == PaymentState.PAID
    assert books.differences() == []


def test_accepted_the_seller_gets_both(desk: Desk) -> None:
    order = with_extra(desk, desk.in_progress(), desk.at + HOUR)
    desk.deliver(order, desk.at + 2 * HOUR)
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR)
    stands = money(get(order.pk))
    assert (stands.held, stands.clearing) == (eur(0), eur(6_300))
    assert stands.fees == eur(700 + 210)


def test_cancelled_the_buyer_gets_both_back(desk: Desk) -> None:
    order = with_extra(desk, desk.in_progress(), desk.at + HOUR)
    answer(desk, propose(desk, order, Kind.CANCEL, desk.seller, desk.at + 2 * HOUR), desk.buyer, desk.at + 2 * HOUR)
    assert (money(get(order.pk)).held, money(get(order.pk)).refunding) == (eur(0), eur(WHOLE))


def test_a_part_back_of_both(desk: Desk) -> None:
    """60.00 of 70.00 go back: the extra whole, the rest from the order."""
    order = with_extra(desk, desk.in_progress(), desk.at + HOUR)
    proposal = propose(desk, order, Kind.REFUND, desk.buyer, desk.at + 2 * HOUR, amount=eur(6_000))
    answer(desk, proposal, desk.seller, desk.at + 2 * HOUR)
    stands = money(get(order.pk))
    # The buyer's fee of 2.10 goes back by 6/7: 1.80.
    assert (stands.held, stands.refunding, stands.clearing) == (eur(0), eur(6_180), eur(900))
    assert (get(order.pk).kept_minor, stands.fees) == (1_000, eur(100 + 30))
    assert books.differences() == []


def test_from_delivered_work_goes_on(desk: Desk) -> None:
    order = desk.delivered()
    proposal = propose(desk, order, Kind.EXTRA, desk.seller, desk.at + 2 * HOUR)
    answer(desk, proposal, desk.buyer, desk.at + 3 * HOUR)
    assert Action.AUTO_ACCEPT in timers(order)
    order = pay_extra(order, desk.at + 3 * HOUR)
    # Due at 22 h, and five hours more; a revision would have 22 h from now.
    assert (order.state, order.due_at, order.is_late) == (State.IN_REVISION, desk.at + 27 * HOUR, False)
    assert Action.AUTO_ACCEPT not in timers(order)
    assert (order.revisions_used, timers(order)[Action.BECOME_LATE]) == (0, desk.at + 27 * HOUR)


def test_long_after_the_deadline_delivered_work_gets_a_revisions_time(desk: Desk) -> None:
    order = desk.delivered()
    proposal = propose(desk, order, Kind.EXTRA, desk.seller, desk.at + 2 * DAY, minutes=0)
    answer(desk, proposal, desk.buyer, desk.at + 2 * DAY)
    order = pay_extra(order, desk.at + 2 * DAY)
    assert (order.state, order.due_at, order.is_late) == (State.IN_REVISION, desk.at + 2 * DAY + 22 * HOUR, False)


def test_before_the_answers_its_time_waits_for_the_clock(desk: Desk) -> None:
    order = with_extra(desk, desk.waiting(), desk.at + HOUR)
    assert (order.state, order.due_at) == (State.AWAITING_REQUIREMENTS, None)
    assert order.terms.questions == QUESTIONS
    api.start(order_id=order.pk, actor_id=desk.seller.pk, at=desk.at + 2 * HOUR)
    assert get(order.pk).due_at == desk.at + 29 * HOUR


def test_in_a_pause_the_clock_stays_where_it_is(desk: Desk) -> None:
    order = desk.in_progress()
    proposal = propose(desk, order, Kind.EXTRA, desk.seller, desk.at + HOUR)
    ask(desk, order, desk.at + 2 * HOUR)
    answer(desk, proposal, desk.buyer, desk.at + 3 * HOUR)
    order = pay_extra(order, desk.at + 3 * HOUR)
    assert (order.is_paused, order.due_at) == (True, desk.at + 27 * HOUR)
    assert Action.RESUME in timers(order)
    api.reply(order_id=order.pk, actor_id=desk.buyer.pk, text="The green one.", files=[], at=desk.at + 4 * HOUR)
    assert get(order.pk).due_at == desk.at + 29 * HOUR


def test_late_work_stays_late_as_far_as_it_is(desk: Desk) -> None:
    """Due plus the extra's time: not more."""
    order = desk.in_progress()
    api.run_due(desk.at + 28 * HOUR, order.pk)
    order = with_extra(desk, order, desk.at + 28 * HOUR)
    assert (order.due_at, order.is_late, order.is_very_late) == (desk.at + 27 * HOUR, True, False)
    assert set(timers(order)) >= {Action.BECOME_VERY_LATE, Action.HARD_STOP}
    assert Action.BECOME_LATE not in timers(order)


def test_the_buyer_asks_the_seller_agrees_the_buyer_pays(desk: Desk) -> None:
    """The seller's yes makes it an offer: the half hour to pay begins when the buyer is there."""
    order = desk.in_progress()
    proposal = propose(desk, order, Kind.EXTRA, desk.buyer, desk.at + HOUR)
    answer(desk, proposal, desk.seller, desk.at + 2 * HOUR)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.by_role, proposal.agreed_at) == (ProposalState.OPEN, "seller", desk.at + 2 * HOUR)
    assert timers(order)[Action.EXPIRE_PROPOSAL] == proposal.answer_by == desk.at + 14 * HOUR
    assert not OrderPayment.objects.filter(order=order, purpose=Purpose.EXTRA).exists()
    answer(desk, proposal, desk.buyer, desk.at + 5 * HOUR)
    assert pay_extra(order, desk.at + 5 * HOUR).price_minor == PRICE + EXTRA


def test_not_paid_in_time_the_offer_stands_again(desk: Desk) -> None:
    order = paying_for_an_extra(desk)
    order = lapse_extra(order, desk.at + 2 * HOUR)
    proposal = order.proposals.get()
    assert (proposal.state, proposal.payment, asked(order).state) == (ProposalState.OPEN, None, PaymentState.LAPSED)
    assert timers(order)[Action.EXPIRE_PROPOSAL] == proposal.answer_by
    answer(desk, proposal, desk.buyer, desk.at + 3 * HOUR)
    order = pay_extra(order, desk.at + 3 * HOUR)
    assert (order.price_minor, money(order).held) == (PRICE + EXTRA, eur(WHOLE))


def test_not_paid_until_its_own_end_it_is_over(desk: Desk) -> None:
    order = desk.in_progress()
    proposal = propose(desk, order, Kind.EXTRA, desk.seller, desk.at + HOUR)
    answer(desk, proposal, desk.buyer, proposal.answer_by - MINUTE)
    order = lapse_extra(order, proposal.answer_by + 30 * MINUTE)
    proposal.refresh_from_db()
    assert (proposal.state, Action.EXPIRE_PROPOSAL in timers(order)) == (ProposalState.EXPIRED, False)


def test_while_it_is_paid_nothing_else_happens_to_it(desk: Desk) -> None:
    order = paying_for_an_extra(desk)
    proposal = order.proposals.get()
    before = snapshot(order)
    for person, how in ((desk.buyer, "accept"), (desk.buyer, "decline"), (desk.seller, "take back")):
        with pytest.raises(Conflict):
            answer(desk, proposal, person, desk.at + 2 * HOUR, how=how)
    with pytest.raises(DomainError, match="waits for its payment"):
        propose(desk, order, Kind.EXTRA, desk.seller, desk.at + 2 * HOUR)
    assert snapshot(order) == before


def test_the_sweep_asks_for_its_page_to_be_closed(desk: Desk) -> None:
    order = paying_for_an_extra(desk)
    api.run_due(desk.at + HOUR + 30 * MINUTE, order.pk)
    assert last_event(order).action == Action.CLOSE_PAYMENT
    assert timers(order)[Action.CLOSE_PAYMENT] == desk.at + 2 * HOUR


@pytest.mark.parametrize("end", ["cancelled", "disputed", "completed"])
def test_a_payment_too_late_goes_back_whole(desk: Desk, end: str) -> None:
    order = desk.delivered() if end != "cancelled" else desk.in_progress()
    answer(desk, propose(desk, order, Kind.EXTRA, desk.seller, desk.at + 2 * HOUR), desk.buyer, desk.at + 2 * HOUR)
    if end == "completed":
        api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 2 * HOUR)
    elif end == "disputed":
        desk.dispute(order, desk.at + 2 * HOUR)
    else:
        reason = "My machine broke down."
        api.seller_cancel(order_id=order.pk, actor_id=desk.seller.pk, reason=reason, at=desk.at + 2 * HOUR)
    before = money(get(order.pk))
    order = pay_extra(order, desk.at + 3 * HOUR)
    assert (order.state, order.price_minor) == (end, PRICE)
    assert (asked(order).state, order.proposals.get().state) == (PaymentState.RETURNED, ProposalState.CLOSED)
    assert money(order).refunding - before.refunding == eur(EXTRA + EXTRA_FEE)
    assert books.differences() == []


def test_a_payment_of_another_amount_goes_back_whole(desk: Desk) -> None:
    order = pay_extra(paying_for_an_extra(desk), desk.at + 2 * HOUR, minor=100)
    assert (order.price_minor, order.due_at, money(order).refunding) == (PRICE, desk.at + 22 * HOUR, eur(100))
    propose(desk, order, Kind.EXTRA, desk.seller, desk.at + 3 * HOUR)  # it blocks nothing


def test_a_payment_while_the_bank_claims_the_first_goes_back(desk: Desk) -> None:
    order = paying_for_an_extra(desk)
    bank(order, "needs_response", TAKEN, after=MINUTE)
    order = pay_extra(order, desk.at + HOUR + 5 * MINUTE)
    assert (order.price_minor, asked(order).state) == (PRICE, PaymentState.RETURNED)
    assert Action.BECOME_LATE not in {kind for kind, due in timers(order).items() if due}


def test_the_same_payment_told_twice_counts_once(desk: Desk) -> None:
    order = pay_extra(paying_for_an_extra(desk), desk.at + 2 * HOUR)
    before = snapshot(order)
    charge = extra_charge(order)
    charge_captured(ChargeCaptured(charge.pk, order.reference, "extra", charge.amount, desk.at + 3 * HOUR))
    assert snapshot(order) == before


def test_two_extras_one_after_the_other(desk: Desk) -> None:
    order = with_extra(desk, desk.in_progress(), desk.at + HOUR)
    order = with_extra(desk, order, desk.at + 2 * HOUR, title="Ten again", price=eur(3_000), minutes=0)
    # 3 % of 100.00.
    assert (order.price_minor, order.buyer_fee_minor) == (10_000, 300)
    assert money(order).held == eur(10_300)
    assert order.due_at == desk.at + 27 * HOUR


def test_a_dispute_is_about_all_of_it(desk: Desk) -> None:
    order = with_extra(desk, desk.in_progress(), desk.at + HOUR)
    desk.deliver(order, desk.at + 2 * HOUR)
    desk.dispute(order, desk.at + 3 * HOUR, minor=7_000)
    assert order.disputes.get().asked == eur(7_000)


def test_an_extra_belongs_to_the_step_that_runs(desk: Desk) -> None:
    """20.00 done; of the second step 30.00 and an extra of 12.00 are at stake."""
    order = desk.second_step()
    done = (order.done_price_minor, order.done_buyer_fee_minor)
    order = with_extra(desk, order, order.last_event_at)
    assert (order.done_price_minor, order.done_buyer_fee_minor) == done == (2_000, 60)
    # 3 % of 62.00 is 1.86: 0.60 and 0.90 are paid.
    assert (order.price_minor, order.price_at_stake, asked(order).buyer_fee_minor) == (6_200, eur(4_200), 36)
    assert (asked(order).step, money(order).held) == (1, eur(4_200 + 90 + 36))
    proposal = propose(desk, order, Kind.CANCEL, desk.seller, order.last_event_at)
    answer(desk, proposal, desk.buyer, order.last_event_at)
    # What is accepted stays the seller's.
    assert (money(get(order.pk)).refunding, money(get(order.pk)).held) == (eur(4_326), eur(0))
    assert money(get(order.pk)).clearing == eur(1_800)
