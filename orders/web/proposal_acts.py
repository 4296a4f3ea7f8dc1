"""Forms of the pause and of proposals: what is asked, and the one call each makes."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.kernel import clock, words
from marketplace.kernel.errors import DomainError
from marketplace.kernel.money import Money
from marketplace.kernel.spans import UNIT_CHOICES, UNITS
from marketplace.kernel.uploads.forms import FilesForm
from orders import api
from orders.models import Kind, Order, Proposal
from orders.states import Action, Actor
from orders.web.form_act import FormAct, place, plain
from orders.web.forms import Amount

_TEXT = forms.Textarea(attrs={"rows": 4, "maxlength": 5000})


class QuestionForm(forms.Form):
    question = forms.CharField(
        label=_("What do you need?"), help_text=_("One question that one answer settles."), widget=_TEXT
    )


class ReplyForm(FilesForm):
    text = forms.CharField(label=_("Your answer"), required=False, widget=_TEXT, help_text=_("Or only a file, below."))
    text.is_mandatory = True  # type: ignore[attr-defined]  # read by the template: one of the two
    field_order = ("text", "files")


class TimeForm(forms.Form):
    """A number and a unit; ``span`` is their minutes."""

    minutes = forms.IntegerField(
        label=_("How much more time?"), min_value=1, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=UNIT_CHOICES, initial="hours")
    text = forms.CharField(label=_("Why"), widget=_TEXT)

    @property
    def span(self) -> int:
        return int(self.cleaned_data["minutes"] or 0) * UNITS[self.cleaned_data["unit"]]


class ExtraForm(TimeForm):
    title = forms.CharField(label=_("What is it?"), max_length=100, help_text=_("In a few words, as on a receipt."))

    def __init__(self, *args: Any, order: Order, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fee = words.percent(order.terms.rules.seller_fee_bp)
        ours = _("Before the fee of %(fee)s that you pay on all your work.") % {"fee": fee}
        help_text = _("Before the service fee.") if role == Actor.BUYER else ours
        self.fields["price"] = Amount(label=_("Price"), currency=order.currency, help_text=help_text)
        self.fields["minutes"].required = False
        self.fields["minutes"].min_value = 0  # type: ignore[attr-defined]
        self.fields["text"].required = False
        self.fields["text"].label = _("More about it")
        self.order_fields(["title", "price", "minutes", "unit", "text"])


class TextForm(forms.Form):
    text = forms.CharField(label=_("Why"), widget=_TEXT)


class RefundForm(TextForm):
    def __init__(self, *args: Any, order: Order, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("How much should come back to you?") if role == Actor.BUYER else _("How much would you give back?")
        price = words.amount(order.price_at_stake)
        help_text = _("Of the price of %(price)s; the service fee follows in proportion.") % {"price": price}
        self.fields["amount"] = Amount(label=label, currency=order.currency, help_text=help_text)
        self.order_fields(["amount", "text"])


class AnswerForm(forms.Form):
    """Names the proposal that was on the page, so that nobody agrees to another one."""

    proposal = forms.IntegerField(widget=forms.HiddenInput)


def _of_order(form: Any) -> Any:
    def make(order: Order, role: str, *args: Any, **options: Any) -> forms.Form:
        made: forms.Form = form(*args, order=order, role=role, **options)
        return made

    return make


def _reply_form(order: Order, role: str, *args: Any, **options: Any) -> ReplyForm:
    return ReplyForm(*args, place=place(order, role, "reply", clock.now()), **options)


def _answering(kind: Kind | None, *, mine: bool = False) -> Any:
    """For a page of its own: the open proposal of this kind, or the oldest that this side may answer or take back."""

    def make(order: Order, role: str, *args: Any, **options: Any) -> AnswerForm:
        found = Proposal.objects.open_of(order)
        found = found.filter(kind=kind) if kind else found.filter(by_role=role) if mine else found.exclude(by_role=role)
        options = {"initial": {"proposal": found.values_list("pk", flat=True).first()}} | options
        return AnswerForm(*args, **options)

    return make


def _ask(form: QuestionForm, order: Order, user_id: int, at: datetime) -> None:
    api.need_information(order_id=order.pk, actor_id=user_id, question=form.cleaned_data["question"], at=at)


def _reply(form: ReplyForm, order: Order, user_id: int, at: datetime) -> None:
    data = form.cleaned_data
    api.reply(order_id=order.pk, actor_id=user_id, text=data["text"], files=data["files"], at=at)


def _extension(form: TimeForm, order: Order, user_id: int, at: datetime) -> None:
    text = form.cleaned_data["text"]
    api.propose_extension(order_id=order.pk, actor_id=user_id, minutes=form.span, text=text, at=at)


def _extra(form: ExtraForm, order: Order, user_id: int, at: datetime) -> None:
    data = {name: form.cleaned_data[name] for name in ("title", "price", "text")}
    api.propose_extra(order_id=order.pk, actor_id=user_id, minutes=form.span, at=at, **data)


def _cancel(form: TextForm, order: Order, user_id: int, at: datetime) -> None:
    api.propose_cancel(order_id=order.pk, actor_id=user_id, text=form.cleaned_data["text"], at=at)


def _refund(form: RefundForm, order: Order, user_id: int, at: datetime) -> None:
    amount: Money = form.cleaned_data["amount"]
    api.propose_refund(order_id=order.pk, actor_id=user_id, amount=amount, text=form.cleaned_data["text"], at=at)


def _answer(call: Any) -> Any:
    def run(form: AnswerForm, order: Order, user_id: int, at: datetime) -> None:
        call(order_id=order.pk, actor_id=user_id, proposal_id=form.cleaned_data["proposal"], at=at)

    return run


def _to_payment(order: Order, user_id: int, at: datetime) -> str:
    """The buyer goes on to pay; where the provider is away, the order page offers it again."""
    if order.role_of(user_id) == Actor.BUYER:
        with suppress(DomainError):
            return api.checkout_url(order_id=order.pk, buyer_id=user_id, at=at)
    return order.get_absolute_url()


_PROPOSED = _("Sent. You are told what the answer is.")

FORMS: dict[str, FormAct] = {
    Action.NEED_INFORMATION: FormAct(
        _("Ask, and stop the clock"), _("Ask, and stop the clock"), plain(QuestionForm), _ask,
        _("Asked. Your clock stands still."),
    ),
    Action.REPLY: FormAct(_("Your answer"), _("Send"), _reply_form, _reply, _("Sent. The clock runs again.")),
    Action.PROPOSE_EXTENSION: FormAct(_("More time"), _("Propose it"), plain(TimeForm), _extension, _PROPOSED),
    Action.PROPOSE_EXTRA: FormAct(_("An extra"), _("Propose it"), _of_order(ExtraForm), _extra, _PROPOSED),
    Action.PROPOSE_CANCEL: FormAct(_("Propose to cancel"), _("Propose it"), plain(TextForm), _cancel, _PROPOSED),
    Action.PROPOSE_REFUND: FormAct(_("A part back"), _("Propose it"), _of_order(RefundForm), _refund, _PROPOSED),
    Action.ACCEPT_EXTENSION: FormAct(
        _("More time"), _("Agree"), _answering(Kind.EXTENSION), _answer(api.accept_extension),
        _("Agreed. The deadline has moved."),
    ),
    Action.ACCEPT_EXTRA: FormAct(
        _("An extra"), _("Agree"), _answering(Kind.EXTRA), _answer(api.accept_extra),
        _("Agreed. It counts as soon as it is paid."), _to_payment,
    ),
    Action.ACCEPT_CANCEL: FormAct(
        _("Cancel the order"), _("Cancel it"), _answering(Kind.CANCEL), _answer(api.accept_cancel), _("Cancelled."),
    ),
    Action.ACCEPT_REFUND: FormAct(
        _("A part back"), _("Agree"), _answering(Kind.REFUND), _answer(api.accept_refund),
        _("Agreed. The order is done."),
    ),
    Action.DECLINE_PROPOSAL: FormAct(
        _("Decline the proposal"), _("Decline"), _answering(None), _answer(api.decline_proposal),
        _("Declined. The order goes on."),
    ),
    Action.TAKE_BACK_PROPOSAL: FormAct(
        _("Take the proposal back"), _("Take it back"), _answering(None, mine=True), _answer(api.take_back_proposal),
        _("Taken back."),
    ),
}  # fmt: skip
