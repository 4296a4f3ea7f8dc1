"""Whoever waits for a hold to fill again is served in order: banks first, then buyers."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from marketplace.kernel import events
from marketplace.kernel.money import Money
from payments import postings
from payments.events import ChargebackLost
from payments.models import Charge, Chargeback, ChargebackState
from payments.selectors.freezes import is_frozen
from payments.services import refunds

_PLANNED = Q(lost_minor__gt=0) | Q(written_off_minor__gt=0)


def serve(charge: Charge, at: datetime) -> None:
    """Call it with the charge locked, after anything that brought money into its hold or ended a freeze."""
    lost = Chargeback.objects.filter(_PLANNED, charge=charge, state=ChargebackState.LOST, settled_at=None)
    for chargeback in lost.order_by("opened_at", "id"):
        if chargeback.lost_minor <= charge.free_minor:
            chargeback.charge = charge
            _settle(chargeback, at)
    if not is_frozen(charge):
        refunds.start_waiting(charge, at)


def _settle(chargeback: Chargeback, at: datetime) -> None:
    """The loss is borne: by the hold, and by the platform for the rest."""
    charge = chargeback.charge
    postings.chargeback_lost(
        chargeback, hold_minor=chargeback.lost_minor, loss_minor=chargeback.written_off_minor, at=at
    )
    charge.lost_minor += chargeback.lost_minor
    charge.waiting_minor -= chargeback.lost_minor
    charge.save(update_fields=["lost_minor", "waiting_minor"])
    chargeback.settled_at = at
    chargeback.save(update_fields=["settled_at"])
    left = Money(max(charge.free_minor - charge.waiting_minor, 0), charge.currency)
    released = Money(charge.released_minor, charge.currency)
    events.publish(ChargebackLost(charge.id, charge.reference, charge.purpose, chargeback.amount, left, released, at))
