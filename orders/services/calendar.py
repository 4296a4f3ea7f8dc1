"""A person's private calendar link: signed, so that nothing secret is stored; a new number ends the old one."""

from __future__ import annotations

from datetime import datetime

from django.core.signing import BadSignature, Signer
from django.db.models import F

from accounts import api as accounts
from orders.models import CalendarLink

_signer = Signer(sep="~", salt="orders.calendar")


def token_of(user_id: int) -> str:
    """What stands in the link that works now."""
    return _signer.sign_object([user_id, _number(user_id)])


def _number(user_id: int) -> int:
    """0 for who never renewed theirs."""
    return CalendarLink.objects.filter(user_id=user_id).values_list("number", flat=True).first() or 0


def renew(*, user_id: int, at: datetime) -> None:
    """The link of before shows nothing from now on."""
    CalendarLink.objects.bulk_create([CalendarLink(user_id=user_id, number=0, made_at=at)], ignore_conflicts=True)
    CalendarLink.objects.filter(user_id=user_id).update(number=F("number") + 1, made_at=at)


def owner_of(token: str) -> int | None:
    """Whose link it is; None for one that never was, was renewed, or belongs to a closed account."""
    try:
        user_id, number = _signer.unsign_object(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return user_id if number == _number(user_id) and accounts.is_active(user_id) else None
