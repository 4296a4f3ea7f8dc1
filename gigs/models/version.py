from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gigs import documents
from gigs.contracts import GigContent
from gigs.models.gig import Gig


class GigVersion(models.Model):
    """What a gig said until somebody changed it. The present content is the gig's own."""

    gig = models.ForeignKey(Gig, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    document = models.JSONField(_("content"))  # shape: gigs/documents.py
    replaced_at = models.DateTimeField(_("replaced"))
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("replaced by")
    )

    class Meta:
        verbose_name = _("version of a gig")
        verbose_name_plural = _("versions of gigs")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gig", "number"], name="gig_version_kept_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="kept_version_counts_from_one"),
        ]
        indexes: ClassVar = [models.Index(fields=["replaced_at"], name="gig_versions_by_age")]

    def __str__(self) -> str:
        return f"{self.gig_id} v{self.number}"

    @property
    def content(self) -> GigContent:
        return documents.content_from(self.document)
