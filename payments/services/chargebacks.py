"""Chargebacks: money that a bank takes back first and explains later.

Money is posted only for the balance transactions that the dispute lists (funds withdrawn, funds reinstated), each
once. While one runs its charge is frozen. A lost one is borne by the hold, after releases have been undone where
the seller is to bear it, and by the platform where not.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime

from marketplace.kernel import events
from payments import locks, owners, postings
from payments.events import ChargebackOpened, ChargebackWon
from payments.gateway.objects import Dispute
from payments.models import Charge, Chargeback, ChargebackState
from payments.services import refunds, undoing, waiting

logger = logging.getLogger(__name__)

_STATES = {
    "warning_needs_response": ChargebackState.INQUIRY,
    "warning_under_review": ChargebackState.INQUIRY,
    "warning_closed": ChargebackState.CLOSED,
    "needs_response": ChargebackState.OPEN,
    "under_review": ChargebackState.OPEN,
    "won": ChargebackState.WON,
    "lost": ChargebackState.LOST,
    "prevented": ChargebackState.CLOSED,
}
_RANK = {
    ChargebackState.INQUIRY: 0,
    ChargebackState.OPEN: 1,
    ChargebackState.CLOSED: 2,
    ChargebackState.WON: 2,
    ChargebackState.LOST: 2,
}


def record_dispute(charge_id: uuid.UUID, found: Dispute, at: datetime) -> Chargeback:
    """Applies a dispute that was read at Stripe: forward only, each movement of money once. Inside a transaction."""
    reference = Charge.objects.values_list("reference", flat=True).get(pk=charge_id)
    charge = locks.lock_charge_for_fact(charge_id, reference)
    chargeback = locks.lock_chargeback(found.id) or _new(charge, found, at)
    chargeback.charge = charge
    was, was_won = chargeback.state if chargeback.synced_at else "", _is_won(chargeback)
    _learn(chargeback, found, at)
    _post_movements(chargeback, found, at)
    _advance(chargeback, found, at)
    chargeback.save()
    _tell_opened(chargeback, was, at)
    if _is_lost(chargeback):
        _plan_loss(chargeback, at)
    if _is_won(chargeback) and not was_won:
        events.publish(ChargebackWon(charge.id, charge.reference, charge.purpose, chargeback.amount, at))
    waiting.serve(charge, at)
    return chargeback


def _new(charge: Charge, found: Dispute, at: datetime) -> Chargeback:
    return Chargeback.objects.create(
        charge=charge,
        stripe_dispute_id=found.id,
        state=ChargebackState.INQUIRY,
        status=found.status,
        reason=found.reason,
        amount_minor=found.amount.amount_minor,
        currency=found.amount.currency,
        livemode=found.livemode,
        opened_at=at,
    )


def _learn(chargeback: Chargeback, found: Dispute, at: datetime) -> None:
    chargeback.status, chargeback.reason = found.status[:40], found.reason[:60]
    chargeback.amount_minor = found.amount.amount_minor
    chargeback.evidence_due_at, chargeback.synced_at = found.evidence_due_at, at
    if found.has_evidence and found.submissions and chargeback.submitted_at is None:
        chargeback.submitted_at = at


def _post_movements(chargeback: Chargeback, found: Dispute, at: datetime) -> None:
    for movement in found.movements:
        amount = movement.amount.amount_minor
        if movement.amount.currency != chargeback.charge.currency:
            logger.critical("%s moves %s, its charge is in %s", chargeback, movement.amount, chargeback.charge.currency)
            continue
        if amount < 0 and postings.chargeback_withdrawn(chargeback, movement.id, -amount, at):
            chargeback.withdrawn_minor -= amount
        if amount > 0 and postings.chargeback_reinstated(chargeback, movement.id, amount, at):
            chargeback.withdrawn_minor -= amount
        if movement.fee_minor and postings.dispute_fee(chargeback, movement.id, movement.fee_minor, at):
            chargeback.fee_minor += movement.fee_minor


def _advance(chargeback: Chargeback, found: Dispute, at: datetime) -> None:
    state = _STATES.get(found.status, ChargebackState.OPEN)
    if chargeback.closed_at or _RANK[state] < _RANK[ChargebackState(chargeback.state)]:
        return
    chargeback.state = state
    if state in (ChargebackState.WON, ChargebackState.LOST, ChargebackState.CLOSED):
        chargeback.closed_at = at


def _is_won(chargeback: Chargeback) -> bool:
    """Won, and the money is back: some banks send it only days after their decision."""
    return chargeback.state == ChargebackState.WON and chargeback.withdrawn_minor <= 0


def _is_lost(chargeback: Chargeback) -> bool:
    """Lost, the money has left, and nobody has been found yet who bears it."""
    is_planned = chargeback.lost_minor or chargeback.written_off_minor
    return chargeback.state == ChargebackState.LOST and chargeback.withdrawn_minor > 0 and not is_planned


def _plan_loss(chargeback: Chargeback, at: datetime) -> None:
    """Who bears it: the hold as far as it goes, with what the seller was released where they are to bear it."""
    charge, lost = chargeback.charge, chargeback.withdrawn_minor
    bears = owners.seller_bears(charge.reference, charge.id, chargeback.reason)
    promised = undoing.promised_minor(charge)
    chargeback.lost_minor = min(lost, charge.free_minor + (charge.released_minor if bears else 0))
    chargeback.written_off_minor = lost - chargeback.lost_minor
    chargeback.save(update_fields=["lost_minor", "written_off_minor"])
    room = charge.free_minor + (charge.released_minor if bears else promised) - chargeback.lost_minor
    refunds.give_way(charge, room)
    charge.waiting_minor += chargeback.lost_minor
    charge.save(update_fields=["waiting_minor"])
    needed = charge.waiting_minor - charge.free_minor - promised
    if needed > 0:
        undoing.undo(charge, at, at_most_minor=needed, key=f"chargeback:{chargeback.id}")


def _tell_opened(chargeback: Chargeback, was: str, at: datetime) -> None:
    quiet = (ChargebackState.INQUIRY, ChargebackState.CLOSED)
    if was not in ("", ChargebackState.INQUIRY) or chargeback.state in quiet:
        return
    charge = chargeback.charge
    logger.critical("%s of %s was opened: %s", chargeback, charge.reference, chargeback.reason)
    events.publish(
        ChargebackOpened(
            charge.id,
            charge.reference,
            charge.purpose,
            chargeback.amount,
            chargeback.reason,
            chargeback.evidence_due_at,
            at,
        )
    )
