"""Rates as the operator has set them, and as the last ninety days have been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth

from marketplace.kernel.money import Money
from payments.margins import FeeRules, Margin, Rates, list_rates, margins, minimum_price
from payments.models import Charge, Chargeback, Funding, MarginRates, Payout, PayoutState, Release, ReleaseState

MEASURED_DAYS = 90
_HISTORY = 20
_WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Measured:
    """What really was; None where there is nothing to measure."""

    payments: int
    card_fee: Money | None  # Stripe's average fee of a payment
    card_bp: int | None  # the same as a share of what was paid, fixed part included
    refund_share_bp: int | None
    dispute_share_bp: int | None
    dispute_fee_minor: int | None
    orders_per_payout: int | None
    orders_per_account_month: int | None


@dataclass(frozen=True, slots=True)
class MarginView:
    currency: str
    rates: Rates
    margins: Sequence[Margin]
    minimum: Money | None
    measured: Measured
    history: Sequence[MarginRates]

    @property
    def has_loss(self) -> bool:
        return any(margin.is_loss for margin in self.margins)


def margin_view(currency: str, fees: FeeRules, at: datetime) -> MarginView:
    """One currency; seven queries, six of them over the last ninety days."""
    history = list(MarginRates.objects.filter(currency=currency).select_related("saved_by").order_by("-id")[:_HISTORY])
    rates = _rates(history[0]) if history else list_rates(currency)
    found = margins(rates, fees, currency)
    minimum = minimum_price(rates, fees, currency)
    return MarginView(currency, rates, found, minimum, measured(currency, at), history)


def _rates(row: MarginRates) -> Rates:
    return Rates(**{field.name: getattr(row, field.name) for field in fields(Rates)})


def measured(currency: str, at: datetime) -> Measured:
    since = at - timedelta(days=MEASURED_DAYS)
    paid = _payments(currency, since)
    disputes = Chargeback.objects.filter(currency=currency, opened_at__gte=since).aggregate(
        number=Count("id"), fees=Sum("fee_minor"), charged=Count("id", filter=Q(fee_minor__gt=0))
    )
    payouts, covered = _payouts(currency, since)
    sellers, released = _sellers(currency, since)
    return Measured(
        payments=paid["number"],
        card_fee=Money(_share(paid["fees"], paid["known"]) or 0, currency) if paid["known"] else None,
        card_bp=_share((paid["fees"] or 0) * _WHOLE_BP, paid["known_paid"]),
        refund_share_bp=_share(paid["refunded"] * _WHOLE_BP, paid["number"]),
        dispute_share_bp=_share(disputes["number"] * _WHOLE_BP, paid["number"]),
        dispute_fee_minor=_share(disputes["fees"], disputes["charged"]),
        orders_per_payout=_share(covered, payouts),
        orders_per_account_month=_share(released, sellers),
    )


def _share(part: int | None, whole: int | None) -> int | None:
    """Rounded half up; None where there is no whole."""
    return (2 * (part or 0) + whole) // (2 * whole) if whole else None


def _payments(currency: str, since: datetime) -> dict[str, int]:
    known = Q(stripe_fee_minor__isnull=False)
    rows = Charge.objects.filter(captured_at__gte=since, currency=currency, funding=Funding.BUYER)
    return rows.aggregate(
        number=Count("id"),
        known=Count("id", filter=known),
        fees=Sum("stripe_fee_minor"),
        known_paid=Sum("captured_minor", filter=known),
        refunded=Count("id", filter=Q(refunded_minor__gt=0)),
    )


def _payouts(currency: str, since: datetime) -> tuple[int, int]:
    """Payouts that left, and the releases that they paid."""
    left = Payout.objects.filter(asked_at__gte=since, currency=currency, state__in=[PayoutState.SENT, PayoutState.PAID])
    return left.count(), Release.objects.filter(payout__in=left).count()


def _sellers(currency: str, since: datetime) -> tuple[int, int]:
    """Months in which a seller was paid, counted for each seller, and the releases of all."""
    rows = Release.objects.filter(released_at__gte=since, charge__currency=currency).exclude(state=ReleaseState.UNDONE)
    months = rows.annotate(month=TruncMonth("released_at")).order_by().values("payee_id", "month").distinct()
    return months.count(), rows.filter(price_minor__gt=F("seller_fee_minor")).count()
