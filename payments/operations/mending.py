"""What a person may do about an operation: try it now, or look at Stripe's side. Outside any transaction.

A new try is never a blind resend. One that waits is carried out as the worker would do it: same key, and a look for the
object where the key is too old. A parked one is looked for first: what is found closes it; where nothing is, it goes on
under the same key while Stripe still knows that (23 h), and under a new one only after that.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from payments.errors import NothingToMend, ProviderAway
from payments.gateway import looking
from payments.gateway.errors import GatewayError, Missing
from payments.models import Charge, Chargeback, OperationKind, OperationState, StripeOperation
from payments.operations import executor, queue
from payments.operations.brakes import braked_kinds
from payments.operations.registry import handler_of

# These make no object: looking for one would carry them out.
_MAKE_NOTHING = (OperationKind.EXPIRE_SESSION, OperationKind.SET_PAYOUT_SCHEDULE)


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of ours beside the member of the same name at Stripe; None: not there."""

    name: str
    ours: Any
    theirs: Any

    @property
    def differs(self) -> bool:
        return self.ours is not None and self.theirs is not None and str(self.ours) != str(self.theirs)


@dataclass(frozen=True, slots=True)
class Comparison:
    stripe_id: str  # empty: Stripe has no such object
    fields: tuple[Field, ...]

    @property
    def differs(self) -> bool:
        return any(field.differs for field in self.fields)


def retry(operation_id: uuid.UUID, at: datetime) -> StripeOperation:
    """One try, now. Raises NothingToMend with the reason where it is not safe or of no use, ProviderAway."""
    op = StripeOperation.objects.get(pk=operation_id)
    _require_mendable(op, at)
    if op.state == OperationState.PARKED:
        found = _look_for(op)
        if found is not None:
            executor.complete(op.id, found, at)
            return StripeOperation.objects.get(pk=op.id)
        if not queue.unpark(op, at):
            raise NothingToMend(_("Something has happened to it meanwhile. Look at it again."))
    return executor.execute(op.id, at)


def _require_mendable(op: StripeOperation, at: datetime) -> None:
    if op.state in (OperationState.DONE, OperationState.FAILED):
        raise NothingToMend(_("It has ended; a new try would be a new operation."))
    if op.kind in braked_kinds():
        raise NothingToMend(_("A brake holds this outflow. Lift it first."))
    if op.leased_until and op.leased_until > at:
        raise NothingToMend(_("A worker is trying it just now. Wait a minute and look again."))


def _look_for(op: StripeOperation) -> Any | None:
    """The object that an earlier try may have made; None where there is none, or none is made by such an operation."""
    if op.kind in _MAKE_NOTHING or op.params is None:
        return None
    try:
        return handler_of(op).find(op)
    except GatewayError as error:
        raise ProviderAway from error


def look(operation_id: uuid.UUID) -> Comparison:
    """Reads the object by its id, or looks for the one that the operation may have made. Raises ProviderAway."""
    op = StripeOperation.objects.get(pk=operation_id)
    ours = looking.flat(op.params or {})
    stripe_id = _stripe_id(op)
    if not stripe_id and (found := _look_for(op)) is not None:
        stripe_id = found.id
    try:
        theirs = looking.read(stripe_id, op.account) if stripe_id else {}
    except Missing:
        stripe_id, theirs = "", {}
    except GatewayError as error:
        raise ProviderAway from error
    names = dict.fromkeys([*ours, *theirs])
    return Comparison(stripe_id, tuple(Field(name, ours.get(name), theirs.get(name)) for name in names))


def _stripe_id(op: StripeOperation) -> str:
    """Of the object that the operation makes or changes, where it is known already."""
    match op.kind:
        case OperationKind.EXPIRE_SESSION:
            return Charge.objects.values_list("session_id", flat=True).get(pk=op.subject)
        case OperationKind.SUBMIT_EVIDENCE:
            return Chargeback.objects.values_list("stripe_dispute_id", flat=True).get(pk=op.subject)
        case OperationKind.SET_PAYOUT_SCHEDULE:
            return op.account
        case OperationKind.REVERSE_TRANSFER:
            return str((op.params or {}).get("transfer", ""))
    return op.stripe_id
