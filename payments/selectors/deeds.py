"""Deeds by hand: the list, and what a deed may be about."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel.errors import NotFound
from marketplace.kernel.models import as_uuid
from marketplace.kernel.money import Money
from payments import owners
from payments.models import (
    Charge,
    DeedKind,
    DeedState,
    FraudWarning,
    LedgerTransfer,
    ManualDeed,
    Refund,
    RefundState,
    SellerDebt,
)

PAGE = 50


@dataclass(frozen=True, slots=True)
class Subject:
    """What a deed is about. ``most`` bounds its amount; ``is_whole``: nothing less will do."""

    title: str
    reference: str = ""
    person_id: int | None = None
    most: Money | None = None
    is_whole: bool = False
    wish: str = ""  # the bank account on which a buyer wants it


@dataclass(frozen=True, slots=True)
class DeedPage:
    rows: Sequence[ManualDeed]
    next_before: uuid.UUID | None


def open_deeds() -> Sequence[ManualDeed]:
    rows = ManualDeed.objects.filter(state=DeedState.ASKED).select_related("asked_by")
    return list(rows.order_by("expires_at", "id")[:PAGE])


def ended_deeds(before: uuid.UUID | None = None) -> DeedPage:
    """Newest first."""
    rows = ManualDeed.objects.exclude(state=DeedState.ASKED).select_related("asked_by", "ended_by").order_by("-id")
    if before:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    return DeedPage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def posted_by(deed: ManualDeed) -> Sequence[LedgerTransfer]:
    """What an ended posting, deposit or withdrawal came to; other deeds are read where their reference is."""
    keys = [f"manual:deed:{deed.id}", f"deposit:deed:{deed.id}"]
    return list(LedgerTransfer.objects.filter(op_key__in=keys).prefetch_related("entries__account"))


def subject_of(kind: str, subject: str) -> Subject:
    """Raises NotFound where there is no such thing, or nothing to be done about it by this kind of deed."""
    read = _READS.get(DeedKind(kind))
    if read is None:
        return Subject("")
    found = read(subject)
    if found is None:
        raise NotFound(_("There is nothing like that here any more."))
    return found


def _charge(text: str) -> Subject | None:
    pk = as_uuid(text)
    charge = Charge.objects.filter(pk=pk).first() if pk else None
    if charge is None:
        return None
    left = charge.free_minor + charge.released_minor - charge.waiting_minor
    most = Money(left, charge.currency)
    return Subject(_title(charge.reference), charge.reference, charge.payer_id, most) if left > 0 else None


def _title(reference: str) -> str:
    return owners.describe([reference])[reference].title


def _debt(text: str) -> Subject | None:
    pk = as_uuid(text)
    debt = SellerDebt.objects.filter(pk=pk).select_related("release__charge").first() if pk else None
    if debt is None or not debt.left_minor:
        return None
    reference = debt.release.charge.reference
    return Subject(_title(reference), reference, debt.seller_id, Money(debt.left_minor, debt.currency))


def _bounced(text: str) -> Subject | None:
    pk = as_uuid(text)
    rows = Refund.objects.filter(state=RefundState.BOUNCED).select_related("charge", "claim")
    refund = rows.filter(pk=pk).first() if pk else None
    if refund is None:
        return None
    charge = refund.charge
    most = Money(refund.amount_minor, charge.currency)
    claim = getattr(refund, "claim", None)
    wish = f"{claim.holder}, {claim.iban}" if claim else ""
    return Subject(_title(charge.reference), charge.reference, charge.payer_id, most, is_whole=True, wish=wish)


def _warning(text: str) -> Subject | None:
    pk = as_uuid(text)
    rows = FraudWarning.objects.filter(cleared_at=None).select_related("charge")
    warning = rows.filter(pk=pk).first() if pk else None
    if warning is None:
        return None
    charge = warning.charge
    most = Money(charge.captured_minor, charge.currency)
    return Subject(_title(charge.reference), charge.reference, charge.payer_id, most, is_whole=True)


def _seller(text: str) -> Subject | None:
    user_id = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    if not accounts.is_seller(user_id):
        return None
    return Subject(accounts.person(user_id).name, person_id=user_id)


_READS: dict[str, Callable[[str], Subject | None]] = {
    DeedKind.REFUND: _charge,
    DeedKind.WRITE_OFF: _debt,
    DeedKind.PAID_BY_BANK: _bounced,
    DeedKind.CLEAR_WARNING: _warning,
    DeedKind.GOODWILL: _seller,
}
