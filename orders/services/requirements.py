"""The buyer's answers, and the start of the clock (rows 6, 7)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.models import StoredFile, as_uuid
from orders import deadlines
from orders.contracts import Question
from orders.models import Answer, Order, Proposal
from orders.questions import MOST_FILES, clean
from orders.services import clocks, notices
from orders.services.transition import By, Change, apply, check, lock, party
from orders.states import Action, Actor, State

OPEN_TO_ANSWERS = frozenset({State.REQUESTED, State.PENDING_PAYMENT, State.AWAITING_REQUIREMENTS})


Files = Mapping[str, Sequence[StoredFile]]  # by question key


def keep(order: Order, texts: Mapping[str, str], files: Files, at: datetime) -> None:
    """Stores answers to the order's own questions, in the caller's transaction; an empty text takes one back, files
    replace those that the question had.

    Raises InvalidInput with ``fields`` by question key; then nothing is stored.
    """
    rows: list[Answer] = []
    gone, errors = [], {}
    for question in order.terms.questions:
        try:
            found = _rows(order, question, texts, files, at)
        except ValueError as error:
            errors[question.key] = str(error)
            continue
        if found is not None:
            gone.append(question.key)
            rows += found
    if errors:
        raise InvalidInput(_("Some answers need another look."), fields=errors)
    if gone:
        Answer.objects.filter(order=order, question_key__in=gone).delete()
        Answer.objects.bulk_create(rows)


def _rows(
    order: Order, question: Question, texts: Mapping[str, str], files: Files, at: datetime
) -> list[Answer] | None:
    """What stands for one question from now on; None where nothing was said of it. Raises ValueError."""
    if question.kind == "file":
        stored = files.get(question.key) or files_of(order, texts.get(question.key, ""))
        return file_rows(order, question.key, stored, at) if stored else None
    if question.key not in texts:
        return None
    text = clean(question, texts[question.key])
    return [Answer(order=order, question_key=question.key, text=text, saved_at=at)] if text else []


def file_rows(order: Order, key: str, stored: Sequence[StoredFile], at: datetime) -> list[Answer]:
    """Raises ValueError for more files than one answer takes."""
    require_few(stored)
    return [
        Answer(order=order, question_key=key, number=number, file=file, saved_at=at)
        for number, file in enumerate(stored)
    ]


def require_few(stored: Sequence[StoredFile]) -> None:
    if len(stored) > MOST_FILES:
        raise ValueError(_("At most %(most)s files.") % {"most": MOST_FILES})


def files_of(order: Order, ids: str) -> list[StoredFile]:
    """Files that were uploaded with the draft: by the buyer, or before they signed up; then they become theirs."""
    wanted = [pk for pk in map(as_uuid, ids.split()) if pk]
    if not wanted:
        return []
    StoredFile.objects.filter(pk__in=wanted, uploaded_by_id=None).update(uploaded_by_id=order.buyer_id)
    found = StoredFile.objects.in_bulk(wanted)
    return [found[pk] for pk in wanted if pk in found and found[pk].uploaded_by_id == order.buyer_id]


def save_answers(*, order_id: uuid.UUID, actor_id: int, texts: Mapping[str, str], files: Files, at: datetime) -> None:
    """Keeps a draft of the answers; the clock does not start. Raises Conflict once work has begun."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        _buyer(order, actor_id)
        keep(order, texts, files, at)


def _buyer(order: Order, actor_id: int) -> By:
    by = party(order, actor_id)
    if by.role != Actor.BUYER or order.state not in OPEN_TO_ANSWERS:
        raise Conflict(_("The answers are fixed: the work has begun. Write a message instead."), code="answers_fixed")
    return by


def submit(*, order_id: uuid.UUID, actor_id: int, texts: Mapping[str, str], files: Files, at: datetime) -> None:
    """Row 6: all mandatory answers are there, the clock starts. Raises InvalidInput naming what is missing."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        if order.state == State.AWAITING_REQUIREMENTS and by.role == Actor.BUYER:
            keep(order, texts, files, at)
            _require_all(order)
        change = _start(order, Action.SUBMIT, by, at)
        notices.tell(change, Actor.SELLER, "order_started", due=order.due_at)


def _require_all(order: Order) -> None:
    given = set(order.answers.values_list("question_key", flat=True))
    missing = [question for question in order.terms.questions if question.required and question.key not in given]
    if missing:
        fields = {question.key: _("The seller needs this to begin.") for question in missing}
        raise InvalidInput(_("Some answers are missing."), code="missing_answers", fields=fields)


def start(*, order_id: uuid.UUID, actor_id: int, at: datetime) -> None:
    """Row 7: the seller begins without the answers."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        change = _start(order, Action.START, party(order, actor_id), at, work_started_at=at)
        notices.tell(change, Actor.BUYER, "order_started", due=order.due_at)


def _start(order: Order, action: Action, by: By, at: datetime, **fields: datetime) -> Change:
    check(order, action, by, at)
    extra = Proposal.objects.minutes_paid(order)
    due = deadlines.ready_at(at, order.terms.minutes_of(order.step) + extra, order.terms.hours)
    timers = clocks.work(at, due, order.running_terms)
    return apply(order, action, by, at, fields={"started_at": at, "due_at": due, **fields}, timers=timers)
