"""What a buyer spent by month, and what sellers received from whom; read from the payments themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, tzinfo

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, Least, TruncMonth

from marketplace.kernel.money import Money
from payments.contracts import ChargeState, MonthSpent
from payments.models import Charge, Chargeback, Release
from payments.models.charges import Funding


def spending(payer_id: int, since: datetime, zone: tzinfo) -> list[MonthSpent]:
    """Each month of ``zone`` and currency in which somebody paid, oldest first. What came back of a payment, is on its
    way back or was taken by the bank, whoever bears it, counts in the month of the payment, and never as more than
    was paid. One query.
    """
    paid = Charge.objects.filter(payer_id=payer_id, state=ChargeState.CAPTURED, captured_at__gte=since)
    settled = Chargeback.objects.filter(charge=OuterRef("pk"), settled_at__isnull=False).order_by().values("charge")
    borne = Coalesce(Subquery(settled.annotate(sum=Sum("written_off_minor")).values("sum")), 0)
    back = F("refunded_minor") + F("waiting_minor") + F("lost_minor") + F("borne_minor")
    months = (
        paid.exclude(funding=Funding.PLATFORM)
        .annotate(borne_minor=borne)
        .values("currency", month=TruncMonth("captured_at", tzinfo=zone))
        .annotate(paid=Sum("captured_minor"), back=Sum(Least(F("captured_minor"), back)))
        .order_by("month", "currency")
    )
    return [
        MonthSpent(
            row["month"].date(), Money(int(row["paid"]), row["currency"]), Money(int(row["back"]), row["currency"])
        )
        for row in months
    ]


def received_from(payee_id: int, payer_ids: Iterable[int]) -> dict[int, list[Money]]:
    """What became a seller's after fees, by who paid it: one amount for each currency, by its code. Two queries."""
    releases = Release.objects.filter(payee_id=payee_id, charge__payer__in=list(payer_ids)).order_by()
    sums: defaultdict[tuple[int, str], int] = defaultdict(int)
    whole = releases.filter(undone_minor=0).values_list("charge__payer_id", "charge__currency")
    for payer_id, currency, net in whole.annotate(net=Sum(F("price_minor") - F("seller_fee_minor"))):
        sums[payer_id, currency] += int(net)
    # Fees of a part are rounded once for each: what was undone is counted one by one, and is rare.
    for release in releases.exclude(undone_minor=0).select_related("charge"):
        sums[release.charge.payer_id, release.charge.currency] += release.net_minor
    found: defaultdict[int, list[Money]] = defaultdict(list)
    for (payer_id, currency), net in sorted(sums.items()):
        if net:
            found[payer_id].append(Money(net, currency))
    return dict(found)
