"""The buyer's answers, and the start of the clock (rows 6 to 9)."""

from __future__ import annotations

import uuid
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.models import StoredFile, as_uuid
from orders import deadlines
from orders.contracts import Question
from orders.models import Answer, Order
from orders.services import clocks, notices
from orders.services.transition import SYSTEM, By, Change, apply, check, lock, party
from orders.states import Action, Actor, State

_LONGEST_TEXT = {"text": 300, "long_text": 10_000, "link": 500, "number": 40, "choice": 300}
_OPEN = frozenset({State.PENDING_PAYMENT, State.AWAITING_REQUIREMENTS})


def clean(question: Question, text: str) -> str:
    """One answer as it is stored. Raises ValueError with words for the person."""
    value = text.replace("\x00", "").strip()
    if not value:
        return ""
    if len(value) > _LONGEST_TEXT.get(question.kind, 300):
        raise ValueError(_("Keep it under %(limit)s characters.") % {"limit": _LONGEST_TEXT.get(question.kind, 300)})
    if question.kind == "choice" and value not in question.choices:
        raise ValueError(_("Choose one of the answers."))
    if question.kind == "number":
        return _number(value)
    if question.kind == "link":
        return link(value)
    return value


def _number(value: str) -> str:
    plain = value.replace(",", ".")
    digits = plain.removeprefix("-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdecimal()):
        raise ValueError(_("Write a number, such as 12 or 12.5."))
    return plain


def link(value: str) -> str:
    """A web address; one without a scheme gets https. Raises ValueError."""
    address = value if "://" in value else f"https://{value}"
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or "." not in (parts.hostname or "") or " " in address:
        raise ValueError(_("Write a web address, such as https://example.org/page."))
    return address


def keep(order: Order, texts: dict[str, str], files: dict[str, StoredFile], at: datetime) -> None:
    """Stores answers to the order's own questions, in the caller's transaction; an empty text takes one back.

    Raises InvalidInput with ``fields`` by question key; then nothing is stored.
    """
    rows, gone, errors = [], [], {}
    for question in order.terms.questions:
        if question.kind == "file":
            stored = files.get(question.key) or _file_of(order, texts.get(question.key, ""))
            if stored:
                rows.append(Answer(order=order, question_key=question.key, file=stored, saved_at=at))
            continue
        if question.key not in texts:
            continue
        try:
            text = clean(question, texts[question.key])
        except ValueError as error:
            errors[question.key] = str(error)
            continue
        if text:
            rows.append(Answer(order=order, question_key=question.key, text=text, saved_at=at))
        else:
            gone.append(question.key)
    if errors:
        raise InvalidInput(_("Some answers need another look."), fields=errors)
    Answer.objects.filter(order=order, question_key__in=gone).delete()
    Answer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["order", "question_key"],
        update_fields=["text", "file", "saved_at"],
    )


def _file_of(order: Order, file_id: str) -> StoredFile | None:
    """A file that was uploaded with the draft: by the buyer, or before they signed up; then it becomes theirs."""
    identifier = as_uuid(file_id) if file_id else None
    if identifier is None:
        return None
    StoredFile.objects.filter(pk=identifier, uploaded_by_id=None).update(uploaded_by_id=order.buyer_id)
    return StoredFile.objects.filter(pk=identifier, uploaded_by_id=order.buyer_id).first()


def save_answers(
    *, order_id: uuid.UUID, actor_id: int, texts: dict[str, str], files: dict[str, StoredFile], at: datetime
) -> None:
    """Keeps a draft of the answers; the clock does not start. Raises Conflict once work has begun."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        _buyer(order, actor_id)
        keep(order, texts, files, at)


def _buyer(order: Order, actor_id: int) -> By:
    by = party(order, actor_id)
    if by.role != Actor.BUYER or order.state not in _OPEN:
        raise Conflict(_("The answers are fixed: the work has begun. Write a message instead."), code="answers_fixed")
    return by


def submit(
    *, order_id: uuid.UUID, actor_id: int, texts: dict[str, str], files: dict[str, StoredFile], at: datetime
) -> None:
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
    due = deadlines.due_at(at, order.terms)
    timers = clocks.work(at, due, order.terms)
    return apply(order, action, by, at, fields={"started_at": at, "due_at": due, **fields}, timers=timers)


def remind(order: Order, at: datetime) -> None:
    """Row 9, before it comes to that: the buyer is reminded."""
    assert order.paid_at is not None  # noqa: S101 - the database allows no such state without it
    following = deadlines.next_requirements_reminder(order.paid_at, at, order.terms.rules)
    timers = {Action.REMIND_REQUIREMENTS.value: following} if following else {}
    kind = Action.REMIND_REQUIREMENTS
    change = apply(order, kind, SYSTEM, at, timers=timers, drop=[] if following else [kind])
    until = order.paid_at + order.terms.rules.requirements_timeout
    notices.tell(change, Actor.BUYER, "order_requirements", until=until, amount=order.all_in)
