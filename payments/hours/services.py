"""A seller notes how long work took. Private: no buyer, no staff page and no ranking reads it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from marketplace.kernel.errors import InvalidInput, NotFound
from payments import owners
from payments.contracts import Subject
from payments.models import RotationRest, TypicalTime, WorkTime
from payments.models.planning import MOST_MINUTES

ROTATION_REST = timedelta(days=60)


def note_time(*, seller_id: int, reference: str, minutes: int | None, at: datetime) -> None:
    """Of one order of their own; None forgets it. Raises NotFound, InvalidInput."""
    own_subject(seller_id, reference)
    if minutes is None:
        WorkTime.objects.filter(seller_id=seller_id, reference=reference).delete()
        return
    _check(minutes)
    WorkTime.objects.update_or_create(
        reference=reference, defaults={"seller_id": seller_id, "minutes": minutes, "noted_at": at}
    )


def own_subject(seller_id: int, reference: str) -> Subject:
    """What an order of theirs is of; the getter is the permission. Raises NotFound."""
    subject = owners.subjects([reference]).get(reference)
    if subject is None or subject.payee_id != seller_id:
        raise NotFound(_("There is no such order."))
    return subject


def note_typical(*, seller_id: int, subject: str, minutes: int | None) -> None:
    """Of a thing that they sell, for orders without a note; None forgets it. Raises InvalidInput."""
    if minutes is None:
        TypicalTime.objects.filter(seller_id=seller_id, subject=subject).delete()
        return
    _check(minutes)
    TypicalTime.objects.update_or_create(seller_id=seller_id, subject=subject, defaults={"minutes": minutes})


def rest_rotation(*, user_id: int, at: datetime) -> None:
    """They have read it; it does not come again for a while."""
    RotationRest.objects.update_or_create(pk=user_id, defaults={"until": at + ROTATION_REST})


def _check(minutes: int) -> None:
    if not 1 <= minutes <= MOST_MINUTES:
        text = _("From one minute to %(hours)d hours.") % {"hours": MOST_MINUTES // 60}
        raise InvalidInput(text, fields={"time": text})
