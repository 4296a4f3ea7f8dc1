"""Disagreements up to the decision (rows 15, 17, 33 to 37)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel import words
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.models import StoredFile
from marketplace.kernel.money import Money
from marketplace.kernel.uploads import places
from orders import deadlines
from orders.models import Dispute, Evidence, Ground, Order, Outcome, Phase, Timer
from orders.services import clocks, funds, notices, records
from orders.services.acceptance import written
from orders.services.transition import SYSTEM, By, Change, apply, check, lock, party
from orders.situations import open_dispute as current_dispute
from orders.states import OUTLIVES_A_STEP, Action, Actor, State

GROUNDS = {
    Actor.BUYER: (
        Ground.NOT_AS_DESCRIBED, Ground.WRONG_FILES, Ground.LATE,
        Ground.NOT_DELIVERED, Ground.UNREACHABLE, Ground.ABUSE,
    ),
    Actor.SELLER: (Ground.OUT_OF_SCOPE, Ground.UNREACHABLE, Ground.ABUSE),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """What a side says. ``back`` is the part of the price that it asks, or offers, to go back to the buyer."""

    statement: str
    back: Money
    ground: str = ""  # of the one who opens it
    unmet: frozenset[int] = frozenset()  # positions of checklist items
    files: list[StoredFile] = field(default_factory=list)
    uploads: Sequence[uuid.UUID] = ()  # files of the speaker that wait


def open_dispute(*, order_id: uuid.UUID, actor_id: int, case: Case, at: datetime) -> None:
    """Row 33: before the end of an order; the money freezes.

    Raises InvalidInput for a ground that is none, an amount beyond the price, or nothing said.
    """
    _file(order_id, actor_id, Action.OPEN_DISPUTE, case, at)


def claim(*, order_id: uuid.UUID, actor_id: int, case: Case, at: datetime) -> None:
    """Row 34: after the end; what was released is held again, and frozen. Raises InvalidInput as ``open_dispute``."""
    _file(order_id, actor_id, Action.CLAIM, case, at)


def _file(order_id: uuid.UUID, actor_id: int, action: Action, case: Case, at: datetime) -> None:
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, action, by, at)
        statement = _checked(order, by.role, case)
        dispute = add_case(order, by.role, case.ground, at)
        dispute.filer_id, dispute.statement = by.user_id, statement
        dispute.asked_minor, dispute.unmet = case.back.amount_minor, sorted(case.unmet)
        change = _freeze(order, action, by, at, dispute)
        add_evidence(dispute, by.role, files_of(by, case, at), at)
        if action == Action.CLAIM:
            funds.undo_release(change)
            records.count(order.seller_id, completed=-1)
        _tell_opened(change, dispute)


def _checked(order: Order, role: str, case: Case) -> str:
    errors: dict[str, str] = {}
    if case.ground not in GROUNDS[Actor(role)]:
        errors["ground"] = _("Choose what it is about.")
    statement = statement_of(order, case, errors)
    if case.ground and role == Actor.BUYER and not case.back:
        errors["back"] = _("Say how much you want back.")
    if errors:
        raise InvalidInput(_("This cannot be sent yet."), code="dispute", fields=errors)
    return statement


def statement_of(order: Order, case: Case, errors: dict[str, str]) -> str:
    if case.back.currency != order.currency or not 0 <= case.back.amount_minor <= order.price_at_stake.amount_minor:
        price = words.amount(order.price_at_stake)
        errors["back"] = _("Between nothing and the whole price of %(price)s.") % {"price": price}
    try:
        return written(
            case.statement, "statement", _("Say what happened, so that somebody who was not there understands.")
        )
    except InvalidInput as error:
        errors.update(error.fields)
        return ""


def add_case(order: Order, role: str, ground: str, at: datetime) -> Dispute:
    """Against the other side; not kept yet. A ``role`` of the system's is against the seller."""
    respondent = Actor.BUYER if role == Actor.SELLER else Actor.SELLER
    return Dispute(
        order=order, filer_role=role, respondent_role=respondent, ground=ground,
        asked_minor=order.price_at_stake.amount_minor, opened_at=at, state_before=order.state,
    )  # fmt: skip


def open_for_lateness(order: Order, action: Action, by: By, at: datetime) -> None:
    """Rows 15 and 17: something was delivered once, so lateness alone does not take all of it back."""
    check(order, action, by, at)
    dispute = add_case(order, by.role, Ground.LATE, at)
    dispute.filer_id = by.user_id
    change = _freeze(order, action, by, at, dispute)
    _tell_opened(change, dispute)


def _freeze(order: Order, action: Action, by: By, at: datetime, dispute: Dispute) -> Change:
    timers = {Action.REMIND_ANSWER.value: at + step(order) / 2, Action.DEFAULT_DISPUTE.value: at + step(order)}
    return freeze(order, action, by, at, dispute, fields={"closed_at": None}, timers=timers)


def freeze(
    order: Order, action: Action, by: By, at: datetime, dispute: Dispute, *,
    fields: dict[str, Any], timers: dict[str, datetime],
) -> Change:  # fmt: skip
    """The money stays where it is until the case is closed; the clocks of the work are kept for a withdrawal."""
    dispute.seconds_left = _left(order, at)
    data = {"ground": dispute.ground, "asked_minor": dispute.asked_minor, "statement": dispute.statement}
    change = apply(
        order, action, by, at,
        target=State.DISPUTED, data=data, fields=fields, timers=timers,
    )  # fmt: skip
    dispute.save()
    return change


def _left(order: Order, at: datetime) -> dict[str, int]:
    """Seconds by kind of timer, of those that a withdrawal brings back: a pause ends here, a proposal is closed."""
    timers = Timer.objects.filter(order=order).exclude(kind__in=[Action.RESUME, *OUTLIVES_A_STEP])
    left = {timer.kind: timer.time_left if timer.due_at is None else timer.due_at - at for timer in timers}
    if order.state == State.COMPLETED and order.clears_at:
        left[Action.CLEAR] = order.clears_at - at  # of what is claimed; a tip or an earlier step clears on
    return {kind: max(0, int(span.total_seconds())) for kind, span in left.items() if span is not None}


def _tell_opened(change: Change, dispute: Dispute) -> None:
    order = change.order
    until = Timer.objects.due_of(order, Action.DEFAULT_DISPUTE)
    ground = Ground(dispute.ground).label
    said = dispute.statement[:500] or dispute.said
    context = {"ground": ground, "asked": dispute.asked, "statement": said, "until": until}
    for role in (Actor.BUYER, Actor.SELLER):
        if role != dispute.filer_role:
            notices.tell(change, role, "order_dispute_opened", answers=role == dispute.respondent_role, **context)


def files_of(by: By, case: Case, at: datetime) -> list[StoredFile]:
    """What came with a side's statement: sent with the form, or uploaded before."""
    assert by.user_id is not None  # noqa: S101 - only people lay evidence
    return [*case.files, *places.take(case.uploads, owner_id=by.user_id, at=at)]


def add_evidence(dispute: Dispute, role: str, files: list[StoredFile], at: datetime) -> None:
    rows = [Evidence(dispute=dispute, role=role, file=file, added_at=at) for file in files]
    Evidence.objects.bulk_create(rows)


def step(order: Order) -> timedelta:
    """How long an answer, the negotiation and the decision may take each."""
    return deadlines.dispute_step(order.all_in_at_stake, order.terms.rules)


def running(order: Order) -> Dispute:
    dispute = current_dispute(order)
    assert dispute is not None  # noqa: S101 - a disputed order has one
    dispute.order = order
    return dispute


def remind_answer(order: Order, at: datetime) -> None:
    """Row 36b: half of the time is over, and the other side is asked a second time."""
    dispute = running(order)
    change = apply(order, Action.REMIND_ANSWER, SYSTEM, at, drop=[Action.REMIND_ANSWER])
    dispute.served += 1
    dispute.save(update_fields=["served"])
    until = Timer.objects.due_of(order, Action.DEFAULT_DISPUTE)
    context = {"ground": Ground(dispute.ground).label, "asked": dispute.asked, "until": until}
    notices.tell(change, dispute.respondent_role, "order_dispute_reminder", **context)


def default_dispute(order: Order, at: datetime) -> None:
    """Row 36: asked twice, and no answer in time; staff decide on what is there."""
    dispute = running(order)
    _to_queue(order, Action.DEFAULT_DISPUTE, at)
    dispute.phase, dispute.defaulted = Phase.DECISION, True
    dispute.save(update_fields=["phase", "defaulted"])


def end_negotiation(order: Order, at: datetime) -> None:
    """Row 35: they did not agree; staff decide."""
    dispute = running(order)
    _to_queue(order, Action.END_NEGOTIATION, at)
    dispute.phase = Phase.DECISION
    dispute.save(update_fields=["phase"])


def _to_queue(order: Order, action: Action, at: datetime) -> None:
    apply(order, action, SYSTEM, at, timers={Action.ESCALATE: at + step(order)}, drop=[action])


def escalate(order: Order, at: datetime) -> None:
    """Row 35: the decision is overdue; the case goes to the front of the queue, never an automatic refund."""
    dispute = running(order)
    apply(order, Action.ESCALATE, SYSTEM, at, drop=[Action.ESCALATE])
    dispute.escalated = True
    dispute.save(update_fields=["escalated"])


def withdraw(*, order_id: uuid.UUID, actor_id: int, at: datetime) -> None:
    """Row 37: the order goes on where it stood, with the time that was left, but at least a day."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.WITHDRAW, by, at)
        dispute = running(order)
        timers = deadlines.resumed(dispute.seconds_left, at, order.terms.rules)
        before = State(dispute.state_before)
        fields = {name: timers[kind] for kind, name in clocks.SHOWN.items() if kind in timers}
        timers.pop(Action.CLEAR, None)  # set with the release below
        change = apply(order, Action.WITHDRAW, by, at, target=before, fields=fields, timers=timers)
        dispute.phase, dispute.outcome, dispute.closed_at = Phase.CLOSED, Outcome.WITHDRAWN, at
        dispute.save()
        if before == State.COMPLETED:
            funds.release_whole(change)
            records.count(order.seller_id, completed=1)
        notices.tell(change, dispute.respondent_role, "order_dispute_withdrawn")
