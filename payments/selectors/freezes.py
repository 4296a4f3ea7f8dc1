"""What keeps a charge's money where it is."""

from __future__ import annotations

import uuid

from django.db.models import Q

from marketplace.kernel.prepared import prepared
from payments.errors import ChargebackOpen, PaymentDoubted
from payments.models import Charge, Chargeback, ChargebackState

# From the bank's claim until the money is in its final place, whoever won.
FREEZING = (
    Q(state=ChargebackState.OPEN)
    | Q(state=ChargebackState.LOST, settled_at=None)
    | Q(state=ChargebackState.WON, withdrawn_minor__gt=0)
)


def is_frozen(charge: Charge) -> bool:
    """Whether a chargeback runs: then nothing is released, refunded or transferred. One query."""
    return is_claimed(charge.pk)


def is_claimed(charge_id: uuid.UUID) -> bool:
    """The same for a charge that is known by its id."""
    return bool(_FREEZING.first(charge_id))


_FREEZING = prepared(lambda charge: Chargeback.objects.filter(FREEZING, charge=charge).values_list("pk")[:1])


def is_doubted(charge_id: uuid.UUID) -> bool:
    """Whether a fraud warning keeps its money from a seller. One query."""
    return bool(_WARNED.first(charge_id))


_WARNED = prepared(lambda pk: Charge.objects.filter(pk=pk, warned_at__isnull=False).values_list("pk"))


def is_movable(charge_id: uuid.UUID) -> bool:
    """Whether its money may go to a seller now. Two queries at most."""
    return not (is_doubted(charge_id) or is_claimed(charge_id))


def require_movable(charge: Charge) -> None:
    """For money that would go to a seller. Raises ChargebackOpen, or PaymentDoubted after a fraud warning."""
    if charge.warned_at is not None:
        raise PaymentDoubted
    if is_frozen(charge):
        raise ChargebackOpen
