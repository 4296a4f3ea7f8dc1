"""Changing an answer while the seller works: the buyer's form, and the seller's yes or no."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.kernel import clock
from marketplace.kernel import files as kernel_files
from marketplace.kernel.errors import DomainError
from orders import api, questions, selectors
from orders.contracts import Question
from orders.models import Answer, AnswerChange, ChangeState, Order
from orders.services import answers
from orders.states import Actor
from orders.web.forms import show
from orders.web.question_fields import answer_field
from orders.web.shown import FileView, file_view
from orders.web.timeline import Cast, Entry


class ChangeForm(forms.Form):
    """The new answer, as its question wants it, and why."""

    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 3, "maxlength": 5000}))

    def __init__(self, question: Question, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["answer"] = answer_field(question)
        self.order_fields(["answer", "reason"])

    @property
    def text(self) -> str:
        answer = self.cleaned_data["answer"]
        return answer if isinstance(answer, str) else ""

    @property
    def uploads(self) -> list[UploadedFile[Any]]:
        answer = self.cleaned_data["answer"]
        return answer if isinstance(answer, list) else []


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def change(request: HttpRequest, order_id: uuid.UUID, key: str) -> HttpResponse:
    """The buyer asks for another answer; whoever may not is told why on the order page."""
    reader = int(request.user.pk or 0)
    order = selectors.order_for(order_id, reader)
    question = answers.question_of(order, key)
    reason = answers.reason_against(order)
    if reason or order.role_of(reader) != Actor.BUYER:
        messages.warning(request, reason or _("The buyer asks for it, the seller takes it or not."))
        return redirect(order)
    given = order.answers.filter(question_key=key).first()
    initial = {"answer": given.text if given else ""}
    form = ChangeForm(question, request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _send(form, order, reader, key, clock.now()):
        messages.success(request, _("Sent. The order goes on; you hear as soon as the seller has said."))
        return redirect(order)
    context = {"order": order, "question": question, "form": form}
    return render(request, "orders/change_answer.html", context, status=422 if form.errors else 200)


def _send(form: ChangeForm, order: Order, reader: int, key: str, at: datetime) -> bool:
    try:
        with kernel_files.with_its_files():
            stored = kernel_files.store_all(form.uploads, uploaded_by_id=reader, at=at)
            api.ask_answer_change(
                order_id=order.pk, actor_id=reader, key=key, text=form.text, files=stored,
                reason=form.cleaned_data["reason"], at=at,
            )  # fmt: skip
    except DomainError as error:
        show(form, error)
        return False
    return True


_VERDICTS: dict[str, tuple[Callable[..., None], Any]] = {
    "take": (api.take_answer_change, _("Taken. The brief shows the new answer.")),
    "refuse": (api.refuse_answer_change, _("The first answer stands.")),
    "take-back": (api.take_back_answer_change, _("Taken back.")),
}


@login_required
@require_POST
def settle(request: HttpRequest, order_id: uuid.UUID, change_id: int, verdict: str) -> HttpResponse:
    if verdict not in _VERDICTS:
        raise Http404
    order = selectors.order_for(order_id, int(request.user.pk or 0))
    run, done = _VERDICTS[verdict]
    try:
        run(order_id=order.pk, actor_id=int(request.user.pk or 0), change_id=change_id, at=clock.now())
    except DomainError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, done)
    return redirect(order)


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One wish as the brief shows it."""

    id: int
    text: str
    reason: str
    is_open: bool
    files: tuple[FileView, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One question of the brief with what stands there, and what stood there before."""

    key: str
    label: str
    text: str
    files: tuple[FileView, ...]
    is_link: bool = False
    wish: ChangeView | None = None
    earlier: tuple[str, ...] = field(default=())

    @property
    def is_open(self) -> bool:
        return not self.text and not self.files


def answer_views(order: Order, rows: list[Answer], changes: list[AnswerChange]) -> list[AnswerView]:
    """The whole brief, from rows that were read."""
    return [_answer_view(question, rows, changes) for question in order.terms.questions]


def _answer_view(question: Question, rows: list[Answer], changes: list[AnswerChange]) -> AnswerView:
    given = [row for row in rows if row.question_key == question.key]
    files, text = tuple(file_view(row.file) for row in given if row.file), given[0].text if given else ""
    mine = [one for one in changes if one.question_key == question.key]
    wish = next((_view(question, one) for one in mine if one.state == ChangeState.OPEN), None)
    earlier = tuple(
        ", ".join(one.before.split("\n")) if question.kind == "file" else questions.shown(question, one.before)
        for one in mine
        if one.state == ChangeState.TAKEN and one.before
    )
    shown = questions.shown(question, text)
    return AnswerView(question.key, question.label, shown, files, question.kind == "link" and bool(text), wish, earlier)


def _view(question: Question, one: AnswerChange) -> ChangeView:
    files = tuple(file_view(row.file) for row in one.files.all() if not row.is_before)
    text = questions.shown(question, one.text)
    return ChangeView(one.pk, text, one.reason, one.state == ChangeState.OPEN, files)


def answer_entries(order: Order, changes: list[AnswerChange], cast: Cast) -> list[Entry]:
    """The story's lines about answers."""
    buyer, seller, is_buyer = cast.name(Actor.BUYER), cast.name(Actor.SELLER), cast.reader == Actor.BUYER
    found = []
    for one in changes:
        question = answers.question_of(order, one.question_key)
        view = _view(question, one)
        title = _("%(who)s asked to change “%(question)s”") % {"who": buyer, "question": question.label}
        found.append(
            Entry(title, one.asked_at, note=view.text, body=one.reason, files=view.files, mine=is_buyer, tone="spark")
        )
        if one.settled_at:
            who = buyer if one.state == ChangeState.TAKEN_BACK else seller
            said = str(_SAID[one.state]) % {"who": who, "question": question.label}
            found.append(Entry(said, one.settled_at))
    return found


_SAID: dict[str, Any] = {
    ChangeState.TAKEN: _("%(who)s works with the new answer to “%(question)s”"),
    ChangeState.REFUSED: _("%(who)s keeps to the first answer to “%(question)s”"),
    ChangeState.TAKEN_BACK: _("%(who)s took the wish about “%(question)s” back"),
}
