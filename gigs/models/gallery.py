from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gigs.models.gig import Gig
from marketplace.kernel.models import StoredFile

_BAND_BITS, BANDS = 16, 4
# A file waits with its source, or is shown under its key, or says why it failed.
PREPARED = (
    Q(state="waiting", key="", source__isnull=False)
    | Q(state="ready", source=None) & ~Q(key="")
    | Q(state="failed", key="", source=None) & ~Q(why="")
)


class BitAnd(models.Func):
    template, arg_joiner, arity = "(%(expressions)s)", " & ", 2
    output_field = models.BigIntegerField()


class ShiftRight(models.Func):
    template, arg_joiner, arity = "(%(expressions)s)", " >> ", 2
    output_field = models.BigIntegerField()


def band(number: int) -> BitAnd:
    """16 of a hash's 64 bits. Hashes that differ in at most three bits share one of the four bands."""
    return BitAnd(ShiftRight(F("dhash"), models.Value(number * _BAND_BITS)), models.Value((1 << _BAND_BITS) - 1))


def band_of(dhash: int, number: int) -> int:
    return dhash >> number * _BAND_BITS & (1 << _BAND_BITS) - 1


class Gallery(models.Model):
    """What a gig's page shows, as one document beside the gig; a gig without a row shows its cover alone."""

    gig = models.OneToOneField(Gig, on_delete=models.CASCADE, primary_key=True, related_name="gallery")
    version = models.PositiveIntegerField(default=1)  # grows when its seller arranges it
    shown = models.JSONField(default=list)  # the items that are ready, in their order: gallery/shown.py

    def __str__(self) -> str:
        return f"gallery of gig {self.gig_id}"


class PreparedFile(models.Model):
    """A picture, video or PDF that others may see. Prepared from ``source``, a private file that goes then."""

    class Kind(models.TextChoices):
        IMAGE = "image", "picture"
        VIDEO = "video", "video"
        PDF = "pdf", "PDF"

    class State(models.TextChoices):
        WAITING = "waiting", "being prepared"
        READY = "ready", "shown"
        FAILED = "failed", "could not be prepared"

    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)  # what its seller called the file
    alt = models.CharField(max_length=200, blank=True, default="")
    key = models.CharField(max_length=100, blank=True, default="")  # path in public storage without width and suffix
    content = models.JSONField(default=dict)  # what shown.py needs: sizes, length, pages
    why = models.CharField(max_length=20, blank=True, default="")  # it could not be prepared: gigs/gallery/rules.py
    source = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY

    @property
    def is_failed(self) -> bool:
        return self.state == self.State.FAILED


class GalleryItem(PreparedFile):
    """A file of a gig's gallery."""

    gig = models.ForeignKey(Gig, on_delete=models.CASCADE, related_name="gallery_items")
    dhash = models.BigIntegerField(null=True)  # of its picture; none where that says nothing

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["gig", "position"], name="gallery_place_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(
                fields=["gig"], condition=Q(kind="video") & ~Q(state="failed"), name="gallery_has_one_video"
            ),
            models.CheckConstraint(condition=Q(position__gte=1), name="gallery_places_count_from_one"),
            models.CheckConstraint(
                condition=PREPARED,
                name="gallery_item_is_one_thing",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["added_at"], name="gallery_to_prepare", condition=Q(state="waiting")),
            models.Index(fields=["key"], name="gallery_by_key", condition=~Q(key="")),
            *(
                models.Index(band(number), name=f"gallery_hash_{number}", condition=Q(dhash__isnull=False))
                for number in range(BANDS)
            ),
        ]

    def __str__(self) -> str:
        return self.name
