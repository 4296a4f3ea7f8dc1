"""Telling somebody that a gig takes orders again. Texts are in ``templates/emails/gig_has_room*``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import api as accounts
from gigs.models import Gig, RoomWait
from inbox import api as inbox
from inbox.contracts import Notice, NoticeGroup
from marketplace.kernel import languages

KIND = "gig_has_room"


def register_kinds() -> None:
    inbox.register_kind(KIND, gettext_lazy("A gig that I wait for takes orders again"), group=NoticeGroup.SAVED)


def tell(gig: Gig, rows: Sequence[RoomWait], at: datetime) -> None:
    """One notice and one mail each."""
    if not rows:
        return
    url = gig.get_absolute_url() + (f"?key={gig.share_key}" if gig.is_private else "")
    facts: dict[str, object] = {"gig_title": gig.title, "seller": accounts.person(gig.seller_id).name}
    people, told = accounts.readers(row.person_id for row in rows), []
    for row in rows:
        with languages.spoken(people[row.person_id].language):
            title = _("You can order again: %(title)s") % {"title": gig.title}
        key = f"room:{row.pk}:{row.asked_at.isoformat()}"
        told.append((Notice(row.person_id, KIND, key, title, url, facts), at))
    inbox.notify_all(told)
