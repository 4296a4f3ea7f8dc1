"""Changing an answer after work began: the buyer asks, the seller takes it or works with the first one.

Nothing else of the order moves. Every version is kept: what stood before is on the change that replaced it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel.errors import Conflict, InvalidInput, NotFound
from marketplace.kernel.models import StoredFile
from orders import questions
from orders.contracts import Question
from orders.models import Answer, AnswerChange, AnswerChangeFile, ChangeState, Order
from orders.services import notices
from orders.services.acceptance import written
from orders.services.requirements import file_rows, require_few
from orders.services.transition import By, lock, party
from orders.states import Actor, State

CHANGEABLE = frozenset({State.IN_PROGRESS, State.IN_REVISION})


def reason_against(order: Order) -> str:
    """Why no answer of this order can change now; "" where one can."""
    if order.state not in CHANGEABLE:
        return _("Answers can change while the seller works. Write a message instead.")
    return _("The order rests, so its answers do, too.") if order.rests else ""


def question_of(order: Order, key: str) -> Question:
    """Raises NotFound."""
    found = next((question for question in order.terms.questions if question.key == key), None)
    if found is None:
        raise NotFound(_("There is no such question."))
    return found


def ask_change(
    *, order_id: uuid.UUID, actor_id: int, key: str, text: str, files: Sequence[StoredFile], reason: str, at: datetime
) -> AnswerChange:
    """The buyer says what an answer should be instead.

    Raises Conflict outside of the work and while another wish for the same answer is open, InvalidInput for an
    answer that does not fit its question, is the one that stands, or has no reason.
    """
    with transaction.atomic():
        order, at = lock(order_id, at)
        _only(order, actor_id, Actor.BUYER)
        question = question_of(order, key)
        if order.answer_changes.filter(question_key=key, state=ChangeState.OPEN).exists():
            raise Conflict(_("You have asked to change this answer already."), code="open_change")
        before = list(order.answers.filter(question_key=key).select_related("file"))
        text = _checked(question, text, files, before)
        reason = written(reason, "reason", _("Say in a sentence why, so that the seller can judge it."))
        change = AnswerChange.objects.create(
            order=order, question_key=key, before=_as_text(before), text=text, reason=reason, asked_at=at
        )
        rows = [AnswerChangeFile(change=change, file=file) for file in files]
        rows += [AnswerChangeFile(change=change, file=row.file, is_before=True) for row in before if row.file]
        AnswerChangeFile.objects.bulk_create(rows)
        _tell(order, change, Actor.SELLER, "order_answer_change", question, at)
        return change


def _checked(question: Question, text: str, files: Sequence[StoredFile], before: list[Answer]) -> str:
    try:
        if question.kind == "file":
            require_few(files)

            cleaned = ""
        else:
            cleaned = questions.clean(question, text)
    except ValueError as error:
        raise InvalidInput(str(error), fields={"answer": str(error)}) from error
    if not cleaned and not files:
        message = _("Give the new answer.")
        raise InvalidInput(message, fields={"answer": message})
    if cleaned and before and cleaned == before[0].text:
        message = _("This is the answer that the seller has.")
        raise InvalidInput(message, fields={"answer": message})
    return cleaned


def _as_text(rows: list[Answer]) -> str:
    return "\n".join(row.file.name if row.file else row.text for row in rows)


def take_change(*, order_id: uuid.UUID, actor_id: int, change_id: int, at: datetime) -> None:
    """The seller works with the new answer from now on."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        _only(order, actor_id, Actor.SELLER)
        change = _open(order, change_id)
        key = change.question_key
        Answer.objects.filter(order=order, question_key=key).delete()
        files = [row.file for row in change.files.filter(is_before=False).order_by("pk").select_related("file")]
        rows = file_rows(order, key, files, at)
        Answer.objects.bulk_create(rows or [Answer(order=order, question_key=key, text=change.text, saved_at=at)])
        _settle(order, change, ChangeState.TAKEN, at)
        _tell(order, change, Actor.BUYER, "order_answer_taken", question_of(order, key), at)


def refuse_change(*, order_id: uuid.UUID, actor_id: int, change_id: int, at: datetime) -> None:
    """The first answer stands; the order goes on with it."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        _only(order, actor_id, Actor.SELLER)
        change = _open(order, change_id)
        _settle(order, change, ChangeState.REFUSED, at)
        _tell(order, change, Actor.BUYER, "order_answer_refused", question_of(order, change.question_key), at)


def take_back_change(*, order_id: uuid.UUID, actor_id: int, change_id: int, at: datetime) -> None:
    """The buyer no longer wants it."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        _only(order, actor_id, Actor.BUYER)
        _settle(order, _open(order, change_id), ChangeState.TAKEN_BACK, at)


def _only(order: Order, actor_id: int, role: Actor) -> By:
    by = party(order, actor_id)
    if by.role != role:
        raise Conflict(_("The buyer asks for it, the seller takes it or not."), code="wrong_side")
    reason = reason_against(order)
    if reason:
        raise Conflict(reason, code="answers_fixed")
    return by


def _open(order: Order, change_id: int) -> AnswerChange:
    change = order.answer_changes.filter(pk=change_id).first()
    if change is None:
        raise NotFound(_("There is no such change."))
    if change.state != ChangeState.OPEN:
        raise Conflict(_("This has been settled already."), code="settled")
    return change


def _settle(order: Order, change: AnswerChange, state: ChangeState, at: datetime) -> None:
    change.state, change.settled_at = state, at
    change.save(update_fields=["state", "settled_at"])


def _tell(order: Order, change: AnswerChange, role: str, kind: str, question: Question, at: datetime) -> None:
    told = {"question": question.label, "answer": questions.shown(question, change.text), "reason": change.reason}
    notices.send(order, role, kind, f"order:{order.pk}:answer:{change.pk}:{kind}", at, **told)
