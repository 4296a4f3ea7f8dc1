"""What a person decides about a difference that the reconciliation could not mend."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from marketplace.kernel.errors import Conflict, InvalidInput
from payments.models import Difference, DifferenceState, StatementLine
from payments.reconciliation.statement import movement_of
from payments.services import platform


@transaction.atomic
def accept(difference_id: int, *, note: str, by_id: int, at: datetime) -> None:
    """It stays as it is, and is not reported again with these figures.

    Raises InvalidInput without a note, Conflict where it is closed already.
    """
    _close(difference_id, note, by_id, at)


@transaction.atomic
def book(difference_id: int, *, note: str, by_id: int, at: datetime) -> int:
    """The same, and what Stripe's statement has of it goes to suspense, so that both sides hold the same.

    Returns how many lines were posted.
    """
    difference = _close(difference_id, note, by_id, at)
    named = Q(source=difference.object_id) | Q(pk=difference.object_id)
    lines = StatementLine.objects.filter(named, is_matched=False).order_by("created_at", "pk")
    return platform.suspend([movement_of(line) for line in lines], at)


def _close(difference_id: int, note: str, by_id: int, at: datetime) -> Difference:
    if not note.strip():
        raise InvalidInput(
            _("Say what you found out."), code="note_missing", fields={"note": _("Say what you found out.")}
        )
    difference = Difference.objects.select_for_update().filter(pk=difference_id).first()
    if difference is None or difference.state != DifferenceState.OPEN:
        raise Conflict(_("This difference is closed already."), code="closed")
    difference.state, difference.note = DifferenceState.RESOLVED, note.strip()[:500]
    difference.closed_at, difference.closed_by_id = at, by_id
    difference.save(update_fields=["state", "note", "closed_at", "closed_by_id"])
    return difference
