"""Telling the treasurers what is new on the money desk: each thing once, all new ones of a run in one letter."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import api as accounts
from inbox import api as inbox
from inbox.contracts import Notice
from marketplace.kernel import words
from marketplace.kernel.errors import NotFound
from payments.models import Sighting
from payments.selectors.desk import Item, Section, desk

logger = logging.getLogger(__name__)

_LISTED = 20


def tell_new(at: datetime) -> int:
    """Returns how many things were new. May run twice at once: the key of each lets one of them tell it."""
    found = {item.key: (section, item) for section in desk(at) for item in section.items}
    known = set(Sighting.objects.filter(key__in=found).values_list("key", flat=True))
    with transaction.atomic():
        new = [pair for key, pair in found.items() if key not in known and _see(key, at)]
        if new:
            _tell(new, at)
    for section, item in new:
        logger.critical("money desk: %s: %s %s", section.name, item.title, item.key)
    return len(new)


def _see(key: str, at: datetime) -> bool:
    _row, is_new = Sighting.objects.get_or_create(key=key[:200], defaults={"first_seen_at": at})
    return is_new


def _tell(new: Sequence[tuple[Section, Item]], at: datetime) -> None:
    digest = hashlib.sha256("\n".join(sorted(item.key for _section, item in new)).encode()).hexdigest()[:32]
    for user_id in accounts.treasurers():
        with accounts.speaking_to(user_id):
            title = ngettext("%d new thing on the money desk", "%d new things on the money desk", len(new)) % len(new)
            lines = [_line(section, item) for section, item in new[:_LISTED]]
        inbox.notify(
            Notice(
                recipient_id=user_id,
                kind="money_desk",
                key=f"money-desk:{digest}",
                title=title,
                url=reverse("money:desk"),
                context={"lines": lines, "more": len(new) - len(lines)},
            ),
            at,
        )


def _line(section: Section, item: Item) -> str:
    amount = f", {words.amount(item.amount)}" if item.amount else ""
    return f"{section.title}: {item.title}{amount}"


def dismiss(key: str, *, by_id: int, note: str, at: datetime) -> None:
    """A person says that something is dealt with. Raises NotFound for what is not on the desk, or leaves by itself."""
    shown = {item.key for section in desk(at) if section.may_dismiss for item in section.items}
    if key not in shown:
        raise NotFound(_("This is not on the desk any more."))
    Sighting.objects.update_or_create(
        key=key,
        defaults={"done_at": at, "done_by_id": by_id, "note": note.strip()[:300]},
        create_defaults={
            "first_seen_at": at,
            "done_at": at,
            "done_by_id": by_id,
            "note": note.strip()[:300],
        },
    )
