"""Cards of results as HTML, kept one by one: what is the same for every reader and question is rendered once.

A card is known by its gig, the moment at which its entry was written, the language and the template. Names and faces of
sellers may be as old as ``KEPT_SECONDS``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.core.cache import cache
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from gigs.contracts import CatalogueQuery, GigCard
from gigs.selectors.cards import Shown, cards_of, why_url
from marketplace.kernel import words
from marketplace.kernel.places import filled, pieces_of, place, release_mark

KEPT_SECONDS = 600
_CARD, _READY = "components/gig_card.html", "components/ready_time.html"
_MINUTE = timedelta(minutes=1)
_EAGER = 2  # cards whose pictures are seen at once
_AT_ONCE, _LATER = SafeString(' fetchpriority="high"'), SafeString(' loading="lazy"')


def cards_html(rows: Sequence[Shown], query: CatalogueQuery) -> list[SafeString]:
    """Each card's HTML, in order. One round trip to the cache; three queries where some are not in it."""
    keys = {row.id: _key(row) for row in rows}
    known: dict[str, tuple[str, ...]] = cache.get_many(list(keys.values())) if rows else {}
    missing = [row for row in rows if keys[row.id] not in known]
    if missing:
        made = {keys[card.id]: _rendered(card) for card in cards_of(missing, query)}
        cache.set_many(made, KEPT_SECONDS)
        known |= made
    present = [row for row in rows if keys[row.id] in known]
    return [
        filled(known[keys[row.id]], _own(row, query, is_eager=number < _EAGER)) for number, row in enumerate(present)
    ]


def _key(row: Shown) -> str:
    return f"card:{row.id}:{row.stamp}:{get_language()}:{release_mark()}"


def _rendered(card: GigCard) -> tuple[str, ...]:
    context = {
        "card": replace(card, why_url="kept"),
        "heading": "h2",
        "load": place("load"),
        "why": place("why"),
        "ready": place("ready"),
        "price": place("price"),
        "mark": place("mark"),
    }
    return pieces_of(get_template(_CARD).render(context))


def _own(row: Shown, query: CatalogueQuery, *, is_eager: bool) -> dict[str, Callable[[], str]]:
    return {
        "load": lambda: _AT_ONCE if is_eager else _LATER,
        "why": lambda: escape(why_url(row.id, query)),
        "ready": lambda: ready_html(row),
        "price": lambda: escape(words.amount(row.price)),
        "mark": lambda: _mark(get_language() or "") if row.is_new_place else "",
    }


def ready_html(row: Shown) -> str:
    """To the minute, as it is said: so that a minute's readers share it."""
    at = row.ready_at and row.ready_at.replace(second=0, microsecond=0) + _MINUTE
    today = timezone.localdate() if at else None
    return _ready(at, row.minutes, today, timezone.get_current_timezone_name(), get_language() or "")


@lru_cache(maxsize=5_000)
def _ready(at: datetime | None, minutes: int, today: date | None, zone: str, language: str) -> str:
    """``today``, ``zone`` and ``language``: what the words go by."""
    return get_template(_READY).render({"at": at, "minutes": minutes})


@lru_cache(maxsize=20)
def _mark(language: str) -> str:
    return get_template("gigs/_new_place.html").render({})
