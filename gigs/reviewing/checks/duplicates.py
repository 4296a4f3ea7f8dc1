"""Gigs of others that look the same: an index names a few candidates, and those are compared one by one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice

from django.db.models import Q, QuerySet

from gigs import starters
from gigs.contracts import GigContent
from gigs.models import Gig
from gigs.models.reviewing import Fingerprint
from gigs.reviewing.checks import images, sketch
from gigs.reviewing.findings import Finding, found
from gigs.states import GigState

ALIKE = 0.6  # of all shingles
_COMPARED = 20
_SEEN = (GigState.ACTIVE, GigState.PAUSED, GigState.HIDDEN, GigState.IN_REVIEW, GigState.TAKEN_DOWN)


def shingles_of(title: str, description: str) -> frozenset[int]:
    """Of a gig's own words: what a starter filled in is everybody's."""
    return sketch.shingles(f"{title}\n{description}") - _starters()


@cache
def _starters() -> frozenset[int]:
    groups = starters.all_categories()
    texts = [f"{one.content.title}\n{one.content.description}" for group in groups for one in group.starters]
    return frozenset().union(*map(sketch.shingles, texts))


def same_text(gig: Gig, content: GigContent) -> Iterator[Finding]:
    """Two queries, both by index."""
    own = shingles_of(content.title, content.description)
    if not (bands := sketch.bands(own)):
        return
    ids = _candidates(gig, Q(text__overlap=bands)).values_list("gig_id", flat=True)[:_COMPARED]
    others = Gig.objects.filter(pk__in=list(ids)).only("title", "description")
    alike = [one.pk for one in others if sketch.alike(own, shingles_of(one.title, one.description)) >= ALIKE]
    if alike:
        yield found("same_text", "description", "description", gig_ids=alike)


def same_picture(gig: Gig, cover: str) -> Iterator[Finding]:
    """One query by index. Covers that we drew ourselves look like one another and are nobody's."""
    if gig.cover_is_drawn and cover == gig.cover:
        return
    number = images.hash_of_cover(cover)
    if number is None:
        return
    rows = _candidates(gig, Q(picture_parts__overlap=images.parts(number))).values_list("gig_id", "picture")
    near = (pk for pk, other in rows[: _COMPARED * 10] if other is not None and _is_near(number, other))
    alike = list(islice(near, _COMPARED))
    if alike:
        yield found("same_picture", "pictures", "cover", gig_ids=alike)


def _is_near(one: int, other: int) -> bool:
    return images.different_bits(one, other) <= images.DIFFERENT_BITS


def _candidates(gig: Gig, like: Q) -> QuerySet[Fingerprint]:
    """Of other sellers; of the same one what was taken down, so that it does not come back as another gig."""
    theirs = ~Q(gig__seller_id=gig.seller_id) | Q(gig__state=GigState.TAKEN_DOWN)
    return Fingerprint.objects.filter(like, theirs, gig__state__in=_SEEN).exclude(gig_id=gig.pk)


def keep(gig: Gig) -> None:
    """What others are compared with from now on. In the transaction that publishes, hands in or changes it."""
    number = None if gig.cover_is_drawn else images.hash_of_cover(gig.cover)
    Fingerprint.objects.update_or_create(
        gig_id=gig.pk,
        defaults={
            "text": sketch.bands(shingles_of(gig.title, gig.description)),
            "picture": None if number is None else sketch.signed(number),
            "picture_parts": [] if number is None else images.parts(number),
        },
    )
