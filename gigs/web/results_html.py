"""A page of results as HTML, kept for a minute: what is the same for everybody who asks the same is found once.

It is known by the address, the reader's currency, language and time zone, the minute (cards say when work would be
ready), the release, and the edition of the catalogue: another one begins whenever an entry of the search is written.
Who is here now may be as old as ``KEPT_SECONDS``.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from gigs.contracts import Results
from gigs.search import memory
from marketplace.kernel import currency_choice
from marketplace.kernel.places import release_mark

KEPT_SECONDS = 60
_LONGEST = 500  # characters of an address after its path: longer ones are nobody's second question
_INDENT = re.compile(r"\n\s+")
_PARTS = ("title", "description", "head", "crumbs", "body")


@dataclass(frozen=True, slots=True)
class Kept:
    """What ``gigs/results.html`` puts together, and the gigs that it shows."""

    title: SafeString
    description: SafeString
    head: SafeString
    crumbs: SafeString
    body: SafeString
    gig_ids: tuple[int, ...]


def kept(key: str) -> Kept | None:
    """What was found for this address not long ago. No query."""
    found: tuple[bytes, tuple[int, ...]] | None = cache.get(key) if key else None
    if found is None:
        return None
    return _kept(zlib.decompress(found[0]).decode().split("\0"), found[1])


def rendered(request: HttpRequest, key: str, context: dict[str, Any]) -> Kept:
    """The page of what was found after ``key`` was made, kept for the next who asks."""
    results: Results = context["results"]
    context |= {"request": request}
    parts = [_INDENT.sub("\n", get_template(f"gigs/results/{name}.html").render(context)) for name in _PARTS]
    gig_ids = tuple(row.id for row in (*results.shown, *results.near))
    if key and not results.narrowed:
        cache.set(key, (zlib.compress("\0".join(parts).encode(), level=1), gig_ids), KEPT_SECONDS)
    return _kept(parts, gig_ids)


def _kept(parts: list[str], gig_ids: tuple[int, ...]) -> Kept:
    title, description, head, crumbs, body = map(SafeString, parts)
    return Kept(title, description, head, crumbs, body, gig_ids)


def key_of(request: HttpRequest, slug: str, at: datetime) -> str:
    """Made before anything is read: what changes meanwhile begins another edition. Empty where nothing is kept."""
    if len(request.META["QUERY_STRING"]) > _LONGEST:
        return ""
    asked = (
        slug, request.META["QUERY_STRING"], currency_choice.preferred(request), get_language(),
        timezone.get_current_timezone_name(), at.replace(second=0, microsecond=0), memory.edition(),
    )  # fmt: skip
    return f"results:{hashlib.sha256(repr(asked).encode()).hexdigest()[:32]}:{release_mark()}"
