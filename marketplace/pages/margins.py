"""What the site keeps of a price: the fees of orders beside the costs of money, for those who run the site."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

import orders.api
import payments.api
from marketplace.kernel import clock, currencies, money, words
from marketplace.kernel.errors import DomainError
from marketplace.kernel.money import Money
from payments.api import MarginView, Rates

_PERCENT = 100  # steps of a share in one percent


class PercentField(forms.DecimalField):
    """A share typed in percent, kept in 1/10,000."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=100, decimal_places=2, max_digits=5, **options)

    def prepare_value(self, value: Any) -> Any:
        return f"{value // _PERCENT}.{value % _PERCENT:02}" if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        typed = super().clean(str(value or "").replace(",", "."))
        return None if typed is None else int(typed * _PERCENT)


class AmountField(forms.CharField):
    """An amount typed in a currency, kept in minor units."""

    def __init__(self, *, currency: str, **options: Any) -> None:
        super().__init__(**options)
        self.currency = currency
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        return Money(value, self.currency).plain if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        try:
            return money.parse(str(super().clean(value)), self.currency).amount_minor
        except ValueError as error:
            example = words.typed_example(self.currency)
            raise forms.ValidationError(_("Write an amount, such as %s.") % example) from error


_LABELS = {
    "region_bp": gettext_lazy("Cards of your region: share"),
    "region_fixed_minor": gettext_lazy("Cards of your region: fixed"),
    "near_bp": gettext_lazy("Cards of neighbours: share"),
    "near_fixed_minor": gettext_lazy("Cards of neighbours: fixed"),
    "near_share_bp": gettext_lazy("Cards of neighbours: of all payments"),
    "world_bp": gettext_lazy("Other cards: share"),
    "world_fixed_minor": gettext_lazy("Other cards: fixed"),
    "world_share_bp": gettext_lazy("Other cards: of all payments"),
    "payout_bp": gettext_lazy("Payout: share"),
    "payout_fixed_minor": gettext_lazy("Payout: fixed"),
    "orders_per_payout": gettext_lazy("Orders in one payout"),
    "account_month_minor": gettext_lazy("Seller paid in a month"),
    "orders_per_account_month": gettext_lazy("Orders of such a seller in a month"),
    "refund_share_bp": gettext_lazy("Payments refunded"),
    "dispute_share_bp": gettext_lazy("Payments charged back"),
    "dispute_fee_minor": gettext_lazy("Fee of a chargeback"),
}


class RatesForm(forms.Form):
    """All rates of one currency."""

    def __init__(self, currency: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label in _LABELS.items():
            self.fields[name] = _field(name, label, currency)

    @property
    def rates(self) -> Rates:
        return Rates(**{name: self.cleaned_data[name] for name in _LABELS})


def _field(name: str, label: Any, currency: str) -> forms.Field:
    if name.endswith("_bp"):
        return PercentField(label=label)
    if name.endswith("_minor"):
        return AmountField(label=label, currency=currency)
    return forms.IntegerField(label=label, min_value=1, max_value=10_000)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def margins(request: HttpRequest) -> HttpResponse:
    """One currency at a time; a POST keeps its rates."""
    if not (request.user.is_authenticated and request.user.handles_money):
        raise Http404
    currency = request.GET.get("currency", currencies.default())
    if currency not in currencies.settled():
        raise Http404
    at = clock.now()
    view = payments.api.margin_view(currency, orders.api.rules(currency), at)
    form = RatesForm(currency, request.POST or None, initial=asdict(view.rates))
    if request.method == "POST" and form.is_valid():
        try:
            payments.api.save_margin_rates(currency, form.rates, by_id=int(request.user.pk or 0), at=at)
        except DomainError as error:
            for name, message in error.fields.items():
                form.add_error(name, message)
        else:
            messages.success(request, _("Kept. The margins below are those of the new rates."))
            return redirect(f"{request.path}?currency={currency}")
    context = {"view": view, "form": form, "groups": _groups(form, view), "tabs": _tabs(currency)}
    return render(request, "pages/margins.html", context, status=422 if form.is_bound else 200)


def _tabs(current: str) -> list[dict[str, object]]:
    codes = currencies.settled()
    tabs = [{"label": code, "url": f"?currency={code}", "is_current": code == current} for code in codes]
    return tabs if len(tabs) > 1 else []


def _groups(form: RatesForm, view: MarginView) -> list[tuple[str, list[Any], list[tuple[str, Any, str]]]]:
    """Headings, their fields, and what was measured: words, value, what the value is (money, share, number)."""
    real = view.measured
    fee = Money(real.dispute_fee_minor, view.currency) if real.dispute_fee_minor is not None else None
    cards = [(_("Stripe's fee on average"), real.card_fee, "money"), (_("of what was paid"), real.card_bp, "share")]
    payouts = [
        (_("orders in one payout"), real.orders_per_payout, "number"),
        (_("orders of a seller in a month"), real.orders_per_account_month, "number"),
    ]
    trouble = [
        (_("refunded"), real.refund_share_bp, "share"),
        (_("charged back"), real.dispute_share_bp, "share"),
        (_("fee of a chargeback"), fee, "money"),
    ]
    names = list(_LABELS)
    return [
        (_("Stripe's fee for cards"), [form[name] for name in names[:8]], cards),
        (_("Payouts"), [form[name] for name in names[8:13]], payouts),
        (_("Refunds and chargebacks"), [form[name] for name in names[13:]], trouble),
    ]
