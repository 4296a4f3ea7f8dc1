"""What one side proposes: more time, an end, a part back; accepted, declined, taken back, not answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.contracts import WeeklyHours
from marketplace.kernel.errors import Conflict, DomainError, InvalidInput
from orders import api
from orders.models import Fault, Kind, Proposal, ProposalState
from orders.states import Action, State
from tests.orders.scenes import (
    ALL_IN,
    DAY,
    HOUR,
    Desk,
    eur,
    get,
    money,
    snapshot,
    timers,
)
from tests.orders.scenes_proposals import answer, ask, paused, propose

KINDS = [Kind.EXTENSION, Kind.EXTRA, Kind.CANCEL, Kind.REFUND]
SECOND = timedelta(seconds=1)


# Proposing


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", ["buyer", "seller"])
def test_a_proposal_changes_nothing_but_sets_a_clock(desk: Desk, kind: Kind, role: str) -> None:
    order = desk.in_progress()
    before, held = timers(order), money(order)
    proposal = propose(desk, order, kind, getattr(desk, role), desk.at + HOUR)
    until = desk.at + 13 * HOUR  # the promise is under 48 hours
    assert (proposal.by_role, proposal.person_id, proposal.answer_by) == (role, getattr(desk, role).pk, until)
    assert (get(order.pk).state, money(order)) == (State.IN_PROGRESS, held)
    assert timers(order) == {**before, Action.EXPIRE_PROPOSAL: until}


def test_long_promises_have_long_answers(desk: Desk) -> None:
    desk.terms = replace(desk.terms, promised_minutes=48 * 60)
    proposal = propose(desk, desk.in_progress(), Kind.CANCEL, desk.seller, desk.at)
    assert proposal.answer_by == desk.at + 48 * HOUR


def test_short_answers_keep_order_hours(desk: Desk) -> None:
    nine_to_five = WeeklyHours("UTC", tuple((day, 9 * 60, 17 * 60) for day in range(7)))
    desk.terms = replace(desk.terms, promised_minutes=120, hours=nine_to_five)
    proposal = propose(desk, desk.in_progress(), Kind.CANCEL, desk.seller, desk.at)
    assert proposal.answer_by == desk.at + 28 * HOUR  # five hours today, seven tomorrow


@pytest.mark.parametrize("kind", KINDS)
def test_one_open_of_a_kind(desk: Desk, kind: Kind) -> None:
    order = desk.in_progress()
    propose(desk, order, kind, desk.seller, desk.at + HOUR)
    before = snapshot(order)
    for person, words in ((desk.seller, "You have proposed this"), (desk.buyer, "answer it")):
        with pytest.raises(DomainError, match=words):
            propose(desk, order, kind, person, desk.at + HOUR)
    assert snapshot(order) == before


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        (Kind.EXTENSION, {"minutes": 0}, "minutes"),
        (Kind.EXTENSION, {"minutes": 30 * 24 * 60 + 1}, "minutes"),
        (Kind.EXTENSION, {"text": "soon"}, "text"),
        (Kind.EXTRA, {"title": " x "}, "title"),
        (Kind.EXTRA, {"title": "x" * 101}, "title"),
        (Kind.EXTRA, {"price": eur(0)}, "price"),
        (Kind.EXTRA, {"price": eur(10)}, "price"),  # less than Stripe takes
        (Kind.EXTRA, {"price": eur(10**12)}, "price"),
        (Kind.EXTRA, {"minutes": -1}, "minutes"),
        (Kind.CANCEL, {"text": ""}, "text"),
        (Kind.REFUND, {"amount": eur(0)}, "amount"),
        (Kind.REFUND, {"amount": eur(5_800)}, "amount"),
        (Kind.REFUND, {"amount": eur(-1)}, "amount"),
    ],
)
def test_what_cannot_be_is_named_at_its_field(desk: Desk, kind: Kind, changes: dict[str, Any], field: str) -> None:
    order = desk.in_progress()
    before = snapshot(order)
    with pytest.raises(InvalidInput) as refused:
        propose(desk, order, kind, desk.seller, desk.at + HOUR, **changes)
    assert (list(refused.value.fields), snapshot(order)) == ([field], before)


@pytest.mark.parametrize("stage", ["waiting", "delivered"])
def test_more_time_needs_a_clock_that_runs(desk: Desk, stage: str) -> None:
    order = getattr(desk, stage)()
    with pytest.raises(DomainError, match="clock does not run"):
        propose(desk, order, Kind.EXTENSION, desk.seller, desk.at + 2 * HOUR)
    with pytest.raises(DomainError, match="clock does not run"):
        propose(desk, paused(desk), Kind.EXTENSION, desk.seller, desk.at + 3 * HOUR)
    assert Proposal.objects.count() == 0


def test_three_in_vain_are_enough(desk: Desk) -> None:
    order = desk.in_progress()
    for number, how in enumerate(("decline", "take back", "decline")):
        proposal = propose(desk, order, Kind.CANCEL, desk.buyer, desk.at + number * HOUR)
        answer(desk, proposal, desk.buyer if how == "take back" else desk.seller, desk.at + number * HOUR, how=how)
    with pytest.raises(DomainError, match="several times in vain"):
        propose(desk, order, Kind.CANCEL, desk.buyer, desk.at + 4 * HOUR)
    propose(desk, order, Kind.CANCEL, desk.seller, desk.at + 4 * HOUR)  # the other side has its own
    propose(desk, order, Kind.EXTENSION, desk.buyer, desk.at + 4 * HOUR)


# Who answers


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_answers_themselves(desk: Desk, kind: Kind) -> None:
    order = desk.in_progress()
    proposal = propose(desk, order, kind, desk.seller, desk.at + HOUR)
    before = snapshot(order)
    for how in ("accept", "decline"):
        with pytest.raises(Conflict):
            answer(desk, proposal, desk.seller, desk.at + 2 * HOUR, how=how)
    with pytest.raises(Conflict):
        answer(desk, proposal, desk.buyer, desk.at + 2 * HOUR, how="take back")
    assert snapshot(order) == before


def test_only_what_was_on_the_page_is_agreed_to(desk: Desk) -> None:
    """Taken back and proposed anew with other terms: an old page agrees to neither."""
    order = desk.in_progress()
    first = propose(desk, order, Kind.REFUND, desk.buyer, desk.at + HOUR)
    answer(desk, first, desk.buyer, desk.at + HOUR, how="take back")
    propose(desk, order, Kind.REFUND, desk.buyer, desk.at + HOUR, amount=eur(5_000))
    before = snapshot(order)
    for how in ("accept", "decline"):
        with pytest.raises(Conflict, match="is over"):
            answer(desk, first, desk.seller, desk.at + 2 * HOUR, how=how)
    assert snapshot(order) == before


def test_a_proposal_of_another_kind_or_order_is_not_meant(desk: Desk) -> None:
    order, other = desk.in_progress(), desk.in_progress()
    propose(desk, order, Kind.CANCEL, desk.seller, desk.at + HOUR)
    elsewhere = propose(desk, other, Kind.CANCEL, desk.seller, desk.at + HOUR)
    time = propose(desk, order, Kind.EXTENSION, desk.seller, desk.at + HOUR)
    for wrong in (elsewhere, time):
        with pytest.raises(Conflict):
            api.accept_cancel(order_id=order.pk, actor_id=desk.buyer.pk, proposal_id=wrong.pk, at=desk.at + 2 * HOUR)
    assert get(order.pk).state == State.IN_PROGRESS


# More time


def test_more_time_moves_the_deadline(desk: Desk) -> None:
    order = desk.in_progress()
    answer(desk, propose(desk, order, Kind.EXTENSION, desk.seller, desk.at + HOUR), desk.buyer, desk.at + 2 * HOUR)
    due = desk.at + 46 * HOUR
    assert (get(order.pk).due_at, get(order.pk).state) == (due, State.IN_PROGRESS)
    assert timers(order) == {
        Action.WARN_DEADLINE: due - 4 * HOUR,
        Action.BECOME_LATE: due,
        Action.BECOME_VERY_LATE: due + timedelta(hours=5, minutes=30),
        Action.HARD_STOP: due + 7 * DAY,
    }
    assert order.proposals.get().state == ProposalState.ACCEPTED


def test_late_is_late_no_more(desk: Desk) -> None:
    order = desk.in_progress()
    api.run_due(desk.at + 28 * HOUR, order.pk)
    assert get(order.pk).is_very_late
    proposal = propose(desk, order, Kind.EXTENSION, desk.seller, desk.at + 29 * HOUR, minutes=120)
    answer(desk, proposal, desk.buyer, desk.at + 30 * HOUR)
    order = get(order.pk)
    assert (order.is_late, order.is_very_late, order.due_at) == (False, False, desk.at + 32 * HOUR)
    assert Action.BECOME_VERY_LATE in timers(order)
    with pytest.raises(DomainError, match="very late"):
        api.cancel_late(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 31 * HOUR)


def test_the_buyer_may_give_time_in_a_revision(desk: Desk) -> None:
    order = desk.in_revision()
    due = order.due_at
    answer(desk, propose(desk, order, Kind.EXTENSION, desk.buyer, desk.at + 3 * HOUR), desk.seller, desk.at + 3 * HOUR)
    assert due
    assert (get(order.pk).state, get(order.pk).due_at) == (State.IN_REVISION, due + DAY)


def test_more_time_agreed_in_a_pause_is_there_afterwards(desk: Desk) -> None:
    order = desk.in_progress()
    proposal = propose(desk, order, Kind.EXTENSION, desk.seller, desk.at + HOUR)
    ask(desk, order, desk.at + 2 * HOUR)
    answer(desk, proposal, desk.buyer, desk.at + 3 * HOUR)
    assert (get(order.pk).due_at, get(order.pk).is_paused) == (desk.at + 46 * HOUR, True)
    assert Action.RESUME in timers(order)
    api.reply(order_id=order.pk, actor_id=desk.buyer.pk, text="The green one.", files=[], at=desk.at + 4 * HOUR)
    assert get(order.pk).due_at == desk.at + 48 * HOUR


def test_delivering_answers_a_wish_for_time(desk: Desk) -> None:
    order = desk.in_progress()
    proposal = propose(desk, order, Kind.EXTENSION, desk.seller, desk.at + HOUR)
    refund = propose(desk, order, Kind.REFUND, desk.seller, desk.at + 2 * HOUR)
    desk.deliver(order, desk.at + 3 * HOUR)
    proposal.refresh_from_db()
    refund.refresh_from_db()
    assert (proposal.state, refund.state) == (ProposalState.CLOSED, ProposalState.OPEN)
    assert timers(order)[Action.EXPIRE_PROPOSAL] == refund.answer_by


# An end


@pytest.mark.parametrize("stage", ["waiting", "in_progress", "delivered", "in_revision"])
@pytest.mark.parametrize("role", ["buyer", "seller"])
def test_cancelled_by_both(desk: Desk, stage: str, role: str) -> None:
    order = getattr(desk, stage)()
    other = desk.seller if role == "buyer" else desk.buyer
    answer(desk, propose(desk, order, Kind.CANCEL, getattr(desk, role), desk.at + 3 * HOUR), other, desk.at + 4 * HOUR)
    order = get(order.pk)
    assert (order.state, order.fault) == (State.CANCELLED, Fault.MUTUAL)
    assert (money(order).held, money(order).refunding, money(order).fees) == (eur(0), eur(ALL_IN), eur(0))
    assert order.proposals.get().state == ProposalState.ACCEPTED
    assert set(timers(order)) == ({Action.REVEAL_REVIEWS} if order.was_delivered else set())
    # What both wanted counts for nobody.
    assert api.reputation([desk.seller.pk])[desk.seller.pk].completed == 0


def test_a_part_back_ends_the_order(desk: Desk) -> None:
    order = desk.delivered()
    answer(desk, propose(desk, order, Kind.REFUND, desk.buyer, desk.at + 2 * HOUR), desk.seller, desk.at + 3 * HOUR)
    order, stands = get(order.pk), money(order)
    # 48.00 of 58.00 kept: fee of the seller 4.80; of the buyer's 1.74 a part of 10/58 goes back, rounded up to 0.30.
    assert (order.state, order.kept_minor, order.percent) == (State.COMPLETED, 4_800, None)
    assert (stands.held, stands.refunding, stands.clearing) == (eur(0), eur(1_030), eur(4_320))
    assert stands.fees == eur(480 + 144)
    assert (order.completed_at, set(timers(order))) == (desk.at + 3 * HOUR, {Action.CLEAR, Action.REVEAL_REVIEWS})
    assert api.reputation([desk.seller.pk])[desk.seller.pk].completed == 1
    with pytest.raises(DomainError, match="both agreed"):
        desk.dispute(order, desk.at + 4 * HOUR)


@pytest.mark.parametrize(("back", "receives"), [(1, 5_219), (5_799, 1)])
def test_a_part_is_one_to_all_but_one(desk: Desk, back: int, receives: int) -> None:
    order = desk.in_progress()
    proposal = propose(desk, order, Kind.REFUND, desk.seller, desk.at + HOUR, amount=eur(back))
    answer(desk, proposal, desk.buyer, desk.at + HOUR)
    stands = money(get(order.pk))
    assert stands.clearing == eur(receives)
    assert stands.refunding + stands.clearing + stands.fees == eur(ALL_IN)
    assert stands.held == eur(0)


def test_a_part_in_a_currency_without_small_change(desk: Desk) -> None:
    """Half a króna cannot be moved."""
    from marketplace.kernel.money import Money
    from orders.contracts import PriceLine
    from orders.services.wishes import Wish, checked

    order = desk.in_progress()
    lines = [{"title": line.title, "quantity": 1, "unit_minor": 100_000} for line in (PriceLine("Fifty", 1, 1),)]
    order.terms_json = {**order.terms_json, "currency": "ISK", "lines": lines}
    order.currency, order.price_minor = "ISK", 100_000
    order.__dict__.pop("terms", None)
    with pytest.raises(InvalidInput, match="cannot be proposed") as refused:
        checked(order, Kind.REFUND, Wish("Half of it is missing.", amount=Money(50_050, "ISK")))
    assert "steps of" in refused.value.fields["amount"]


@pytest.mark.parametrize(
    "changes",
    [
        {"minutes": 5},
        {"amount_minor": 5},
        {"kind": Kind.EXTENSION},
        {"kind": Kind.EXTRA},
        {"closed_at": "2026-11-02T12:00Z"},
        {"state": ProposalState.DECLINED},
        {"by_role": "staff"},
        {"title": "Ten more"},
        {"agreed_at": "2026-11-02T12:00Z"},
    ],
)
def test_the_database_knows_what_a_kind_carries(desk: Desk, changes: dict[str, Any]) -> None:
    propose(desk, desk.in_progress(), Kind.CANCEL, desk.seller, desk.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.update(**changes)


def test_the_database_allows_one_open_of_a_kind(desk: Desk) -> None:
    proposal = propose(desk, desk.in_progress(), Kind.CANCEL, desk.seller, desk.at)
    proposal.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        proposal.save(force_insert=True)
