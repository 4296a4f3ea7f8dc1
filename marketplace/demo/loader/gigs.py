"""Gigs of the demo: written by their sellers, published some time ago."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from random import Random
from typing import Any

import gigs.api
from accounts.contracts import WeeklyHours
from gigs.contracts import ExtraContent, FaqEntry, GigContent, PackageContent
from marketplace.demo.content import GigData
from marketplace.kernel import currencies
from orders.contracts import Question

_WITH_MORE = 3  # gigs of a category that have a gallery
_OTHER_CURRENCIES = 0.4  # of the gigs
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def create(gig: GigData, *, seller_id: int, zone: str, covers: list[dict[int, bytes]], now: datetime) -> int:
    """A published gig; its age comes from its key, the newest are a day old."""
    at = now - timedelta(days=Random(gig.key).randrange(1, 240))  # noqa: S311 - no secret
    *others, last = [gigs.api.store_cover_variants(cover) for cover in covers]
    gig_id = gigs.api.create_gig(seller_id=seller_id, content=_content(gig, zone), at=at, cover=last)
    for cover in reversed(others):  # each goes before what is there
        gigs.api.set_cover(gig_id=gig_id, seller_id=seller_id, cover=cover, at=at)
    gigs.api.publish(gig_id=gig_id, seller_id=seller_id, at=at)
    return gig_id


def pictures_of(gig: GigData) -> list[tuple[str, int]]:
    """What is drawn for it: the cover, and two more for the first of each category."""
    number = int(gig.key[-2:])
    return [(gig.category, number - 1 + more) for more in ((0, 101, 202) if number <= _WITH_MORE else (0,))]


def _currency(key: str) -> str:
    """Where the site has several, every other gig is in one that is not the first; decided by the gig's key."""
    first, *others = currencies.settled()
    random = Random(f"currency-{key}")  # noqa: S311 - no secret
    return random.choice(others) if others and random.random() < _OTHER_CURRENCIES else first


def _content(gig: GigData, zone: str) -> GigContent:
    code = _currency(gig.key)

    def price(euro_cents: int) -> int:
        return currencies.sized(euro_cents, code) or euro_cents

    return GigContent(
        category_slug=gig.place,
        attributes=tuple(sorted(gig.values)),
        title=gig.title,
        description=gig.description,
        tags=gig.tags,
        packages=tuple(
            PackageContent(row.name, price(row.price_minor), row.promised_minutes, row.revisions, row.features)
            for row in gig.packages
        ),
        extras=tuple(ExtraContent(row.title, price(row.price_minor), row.extra_minutes) for row in gig.extras),
        faq=tuple(FaqEntry(*row) for row in gig.faq),
        questions=tuple(
            Question(f"q{number}", row.label, row.kind, required=row.required, choices=row.choices)
            for number, row in enumerate(gig.questions, 1)
        ),
        checklist=gig.checklist,
        hours=weekly_hours(gig.order_hours, zone),
        currency=code,
        **_use(gig),
    )


# By category: what buyers may do, and whether the files wait for the acceptance. Others: commercial use, open.
_USE = {
    "design": {"licence": "transfer", "preview": "watermarked"},
    "writing": {"licence": "transfer"},
    "translation": {"licence": "transfer"},
    "audio-video": {"licence": "personal"},
}
_AI = (
    ("none", ""),
    ("none", "Every line by hand."),
    ("assisted", "A spelling checker with a language model reads along."),
    ("assisted", "First drafts come from a model, every sentence is edited by me."),
    ("generated", "A model makes variants; I choose, check and mend them."),
)


def _use(gig: GigData) -> dict[str, Any]:
    ai_use, note = Random(f"ai-{gig.key}").choices(_AI, weights=(5, 3, 2, 2, 1))[0]  # noqa: S311 - no secret
    return {"ai_use": ai_use, "ai_note": note, **_USE.get(gig.category, {})}


def weekly_hours(text: str, zone: str) -> WeeklyHours | None:
    """``Mon-Fri 09:00-18:00, Sat 10:00-14:00`` as spans; None for an empty text.

    >>> weekly_hours("Sat 10:00-14:00", "Europe/Lisbon").spans
    ((5, 600, 840),)
    """
    spans = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        first, last, *clock = re.fullmatch(r"(\w{3})(?:-(\w{3}))? (\d\d):(\d\d)-(\d\d):(\d\d)", part).groups()  # type: ignore[union-attr]
        start, end = int(clock[0]) * 60 + int(clock[1]), int(clock[2]) * 60 + int(clock[3])
        days = range(_DAYS.index(first), _DAYS.index(last or first) + 1)
        spans += [(day, start, end) for day in days]
    return WeeklyHours(zone, tuple(spans)) if spans else None
