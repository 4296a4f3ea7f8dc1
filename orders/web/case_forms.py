"""Forms of the order page that belong to a case: final offers, an appeal, a moderator's question, the bank's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.kernel import words
from marketplace.kernel.money import Money
from orders.states import Actor
from orders.web.forms import Amount
from orders.web.question_fields import ManyFiles


class OfferForm(forms.Form):
    def __init__(self, *args: Any, price: Money, role: str, before: Money | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("What is the least you accept back?")
        if role == Actor.SELLER:
            label = _("What is the most you give back?")
        help_text = _("Of the price of %(price)s; the service fee follows it.") % {"price": words.amount(price)}
        self.fields["back"] = Amount(label=label, currency=price.currency, help_text=help_text)
        if before is not None:
            self.initial["back"] = before.plain


class AppealForm(forms.Form):
    text = forms.CharField(
        label=_("What the decision overlooks"),
        help_text=_("Both sides read it, and another moderator than before."),
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": 5000}),
    )
    # Django keeps declared fields apart from the attribute of this name.
    files = ManyFiles(label=_("What is new"), help_text=_("At least one file or screenshot that was not there before."))  # type: ignore[assignment]


class QuestionForm(forms.Form):
    def __init__(self, *args: Any, question: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = forms.CharField(
            label=_("Your answer"),
            help_text=question,
            widget=forms.Textarea(attrs={"rows": 5, "maxlength": 5000}),
        )


class BankForm(forms.Form):
    """What a seller says to the buyer's bank."""

    text = forms.CharField(
        label=_("What happened"),
        help_text=_(
            "What was ordered, what you delivered, what the buyer said. Plain words; the bank reads English best."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": 5000}),
    )

    def __init__(self, *args: Any, reason: str, handed_over: list[tuple[int, str]], before: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["text"] = before
        text = self.fields["text"]
        text.help_text = f"{reason} {text.help_text}".strip()
        if handed_over:
            self.fields["file_ids"] = forms.TypedMultipleChoiceField(
                label=_("Name these files as delivered"),
                required=False,
                coerce=int,
                choices=handed_over,
                initial=[pk for pk, _name in handed_over],
                widget=forms.CheckboxSelectMultiple,
            )
