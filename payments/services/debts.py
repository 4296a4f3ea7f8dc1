"""What sellers owe: made when a share cannot be taken back, paid from later earnings, or written off."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction

from marketplace.kernel import events
from marketplace.kernel.money import Money, payable_step
from payments import locks, postings
from payments.errors import ExceedsDebt
from payments.events import SellerOwes
from payments.models import Release, SellerDebt

_WHOLE_BP = 10_000


def owe(release: Release, amount_minor: int, at: datetime) -> SellerDebt | None:
    """Notes a debt for a locked release; its posting (``release_owed``) is the caller's. Nothing for zero.

    One debt per part undone: the key counts what was undone before.
    """
    if not amount_minor:
        return None
    debt = SellerDebt.objects.create(
        seller_id=release.payee_id,
        release=release,
        key=f"{release.id}:{release.undone_minor}",
        currency=release.charge.currency,
        amount_minor=amount_minor,
        created_at=at,
    )
    amount = Money(amount_minor, debt.currency)
    events.publish(SellerOwes(release.payee_id, release.charge.reference, amount, at))
    return debt


def recover(release: Release, at: datetime) -> int:
    """Keeps back part of a cleared, locked release for the seller's debts, oldest first; returns minor units.

    At most ``DEBT_RECOVERY_CAP_BP`` of its net, once per release, so that a seller in debt still earns.
    """
    if release.recovered_minor:
        return 0
    step = payable_step(release.charge.currency)
    left = release.net_minor * settings.DEBT_RECOVERY_CAP_BP // _WHOLE_BP // step * step
    for debt in locks.lock_debts(release.payee_id, release.charge.currency):
        part = min(left, debt.left_minor)
        if part:
            _settle(debt, release, part, at)
            left -= part
    if release.recovered_minor:
        release.save(update_fields=["recovered_minor"])
    return release.recovered_minor


def _settle(debt: SellerDebt, payer: Release, part_minor: int, at: datetime) -> None:
    postings.debt_recovered(debt, payer, part_minor, at)
    debt.recovered_minor += part_minor
    debt.save(update_fields=["recovered_minor"])
    payer.recovered_minor += part_minor


@transaction.atomic
def write_off(debt_id: uuid.UUID, amount: Money, at: datetime) -> None:
    """The platform bears part of a debt, or all of it. Raises ExceedsDebt."""
    debt = locks.lock_debt(debt_id)
    if amount.currency != debt.currency or not 0 < amount.amount_minor <= debt.left_minor:
        raise ExceedsDebt
    postings.debt_written_off(debt, amount.amount_minor, at)
    debt.written_off_minor += amount.amount_minor
    debt.save(update_fields=["written_off_minor"])
