"""Balances of accounts, credit positive, in minor units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Sum

from payments.models import Account, Entry


def balance_below(account: Account, entry_id: int | None = None) -> int:
    """Of all its entries, or of those before one."""
    entries = Entry.objects.filter(account=account)
    if entry_id is not None:
        entries = entries.filter(id__lt=entry_id)
    return entries.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def balance_at(account: Account, until: datetime) -> int:
    """As it stood at a moment."""
    entries = Entry.objects.filter(account=account, transfer__effective_at__lte=until)
    return entries.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def balances_of(accounts: Sequence[Account], until: datetime | None = None) -> dict[int, int]:
    """Of many accounts at once, by id; one query."""
    entries = Entry.objects.filter(account__in=[account.id for account in accounts])
    if until:
        entries = entries.filter(transfer__effective_at__lte=until)
    sums = defaultdict(int, entries.order_by().values_list("account_id").annotate(sum=Sum("amount_minor")))
    return {account.id: sums[account.id] for account in accounts}
