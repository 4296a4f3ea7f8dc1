"""Step 2 of the editor: packages, the comparison, extras, quantity prices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gigs import limits
from gigs.amounts import extra_problem, price_problem
from gigs.web.fields import CleanText, SellerPrice
from marketplace.kernel import currencies, words
from marketplace.kernel.spans import UNIT_CHOICES, UNITS

_NUMBER = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
# Short: these fields are narrow.
_BOUNDS = {
    "min_value": gettext_lazy("At least %(limit_value)s."),
    "max_value": gettext_lazy("At most %(limit_value)s."),
}
_AMOUNT = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class CurrencyForm(forms.Form):
    """The currency of all prices, and the agreement that the numbers stay where it is changed."""

    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        help_text=gettext_lazy("Of every price in this gig. Buyers pay in it, and you are paid in it."),
    )
    currency_agreed = forms.MultipleChoiceField(
        label=gettext_lazy("Only the currency changes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Say it for the currency that you chose last.")},
    )

    def __init__(self, data: QueryDict | None, *, current: str, saved: str) -> None:
        """``saved``: the currency of the prices that the gig has, empty where it has none."""
        super().__init__(data, initial={"currency": current})
        codes = currencies.settled()
        self.is_shown = len(codes) > 1 or bool(saved and saved not in codes)
        self.changes = bool(saved) and saved != current
        names = [(code, f"{code} · {words.currency_name(code)}") for code in codes]
        self.fields["currency"].choices = names  # type: ignore[attr-defined]
        self.fields["currency"].required = self.is_shown
        said = _("From %(before)s to %(now)s: the numbers of all prices stay as they are. Orders keep what they have.")
        agreed = [(current, said % {"before": saved, "now": current})]
        self.fields["currency_agreed"].choices = agreed  # type: ignore[attr-defined]

    @property
    def agreed(self) -> str:
        """Only after ``is_valid``."""
        return next(iter(self.cleaned_data["currency_agreed"]), "")


class PricedForm(forms.Form):
    """A row with a ``price``, in the currency of the whole gig."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price"].currency = currency  # type: ignore[attr-defined]  # a SellerPrice


class PackageForm(PricedForm):
    name = CleanText(label=gettext_lazy("Name"), max_length=limits.PACKAGE_NAME_MAX)
    price = SellerPrice(problem=price_problem, label=gettext_lazy("Your price"), max_length=16, widget=_AMOUNT)
    promise = forms.IntegerField(
        label=gettext_lazy("Ready in"),
        min_value=1,
        max_value=limits.PROMISE_MAX_MINUTES,
        widget=_NUMBER,
        error_messages=_BOUNDS,
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNIT_CHOICES, initial="hours")
    revisions = forms.IntegerField(
        label=gettext_lazy("Revisions"),
        min_value=0,
        max_value=limits.REVISIONS_MAX,
        initial=1,
        widget=_NUMBER,
        error_messages=_BOUNDS,
    )
    work_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes it takes you"),
        required=False,
        min_value=1,
        max_value=limits.WORK_MAX_MINUTES,
        widget=_NUMBER,
        error_messages=_BOUNDS,
        help_text=gettext_lazy("Only you see this: from it we tell you what an hour brings."),
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("promise") and data.get("unit"):
            data["minutes"] = data["promise"] * UNITS[data["unit"]]
            if data["minutes"] > limits.PROMISE_MAX_MINUTES:
                self.add_error("promise", _("At most 30 days."))
        return data


class FeatureForm(forms.Form):
    """A line of the comparison: what, and how much of it in each package."""

    label = CleanText(label=gettext_lazy("What"), max_length=limits.FEATURE_LABEL_MAX)
    value_1 = CleanText(label=gettext_lazy("First package"), required=False, max_length=limits.FEATURE_VALUE_MAX)
    value_2 = CleanText(label=gettext_lazy("Second package"), required=False, max_length=limits.FEATURE_VALUE_MAX)
    value_3 = CleanText(label=gettext_lazy("Third package"), required=False, max_length=limits.FEATURE_VALUE_MAX)


class ExtraForm(PricedForm):
    title = CleanText(label=gettext_lazy("Extra"), max_length=limits.EXTRA_TITLE_MAX)
    price = SellerPrice(problem=extra_problem, label=gettext_lazy("Your price"), max_length=16, widget=_AMOUNT)
    effect = forms.ChoiceField(
        label=gettext_lazy("Time"),
        choices=[("more", gettext_lazy("takes longer by")), ("less", gettext_lazy("is ready sooner by"))],
        initial="more",
    )
    time = forms.IntegerField(
        label=gettext_lazy("How much"),
        required=False,
        min_value=0,
        max_value=limits.PROMISE_MAX_MINUTES,
        widget=_NUMBER,
        error_messages=_BOUNDS,
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNIT_CHOICES, initial="hours")

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        minutes = (data.get("time") or 0) * UNITS.get(data.get("unit", ""), 0)
        data["minutes"] = -minutes if data.get("effect") == "less" else minutes
        if minutes > limits.PROMISE_MAX_MINUTES:
            self.add_error("time", _("At most 30 days."))
        return data


class DiscountForm(forms.Form):
    """A step of the quantity price."""

    start = forms.IntegerField(
        label=gettext_lazy("From how many"),
        min_value=2,
        max_value=limits.QUANTITY_MAX,
        widget=_NUMBER,
        error_messages=_BOUNDS,
    )
    percent = forms.IntegerField(
        label=gettext_lazy("Off the price of each"),
        min_value=1,
        max_value=limits.DISCOUNT_MAX_PERCENT,
        widget=_NUMBER,
        error_messages=_BOUNDS,
    )
