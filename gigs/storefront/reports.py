"""Reporting a seller's page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gigs import limits
from gigs.models import StorefrontReport
from gigs.services.content import clean_text
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed


def send(*, seller_id: int, by_id: int, reason: str, text: str, at: datetime) -> None:
    """Raises NotAllowed (their own), InvalidInput (``reason``, ``text``), Conflict (``reported``: it waits already)."""
    text = clean_text(text)
    if seller_id == by_id:
        raise NotAllowed(_("This is your own page."))
    if reason not in StorefrontReport.Reason.values:
        raise InvalidInput(_("Choose what is wrong."), fields={"reason": _("Choose what is wrong.")})
    if reason == StorefrontReport.Reason.OTHER and not text:
        message = _("Say in a sentence what is wrong.")
        raise InvalidInput(message, fields={"text": message})
    if len(text) > limits.REPORT_MAX:
        message = _("Keep it under %(limit)s characters.") % {"limit": limits.REPORT_MAX}
        raise InvalidInput(message, fields={"text": message})
    try:
        with transaction.atomic():
            StorefrontReport.objects.create(seller_id=seller_id, by_id=by_id, reason=reason, text=text, at=at)
    except IntegrityError as error:
        raise Conflict(_("You have told us, and we will look at it."), code="reported") from error


def has_reported(seller_id: int, by_id: int) -> bool:
    """And nobody has looked at it yet."""
    return StorefrontReport.objects.filter(seller_id=seller_id, by_id=by_id, closed_at=None).exists()


def close(*, report_ids: Sequence[int], staff_id: int, at: datetime) -> int:
    """Staff have looked at them; returns how many were open."""
    rows = StorefrontReport.objects.filter(pk__in=report_ids, closed_at=None)
    return rows.update(closed_at=at, closed_by_id=staff_id)
