"""The money desk: everything that a person has to look at, found by queries, so that nothing can be forgotten.

Each section reads a bounded number of rows in a fixed number of queries. What is dealt with leaves by itself, because
its query finds it no more; only where that cannot be (``may_dismiss``) a person says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from payments.models import Sighting
from payments.selectors.desk import checks, money, stripe
from payments.selectors.desk.items import Item, Section

# In the order of the page: what stops everything first.
SECTIONS: list[Callable[[datetime], Section]] = [
    checks.brakes,
    checks.differences,
    checks.deeds,
    stripe.parked_operations,
    money.chargebacks,
    money.warnings,
    stripe.bounced_refunds,
    stripe.refused_refunds,
    stripe.refused_transfers,
    stripe.refused_operations,
    stripe.unknown_operations,
    money.stuck,
    money.old,
    stripe.parked_webhooks,
    money.suspense,
    money.debts,
]


def desk(at: datetime) -> list[Section]:
    """Every section, empty ones too; without what somebody marked as dealt with."""
    sections = [find(at) for find in SECTIONS]
    keys = [item.key for section in sections if section.may_dismiss for item in section.items]
    done = set(Sighting.objects.filter(key__in=keys, done_at__isnull=False).values_list("key", flat=True))
    return [
        replace(section, items=tuple(item for item in section.items if item.key not in done)) for section in sections
    ]


__all__ = ["SECTIONS", "Item", "Section", "desk"]
