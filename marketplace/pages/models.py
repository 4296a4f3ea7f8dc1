from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

BODY_MAX = 200_000


class Kind(models.TextChoices):
    TERMS = "terms", _("Terms of use")
    PRIVACY = "privacy", _("Privacy notice")
    IMPRINT = "imprint", _("Imprint")


class LegalText(models.Model):
    """What the operator published, version by version. The newest of a kind and a language is in force; PostgreSQL
    refuses to change or delete one, as people agreed to it.
    """

    kind = models.CharField(_("text"), max_length=10, choices=Kind.choices)
    language = models.CharField(_("language"), max_length=8)
    version = models.PositiveIntegerField(_("version"), editable=False)
    body = models.TextField(_("text in Markdown"), max_length=BODY_MAX)  # with places, so that the next one begins so
    # What its places said when it was published, by name; None: published before that was kept.
    figures = models.JSONField(null=True, editable=False)
    published_at = models.DateTimeField(_("published"), editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("published by"),
    )

    class Meta:
        verbose_name = _("legal text")
        verbose_name_plural = _("legal texts")
        ordering: ClassVar = ["kind", "language", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "language", "version"], name="legal_text_versions_differ"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="legal_text_versions_begin_at_one"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="legal_text_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.language} {self.version}"
