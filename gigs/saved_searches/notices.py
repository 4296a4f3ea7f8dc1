"""Telling somebody what a search of theirs found. Texts are in ``templates/emails/search_found*``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import api as accounts
from gigs.contracts import GigCard
from gigs.models import SavedSearch
from inbox import api as inbox
from inbox.contracts import Notice, NoticeGroup
from marketplace.kernel import words

FOUND, NAMED = "search_found", 5


def register_kinds() -> None:
    inbox.register_kind(FOUND, gettext_lazy("A search that I saved finds something new"), group=NoticeGroup.SAVED)


def tell(search: SavedSearch, cards: Sequence[GigCard], at: datetime) -> None:
    """One notice for all of them, with up to five by name; once for each end of a look."""
    with accounts.speaking_to(search.owner_id):
        title = _title(search, len(cards))
        shown = [{"title": card.title, "url": card.url, "price": words.amount(card.price)} for card in cards[:NAMED]]
    facts: dict[str, object] = {"gigs": shown, "more": len(cards) > NAMED}
    key = f"{FOUND}:{search.pk}:{search.looked_until.isoformat()}"
    url = reverse("gigs:saved_search_open", args=[search.pk])
    inbox.notify(Notice(search.owner_id, FOUND, key, title, url, context=facts), at)


def _title(search: SavedSearch, count: int) -> str:
    if count > NAMED:
        text = _("More than %(count)d new gigs: %(name)s")
    else:
        text = ngettext("%(count)d new gig: %(name)s", "%(count)d new gigs: %(name)s", count)
    return text % {"count": min(count, NAMED), "name": search.name}
