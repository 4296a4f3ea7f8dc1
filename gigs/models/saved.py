"""What people keep: gigs and sellers in lists of their own, and what has to be looked at for them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from gigs import limits
from gigs.models.gig import Gig
from marketplace.kernel.money import Money


class SavedList(models.Model):
    """One person's list. The first one comes by itself and stays; whoever has ``share_key`` may read along."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=limits.LIST_NAME_MAX, blank=True)  # empty: the first one, not renamed yet
    is_first = models.BooleanField(default=False)
    share_key = models.CharField(max_length=32, blank=True, default="")  # empty: private
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner"], name="one_first_list", condition=Q(is_first=True)),
            models.UniqueConstraint("owner", Lower("name"), name="list_named_once"),
            models.UniqueConstraint(fields=["share_key"], name="list_key_is_its_own", condition=~Q(share_key="")),
            models.CheckConstraint(condition=Q(is_first=True) | ~Q(name=""), name="list_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name or _("Saved")

    @property
    def is_shared(self) -> bool:
        return bool(self.share_key)


class SavedItem(models.Model):
    """A gig or a seller, once for each person, in one of their lists. Prices are all-in, of the cheapest package."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    saved_list = models.ForeignKey(SavedList, on_delete=models.CASCADE, related_name="items")
    gig = models.ForeignKey(Gig, on_delete=models.CASCADE, null=True, related_name="+")
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    note = models.CharField(max_length=limits.LIST_NOTE_MAX, blank=True, default="")
    saved_at = models.DateTimeField()

    # What its owner knows of the gig: a notice tells them what is better than that. Told prices only fall, so that a
    # price that goes up and down again is no news.
    currency = models.CharField(max_length=3, blank=True, default="")
    saved_price_minor = models.PositiveBigIntegerField(null=True)
    told_price_minor = models.PositiveBigIntegerField(null=True)
    could_be_ordered = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(gig__isnull=False, seller=None) | Q(gig=None, seller__isnull=False),
                name="saved_is_a_gig_or_a_seller",
            ),
            models.UniqueConstraint(fields=["owner", "gig"], name="gig_saved_once"),
            models.UniqueConstraint(fields=["owner", "seller"], name="seller_saved_once"),
            models.CheckConstraint(condition=Q(seller=None) | ~Q(seller=F("owner")), name="nobody_saves_themselves"),
            models.CheckConstraint(
                condition=Q(told_price_minor=None) | Q(told_price_minor__lte=F("saved_price_minor")),
                name="told_price_only_falls",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["saved_list", "-saved_at", "-id"], name="items_of_a_list")]

    def __str__(self) -> str:
        return f"{self.gig_id or self.seller_id} of {self.owner_id}"

    @property
    def saved_price(self) -> Money | None:
        return Money(self.saved_price_minor, self.currency) if self.saved_price_minor else None


class WatchedChange(models.Model):
    """A saved gig may have become cheaper or available; a trigger writes these, a task takes them away.

    Rows are only added, so that nobody who changes a gig waits for the task.
    """

    gig = models.ForeignKey(Gig, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["due_at"], name="watched_changes_due")]

    def __str__(self) -> str:
        return f"{self.gig_id} at {self.due_at}"
