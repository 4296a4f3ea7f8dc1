from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from gigs.models.gig import Gig


class RoomWait(models.Model):
    """That somebody wants to be told when a gig takes orders again. Told once; who asks again waits anew."""

    gig = models.ForeignKey(Gig, on_delete=models.CASCADE, related_name="waits")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["gig", "person"], name="waits_once_for_a_gig")]
        indexes: ClassVar = [
            models.Index(fields=["gig", "asked_at", "id"], name="waits_for_room", condition=models.Q(told_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.gig_id}: {self.person_id}"
