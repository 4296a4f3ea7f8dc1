"""What a seller was released lately, order by order, with what it was earned with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marketplace.kernel.money import Money
from payments import owners
from payments.contracts import Subject
from payments.models import Release, ReleaseState

MOST_SHARES = 500  # the newest; more orders change an hourly rate little


@dataclass(frozen=True, slots=True)
class Earned:
    """One order: the sum of its shares, after fees."""

    reference: str
    amount: Money
    at: datetime  # of its newest share
    subject: Subject | None


def earned_since(seller_id: int, since: datetime) -> list[Earned]:
    """Orders with a share released since then, the newest first. A fixed number of queries, bounded rows."""
    mine = Release.objects.filter(payee_id=seller_id, released_at__gte=since).exclude(state=ReleaseState.UNDONE)
    shares = mine.select_related("charge").order_by("-released_at", "-pk")[:MOST_SHARES]
    sums: dict[str, tuple[Money, datetime]] = {}
    for share in shares:
        amount = Money(share.net_minor, share.charge.currency)
        before = sums.get(share.charge.reference)
        # An order has one currency.
        sums[share.charge.reference] = (before[0] + amount, before[1]) if before else (amount, share.released_at)
    subjects = owners.subjects(list(sums))
    return [Earned(reference, amount, at, subjects.get(reference)) for reference, (amount, at) in sums.items()]
