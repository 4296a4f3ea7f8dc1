"""What one side proposes and the other answers: more time, an extra, an end (rows 19 to 24 and 32)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Money
from orders import deadlines, guards
from orders.models import ENDINGS, Kind, Order, Proposal, ProposalState, Timer
from orders.services import cancelling, clocks, funds, notices, records
from orders.services.acceptance import ending
from orders.services.transition import SYSTEM, By, Change, apply, check, lock, party
from orders.services.wishes import Wish, checked
from orders.situations import situation_of
from orders.splits import keep
from orders.stakes import stake_of
from orders.states import Action, Actor, State

PROPOSE: dict[str, Action] = {
    Kind.EXTENSION: Action.PROPOSE_EXTENSION,
    Kind.EXTRA: Action.PROPOSE_EXTRA,
    Kind.CANCEL: Action.PROPOSE_CANCEL,
    Kind.REFUND: Action.PROPOSE_REFUND,
}


def propose_extension(*, order_id: uuid.UUID, actor_id: int, minutes: int, text: str, at: datetime) -> None:
    """Row 19: a later deadline. Raises InvalidInput for less than a minute or more than 30 days."""
    _propose(order_id, actor_id, Kind.EXTENSION, Wish(text, minutes=minutes), at)


def propose_extra(
    *, order_id: uuid.UUID, actor_id: int, title: str, price: Money, minutes: int, text: str, at: datetime
) -> None:
    """Row 19b: more work, paid for on its own. Raises InvalidInput for what cannot be called, paid or done."""
    _propose(order_id, actor_id, Kind.EXTRA, Wish(text, title.replace("\x00", "").strip(), price, minutes), at)


def propose_cancel(*, order_id: uuid.UUID, actor_id: int, text: str, at: datetime) -> None:
    """Row 19c: an end in which everything goes back. Raises InvalidInput without a reason."""
    _propose(order_id, actor_id, Kind.CANCEL, Wish(text), at)


def propose_refund(*, order_id: uuid.UUID, actor_id: int, amount: Money, text: str, at: datetime) -> None:
    """Row 19d: an end in which a part of the price goes back: never nothing, never all of it."""
    _propose(order_id, actor_id, Kind.REFUND, Wish(text, amount=amount), at)


def _propose(order_id: uuid.UUID, actor_id: int, kind: Kind, wish: Wish, at: datetime) -> None:
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, PROPOSE[kind], by, at)
        text = checked(order, kind, wish)
        until = answer_by(order, at)
        minor = None if wish.amount is None else wish.amount.amount_minor
        what = {"title": wish.title, "amount_minor": minor, "minutes": wish.minutes}
        change = apply(
            order, PROPOSE[kind], by, at,
            data={"reason": text, **what, "answer_by": until.isoformat()}, timers=_with_answer(order, until),
        )  # fmt: skip
        Proposal.objects.create(
            order=order,
            kind=kind,
            by_role=by.role,
            person_id=actor_id,
            text=text,
            opened_at=at,
            answer_by=until,
            **what,
        )
        if kind in ENDINGS and order.state == State.DELIVERED:
            _put_off_acceptance(order, at)
        tell_proposed(change, kind, wish.title, text, until)


def answer_by(order: Order, at: datetime) -> datetime:
    return deadlines.proposal_answer_by(at, order.terms.minutes_of(order.step), order.terms)


def _with_answer(order: Order, until: datetime) -> dict[str, datetime]:
    first = Proposal.objects.first_answer(order)
    return {Action.EXPIRE_PROPOSAL: min(first, until) if first else until}


def without(order: Order, proposal: Proposal) -> dict[str, Any]:
    """The timer once a proposal is open no more, as ``apply`` takes it."""
    first = Proposal.objects.first_answer(order, but=proposal.pk)
    return {"timers": {Action.EXPIRE_PROPOSAL: first}} if first else {"drop": [Action.EXPIRE_PROPOSAL]}


def _put_off_acceptance(order: Order, at: datetime) -> None:
    """Silence accepts nothing while the two speak of an end, nor before the proposer can open a dispute."""
    until = Timer.objects.due_of(order, Action.AUTO_ACCEPT)
    later = clocks.check_until(order, until)
    if later > until:
        Timer.objects.put(order, clocks.acceptance(at, later, order.terms))


def tell_proposed(change: Change, kind: str, title: str, text: str, until: datetime) -> None:
    """The one who has to answer hears of it."""
    role = Actor.BUYER if change.event.actor == Actor.SELLER else Actor.SELLER
    about = {"wish": str(kind), "extra": title, "text": text[:500]}
    notices.tell(
        change, role, "order_proposed", until=until, agreed=change.event.action == Action.ACCEPT_EXTRA, **about
    )


def the_open_one(order: Order, proposal_id: int) -> Proposal:
    """A proposal that waits for its answer. Raises Conflict for any other: what was on the page is over."""
    proposal = Proposal.objects.open_of(order).filter(pk=proposal_id).first()
    if proposal is None:
        raise Conflict(_("This proposal is over. This is how the order stands now."), code="proposal_over")
    proposal.order = order
    return proposal


def asked_of(order: Order, proposal_id: int, by: By, kind: Kind | None = None) -> Proposal:
    """The same of the other side. Raises Conflict for one's own or another kind."""
    proposal = the_open_one(order, proposal_id)
    if proposal.by_role == by.role or (kind and proposal.kind != kind):
        raise Conflict(_("The other side answers it."), code="proposal_over")
    return proposal


def accept_extension(*, order_id: uuid.UUID, actor_id: int, proposal_id: int, at: datetime) -> None:
    """Row 20: the deadline moves; late is late no more."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.ACCEPT_EXTENSION, by, at)
        proposal = asked_of(order, proposal_id, by, Kind.EXTENSION)
        due = extended(order, proposal.minutes, at)
        moved, rest = clocks.moved(order, due, at), without(order, proposal)
        change = apply(
            order, Action.ACCEPT_EXTENSION, by, at,
            data={"minutes": proposal.minutes, "due": due.isoformat()}, fields=moved.fields,
            timers=moved.timers | rest.get("timers", {}), drop=[*moved.drop, *rest.get("drop", [])],
        )  # fmt: skip
        proposal.settle(ProposalState.ACCEPTED, at)
        notices.tell(change, proposal.by_role, "order_extension", due=due)


def extended(order: Order, minutes: int, at: datetime) -> datetime:
    """A deadline that has passed is counted from now, so that more time is more time."""
    assert order.due_at is not None  # noqa: S101 - only a clock that runs can be given more time
    start = order.due_at if order.is_paused else max(order.due_at, at)
    return deadlines.ready_at(start, minutes, order.terms.hours)


def accept_cancel(*, order_id: uuid.UUID, actor_id: int, proposal_id: int, at: datetime) -> None:
    """Row 22: both agree, everything goes back."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.ACCEPT_CANCEL, by, at)
        proposal = asked_of(order, proposal_id, by, Kind.CANCEL)
        cancelling.cancel_by_agreement(order, by, at)
        proposal.settle(ProposalState.ACCEPTED, at)


def accept_refund(*, order_id: uuid.UUID, actor_id: int, proposal_id: int, at: datetime) -> None:
    """Row 32: a part of the price goes back, the rest clears, the order is done."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.ACCEPT_REFUND, by, at)
        proposal = asked_of(order, proposal_id, by, Kind.REFUND)
        assert proposal.amount is not None  # noqa: S101 - a constraint says so
        stake = stake_of(order)
        division = keep(stake, stake.price - proposal.amount)
        end = ending(order, at, accepted_by_buyer=True)
        change = apply(
            order, Action.ACCEPT_REFUND, by, at,
            target=State.COMPLETED, timers=end.timers,
            data={"amount_minor": proposal.amount_minor, "refund_minor": division.refund.amount_minor},
            fields={**end.fields, "kept_minor": division.price.amount_minor},
        )  # fmt: skip
        proposal.settle(ProposalState.ACCEPTED, at)
        funds.divide(change, division)
        records.count(order.seller_id, completed=1)
        notices.tell_both(
            change, "order_part_refunded",
            refund=division.refund, receives=division.seller_receives, clears=order.clears_at,
        )  # fmt: skip


def decline_proposal(*, order_id: uuid.UUID, actor_id: int, proposal_id: int, at: datetime) -> None:
    """Row 24b: nothing changes; the proposer may open a dispute."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.DECLINE_PROPOSAL, by, at)
        proposal = asked_of(order, proposal_id, by)
        change = _end(order, proposal, Action.DECLINE_PROPOSAL, by, ProposalState.DECLINED, at)
        notices.tell(change, proposal.by_role, "order_proposal_failed", about=_about(proposal), declined=True)


def take_back_proposal(*, order_id: uuid.UUID, actor_id: int, proposal_id: int, at: datetime) -> None:
    """Row 24c: the proposer has thought again."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.TAKE_BACK_PROPOSAL, by, at)
        proposal = the_open_one(order, proposal_id)
        if proposal.by_role != by.role:
            raise Conflict(_("Only the side that proposed it can take it back."), code="proposal_over")
        _end(order, proposal, Action.TAKE_BACK_PROPOSAL, by, ProposalState.TAKEN_BACK, at)


def _about(proposal: Proposal) -> str | Promise:
    """Each reader's own words are made where they are told."""
    return proposal.title or Kind(proposal.kind).label


def _end(order: Order, proposal: Proposal, action: Action, by: By, state: ProposalState, at: datetime) -> Change:
    data = {"kind": proposal.kind, "title": proposal.title, "by": proposal.by_role}
    change = apply(order, action, by, at, data=data, **without(order, proposal))
    proposal.settle(state, at)
    return change


def expire(order: Order, at: datetime) -> None:
    """Rows 23 and 24: the first proposal whose time is over; where silence cancels, the order ends."""
    proposal = Proposal.objects.open_of(order).filter(answer_by__lte=at).order_by("answer_by", "id")[0]
    proposal.order = order
    if proposal.kind == Kind.CANCEL and not _why_not_cancelled(order, at):
        cancel_by_silence(order, at)
        proposal.settle(ProposalState.EXPIRED, at)
        return
    change = _end(order, proposal, Action.EXPIRE_PROPOSAL, SYSTEM, ProposalState.EXPIRED, at)
    notices.tell(change, proposal.by_role, "order_proposal_failed", about=_about(proposal), declined=False)


def _why_not_cancelled(order: Order, at: datetime) -> str:
    return guards.reason_against(Action.CANCEL_BY_SILENCE, situation_of(order, SYSTEM.role, at))


def cancel_by_silence(order: Order, at: datetime) -> None:
    """Row 23: nothing was delivered, and nobody answered."""
    cancelling.cancel_by_silence(order, at)
