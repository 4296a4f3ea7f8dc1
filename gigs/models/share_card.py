from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from gigs.models.gig import Gig


class ShareCard(models.Model):
    """The picture that stands beside a link to a gig or to a seller's page, where somebody shares it."""

    gig = models.OneToOneField(Gig, on_delete=models.CASCADE, null=True, related_name="share_card")
    seller = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=100, blank=True, default="")  # path in public storage without the ending
    shows = models.CharField(max_length=64, blank=True, default="")  # a digest of what was drawn: another asks anew
    wanted_at = models.DateTimeField(null=True)  # it waits to be drawn

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(gig__isnull=False, seller=None) | Q(gig=None, seller__isnull=False),
                name="share_card_is_of_one_thing",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["key"], name="share_cards_by_key", condition=~Q(key="")),
            models.Index(fields=["wanted_at"], name="share_cards_to_draw", condition=Q(wanted_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.key
