"""What is asked of galleries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import F, Func, IntegerField, Q, QuerySet, Value
from django.db.models.lookups import Exact

from gigs.gallery.rules import reason
from gigs.gallery.shown import Slide, document, slide_of
from gigs.models import Gallery, GalleryItem, Gig
from gigs.models.gallery import BANDS, band, band_of
from gigs.selectors.owned import own_gig

# Of 64 bits. The same picture, smaller or saved again, differs in none to three; another one in about thirty.
CLOSE_BITS = 6
_MOST_SIMILAR = 20


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


def similar_items(item: GalleryItem) -> QuerySet[GalleryItem]:
    """Pictures of other gigs that look the same, closest first, each with ``distance`` in bits and its gig.

    Found by the four indexes over a quarter of the hash each: what differs in at most three bits is found for
    certain, what differs in up to CLOSE_BITS nearly always.
    """
    if item.dhash is None:
        return GalleryItem.objects.none()
    shares_a_band = reduce(or_, (Q(Exact(band(number), band_of(item.dhash, number))) for number in range(BANDS)))
    return (
        GalleryItem.objects.filter(shares_a_band, dhash__isnull=False)
        .exclude(gig_id=item.gig_id)
        .annotate(distance=_Distance(F("dhash"), Value(item.dhash)))
        .filter(distance__lte=CLOSE_BITS)
        .select_related("gig")
        .order_by("distance", "pk")[:_MOST_SIMILAR]
    )
