"""Proposals that come to nothing, what silence does, and how they stand beside the order's own clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.kernel.errors import Conflict, DomainError
from marketplace.kernel.models import Heartbeat
from orders import api
from orders.models import Fault, Kind, Order, ProposalState
from orders.services import outages
from orders.states import Action, State
from tests.orders.scenes import (
    ALL_IN,
    BACK,
    DAY,
    HOUR,
    NET,
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
from tests.orders.scenes_proposals import answer, propose

KINDS = [Kind.EXTENSION, Kind.EXTRA, Kind.CANCEL, Kind.REFUND]
SECOND = timedelta(seconds=1)


def late(desk: Desk) -> Order:
    order = desk.in_progress()
    api.run_due(desk.at + 22 * HOUR, order.pk)
    return get(order.pk)


# Declined, taken back, not answered


def test_declined_and_taken_back_leave_everything_as_it_was(desk: Desk) -> None:
    order = desk.in_progress()
    before = timers(order)
    for kind, person, how in ((Kind.CANCEL, desk.buyer, "decline"), (Kind.REFUND, desk.seller, "take back")):
        answer(desk, propose(desk, order, kind, desk.seller, desk.at + HOUR), person, desk.at + 2 * HOUR, how=how)
    states = list(order.proposals.values_list("state", flat=True))
    assert states == [ProposalState.DECLINED, ProposalState.TAKEN_BACK]
    assert (get(order.pk).state, timers(order)) == (State.IN_PROGRESS, before)


def test_each_ends_at_its_own_time(desk: Desk) -> None:
    order = desk.in_progress()
    first = propose(desk, order, Kind.EXTENSION, desk.seller, desk.at + HOUR)
    second = propose(desk, order, Kind.REFUND, desk.buyer, desk.at + 2 * HOUR)
    api.run_due(first.answer_by - SECOND, order.pk)
    assert order.proposals.filter(state=ProposalState.OPEN).count() == 2
    api.run_due(first.answer_by, order.pk)
    assert timers(order)[Action.EXPIRE_PROPOSAL] == second.answer_by
    api.run_due(second.answer_by, order.pk)
    assert set(order.proposals.values_list("state", flat=True)) == {ProposalState.EXPIRED}
    assert Action.EXPIRE_PROPOSAL not in timers(order)
    assert order.events.filter(action=Action.EXPIRE_PROPOSAL).count() == 2


@pytest.mark.parametrize(
    ("stage", "role", "ends"),
    [
        ("waiting", "seller", True),
        ("in_progress", "seller", True),
        ("waiting", "buyer", False),
        ("in_progress", "buyer", False),
        ("late", "buyer", True),
        ("late", "seller", True),
        ("delivered", "seller", False),
        ("delivered", "buyer", False),
        ("in_revision", "seller", False),
        ("in_revision", "buyer", False),
    ],
)
def test_silence(desk: Desk, stage: str, role: str, ends: bool) -> None:
    """It cancels what was never delivered, where the seller wanted it or the work is late; never delivered work."""
    order = late(desk) if stage == "late" else getattr(desk, stage)()
    proposal = propose(desk, order, Kind.CANCEL, getattr(desk, role), order.last_event_at)
    api.run_due(proposal.answer_by, order.pk)
    found = get(order.pk)
    assert order.proposals.get().state == ProposalState.EXPIRED
    if ends:
        assert (found.state, found.fault, money(found).refunding) == (State.CANCELLED, Fault.NEUTRAL, eur(ALL_IN))
        assert (last_event(order).action, timers(order)) == (Action.CANCEL_BY_SILENCE, {})
    else:
        assert (found.state, money(found).held) == (order.state, eur(ALL_IN))
        assert last_event(order).action == Action.EXPIRE_PROPOSAL


# Beside the order's own clock


@pytest.mark.parametrize("kind", [Kind.CANCEL, Kind.REFUND])
def test_silence_accepts_nothing_while_an_end_is_proposed(desk: Desk, kind: Kind) -> None:
    order = desk.delivered()
    until = timers(order)[Action.AUTO_ACCEPT]
    proposal = propose(desk, order, kind, desk.buyer, until - HOUR)
    assert timers(order)[Action.AUTO_ACCEPT] == proposal.answer_by + DAY
    api.run_due(until, order.pk)
    assert get(order.pk).state == State.DELIVERED
    api.run_due(proposal.answer_by + DAY - SECOND, order.pk)  # a day to open a dispute
    assert get(order.pk).state == State.DELIVERED
    api.run_due(proposal.answer_by + DAY, order.pk)
    assert (get(order.pk).state, money(order).clearing) == (State.COMPLETED, eur(NET))


def test_an_early_proposal_moves_no_acceptance(desk: Desk) -> None:
    order = desk.delivered()
    until = timers(order)[Action.AUTO_ACCEPT]
    propose(desk, order, Kind.REFUND, desk.buyer, desk.at + 2 * HOUR)
    assert timers(order)[Action.AUTO_ACCEPT] == until


def test_the_guard_itself_refuses_to_accept(desk: Desk) -> None:
    from orders.services.transition import SYSTEM, check

    order = desk.delivered()
    propose(desk, order, Kind.CANCEL, desk.seller, desk.at + 2 * HOUR)
    with pytest.raises(Conflict, match="waits for its answer"):
        check(get(order.pk), Action.AUTO_ACCEPT, SYSTEM, desk.at + 4 * DAY)


@pytest.mark.parametrize("end", ["dispute", "accept", "cancel"])
def test_open_proposals_close_when_the_order_leaves(desk: Desk, end: str) -> None:
    order = desk.delivered() if end != "cancel" else desk.in_progress()
    for kind in (Kind.CANCEL, Kind.REFUND, Kind.EXTRA):
        propose(desk, order, kind, desk.seller, desk.at + 2 * HOUR)
    if end == "dispute":
        desk.dispute(order, desk.at + 3 * HOUR)
    elif end == "accept":
        api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR)
    else:
        reason = "My machine broke down."
        api.seller_cancel(order_id=order.pk, actor_id=desk.seller.pk, reason=reason, at=desk.at + 3 * HOUR)
    assert set(order.proposals.values_list("state", flat=True)) == {ProposalState.CLOSED}
    assert Action.EXPIRE_PROPOSAL not in timers(order)
    if end == "dispute":
        api.withdraw(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 4 * HOUR)
        assert Action.EXPIRE_PROPOSAL not in timers(order)


def test_windows_stand_still_with_the_order(desk: Desk) -> None:
    order = desk.in_progress()
    proposal = propose(desk, order, Kind.CANCEL, desk.seller, desk.at + HOUR)
    bank(order, "needs_response", TAKEN, after=HOUR)
    with pytest.raises(DomainError, match="bank"):
        answer(desk, proposal, desk.buyer, desk.at + 3 * HOUR)
    assert api.run_due(desk.at + 20 * HOUR, order.pk) == 0
    bank(order, "won", TAKEN, BACK, after=20 * HOUR)
    proposal.refresh_from_db()
    assert proposal.answer_by == desk.at + 33 * HOUR == timers(order)[Action.EXPIRE_PROPOSAL]


def test_time_in_which_the_site_was_away_is_given_back(desk: Desk) -> None:
    order = desk.in_progress()
    proposal = propose(desk, order, Kind.EXTENSION, desk.seller, desk.at)
    Heartbeat.objects.update_or_create(name="orders.tasks.sweep", defaults={"beat_at": desk.at + HOUR})
    outages.make_up("orders.tasks.sweep", desk.at + 14 * HOUR)
    proposal.refresh_from_db()
    assert proposal.answer_by == desk.at + 25 * HOUR == timers(order)[Action.EXPIRE_PROPOSAL]
    propose(desk, order, Kind.CANCEL, desk.seller, desk.at + 14 * HOUR)  # the earlier one still ends first
    assert timers(order)[Action.EXPIRE_PROPOSAL] == proposal.answer_by


def test_between_two_steps_nothing_is_proposed(desk: Desk) -> None:
    order = desk.first_step()
    desk.deliver(order, desk.at + HOUR)
    order = get(order.pk)
    for kind in (Kind.EXTRA, Kind.CANCEL, Kind.REFUND):
        propose(desk, order, kind, desk.seller, order.last_event_at)
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=order.last_event_at)
    order = get(order.pk)
    assert order.state == State.AWAITING_FUNDING
    assert set(order.proposals.values_list("state", flat=True)) == {ProposalState.CLOSED}
    assert Action.EXPIRE_PROPOSAL not in timers(order)
    before = snapshot(order)
    for kind in Kind:
        with pytest.raises(DomainError, match="No work runs"):
            propose(desk, order, kind, desk.seller, order.last_event_at)
    assert snapshot(order) == before
