from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from gigs.models.gig import Gig


class GigDraft(models.Model):
    """What the editor keeps that is not in the gig: what is being typed, and changes that buyers do not see yet.

    ``key`` is the form key of a page that makes a new gig: sent twice, it makes one.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    gig = models.OneToOneField(Gig, null=True, on_delete=models.CASCADE, related_name="draft")
    starter = models.CharField(max_length=100, blank=True, default="")  # "category/key" of a gig that is to come

    content = models.JSONField(null=True)  # gigs/documents.py; None: what the gig says
    base = models.JSONField(null=True)  # the same, of what ``content`` was made from: only what differs is changed
    based_on = models.PositiveIntegerField(default=0)  # the gig's version when its content was taken up
    agreed_currency = models.CharField(max_length=3, blank=True, default="")
    cover = models.CharField(max_length=100, blank=True, default="")  # to replace the gig's; empty: it stays
    # By step: {"window": who wrote it, "parts": mark of the content beneath, "data": fields as sent, or None}.
    typed = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["seller", "-saved_at"], name="begun_gigs", condition=models.Q(gig=None))
        ]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def holds_changes(self) -> bool:
        """Whether something was saved that the gig does not say yet."""
        return self.content is not None or bool(self.cover)
