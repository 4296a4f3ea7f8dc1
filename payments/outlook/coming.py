"""What will become a seller's, as far as it is known: shares that clear, and money held for work that runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.kernel.money import Money
from payments import owners
from payments.contracts import Protected, ReferenceCard
from payments.documents.months import in_business_zone
from payments.models import Chargeback, Release, ReleaseState
from payments.selectors.freezes import FREEZING

_MOST = 1_000  # shares that clear at once; the next ones show when the first are cleared


@dataclass(frozen=True, slots=True)
class Coming:
    """One share, after fees."""

    amount: Money
    clears_on: date | None  # a day of the business, never one that is over; None where it is open
    is_held: bool  # still protected in a running order; else it clears by itself
    promised_on: date | None = None  # of what is held: when the work is to be delivered, where it still is


def coming(seller_id: int, at: datetime) -> list[Coming]:
    """A fixed number of queries. What somebody is looking at (a claim, a warning) clears on no day."""
    return [*_clearing(seller_id, at), *_held(seller_id, at)]


def _clearing(seller_id: int, at: datetime) -> list[Coming]:
    mine = Release.objects.filter(payee_id=seller_id, state=ReleaseState.CLEARING).select_related("charge")
    releases = list(mine.order_by("released_at", "pk")[:_MOST])
    cards = owners.describe(list(dict.fromkeys(release.charge.reference for release in releases)))
    frozen = set(
        Chargeback.objects.filter(FREEZING, charge__releases__payee=seller_id).values_list("charge", flat=True)
    )
    found = []
    for release in releases:
        is_open = release.charge_id in frozen or release.charge.warned_at or release.note
        moment = None if is_open else _clears_at(release, cards[release.charge.reference])
        found.append(Coming(Money(release.net_minor, release.charge.currency), _day(moment, at), is_held=False))
    return found


def _clears_at(release: Release, card: ReferenceCard) -> datetime | None:
    return release.reserved_until or card.clears_at


def _held(seller_id: int, at: datetime) -> list[Coming]:
    return [
        Coming(item.amount, _day(_theirs_at(item, at), at), is_held=True, promised_on=_day(item.expected_at, at))
        for item in owners.protected_for(seller_id)
    ]


def _theirs_at(item: Protected, at: datetime) -> datetime | None:
    """Work that is late is delivered today at the earliest, and all that follows comes so much later."""
    if item.theirs_at is None or item.expected_at is None:
        return item.theirs_at
    return item.theirs_at + max(at - item.expected_at, timedelta(0))


def _day(moment: datetime | None, at: datetime) -> date | None:
    """What is overdue is expected today."""
    return in_business_zone(max(moment, at)).date() if moment else None
