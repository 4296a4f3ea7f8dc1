from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gigs import limits


class StorefrontReport(models.Model):
    """Somebody says that a seller's page, portfolio or certificates are not right; staff read it in the admin."""

    class Reason(models.TextChoices):
        STOLEN = "stolen", _("Shows work that is not theirs")
        CERTIFICATE = "certificate", _("Names a certificate that is not true")
        POSES = "poses", _("Poses as somebody else")
        INSULT = "insult", _("Insults, hates or threatens")
        OTHER = "other", _("Something else")

    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    text = models.TextField(_("text"), max_length=limits.REPORT_MAX, blank=True, default="")
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("report of a seller's page")
        verbose_name_plural = _("reports of sellers' pages")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "by"], condition=Q(closed_at=None), name="storefront_reported_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(seller=F("by")), name="nobody_reports_their_own_storefront"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="storefront_report_is_closed_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["at"], name="open_storefront_reports", condition=Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.seller_id}: {self.reason}"
