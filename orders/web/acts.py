"""What a POST to ``orders/<id>/<action>/`` does: actions that only need a click, and actions with a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.kernel import files as kernel_files
from orders import api
from orders.models import Order, OrderEvent
from orders.states import Action, Actor
from orders.web.forms import AnswersForm, CaseForm, DeliverForm, ReasonForm, ReviewForm

# Action → what to call, and what the person reads afterwards.
CLICKS: dict[str, tuple[Callable[..., None], Any]] = {
    Action.START: (api.start, _("The clock runs.")),
    Action.CANCEL: (api.cancel, _("Cancelled. Your money is on its way back.")),
    Action.UNDO: (api.undo, _("Undone. Your money is on its way back.")),
    Action.CANCEL_LATE: (api.cancel_late, _("Done. You see below what happens with your money.")),
    Action.ACCEPT: (api.accept, _("Accepted. Thank you.")),
    Action.EXTEND_REVIEW: (api.extend_review, _("You have more time to check.")),
    Action.WITHDRAW: (api.withdraw, _("Withdrawn. The order goes on.")),
    Action.WAIVE: (api.waive, _("You agreed with the decision.")),
}


@dataclass(frozen=True, slots=True)
class FormAct:
    """An action with a page of its own."""

    title: Any
    submit: Any
    make: Callable[..., forms.Form]  # (order, role, data, files, initial) → form
    run: Callable[[Any, Order, int, datetime], None]
    done: Any


def _plain(form: type[forms.Form]) -> Callable[..., forms.Form]:
    def make(order: Order, role: str, *args: Any, **options: Any) -> forms.Form:
        return form(*args, **options)

    return make


def _revise(form: ReasonForm, order: Order, user_id: int, at: datetime) -> None:
    api.request_revision(order_id=order.pk, actor_id=user_id, reason=form.cleaned_data["reason"], at=at)


def _seller_cancel(form: ReasonForm, order: Order, user_id: int, at: datetime) -> None:
    api.seller_cancel(order_id=order.pk, actor_id=user_id, reason=form.cleaned_data["reason"], at=at)


def _deliver_form(order: Order, role: str, *args: Any, **options: Any) -> DeliverForm:
    return DeliverForm(*args, terms=order.terms, **options)


def _deliver(form: DeliverForm, order: Order, user_id: int, at: datetime) -> None:
    stored = kernel_files.store_all(form.cleaned_data["files"], uploaded_by_id=user_id, at=at)
    handover = api.Handover(form.cleaned_data["note"], stored, form.addresses, form.ticked)
    api.deliver(order_id=order.pk, actor_id=user_id, handover=handover, at=at)


def _case_form(order: Order, role: str, *args: Any, **options: Any) -> CaseForm:
    return CaseForm(*args, terms=order.terms, role=role, is_answer=False, **options)


def _answer_form(order: Order, role: str, *args: Any, **options: Any) -> CaseForm:
    return CaseForm(*args, terms=order.terms, role=role, is_answer=True, **options)


def _case(form: CaseForm, user_id: int, at: datetime) -> api.Case:
    data = form.cleaned_data
    stored = kernel_files.store_all(data["files"], uploaded_by_id=user_id, at=at)
    return api.Case(data["statement"], data["back"], data.get("ground", ""), form.positions, stored)


def _open(form: CaseForm, order: Order, user_id: int, at: datetime) -> None:
    api.open_dispute(order_id=order.pk, actor_id=user_id, case=_case(form, user_id, at), at=at)


def _answer(form: CaseForm, order: Order, user_id: int, at: datetime) -> None:
    api.answer_dispute(order_id=order.pk, actor_id=user_id, case=_case(form, user_id, at), at=at)


def _review_form(order: Order, role: str, *args: Any, **options: Any) -> ReviewForm:
    mine = order.reviews.filter(role=role).values(*ReviewForm.base_fields).first()
    return ReviewForm(*args, role=role, initial=mine or {}, **options)


def _review(form: ReviewForm, order: Order, user_id: int, at: datetime) -> None:
    api.review(order_id=order.pk, actor_id=user_id, verdict=api.Verdict(**form.cleaned_data), at=at)


def _answers_form(order: Order, role: str, *args: Any, **options: Any) -> AnswersForm:
    questions = order.terms.questions
    given = {f"answer_{answer.question_key}": answer.text for answer in order.answers.all()}
    return AnswersForm(*args, questions=questions, initial=given, **options)


def _answers(form: AnswersForm, user_id: int, at: datetime) -> dict[str, Any]:
    uploads = form.uploads
    stored = kernel_files.store_all(uploads.values(), uploaded_by_id=user_id, at=at)
    return {"texts": form.texts, "files": dict(zip(uploads, stored, strict=True))}


def _submit(form: AnswersForm, order: Order, user_id: int, at: datetime) -> None:
    api.submit(order_id=order.pk, actor_id=user_id, at=at, **_answers(form, user_id, at))


def _save(form: AnswersForm, order: Order, user_id: int, at: datetime) -> None:
    api.save_answers(order_id=order.pk, actor_id=user_id, at=at, **_answers(form, user_id, at))


SAVE = "save"  # a draft of the answers; no step of the order

FORMS: dict[str, FormAct] = {
    Action.SUBMIT: FormAct(
        _("What the seller needs to know"),
        _("Send, and start the clock"),
        _answers_form,
        _submit,
        _("Sent. The clock runs."),
    ),
    SAVE: FormAct(_("What the seller needs to know"), _("Save"), _answers_form, _save, _("Saved.")),
    Action.DELIVER: FormAct(_("Deliver the work"), _("Deliver"), _deliver_form, _deliver, _("Delivered.")),
    Action.REQUEST_REVISION: FormAct(
        _("What should be different?"),
        _("Ask for these changes"),
        _plain(ReasonForm),
        _revise,
        _("Sent. A new clock runs."),
    ),
    Action.SELLER_CANCEL: FormAct(
        _("Cancel the order"), _("Cancel and give the money back"), _plain(ReasonForm), _seller_cancel, _("Cancelled.")
    ),
    Action.OPEN_DISPUTE: FormAct(
        _("Open a dispute"), _("Open the dispute"), _case_form, _open, _("Opened. The money is frozen.")
    ),
    Action.CLAIM: FormAct(_("Make a claim"), _("Make the claim"), _case_form, _open, _("Made. The money is frozen.")),
    Action.ANSWER_DISPUTE: FormAct(_("Your side"), _("Send"), _answer_form, _answer, _("Sent to both sides.")),
    Action.REVIEW: FormAct(
        _("How was it?"), _("Save the review"), _review_form, _review, _("Saved. You can change it until both are in.")
    ),
}  # fmt: skip


_LONGEST_VERSION = 10  # digits


def was_done_before(order: Order, action: str, user_id: int, seen_version: str) -> bool:
    """A second click on the same page: this person's action has been carried out since the page was made."""
    if not (seen_version.isascii() and seen_version.isdecimal() and len(seen_version) < _LONGEST_VERSION):
        return False
    since = OrderEvent.objects.filter(order=order, version__gt=int(seen_version))
    return since.filter(action=action, person_id=user_id).exists()


def role_of(order: Order, user_id: int) -> str:
    return order.role_of(user_id) or Actor.STAFF
