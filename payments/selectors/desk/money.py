"""Money that stays where it should not: chargebacks, warnings, debts, suspense, what is stuck between two places."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Min, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import api as accounts
from accounts.contracts import Person
from marketplace.kernel.money import Money
from payments.models import (
    Charge,
    Chargeback,
    ChargebackState,
    FraudWarning,
    Refund,
    RefundState,
    Release,
    ReleaseState,
    ReversalState,
    SellerDebt,
    TransferReversal,
)
from payments.selectors import ages
from payments.selectors.desk.items import MOST, Item, Section, cut

# How long money may be on its way before somebody looks.
_TRANSFER_DAYS, _REVERSAL_DAYS, _REFUND_DAYS, _CHARGEBACK_DAYS = 1, 2, 10, 7
_SUSPENSE_HOURS = 24


def chargebacks(at: datetime) -> Section:
    rows = Chargeback.objects.filter(state__in=[ChargebackState.INQUIRY, ChargebackState.OPEN]).select_related("charge")
    items, is_cut = cut(rows.order_by("evidence_due_at", "id")[: MOST + 1], _chargeback)
    mend = _("Evidence from the order's log is put together by itself; look at it before the clock ends.")
    return Section("chargebacks", _("Open chargebacks"), mend, items, "", is_cut)


def _chargeback(chargeback: Chargeback) -> Item:
    return Item(
        key=f"chargeback:{chargeback.id}:{chargeback.state}",
        title=chargeback.charge.payer_email,
        detail=_("%(reason)s; evidence was sent") % {"reason": chargeback.reason}
        if chargeback.submitted_at
        else chargeback.reason,
        url=reverse("money:chargeback", args=[chargeback.id]),
        since=chargeback.opened_at,
        amount=chargeback.amount,
        due_at=None if chargeback.submitted_at else chargeback.evidence_due_at,
    )


def warnings(at: datetime) -> Section:
    rows = FraudWarning.objects.filter(cleared_at=None).select_related("charge")
    items, is_cut = cut(rows.order_by("created_at")[: MOST + 1], _warning)
    mend = _("Nothing of these payments reaches a seller. Look at the order: refund it, or let it go on.")
    return Section("warnings", _("Fraud warnings"), mend, items, "", is_cut)


def _warning(warning: FraudWarning) -> Item:
    charge = warning.charge
    return Item(
        key=f"warning:{warning.id}",
        title=charge.payer_email,
        detail=warning.fraud_type,
        url=reverse("money:reference", args=[charge.reference]),
        since=warning.created_at,
        amount=charge.amount,
    )


def debts(at: datetime) -> Section:
    """Sellers in debt, the oldest debt first. Two queries."""
    left = F("amount_minor") - F("recovered_minor") - F("written_off_minor")
    open_ones = SellerDebt.objects.filter(amount_minor__gt=F("recovered_minor") + F("written_off_minor")).order_by()
    sums = open_ones.values_list("seller_id", "currency").annotate(left=Sum(left), since=Min("created_at"))
    rows = list(sums.order_by("since")[: MOST + 1])
    names = accounts.people(seller_id for seller_id, *_rest in rows)
    items, is_cut = cut(rows, lambda row: _debt(row[0], row[1], row[2], row[3], names))
    mend = _("Kept back from what they earn next. Where nothing comes any more, write it off from their page.")
    return Section("debts", _("Sellers in debt"), mend, items, "", is_cut)


def _debt(seller_id: int, currency: str, minor: int, since: datetime, names: dict[int, Person]) -> Item:
    return Item(
        key=f"debt:{seller_id}:{currency}:{since:%Y%m%d%H%M%S}",
        title=names[seller_id].name,
        url=reverse("money:person", args=[seller_id]),
        since=since,
        amount=Money(minor, currency),
    )


# Since when a suspense account has not been at nothing; the table is small by its nature.
_SUSPENSE = """
WITH line AS (
    SELECT e.account_id, a.currency, e.id, t.effective_at,
           sum(e.amount_minor) OVER (PARTITION BY e.account_id ORDER BY e.id) AS balance
    FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id JOIN ledger_transfer t ON t.id = e.transfer_id
    WHERE a.kind = 'suspense' AND a.owner_id = 0
), standing AS (
    SELECT DISTINCT ON (account_id) account_id, currency, balance FROM line ORDER BY account_id, id DESC
)
SELECT s.account_id, s.currency, s.balance::bigint,
       (SELECT min(l.effective_at) FROM line l WHERE l.account_id = s.account_id AND l.id > coalesce(
           (SELECT max(z.id) FROM line z WHERE z.account_id = s.account_id AND z.balance = 0), 0))
FROM standing s WHERE s.balance <> 0
"""


def suspense(at: datetime) -> Section:
    with connection.cursor() as cursor:
        cursor.execute(_SUSPENSE)
        rows = [row for row in cursor.fetchall() if row[3] <= at - timedelta(hours=_SUSPENSE_HOURS)]
    items, is_cut = cut(rows[: MOST + 1], _unexplained)
    mend = _("Find out at Stripe what it was, then post it where it belongs, by hand and with a second person.")
    return Section("suspense", _("Not explained for over a day"), mend, items, "", is_cut)


def _unexplained(row: tuple[int, str, int, datetime]) -> Item:
    account_id, currency, balance, since = row
    return Item(
        key=f"suspense:{account_id}:{since:%Y%m%d%H%M%S}",
        title=_("Suspense"),
        url=reverse("money:account", args=[account_id]),
        since=since,
        amount=Money(balance, currency),
    )


def stuck(at: datetime) -> Section:
    """What the clearing accounts hold for longer than it takes; one query for each of the four."""
    rows = [
        *_transfers(at - timedelta(days=_TRANSFER_DAYS)),
        *_reversals(at - timedelta(days=_REVERSAL_DAYS)),
        *_refunds(at - timedelta(days=_REFUND_DAYS)),
        *_chargebacks(at - timedelta(days=_CHARGEBACK_DAYS)),
    ]
    items, is_cut = cut(sorted(rows, key=lambda item: item.since), lambda item: item)
    mend = _("Look at the operation, and at Stripe's side. The books are right; the outside is late.")
    return Section("stuck", _("On its way for too long"), mend, items, "", is_cut)


def _transfers(before: datetime) -> list[Item]:
    rows = Release.objects.filter(state=ReleaseState.SENDING, available_at__lte=before).select_related("charge")
    return [
        _late("release", row.id, _("Transfer"), row.charge, row.available_at or row.released_at, row.sent_minor)
        for row in rows.order_by("released_at")[: MOST + 1]
    ]


def _reversals(before: datetime) -> list[Item]:
    rows = TransferReversal.objects.filter(
        state__in=[ReversalState.PLANNED, ReversalState.ASKED], asked_at__lte=before
    ).select_related("release__charge")
    return [
        _late("reversal", row.id, _("Transfer asked back"), row.release.charge, row.asked_at, row.amount_minor)
        for row in rows.order_by("asked_at")[: MOST + 1]
    ]


def _refunds(before: datetime) -> list[Item]:
    rows = Refund.objects.filter(state__in=[RefundState.ASKED, RefundState.PENDING], asked_at__lte=before)
    return [
        _late("refund", row.id, _("Refund"), row.charge, row.asked_at, row.amount_minor)
        for row in rows.select_related("charge").order_by("asked_at")[: MOST + 1]
    ]


def _chargebacks(before: datetime) -> list[Item]:
    """Decided, and the money has not come back or found who bears it."""
    unsettled = Q(state=ChargebackState.WON, withdrawn_minor__gt=0) | Q(state=ChargebackState.LOST, settled_at=None)
    rows = Chargeback.objects.filter(unsettled, closed_at__lte=before).select_related("charge")
    return [
        _late("chargeback", row.id, _("Chargeback"), row.charge, row.closed_at or before, row.amount_minor)
        for row in rows.order_by("id")[: MOST + 1]
    ]


def old(at: datetime) -> Section:
    """Of at least sixty days: a platform may keep money for about ninety. Two queries."""
    rows = ages.old_money(at, age=ages.SENT_ON_AFTER, limit=MOST + 1)
    items, is_cut = cut(rows, _old)
    mend = _("See why it has not moved: the seller's account, a freeze, an order that does not end.")
    return Section("old", _("Money older than sixty days"), mend, items, reverse("payments:staff_payouts"), is_cut)


def _old(row: ages.OldMoney) -> Item:
    return Item(
        key=f"old:{row.charge_id}:{row.lying}",
        title=row.lying_words,
        url=reverse("money:reference", args=[row.reference]),
        since=row.captured_at,
        detail=row.note or row.reference,
        amount=row.amount,
        due_at=row.ends_at,
    )


def _late(noun: str, pk: object, title: str, charge: Charge, since: datetime, minor: int) -> Item:
    url, amount = reverse("money:reference", args=[charge.reference]), Money(minor, charge.currency)
    return Item(f"late:{noun}:{pk}", title, url, since, detail=charge.reference, amount=amount)
