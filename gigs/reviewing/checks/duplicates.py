"""Gigs of others that look the same: an index names a few candidates, and those are compared one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import translation

from gigs import covers, starters
from gigs.contracts import GigContent
from gigs.gallery import selectors as gallery
from gigs.models import GalleryItem, Gig
from gigs.models.reviewing import Fingerprint
from gigs.reviewing.checks import sketch
from gigs.reviewing.findings import Finding, found
from gigs.richtext import plain
from gigs.states import GigState

ALIKE = 0.6  # of all shingles
_COMPARED, _NEAR = 20, 500
_SEEN = (GigState.ACTIVE, GigState.PAUSED, GigState.HIDDEN, GigState.IN_REVIEW, GigState.TAKEN_DOWN)


def shingles_of(title: str, description: str) -> frozenset[int]:
    """Of a gig's own words: what a starter filled in is everybody's, in each language."""
    return sketch.shingles(f"{title}\n{plain(description)}") - _starters()


@cache
def _starters() -> frozenset[int]:
    shipped = [one for group in starters.all_categories() for one in group.starters]
    texts = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            contents = [starters.spoken(one).content for one in shipped]
        texts += [f"{content.title}\n{plain(content.description)}" for content in contents]
    return frozenset().union(*map(sketch.shingles, texts))


def same_text(gig: Gig, content: GigContent) -> Iterator[Finding]:
    """Two queries, both by index."""
    own = shingles_of(content.title, content.description)
    if not (bands := sketch.bands(own)):
        return
    others = _seen_of_others(gig, with_bands(bands)).only("title", "description")[:_COMPARED]
    alike = [one.pk for one in others if sketch.alike(own, shingles_of(one.title, one.description)) >= ALIKE]
    if alike:
        yield found("same_text", "description", "description", gig_ids=alike)


def same_picture(gig: Gig, cover: str, items: Collection[GalleryItem]) -> Iterator[Finding]:
    """Of ``items``, this gig's gallery, and a cover that is none of them. Two queries by index.

    Covers that we drew ourselves look like one another and are nobody's.
    """
    known = {item.key: item.dhash for item in items}
    if cover and not (gig.cover_is_drawn and cover == gig.cover) and cover not in known:
        known[cover] = covers.dhash(cover)
    hashes = [dhash for dhash in known.values() if dhash is not None]
    near = set(gallery.similar_items(hashes, gig.pk).values_list("gig_id", flat=True)[:_NEAR])
    alike = list(_seen_of_others(gig, near).values_list("pk", flat=True)[:_COMPARED]) if near else []
    if alike:
        yield found("same_picture", "pictures", "cover", gig_ids=alike)


def with_bands(bands: list[int]) -> list[int]:
    """Ids of gigs that share a band, at most 500. The function's own setting keeps the planner to the index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM gigs_with_bands(%s::bigint[])", [bands])
        return [pk for (pk,) in cursor.fetchall()]


def _seen_of_others(gig: Gig, ids: Iterable[int]) -> QuerySet[Gig]:
    """Of other sellers; of the same one what was taken down, so that it does not come back as another gig."""
    theirs = ~Q(seller_id=gig.seller_id) | Q(state=GigState.TAKEN_DOWN)
    return Gig.objects.filter(theirs, pk__in=list(ids), state__in=_SEEN).exclude(pk=gig.pk).order_by("pk")


def keep(gig: Gig) -> None:
    """What others are compared with from now on. In the transaction that publishes, hands in or changes it."""
    bands = sketch.bands(shingles_of(gig.title, gig.description))
    row = Fingerprint(gig_id=gig.pk, text=bands)
    Fingerprint.objects.bulk_create([row], update_conflicts=True, unique_fields=["gig"], update_fields=["text"])


def keep_all() -> int:
    """Of every gig that others may see or did; returns how many. Each by itself, so that nobody waits."""
    number = 0
    for pk in Gig.objects.filter(state__in=_SEEN).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            gig = Gig.objects.select_for_update(no_key=True).filter(pk=pk, state__in=_SEEN).first()
            if gig is not None:
                keep(gig)
                number += 1
    return number
