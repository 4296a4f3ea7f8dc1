"""A seller's money: protected → clearing → ready → in their account → paid. A fixed number of queries, however many
orders."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import F, Q, QuerySet, Sum

from marketplace.kernel import cursors
from marketplace.kernel.money import Money
from payments import owners
from payments.contracts import Protected, ReferenceCard
from payments.ledger.kinds import Kind
from payments.models import Balance, Chargeback, Payout, PayoutState, Release, ReleaseState, SellerDebt
from payments.selectors import lying
from payments.selectors.freezes import FREEZING
from payments.selectors.shapes import Balances, Debt, Earning, Earnings, Stage

_PAGE = 25
_DEBTS = 20
_STAGES = {
    ReleaseState.CLEARING: Stage.CLEARING,
    ReleaseState.AVAILABLE: Stage.WAITING,
    ReleaseState.SENDING: Stage.SENDING,
    ReleaseState.TRANSFERRED: Stage.IN_ACCOUNT,
    ReleaseState.SETTLED: Stage.SETTLED,
}
_Sums = defaultdict[str, int]  # by currency


def earnings(user_id: int, *, before: str = "") -> Earnings:
    """Amounts after fees; ``before`` names a page of rows, as ``more`` of the page before it does."""
    found = list(cursors.older(_releases(user_id), "released_at", before)[: _PAGE + 1])
    shown = found[:_PAGE]
    frozen = set(Chargeback.objects.filter(FREEZING, charge__releases__payee=user_id).values_list("charge", flat=True))
    debts = list(_debts(user_id))
    wanted = [release.charge.reference for release in shown] + [debt.release.charge.reference for debt in debts]
    cards = owners.describe(list(dict.fromkeys(wanted)))
    rows = tuple(_row(release, cards[release.charge.reference], frozen) for release in shown)
    return Earnings(
        balances=_balances(user_id, owners.protected_for(user_id), debts),
        expected=_expected(rows),
        rows=rows,
        more=cursors.name(shown[-1].released_at, shown[-1].pk) if len(found) > _PAGE else "",
        debts=tuple(_debt(debt, cards[debt.release.charge.reference]) for debt in debts[:_DEBTS]),
    )


def _releases(user_id: int) -> QuerySet[Release]:
    mine = Release.objects.filter(payee_id=user_id).exclude(state=ReleaseState.UNDONE)
    return mine.select_related("charge", "payout")


def _debts(user_id: int) -> QuerySet[SellerDebt]:
    left = Q(amount_minor__gt=F("recovered_minor") + F("written_off_minor"))
    return SellerDebt.objects.filter(left, seller_id=user_id).select_related("release__charge").order_by("created_at")


def _balances(user_id: int, protected: Iterable[Protected], debts: list[SellerDebt]) -> tuple[Balances, ...]:
    held, owed = _summed((item.amount.currency, item.amount.amount_minor) for item in protected), _of_ledger(user_id)
    in_account = _summed((place[1], amount) for place, amount in lying.in_accounts(Q(user=user_id)).items())
    sending, reserved = _of_releases(user_id)
    paid = _paid(user_id)
    due = _summed((debt.currency, debt.left_minor) for debt in debts)
    clearing, available = owed[Kind.SELLER_CLEARING], owed[Kind.SELLER_AVAILABLE]
    found = [
        Balances(
            protected=Money(held[code], code),
            clearing=Money(clearing[code], code),
            reserved=Money(reserved[code], code),
            ready=Money(available[code] + sending[code], code),
            in_account=Money(in_account[code], code),
            paid=Money(paid[code], code),
            owed=Money(due[code], code),
        )
        for code in _currencies(held, clearing, available, sending, in_account, paid, due)
    ]
    return (found[0], *(one for one in found[1:] if not one.is_empty))


def _currencies(*sums: _Sums) -> list[str]:
    """The site's own in their order, then what is left of others that it had."""
    return list(dict.fromkeys([*settings.SETTLEMENT_CURRENCIES, *sorted({code for one in sums for code in one})]))


def _summed(amounts: Iterable[tuple[str, int]]) -> _Sums:
    sums: _Sums = defaultdict(int)
    for code, amount_minor in amounts:
        sums[code] += amount_minor
    return sums


def _of_ledger(user_id: int) -> dict[str, _Sums]:
    kinds = [Kind.SELLER_CLEARING.value, Kind.SELLER_AVAILABLE.value]
    balances = Balance.objects.filter(account__owner_id=user_id, account__kind__in=kinds, posted_minor__gt=0)
    sums = balances.values("account__kind", "account__currency").annotate(sum=Sum("posted_minor"))
    found: dict[str, _Sums] = {kind: defaultdict(int) for kind in kinds}
    for kind, code, amount in sums.values_list("account__kind", "account__currency", "sum"):
        found[kind][code] = amount
    return found


def _of_releases(user_id: int) -> tuple[_Sums, _Sums]:
    """On its way to their account, and kept as a reserve."""
    mine = Release.objects.filter(payee_id=user_id)
    sending = mine.filter(state=ReleaseState.SENDING).values("charge__currency").annotate(sum=Sum("sent_minor"))
    kept = mine.filter(state=ReleaseState.CLEARING, reserved_until__isnull=False, undone_minor=0)
    reserved = kept.values("charge__currency").annotate(sum=Sum(F("price_minor") - F("seller_fee_minor")))
    return _summed(sending.values_list("charge__currency", "sum")), _summed(
        reserved.values_list("charge__currency", "sum")
    )


def _paid(user_id: int) -> _Sums:
    paid = Payout.objects.filter(account__user_id=user_id, state=PayoutState.PAID)
    return _summed(paid.values("currency").annotate(sum=Sum("amount_minor")).values_list("currency", "sum"))


def _row(release: Release, card: ReferenceCard, frozen: set[uuid.UUID]) -> Earning:
    stage = _stage(release, is_frozen=release.charge_id in frozen)
    currency = release.charge.currency
    moments = release.released_at, release.available_at, release.transferred_at
    return Earning(
        reference=release.charge.reference,
        title=card.title,
        url=card.url,
        amount=Money(release.net_minor, currency),
        stage=stage,
        since=max(moment for moment in moments if moment),
        expected_at=_expected_at(release, card, stage),
        kept_back=Money(release.recovered_minor, currency) if release.recovered_minor else None,
    )


def _stage(release: Release, *, is_frozen: bool) -> Stage:
    stage = _STAGES[ReleaseState(release.state)]
    if stage in (Stage.CLEARING, Stage.WAITING) and (is_frozen or release.charge.warned_at or release.note):
        return Stage.HELD
    if stage == Stage.CLEARING and release.reserved_until:
        return Stage.RESERVED
    if stage == Stage.IN_ACCOUNT and release.payout:
        return Stage.PAID if release.payout.state == PayoutState.PAID else Stage.ON_THE_WAY
    return stage


def _expected_at(release: Release, card: ReferenceCard, stage: Stage) -> datetime | None:
    if stage == Stage.RESERVED:
        return release.reserved_until
    return card.clears_at if stage == Stage.CLEARING else None


def _expected(rows: tuple[Earning, ...]) -> tuple[tuple[datetime, Money], ...]:
    """The next days on which shares clear, with their sums; earliest first."""
    days: dict[tuple[object, str], tuple[datetime, Money]] = {}
    for row in sorted((row for row in rows if row.expected_at), key=lambda row: row.expected_at or row.since):
        if row.expected_at is None:
            continue
        place = row.expected_at.date(), row.amount.currency
        first, sum_ = days.get(place, (row.expected_at, Money(0, row.amount.currency)))
        days[place] = first, sum_ + row.amount
    return tuple(days.values())


def _debt(debt: SellerDebt, card: ReferenceCard) -> Debt:
    return Debt(
        reference=debt.release.charge.reference,
        title=card.title,
        url=card.url,
        amount=Money(debt.amount_minor, debt.currency),
        left=Money(debt.left_minor, debt.currency),
        since=debt.created_at,
    )
