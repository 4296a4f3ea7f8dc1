"""A moderator asks one side one thing; until it is answered, or its time is over, the decision's clock stands still."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel.errors import Conflict, InvalidInput
from orders.models import CaseQuestion, Dispute, Order, Phase, Timer
from orders.services import claiming, notices
from orders.services.acceptance import written
from orders.services.disputes import running, step
from orders.services.transition import lock, party, staff
from orders.states import Action, Actor, State


def ask(*, order_id: uuid.UUID, moderator_id: int, role: str, text: str, at: datetime) -> None:
    """Both sides read question and answer. Raises Conflict while another question is open, or none can be asked."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        staff(moderator_id, order, accounts.is_moderator)
        dispute = _undecided(order)
        claiming.take(dispute, moderator_id, at)
        if open_question(dispute, at):
            raise Conflict(_("One question at a time: the last one is still open."), code="question_open")
        text = written(text, "question", _("Ask in a sentence."))
        if role not in (Actor.BUYER, Actor.SELLER):
            message = _("Choose whom you ask.")
            raise InvalidInput(message, fields={"role": message})
        question = CaseQuestion.objects.create(
            dispute=dispute, role=role, asked_by_id=moderator_id, text=text, asked_at=at, due_at=at + step(order),
            decision_left=_left(order, at),
        )  # fmt: skip
        _restart(order, question, question.due_at)
        key = f"{order.reference}:question:{question.pk}"
        notices.send(order, role, "order_dispute_question", key, at, question=text, until=question.due_at)


def _undecided(order: Order) -> Dispute:
    if order.state != State.DISPUTED or order.rests:
        raise Conflict(_("Nothing is to be decided here now."), code="guard")
    dispute = running(order)
    if dispute.phase not in (Phase.DECISION, Phase.SECOND_LOOK):
        raise Conflict(_("Questions are asked once the case is to be decided."), code="guard")
    return dispute


def open_question(dispute: Dispute, at: datetime) -> CaseQuestion | None:
    return dispute.questions.filter(answered_at=None, due_at__gt=at).first()


def _left(order: Order, at: datetime) -> timedelta | None:
    due = Timer.objects.filter(order=order, kind=Action.ESCALATE, due_at__isnull=False)
    moment = due.values_list("due_at", flat=True).first()
    return max(moment - at, timedelta()) if moment else None


def _restart(order: Order, question: CaseQuestion, after: datetime) -> None:
    """The decision has as long as it had left when the question was asked, counted from then on."""
    if question.decision_left is not None:
        Timer.objects.put(order, {Action.ESCALATE: after + question.decision_left})


def answer(*, order_id: uuid.UUID, actor_id: int, text: str, at: datetime) -> None:
    """Of the side that was asked. Raises Conflict where nothing is asked (any more), InvalidInput without words."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        dispute = _undecided(order)
        question = open_question(dispute, at)
        if question is None or question.role != by.role:
            raise Conflict(_("Nobody asks you anything just now."), code="no_question")
        question.answer = written(text, "answer", _("Answer in a sentence."))
        question.answered_at = at
        question.save(update_fields=["answer", "answered_at"])
        _restart(order, question, at)
