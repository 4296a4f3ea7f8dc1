"""What sellers write down about their clients, for themselves alone."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ClientNote(models.Model):
    """One a client. It stays when the client closes their account, whose name is then nowhere any more."""

    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "client"], name="one_note_per_client"),
            models.CheckConstraint(condition=~Q(seller=F("client")), name="client_note_not_of_oneself"),
            models.CheckConstraint(condition=~Q(text=""), name="client_note_says_something"),
        ]

    def __str__(self) -> str:
        return f"note of {self.seller_id} on {self.client_id}"
