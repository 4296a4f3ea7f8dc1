"""What is asked of galleries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import F, Func, IntegerField, Q, QuerySet, Value
from django.db.models.lookups import Exact, LessThanOrEqual

from gigs.gallery.rules import reason
from gigs.gallery.shown import Slide, document, slide_of
from gigs.models import Gallery, GalleryItem, Gig
from gigs.models.gallery import BANDS, band, band_of
from gigs.selectors.owned import own_gig

# Of 64 bits. The same picture, smaller or saved again, differs in none to three; another one in about thirty.
CLOSE_BITS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """An item as its seller sees it."""

    item: GalleryItem
    slide: Slide | None
    is_cover: bool

    @property
    def reason(self) -> str:
        """Why it could not be prepared, and what to do."""
        return reason(self.item.kind, self.item.why)


@dataclass(frozen=True, slots=True)
class Progress:
    """Of the files that were added last, as far as any of them still waits."""

    done: int
    number: int

    @property
    def is_over(self) -> bool:
        return self.done == self.number


@dataclass(frozen=True, slots=True)
class OwnGallery:
    gig: Gig
    version: int
    rows: list[Row]
    progress: Progress

    @property
    def waiting(self) -> str:
        """Items that are being prepared, for the address that is asked how far they are."""
        return ",".join(str(row.item.pk) for row in self.rows if row.item.is_waiting)


def own_gallery(gig_id: int, seller_id: int) -> OwnGallery:
    """A seller's gallery as its page shows it. Three queries. Raises NotFound for somebody else's gig."""
    gig = own_gig(gig_id, seller_id)
    items = list(gig.gallery_items.all())
    version = Gallery.objects.filter(gig=gig).values_list("version", flat=True).first() or 1
    rows = [_row(item, gig.cover) for item in items]
    return OwnGallery(gig, version, rows, progress_of(items))


def _row(item: GalleryItem, cover: str) -> Row:
    slide = slide_of(document([item])[0]) if item.is_ready else None
    return Row(item, slide, is_cover=item.is_ready and item.key == cover)


def progress_of(items: list[GalleryItem]) -> Progress:
    waiting = [item for item in items if item.is_waiting]
    if not waiting:
        return Progress(0, 0)
    first = min(item.added_at for item in waiting)
    batch = [item for item in items if item.added_at >= first]
    return Progress(len(batch) - len(waiting), len(batch))


class _Distance(Func):
    """In how many bits two hashes differ."""

    template, arg_joiner, arity = "bit_count((%(expressions)s)::bit(64))", " # ", 2
    output_field = IntegerField()


def similar_items(hashes: Iterable[int], not_of: int) -> QuerySet[GalleryItem]:
    """Pictures of other gigs than ``not_of`` that look like one of these.

    Found for certain by the four indexes over a quarter of the hash each: of CLOSE_BITS one quarter has none.
    """
    alike = [_looks_like(dhash) for dhash in set(hashes)]
    if not alike:
        return GalleryItem.objects.none()
    return GalleryItem.objects.filter(reduce(or_, alike), dhash__isnull=False).exclude(gig_id=not_of)


def _looks_like(dhash: int) -> Q:
    shares_a_band = reduce(or_, (Q(Exact(band(number), band_of(dhash, number))) for number in range(BANDS)))
    return shares_a_band & Q(LessThanOrEqual(_Distance(F("dhash"), Value(dhash)), CLOSE_BITS))
