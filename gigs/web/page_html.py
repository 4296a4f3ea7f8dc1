"""A gig's page as buyers see it, kept as HTML: what is the same for every reader is read and rendered once.

It is known by all of the gig that it shows, the site's fees, the language and the release. What it says of the seller
and in reviews may be as old as ``KEPT_SECONDS``; prices, times and the gig's own texts never are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.cache import cache
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from gigs import limits
from gigs.guidance.page import usual_here
from gigs.models import Category, Gig
from gigs.selectors.cards import ready_time
from gigs.selectors.page import GigPage, local_time, page_of
from gigs.sharing.heads import head_of_gig
from marketplace.kernel import identity, words
from marketplace.kernel.places import filled, pieces_of, place, release_mark
from orders import api as orders

KEPT_SECONDS = 300
_BODY = "gigs/_detail.html"


@dataclass(frozen=True, slots=True)
class _Kept:
    preload: str
    head: str
    crumbs: str
    body: tuple[str, ...]
    has_gallery: bool
    time_zone: str  # of the seller
    promises: tuple[int, ...]  # minutes of each package


@dataclass(frozen=True, slots=True)
class Kept:
    """What ``gigs/detail.html`` puts in place of rendering it."""

    preload: SafeString
    head: SafeString
    crumbs: SafeString
    body: SafeString
    has_gallery: bool


def kept_page(gig: Gig, at: datetime) -> Kept:
    """Of a gig (from ``visible_gig``) that can be ordered now, for a buyer. No query where it is in the cache."""
    key = _key(gig)
    kept: _Kept | None = cache.get(key)
    if kept is None:
        kept = _rendered(gig, at)
        cache.set(key, kept, KEPT_SECONDS)
    own: dict[str, Callable[[], str]] = {"time": lambda: local_time(kept.time_zone, at)}
    for number, minutes in enumerate(kept.promises):
        own[f"ready{number}"] = lambda minutes=minutes: escape(words.when(ready_time(gig, minutes, at), at))  # type: ignore[misc]
    body = filled(kept.body, own)
    return Kept(SafeString(kept.preload), SafeString(kept.head), SafeString(kept.crumbs), body, kept.has_gallery)


def _key(gig: Gig) -> str:
    shown = (
        gig.pk, gig.version, gig.updated_at, gig.stars, gig.review_count, gig.shown_as, gig.title, gig.cover,
        gig.share_card.key if hasattr(gig, "share_card") else "", identity.name(),
        *_categories(gig.category), orders.rules(gig.currency), get_language(), gig.description,
        gig.package_rows, gig.extra_rows, gig.figure_rows,  # type: ignore[attr-defined]  # annotated
        # Days of reviews are the reader's.
        timezone.get_current_timezone_name() if gig.review_count else "",
    )  # fmt: skip
    return f"gig-page:{hashlib.sha256(repr(shown).encode()).hexdigest()[:32]}:{release_mark()}"


def _categories(category: Category | None) -> Iterator[tuple[object, ...]]:
    """What a page says of it and of those above it, which came with the gig."""
    while category:
        yield category.name, category.slug, category.usual_low_minor, category.usual_high_minor
        category = category.parent


def _rendered(gig: Gig, at: datetime) -> _Kept:
    page = page_of(gig, at)
    context = {
        "page": _with_places(page),
        "gig": gig,
        "usual": usual_here(gig, page.packages),
        "is_own": False,
        "shows_order_box": True,
        "quantity_max": limits.QUANTITY_MAX,
    }
    first = page.slides[0] if page.slides else None
    return _Kept(
        preload=get_template("gigs/gallery/_preload.html").render({"slide": first}),
        head=get_template("gigs/sharing/_head.html").render({"head": head_of_gig(page, at=at)}),
        crumbs=get_template("components/breadcrumbs.html").render({"items": page.crumbs}),
        body=pieces_of(get_template(_BODY).render(context)),
        has_gallery=len(page.slides) > 1,
        time_zone=page.seller.time_zone,
        promises=tuple(package.minutes for package in page.packages),
    )


def _with_places(page: GigPage) -> GigPage:
    packages = [replace(package, ready=place(f"ready{number}")) for number, package in enumerate(page.packages)]
    return replace(page, packages=packages, seller=replace(page.seller, local_time=place("time")))
