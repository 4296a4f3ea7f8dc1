"""The ledger as treasurers read it: by reference, by account, by person, now or as it stood at a moment.

Amounts are credit positive. Lists are read page by page along the rows' ids, whose order is that of posting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Prefetch, Q, QuerySet, Sum

from marketplace.kernel.money import Money
from payments.ledger.kinds import Kind
from payments.models import (
    Account,
    Charge,
    Chargeback,
    ConnectedAccount,
    Entry,
    FraudWarning,
    LedgerTransfer,
    Payout,
    Refund,
    Release,
    SellerDebt,
    StripeOperation,
    TransferReversal,
)
from payments.selectors.balances import balance_of, balances_of, last_entry_by

MOVEMENTS, ENTRIES, ACCOUNTS, ROWS = 200, 50, 100, 50

# What belongs to a person; holds belong to nobody yet.
OWNED = (Kind.SELLER_CLEARING, Kind.SELLER_AVAILABLE, Kind.SELLER_DEBT, Kind.BUYER_PAYABLE)


@dataclass(frozen=True, slots=True)
class Journal:
    """Movements of one reference, oldest first; ``next_after`` leads on."""

    movements: Sequence[LedgerTransfer]  # with ``entries`` and their accounts
    next_after: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    account: Account
    balance: Money


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of a statement and the account's balance after it."""

    entry: Entry
    balance: Money


@dataclass(frozen=True, slots=True)
class Statement:
    """An account's entries, newest first; ``older`` is (entry id, balance below it) of the next page."""

    account: Account
    balance: Money
    lines: Sequence[Line]
    older: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Objects:
    """What exists here and at Stripe for a reference."""

    charges: Sequence[Charge] = ()
    releases: Sequence[Release] = ()
    refunds: Sequence[Refund] = ()
    reversals: Sequence[TransferReversal] = ()
    chargebacks: Sequence[Chargeback] = ()
    warnings: Sequence[FraudWarning] = ()
    operations: Sequence[StripeOperation] = field(default_factory=tuple)


def journal(reference: str, *, until: datetime | None = None, after: int = 0) -> Journal:
    """Two queries."""
    legs = Entry.objects.select_related("account").order_by("id")
    movements = LedgerTransfer.objects.filter(reference=reference, id__gt=after).order_by("id")
    if until:
        movements = movements.filter(effective_at__lte=until)
    page = list(movements.prefetch_related(Prefetch("entries", legs))[: MOVEMENTS + 1])
    return Journal(page[:MOVEMENTS], page[MOVEMENTS - 1].id if len(page) > MOVEMENTS else None)


def standings_of(reference: str, *, until: datetime | None = None) -> list[Standing]:
    """Where the money of a reference stands: what its movements left in each account. Two queries."""
    entries = Entry.objects.filter(transfer__reference=reference)
    if until:
        entries = entries.filter(transfer__effective_at__lte=until)
    return _standings(entries)


def _standings(entries: QuerySet[Entry]) -> list[Standing]:
    sums: dict[int, int] = dict(entries.order_by().values_list("account_id").annotate(sum=Sum("amount_minor")))
    accounts = Account.objects.filter(pk__in=sums).order_by("kind", "owner_id", "id")
    return [Standing(account, Money(sums[account.id], account.currency)) for account in accounts]


def objects_of(reference: str) -> Objects:
    """One query for each kind of object, fifty rows at most of each."""
    charges = list(Charge.objects.filter(reference=reference).order_by("created_at", "id")[:ROWS])
    ids = [charge.id for charge in charges]
    return Objects(
        charges,
        list(Release.objects.filter(charge__in=ids).select_related("charge").order_by("released_at", "id")[:ROWS]),
        list(Refund.objects.filter(charge__in=ids).order_by("asked_at", "id")[:ROWS]),
        list(TransferReversal.objects.filter(release__charge__in=ids).order_by("asked_at", "id")[:ROWS]),
        list(Chargeback.objects.filter(charge__in=ids).order_by("opened_at", "id")[:ROWS]),
        list(FraudWarning.objects.filter(charge__in=ids).order_by("created_at", "id")[:ROWS]),
        list(StripeOperation.objects.filter(reference=reference).order_by("id")[:ROWS]),
    )


def statement(
    account: Account, *, until: datetime | None = None, older_than: tuple[int, int] | None = None
) -> Statement:
    """A page of an account. ``older_than`` is what the page before gave as ``older``, so that no sum is made twice."""
    entries = Entry.objects.filter(account=account).select_related("transfer").order_by("-id")
    if until:
        last = last_entry_by(account, until)
        dated = Q(transfer__effective_at__lte=until)
        entries = entries.filter(dated & Q(id__lte=last) if last else dated)
    running = total = balance_of(account, until)
    if older_than:
        entries, running = entries.filter(id__lt=older_than[0]), older_than[1]
    page = list(entries[: ENTRIES + 1])
    lines = []
    for entry in page[:ENTRIES]:
        lines.append(Line(entry, Money(running, account.currency)))
        running -= entry.amount_minor
    older = (page[ENTRIES - 1].id, running) if len(page) > ENTRIES else None
    return Statement(account, Money(total, account.currency), lines, older)


def platform_accounts(*, until: datetime | None = None) -> list[Standing]:
    """The accounts of nobody in particular, holds left out, with their balances."""
    accounts = Account.objects.filter(owner_id=0).exclude(kind=Kind.HOLD).order_by("kind", "currency", "shard")
    sums = balances_of(list(accounts), until)
    return [Standing(account, Money(sums[account.id], account.currency)) for account in accounts]


def accounts_of(
    user_id: int, *, until: datetime | None = None, after: int = 0, empty: bool = False
) -> tuple[list[Standing], int | None]:
    """The accounts that a person owns, page by page, with their balances; two queries.

    Without ``empty`` shares that have moved on are left out: a seller has two accounts for every order they did.
    """
    kinds = [kind.value for kind in OWNED]
    owned = Account.objects.filter(kind__in=kinds, owner_id=user_id, id__gt=after).order_by("id")
    if not empty and until is None:
        owned = owned.filter(Q(balance__posted_minor__gt=0) | Q(kind__in=[Kind.SELLER_DEBT, Kind.BUYER_PAYABLE]))
    accounts = list(owned[: ACCOUNTS + 1])
    page = accounts[:ACCOUNTS]
    sums = balances_of(page, until)
    standings = [Standing(account, Money(sums[account.id], account.currency)) for account in page]
    return standings, page[-1].id if len(accounts) > ACCOUNTS else None


def totals_of(user_id: int, *, until: datetime | None = None) -> list[tuple[str, Money]]:
    """What a person owns in all, by kind of account and currency. One query over their own entries."""
    entries = Entry.objects.filter(account__kind__in=[kind.value for kind in OWNED], account__owner_id=user_id)
    if until:
        entries = entries.filter(transfer__effective_at__lte=until)
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for kind, currency, minor in entries.values_list("account__kind", "currency").annotate(sum=Sum("amount_minor")):
        sums[kind, currency] += minor
    return [(kind, Money(minor, currency)) for (kind, currency), minor in sorted(sums.items())]


def paid_by(user_id: int) -> Sequence[Charge]:
    return list(Charge.objects.filter(payer_id=user_id).order_by("-created_at")[:ROWS])


def payouts_of(user_id: int) -> tuple[ConnectedAccount | None, Sequence[Payout]]:
    account = ConnectedAccount.objects.filter(user_id=user_id).first()
    return account, list(Payout.objects.filter(account=account).order_by("-asked_at")[:ROWS]) if account else []


def debts_of(user_id: int) -> Sequence[SellerDebt]:
    """What they still owe, oldest first."""
    open_ones = SellerDebt.objects.filter(
        seller_id=user_id, amount_minor__gt=F("recovered_minor") + F("written_off_minor")
    )
    return list(open_ones.select_related("release__charge").order_by("created_at")[:ROWS])
