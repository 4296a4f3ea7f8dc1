"""A seller's money: protected → clearing → ready → paid. A fixed number of queries, however many orders."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.conf import settings
from django.db.models import F, QuerySet, Sum

from marketplace.kernel.money import Money, total
from payments import owners
from payments.contracts import Earning, Earnings, PayoutView, ReferenceCard, Stage
from payments.ledger.kinds import Kind
from payments.models import Balance, Payout, PayoutState, Release, ReleaseState

_ROWS, _PAYOUTS = 100, 20
_STAGES = {
    ReleaseState.CLEARING: Stage.CLEARING,
    ReleaseState.AVAILABLE: Stage.WAITING,
    ReleaseState.SENDING: Stage.SENDING,
    ReleaseState.TRANSFERRED: Stage.IN_ACCOUNT,
}


def earnings(user_id: int) -> Earnings:
    """Amounts in the site's currency, after fees; the newest hundred rows."""
    currency = settings.SETTLEMENT_CURRENCY
    releases = list(_releases(user_id)[:_ROWS])
    cards = owners.describe(list({release.charge.reference for release in releases}))
    rows = tuple(_row(release, cards[release.charge.reference]) for release in releases)
    protected = [item.amount for item in owners.protected_for(user_id) if item.amount.currency == currency]
    owed = _owed(user_id, currency)
    payouts = Payout.objects.filter(account__user_id=user_id).order_by("-asked_at")
    paid = _sum(payouts.filter(state=PayoutState.PAID, currency=currency))
    return Earnings(
        protected=total(protected, currency),
        clearing=Money(owed[Kind.SELLER_CLEARING], currency),
        ready=Money(owed[Kind.SELLER_AVAILABLE] + _left_unpaid(user_id, currency, paid), currency),
        paid=Money(paid, currency),
        expected=_expected(rows, currency),
        rows=rows,
        payouts=tuple(_payout(payout) for payout in payouts[:_PAYOUTS]),
    )


def _releases(user_id: int) -> QuerySet[Release]:
    mine = Release.objects.filter(payee_id=user_id).exclude(state=ReleaseState.UNDONE)
    return mine.select_related("charge", "payout").order_by("-released_at", "-id")


def _owed(user_id: int, currency: str) -> defaultdict[str, int]:
    kinds = [Kind.SELLER_CLEARING.value, Kind.SELLER_AVAILABLE.value]
    balances = Balance.objects.filter(
        account__owner_id=user_id, account__currency=currency, account__kind__in=kinds, posted_minor__gt=0
    )
    sums = balances.values_list("account__kind").annotate(owed=Sum("posted_minor"))
    return defaultdict(int, dict(sums))


def _left_unpaid(user_id: int, currency: str, paid_minor: int) -> int:
    """On its way or in the seller's account: everything that left, less what the bank confirmed."""
    left = Release.objects.filter(
        payee_id=user_id,
        charge__currency=currency,
        state__in=[ReleaseState.SENDING, ReleaseState.TRANSFERRED],
    ).annotate(
        gross=F("price_minor") + F("buyer_fee_minor"),
        fees=F("seller_fee_minor") + F("buyer_fee_minor"),
    )
    # The same rounding as Release.net_minor, in whole numbers.
    net = (
        F("gross") - F("fees") - F("undone_minor") + (2 * F("fees") * F("undone_minor") + F("gross")) / (2 * F("gross"))
    )
    return max((left.aggregate(net=Sum(net))["net"] or 0) - paid_minor, 0)


def _sum(payouts: QuerySet[Payout]) -> int:
    return payouts.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def _row(release: Release, card: ReferenceCard) -> Earning:
    stage = _STAGES[ReleaseState(release.state)]
    if stage == Stage.IN_ACCOUNT and release.payout:
        stage = Stage.PAID if release.payout.state == PayoutState.PAID else Stage.ON_THE_WAY
    moments = release.released_at, release.available_at, release.transferred_at
    return Earning(
        reference=release.charge.reference,
        title=card.title,
        url=card.url,
        amount=Money(release.net_minor, release.charge.currency),
        stage=stage,
        since=max(moment for moment in moments if moment),
        expected_at=card.clears_at if stage == Stage.CLEARING else None,
    )


def _expected(rows: tuple[Earning, ...], currency: str) -> tuple[tuple[datetime, Money], ...]:
    """The next days on which shares clear, with their sums; earliest first."""
    days: dict[object, tuple[datetime, Money]] = {}
    for row in sorted((row for row in rows if row.expected_at), key=lambda row: row.expected_at or row.since):
        if row.expected_at is None or row.amount.currency != currency:
            continue
        day = row.expected_at.date()
        first, sum_ = days.get(day, (row.expected_at, Money(0, currency)))
        days[day] = first, sum_ + row.amount
    return tuple(days.values())


def _payout(payout: Payout) -> PayoutView:
    return PayoutView(
        amount=Money(payout.amount_minor, payout.currency),
        state=payout.state,
        asked_at=payout.asked_at,
        arrives_on=payout.arrives_on,
        paid_at=payout.paid_at,
        failure=payout.failure,
    )
