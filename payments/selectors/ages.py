"""Money that has been here for long, by the age of the payment that brought it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from marketplace.kernel.money import Money
from payments.contracts import ChargeState, PayoutGate
from payments.models import Charge, ConnectedAccount, PayoutState, Release, ReleaseState
from payments.selectors.gate import WAITING

SENT_ON_AFTER = timedelta(days=60)  # whatever the schedule
WARNED_AFTER = timedelta(days=73)  # staff, a week before the next
REFUNDED_AFTER = timedelta(days=80)  # where the seller cannot be paid
UNRELEASED_WARNED_AFTER = timedelta(days=80)
OVERDUE_AFTER = timedelta(days=85)  # its owner divides it


class Lying(StrEnum):
    """Where old money lies."""

    UNRELEASED = "unreleased"  # held; nobody has been released it
    UNCLEARED = "uncleared"
    UNTRANSFERRED = "untransferred"  # cleared; its seller cannot be paid, or something holds it
    SENDING = "sending"
    UNPAID = "unpaid"  # in the seller's account at the provider


@dataclass(frozen=True, slots=True)
class OldMoney:
    charge_id: uuid.UUID
    reference: str
    captured_at: datetime
    lying: Lying
    amount: Money
    payee_id: int | None
    is_payable: bool  # its seller's account is open
    ends_at: datetime | None  # when it is refunded or its owner divides it, where nobody acts
    note: str

    @property
    def is_held(self) -> bool:
        return self.lying == Lying.UNRELEASED

    @property
    def lying_words(self) -> str:
        return {
            Lying.UNRELEASED: _("Held; nobody has been released it"),
            Lying.UNCLEARED: _("Clearing"),
            Lying.UNTRANSFERRED: _("Cleared, not sent"),
            Lying.SENDING: _("On its way to its seller's account"),
            Lying.UNPAID: _("In its seller's account"),
        }[self.lying]


def unreleased(at: datetime, age: timedelta) -> QuerySet[Charge]:
    """Captured payments of at least this age of which something is still held; oldest first."""
    held = F("captured_minor") - F("released_minor") - F("refunded_minor") - F("lost_minor") - F("waiting_minor")
    old = Charge.objects.filter(state=ChargeState.CAPTURED, captured_at__lte=at - age)
    return old.annotate(held_minor=held).filter(held_minor__gt=0).order_by("captured_at", "id")


def unsent(at: datetime, age: timedelta) -> QuerySet[Release]:
    """Shares of payments of at least this age that have not left for their seller; oldest first."""
    old = Release.objects.filter(state__in=WAITING, charge__captured_at__lte=at - age)
    return old.select_related("charge").order_by("charge__captured_at", "id")


def unpayable(at: datetime, age: timedelta) -> QuerySet[Release]:
    """Those of them whose seller cannot be paid."""
    return unsent(at, age).filter(~Exists(_open_accounts()))


def unpaid(at: datetime, age: timedelta) -> QuerySet[Release]:
    """Shares of payments of at least this age that lie in their seller's account and are in no payout."""
    old = Release.objects.filter(state=ReleaseState.TRANSFERRED, payout=None, charge__captured_at__lte=at - age)
    return old.select_related("charge").order_by("charge__captured_at", "id")


def _open_accounts() -> QuerySet[ConnectedAccount]:
    return ConnectedAccount.objects.filter(user=OuterRef("payee"), gate=PayoutGate.OPEN, replaced_at=None)


def old_money(at: datetime, *, age: timedelta = WARNED_AFTER, limit: int = 100) -> list[OldMoney]:
    """For staff: everything of at least this age that is not with its bank yet, oldest first. Two queries."""
    rows = [_held(charge) for charge in unreleased(at, age)[:limit]]
    shares = Release.objects.filter(charge__captured_at__lte=at - age).exclude(
        state__in=[ReleaseState.UNDONE, ReleaseState.SETTLED]
    )
    shares = shares.exclude(payout__state=PayoutState.PAID).select_related("charge")
    shares = shares.annotate(is_payable=Exists(_open_accounts())).order_by("charge__captured_at", "id")
    rows += [_share(release) for release in shares[:limit]]
    return sorted(rows, key=lambda row: row.captured_at)[:limit]


def _captured(charge: Charge) -> datetime:
    if charge.captured_at is None:
        raise ValueError(f"{charge.id} was never captured")
    return charge.captured_at


def _held(charge: Charge) -> OldMoney:
    captured_at = _captured(charge)
    return OldMoney(
        charge_id=charge.id,
        reference=charge.reference,
        captured_at=captured_at,
        lying=Lying.UNRELEASED,
        amount=Money(charge.free_minor - charge.waiting_minor, charge.currency),
        payee_id=None,
        is_payable=False,
        ends_at=captured_at + OVERDUE_AFTER,
        note="",
    )


_LYING = {
    ReleaseState.CLEARING: Lying.UNCLEARED,
    ReleaseState.AVAILABLE: Lying.UNTRANSFERRED,
    ReleaseState.SENDING: Lying.SENDING,
    ReleaseState.TRANSFERRED: Lying.UNPAID,
}


def _share(release: Release) -> OldMoney:
    captured_at, lying = _captured(release.charge), _LYING[ReleaseState(release.state)]
    is_payable: bool = release.is_payable  # type: ignore[attr-defined]  # annotated
    is_refunded = release.state in WAITING and not is_payable
    left = lying in (Lying.SENDING, Lying.UNPAID)
    amount_minor = release.sent_minor - release.reversed_minor if left else release.sendable_minor
    return OldMoney(
        charge_id=release.charge_id,
        reference=release.charge.reference,
        captured_at=captured_at,
        lying=lying,
        amount=Money(amount_minor, release.charge.currency),
        payee_id=release.payee_id,
        is_payable=is_payable,
        ends_at=captured_at + REFUNDED_AFTER if is_refunded else None,
        note=release.note,
    )
