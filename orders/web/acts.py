"""What a POST to ``orders/<id>/<action>/`` does: actions that only need a click, and actions with a form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.kernel import clock
from marketplace.kernel import files as kernel_files
from marketplace.kernel.money import Money
from orders import api, situations
from orders.models import Order, OrderEvent
from orders.services import drafts, hearing
from orders.states import Action, Actor
from orders.web import bank_words, proposal_acts
from orders.web.case_forms import AppealForm, BankForm, OfferForm, QuestionForm
from orders.web.form_act import FormAct, place, plain
from orders.web.forms import AnswersForm, CaseForm, DeliverForm, ReasonForm, ReviewForm, TipForm
from orders.web.overlays import TELL_BANK
from orders.web.proposals import case_from
from orders.web.quarrels import ANSWER_QUESTION

# Action → what to call, and what the person reads afterwards.
CLICKS: dict[str, tuple[Callable[..., None], Any]] = {
    Action.ACCEPT_REQUEST: (api.accept_request, _("Agreed. The buyer is asked to pay.")),
    Action.WITHDRAW_REQUEST: (api.withdraw_request, _("Taken back.")),
    Action.START: (api.start, _("The clock runs.")),
    Action.CANCEL: (api.cancel, _("Cancelled. Your money is on its way back.")),
    Action.UNDO: (api.undo, _("Undone. Your money is on its way back.")),
    Action.CANCEL_LATE: (api.cancel_late, _("Done. You see below what happens with your money.")),
    Action.ACCEPT: (api.accept, _("Accepted. Thank you.")),
    Action.EXTEND_REVIEW: (api.extend_review, _("You have more time to check.")),
    Action.FUND_STEP: (api.fund_step, ""),
    Action.STOP: (api.stop, _("It ends here. What is done is paid.")),
    Action.WITHDRAW: (api.withdraw, _("Withdrawn. The order stands where it stood before.")),
    Action.WAIVE: (api.waive, _("You agreed with the decision.")),
    Action.CANCEL_HELD: (api.cancel_held, _("Cancelled. Your money is on its way back.")),
}


def _revise(form: ReasonForm, order: Order, user_id: int, at: datetime) -> None:
    api.request_revision(order_id=order.pk, actor_id=user_id, reason=form.cleaned_data["reason"], at=at)


def _seller_cancel(form: ReasonForm, order: Order, user_id: int, at: datetime) -> None:
    api.seller_cancel(order_id=order.pk, actor_id=user_id, reason=form.cleaned_data["reason"], at=at)


def _decline(form: ReasonForm, order: Order, user_id: int, at: datetime) -> None:
    api.decline_request(order_id=order.pk, actor_id=user_id, reason=form.cleaned_data["reason"], at=at)


def _tip_form(order: Order, role: str, *args: Any, **options: Any) -> TipForm:
    return TipForm(*args, currency=order.currency, **options)


def _tip(form: TipForm, order: Order, user_id: int, at: datetime) -> None:
    api.tip(order_id=order.pk, actor_id=user_id, amount=form.cleaned_data["amount"], at=at)


def _deliver_form(order: Order, role: str, *args: Any, **options: Any) -> DeliverForm:
    initial = drafts.kept(order)
    return DeliverForm(
        *args, terms=order.terms, place=place(order, role, "deliver", clock.now()), initial=initial, **options
    )


def _handover(form: DeliverForm) -> api.Handover:
    data = form.cleaned_data
    return api.Handover(data["note"], links=form.addresses, checklist=form.ticked, uploads=data["files"])


def _deliver(form: DeliverForm, order: Order, user_id: int, at: datetime) -> None:
    api.deliver(order_id=order.pk, actor_id=user_id, handover=_handover(form), at=at)


def _save_delivery(form: DeliverForm, order: Order, user_id: int, at: datetime) -> None:
    api.save_delivery(order_id=order.pk, actor_id=user_id, handover=_handover(form), at=at)


def _case_form(order: Order, role: str, *args: Any, **options: Any) -> CaseForm:
    known = {"initial": case_from(order, role)} if not args else {}
    return _dispute_form(order, role, *args, **(known | options))


def _answer_form(order: Order, role: str, *args: Any, **options: Any) -> CaseForm:
    dispute = situations.open_dispute(order)
    asked = Money(dispute.asked_minor, order.currency) if dispute else order.price_at_stake  # or just closed
    return _dispute_form(order, role, *args, asked=asked, **options)


def _dispute_form(order: Order, role: str, *args: Any, **options: Any) -> CaseForm:
    where = place(order, role, "case", clock.now())
    return CaseForm(*args, terms=order.terms, price=order.price_at_stake, role=role, place=where, **options)


def _case(form: CaseForm) -> api.Case:
    data = form.cleaned_data
    return api.Case(data["statement"], data["back"], data.get("ground", ""), form.positions, uploads=data["files"])


def _open(form: CaseForm, order: Order, user_id: int, at: datetime) -> None:
    api.open_dispute(order_id=order.pk, actor_id=user_id, case=_case(form), at=at)


def _claim(form: CaseForm, order: Order, user_id: int, at: datetime) -> None:
    api.claim(order_id=order.pk, actor_id=user_id, case=_case(form), at=at)


def _answer(form: CaseForm, order: Order, user_id: int, at: datetime) -> Any:
    is_settled = api.answer_dispute(order_id=order.pk, actor_id=user_id, case=_case(form), at=at)
    return _("You gave what was asked: it is settled.") if is_settled else None


def _review_form(order: Order, role: str, *args: Any, **options: Any) -> ReviewForm:
    mine = order.reviews.filter(role=role).values(*ReviewForm.base_fields).first()
    return ReviewForm(*args, role=role, initial=mine or {}, **options)


def _review(form: ReviewForm, order: Order, user_id: int, at: datetime) -> Any:
    both = api.review(order_id=order.pk, actor_id=user_id, verdict=api.Verdict(**form.cleaned_data), at=at)
    return _("Saved. Both reviews are in, and everybody can read them now.") if both else None


def _answers_form(order: Order, role: str, *args: Any, **options: Any) -> AnswersForm:
    questions = order.terms.questions
    given = {f"answer_{answer.question_key}": answer.text for answer in order.answers.all()}
    return AnswersForm(*args, questions=questions, initial=given, **options)


def _answers(form: AnswersForm, user_id: int, at: datetime) -> dict[str, Any]:
    stored = {
        key: kernel_files.store_all(uploads, uploaded_by_id=user_id, at=at) for key, uploads in form.uploads.items()
    }
    return {"texts": form.texts, "files": stored}


def _submit(form: AnswersForm, order: Order, user_id: int, at: datetime) -> None:
    api.submit(order_id=order.pk, actor_id=user_id, at=at, **_answers(form, user_id, at))


def _save(form: AnswersForm, order: Order, user_id: int, at: datetime) -> None:
    api.save_answers(order_id=order.pk, actor_id=user_id, at=at, **_answers(form, user_id, at))


# Go on to the payment page of what they ask for.
LEAD_TO_PAYMENT = frozenset({Action.FUND_STEP, Action.TIP})


def _offer_form(order: Order, role: str, *args: Any, **options: Any) -> OfferForm:
    dispute = situations.open_dispute(order)
    if dispute:
        dispute.order = order
    before = dispute.sealed_of(role) if dispute else None
    return OfferForm(*args, price=order.price_at_stake, role=role, before=before, **options)


def _offer(form: OfferForm, order: Order, user_id: int, at: datetime) -> Any:
    meet = api.offer(order_id=order.pk, actor_id=user_id, back=form.cleaned_data["back"], at=at)
    return _("The two offers meet: it is settled.") if meet else None


def _appeal(form: AppealForm, order: Order, user_id: int, at: datetime) -> None:
    stored = kernel_files.store_all(form.cleaned_data["files"], uploaded_by_id=user_id, at=at)
    api.appeal(order_id=order.pk, actor_id=user_id, text=form.cleaned_data["text"], files=stored, at=at)


def _question_form(order: Order, role: str, *args: Any, **options: Any) -> QuestionForm:
    dispute = situations.open_dispute(order)
    asked = dispute.questions.filter(role=role, answered_at=None).last() if dispute else None
    return QuestionForm(*args, question=asked.text if asked else "", **options)


def _answer_question(form: QuestionForm, order: Order, user_id: int, at: datetime) -> None:
    api.answer_question(order_id=order.pk, actor_id=user_id, text=form.cleaned_data["answer"], at=at)


def _bank_form(order: Order, role: str, *args: Any, **options: Any) -> BankForm:
    choices = [(item.pk, item.file.name) for item in hearing.handed_over(order)]
    reason = next((bank_words.reason(claim.reason) for claim in hearing.open_claims(order)), "")
    return BankForm(*args, reason=reason, handed_over=choices, before=hearing.words_before(order), **options)


def _tell_bank(form: BankForm, order: Order, user_id: int, at: datetime) -> None:
    data = form.cleaned_data
    api.tell_bank(
        order_id=order.pk, actor_id=user_id, text=data["text"], file_ids=data.get("file_ids", []), at=at
    )  # fmt: skip


# Their pages lead to the usual splits.
ABOUT_A_DISPUTE = frozenset({Action.OPEN_DISPUTE, Action.CLAIM, Action.ANSWER_DISPUTE, Action.OFFER, Action.APPEAL})
# Drafts of the answers and of a delivery; no step of the order.
SAVE, SAVE_DELIVERY = "save", "save-delivery"

FORMS: dict[str, FormAct] = {
    Action.DECLINE_REQUEST: FormAct(
        _("Why not?"), _("Say no"), plain(ReasonForm), _decline, _("Declined. The buyer reads why.")
    ),
    Action.SUBMIT: FormAct(
        _("What the seller needs to know"),
        _("Send, and start the clock"),
        _answers_form,
        _submit,
        _("Sent. The clock runs."),
    ),
    SAVE: FormAct(_("What the seller needs to know"), _("Save"), _answers_form, _save, _("Saved.")),
    **proposal_acts.FORMS,
    Action.DELIVER: FormAct(_("Deliver the work"), _("Deliver"), _deliver_form, _deliver, _("Delivered.")),
    SAVE_DELIVERY: FormAct(
        _("Deliver the work"), _("Save for later"), _deliver_form, _save_delivery, _("Saved. Nobody but you sees it.")
    ),
    Action.REQUEST_REVISION: FormAct(
        _("What should be different?"),
        _("Ask for these changes"),
        plain(ReasonForm),
        _revise,
        _("Sent. A new clock runs."),
    ),
    Action.SELLER_CANCEL: FormAct(
        _("Cancel the order"), _("Cancel and give the money back"), plain(ReasonForm), _seller_cancel, _("Cancelled.")
    ),
    Action.OPEN_DISPUTE: FormAct(
        _("Open a dispute"), _("Open the dispute"), _case_form, _open, _("Opened. The money is frozen.")
    ),
    Action.CLAIM: FormAct(
        _("Make a claim"), _("Make the claim"), _case_form, _claim, _("Your claim is made. The money is frozen.")
    ),
    Action.ANSWER_DISPUTE: FormAct(_("Your side"), _("Send"), _answer_form, _answer, _("Sent to both sides.")),
    Action.TIP: FormAct(_("Leave a tip"), _("Go on to pay"), _tip_form, _tip, ""),
    Action.OFFER: FormAct(
        _("Your final offer"), _("Seal it"), _offer_form, _offer,
        _("Kept where nobody but the site sees it. It is settled as soon as the two meet."),
    ),
    Action.APPEAL: FormAct(_("Appeal"), _("Send the appeal"), plain(AppealForm), _appeal, _("Sent. No money moves.")),
    ANSWER_QUESTION: FormAct(
        _("A moderator asks"), _("Send the answer"), _question_form, _answer_question, _("Sent. The clock goes on.")
    ),
    TELL_BANK: FormAct(
        _("Your side, for the bank"), _("Save it"), _bank_form, _tell_bank,
        _("Saved. It goes to the bank with the log of the order."),
    ),
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
