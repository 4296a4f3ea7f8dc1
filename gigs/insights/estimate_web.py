"""What selling may bring: a form and its answer, as a page and as a part of one (htmx). For everybody."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from gigs.guidance.editor import receives
from gigs.insights.earnings import LOOK_BACK, typical_of
from gigs.insights.estimating import estimate
from gigs.models import Category
from gigs.selectors.categories import category_choices
from marketplace.kernel import currencies, currency_choice, words

_HOURS_MAX = 80
_WORK_MINUTES = (15, 30, 60, 120, 240, 480, 960, 2_400)


class EstimateForm(forms.Form):
    """Asked by GET, so that an answer has an address."""

    category = forms.ChoiceField(label=gettext_lazy("What you would do"))
    hours = forms.IntegerField(
        label=gettext_lazy("Your hours a week"),
        min_value=1,
        max_value=_HOURS_MAX,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    work = forms.TypedChoiceField(label=gettext_lazy("Your work on one order"), coerce=int)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False)

    def __init__(self, data: QueryDict | None = None, *, currency: str) -> None:
        usual = {"hours": 10, "work": 120, "currency": currency}
        super().__init__(data, initial=usual, auto_id="estimate_%s")
        self.fields["category"].choices = [("", _("Choose…")), *category_choices()]  # type: ignore[attr-defined]
        self.fields["work"].choices = [(minutes, words.duration(minutes)) for minutes in _WORK_MINUTES]  # type: ignore[attr-defined]
        codes = [(code, f"{code} · {words.currency_name(code)}") for code in currencies.settled()]
        self.fields["currency"].choices = codes  # type: ignore[attr-defined]
        if len(codes) == 1:
            del self.fields["currency"]


@require_safe
@vary_on_headers("HX-Request")  # one address: a browser that goes back must not show the part alone
def estimate_page(request: HttpRequest) -> HttpResponse:
    currency = currency_choice.preferred(request)
    form = EstimateForm(request.GET if "hours" in request.GET else None, currency=currency)
    answer = _answer(form, currency) if form.is_bound and form.is_valid() else {}
    context = {"form": form, "days": LOOK_BACK.days, "least_orders": settings.GUIDANCE_LEAST_ORDERS, **answer}
    htmx = request.htmx  # type: ignore[attr-defined]
    is_part = htmx and not htmx.history_restore_request
    return render(request, "gigs/_estimate.html" if is_part else "gigs/estimate.html", context)


def _answer(form: EstimateForm, currency: str) -> dict[str, Any]:
    asked = form.cleaned_data
    category = Category.objects.get(slug=asked["category"])
    source, typical, own = typical_of(category, currency := currencies.chosen(asked.get("currency") or currency))
    found = None
    if typical:
        found = estimate(
            typical,
            weekly_hours=asked["hours"],
            order_minutes=asked["work"],
            receives=lambda price: receives(price, category),
        )
    return {
        "category": category,
        "source": source,
        "typical": typical,
        "own_orders": own,
        "estimate": found,
        "currency": currency,
    }
