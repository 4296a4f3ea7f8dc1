"""What lies in sellers' accounts at the provider, as our own books know it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import datetime

from django.db.models import F, Q, QuerySet, Sum

from payments.models import ConnectedAccount, Payout, PayoutState, Release, ReleaseState
from payments.selectors.ages import SENT_ON_AFTER

Place = tuple[uuid.UUID, str]  # a connected account and a currency


def waiting() -> QuerySet[Release]:
    """Shares in connected accounts that no payout has taken on to a bank."""
    return Release.objects.filter(state=ReleaseState.TRANSFERRED, payout=None)


def in_accounts(accounts: Q) -> dict[Place, int]:
    """Minor units in the accounts that a filter names: what came less what went. Two queries."""
    found = ConnectedAccount.objects.filter(accounts).values("pk")
    came = Release.objects.filter(account__in=found, state=ReleaseState.TRANSFERRED)
    went = Payout.objects.filter(account__in=found).exclude(state=PayoutState.FAILED)
    sums: defaultdict[Place, int] = defaultdict(int)
    rows = came.values("account", "charge__currency").annotate(net=Sum(F("sent_minor") - F("reversed_minor")))
    for account, currency, net in rows.values_list("account", "charge__currency", "net"):
        sums[account, currency] += net
    for account, currency, out in (
        went.values("account", "currency").annotate(out=Sum("amount_minor")).values_list("account", "currency", "out")
    ):
        sums[account, currency] -= out
    return {place: amount for place, amount in sums.items() if amount > 0}


def aged(account_id: uuid.UUID, at: datetime) -> set[str]:
    """Currencies in which a share has lain in an account for too long to wait for any schedule. One query."""
    old = waiting().filter(account=account_id, charge__captured_at__lte=at - SENT_ON_AFTER)
    return set(old.values_list("charge__currency", flat=True))
