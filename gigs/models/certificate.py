from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.models import StoredFile

YEARS = (1950, 2200)


class Certificate(models.Model):
    """What a seller says that they have passed. It is added and removed, never changed: a check is of exactly this."""

    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=100)
    issuer = models.CharField(_("issued by"), max_length=100)
    year = models.PositiveSmallIntegerField(_("year"))
    link = models.URLField(_("link"), max_length=300, blank=True, default="")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")  # for staff alone
    added_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("certificate")
        ordering: ClassVar = ["-year", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "title", "issuer", "year"], name="certificate_named_once"),
            models.CheckConstraint(condition=Q(year__range=YEARS), name="certificate_year_makes_sense"),
            models.CheckConstraint(
                condition=Q(checked_at=None, checked_by=None) | Q(checked_at__isnull=False, checked_by__isnull=False),
                name="certificate_check_has_a_person",
            ),
            models.CheckConstraint(
                condition=Q(link="") | Q(link__startswith="https://") | Q(link__startswith="http://"),
                name="certificate_link_leads_to_the_web",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.issuer}, {self.year})"

    @property
    def host(self) -> str:
        """Whose page the link opens."""
        return self.link.partition("://")[2].partition("/")[0]
