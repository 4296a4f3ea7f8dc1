"""What happens to money that grows old: a platform may keep it for about 90 days.

| Age of the payment | |
|---|---|
| 1 day and on | a seller who cannot be paid is reminded |
| 60 days | it is sent on and paid out, whatever the schedule |
| 73 days | staff are told of sellers who cannot be paid |
| 80 days | their share goes back to the buyer; staff are told of what nobody was released |
| 85 days | its owner is told to divide what is left |

Each step is taken once per payment, and noted in the transaction that takes it.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel import events, words
from marketplace.kernel.money import Money
from payments import locks
from payments.contracts import PayoutGate, RefundRequest
from payments.events import MoneyOverdue
from payments.models import AgeNotice, AgeStep, Charge, ConnectedAccount, Release, ReleaseState
from payments.selectors import ages
from payments.selectors.freezes import is_frozen
from payments.selectors.gate import WAITING
from payments.services import undoing
from payments.services.refunds import refund
from payments.services.telling import tell, tell_staff

logger = logging.getLogger(__name__)

Found = QuerySet[Any, tuple[uuid.UUID, str]]  # charges and their references
Act = Callable[[Charge, datetime], bool]


def run(at: datetime, *, limit: int = 200) -> int:
    """Takes every step that is due, oldest payments first; returns how many. One transaction each."""
    return sum(_take(step, found, act, at, limit) for step, found, act in _due(at))


def _due(at: datetime) -> list[tuple[AgeStep, Found, Act]]:
    return [
        (AgeStep.PAY_OUT, _of_shares(ages.unsent(at, ages.SENT_ON_AFTER)), _send_on),
        (AgeStep.PAY_OUT, _of_shares(ages.unpaid(at, ages.SENT_ON_AFTER)), _send_on),
        (AgeStep.WARN_UNPAYABLE, _of_shares(ages.unpayable(at, ages.WARNED_AFTER)), _warn_unpayable),
        (AgeStep.REFUND, _of_shares(ages.unpayable(at, ages.REFUNDED_AFTER)), _give_back),
        (AgeStep.WARN_UNRELEASED, _of_charges(ages.unreleased(at, ages.UNRELEASED_WARNED_AFTER)), _warn_unreleased),
        (AgeStep.OVERDUE, _of_charges(ages.unreleased(at, ages.OVERDUE_AFTER)), _tell_owner),
    ]


def _of_shares(shares: QuerySet[Release]) -> Found:
    return shares.values_list("charge_id", "charge__reference")


def _of_charges(charges: QuerySet[Charge]) -> Found:
    return charges.values_list("pk", "reference")


def _take(step: AgeStep, found: Found, act: Act, at: datetime, limit: int) -> int:
    taken = AgeNotice.objects.filter(step=step).values("charge")
    is_share = found.model is Release
    fresh = found.exclude(charge__in=taken) if is_share else found.exclude(pk__in=taken)
    done = 0
    for charge_id, reference in dict.fromkeys(fresh[:limit]):
        try:
            done += _take_one(step, charge_id, reference, act, at)
        except Exception:  # one payment that cannot be dealt with must not hide the others
            logger.exception("step %s of charge %s", step, charge_id)
    return done


@transaction.atomic
def _take_one(step: AgeStep, charge_id: uuid.UUID, reference: str, act: Act, at: datetime) -> bool:
    charge = locks.lock_charge_for_fact(charge_id, reference)
    if charge.age_notices.filter(step=step).exists() or not act(charge, at):
        return False
    AgeNotice.objects.create(charge=charge, step=step, at=at)
    return True


def _send_on(charge: Charge, at: datetime) -> bool:
    """Whatever held it back is tried again: a refused transfer, a schedule, a steady amount."""
    releases = locks.lock_releases(charge)
    Release.objects.filter(charge=charge, state=ReleaseState.AVAILABLE).update(note="")
    places = {item.account_id for item in releases if item.account_id and item.state == ReleaseState.TRANSFERRED}
    ConnectedAccount.objects.filter(pk__in=places).update(payout_due_at=None)
    return True


def _warn_unpayable(charge: Charge, at: datetime) -> bool:
    def say() -> tuple[str, str]:
        moment = words.exact(_captured(charge) + ages.REFUNDED_AFTER)
        title = _("A seller cannot be paid: %(reference)s") % {"reference": charge.reference}
        text = _("Their share goes back to the buyer at %(moment)s, unless the provider can pay them by then.")
        return title, text % {"moment": moment}

    tell_staff(f"age:{charge.id}:unpayable", say, at)
    return True


def _give_back(charge: Charge, at: datetime) -> bool:
    """The shares that cannot be paid go into the hold again, each exactly, and from there to the buyer.

    While a chargeback or a warning stops the charge, nothing is done; it is looked at again.
    """
    if charge.warned_at is not None or is_frozen(charge):
        return False
    shares = [share for share in locks.lock_releases(charge) if share.state in WAITING and not _is_payable(share)]
    for share in shares:
        part_minor = share.gross_minor - share.undone_minor
        amount = Money(part_minor, charge.currency)
        undoing.undo_here(share, part_minor, at)
        refund(RefundRequest(f"age:{share.id}", charge.id, amount, "the seller could not be paid in time"), at)
        _tell_seller(share, Money(share.net_minor, charge.currency), at)
    return bool(shares)


def _tell_seller(share: Release, amount: Money, at: datetime) -> None:
    with accounts.speaking_to(share.payee_id):
        title = _("Your share of an order went back to the buyer")
        text = _("You could not be paid for 80 days, and money may not wait longer. Set up payouts to be paid again.")
        tell(share.payee_id, f"age:{share.id}:refunded", title, text, at, amount=amount)


def _is_payable(share: Release) -> bool:
    mine = ConnectedAccount.objects.filter(user_id=share.payee_id, gate=PayoutGate.OPEN, replaced_at=None)
    return mine.exists()


def _warn_unreleased(charge: Charge, at: datetime) -> bool:
    def say() -> tuple[str, str]:
        moment = words.exact(_captured(charge) + ages.OVERDUE_AFTER)
        title = _("A payment has been held for 80 days: %(reference)s") % {"reference": charge.reference}
        return title, _("Decide who gets it. At %(moment)s it is divided as its terms say.") % {"moment": moment}

    tell_staff(f"age:{charge.id}:unreleased", say, at)
    return True


def _tell_owner(charge: Charge, at: datetime) -> bool:
    """While a bank's claim stops the charge nothing can be divided; it is looked at again."""
    if is_frozen(charge):
        return False
    left = Money(charge.free_minor - charge.waiting_minor, charge.currency)
    events.publish(MoneyOverdue(charge.id, charge.reference, left, at))
    return True


def _captured(charge: Charge) -> datetime:
    if charge.captured_at is None:
        raise ValueError(f"{charge.id} was never captured")
    return charge.captured_at
