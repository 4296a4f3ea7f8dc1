from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from gigs.models.gallery import PREPARED, PreparedFile

MOST_PIECES = 30


class Piece(models.Model):
    """Work that a seller shows on their page. One from an order shows nothing before its buyer has said yes."""

    class Consent(models.TextChoices):
        OWN = "own", "no order behind it"
        DRAFT = "draft", "not asked yet"
        ASKED = "asked", "no answer yet"
        GIVEN = "given", "may be shown"
        REFUSED = "refused", "may not be shown"
        WITHDRAWN = "withdrawn", "may not be shown any more"

    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)  # empty once it was removed
    words = models.TextField(max_length=1000, blank=True, default="")
    # Among the seller's pieces; none once it was removed. A piece from an order leaves its row, which knows a "no".
    position = models.PositiveSmallIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)  # grows with all that others see of it
    shown = models.JSONField(default=list)  # files that are ready, in their order: gigs/gallery/shown.py
    is_shown = models.BooleanField(default=False)

    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, null=True, related_name="+")
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    consent = models.CharField(max_length=9, choices=Consent, default=Consent.OWN)
    names_buyer = models.BooleanField(default=False)
    asks = models.PositiveSmallIntegerField(default=0)  # how often the buyer was asked
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    taken_down_why = models.CharField(max_length=500, blank=True, default="")  # by staff; empty: it is not
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "position"], name="piece_place_once", deferrable=models.Deferrable.IMMEDIATE
            ),
            models.CheckConstraint(
                condition=Q(position=None) | Q(position__range=(1, MOST_PIECES)), name="pieces_are_few"
            ),
            models.CheckConstraint(
                condition=Q(order=None, buyer=None, consent="own")
                | Q(order__isnull=False, buyer__isnull=False) & ~Q(consent="own"),
                name="piece_of_an_order_has_a_buyer",
            ),
            models.CheckConstraint(
                condition=Q(is_shown=False)
                | Q(consent__in=["own", "given"], position__isnull=False, taken_down_why="") & ~Q(shown=[]),
                name="piece_is_shown_with_consent",
            ),
            models.CheckConstraint(
                condition=Q(names_buyer=False) | Q(consent="given"), name="buyer_is_named_with_consent"
            ),
            models.CheckConstraint(
                condition=Q(consent__in=["own", "draft"], asked_at=None, answered_at=None)
                | Q(consent="asked", asked_at__isnull=False, answered_at=None)
                | Q(consent__in=["given", "refused", "withdrawn"], asked_at__isnull=False, answered_at__isnull=False),
                name="consent_follows_a_question",
            ),
            models.CheckConstraint(condition=Q(buyer=None) | ~Q(buyer=F("seller")), name="buyer_is_somebody_else"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["buyer", "-asked_at", "-id"], name="pieces_asked_of", condition=Q(buyer__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title or _("Removed")

    @property
    def is_own(self) -> bool:
        return self.consent == self.Consent.OWN

    @property
    def is_asked(self) -> bool:
        return self.consent == self.Consent.ASKED

    @property
    def is_given(self) -> bool:
        return self.consent == self.Consent.GIVEN

    @property
    def is_denied(self) -> bool:
        return self.consent in (self.Consent.REFUSED, self.Consent.WITHDRAWN)

    @property
    def waits_to_be_asked(self) -> bool:
        return self.consent == self.Consent.DRAFT


class PieceFile(PreparedFile):
    """A picture or PDF of a piece."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="files")

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(kind="video"), name="piece_holds_no_video"),
            models.CheckConstraint(
                condition=PREPARED,
                name="piece_file_is_one_thing",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["added_at"], name="piece_files_to_prepare", condition=Q(state="waiting")),
            models.Index(fields=["key"], name="piece_files_by_key", condition=~Q(key="")),
        ]

    def __str__(self) -> str:
        return self.name
