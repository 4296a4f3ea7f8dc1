"""What an operator chose for the whole site, and how far the set-up has come."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

ONLY = 1  # there is one look


class SiteLook(models.Model):
    """The site's own name, logo and colours; what is empty comes from the settings and the house style."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    name = models.CharField(_("name"), max_length=40, blank=True, default="")
    tagline = models.CharField(_("tagline"), max_length=80, blank=True, default="")
    # Paths in public storage; each upload has names of its own.
    logo = models.CharField(max_length=100, blank=True, default="")
    mail_logo = models.CharField(max_length=100, blank=True, default="")
    icon = models.CharField(max_length=100, blank=True, default="")
    touch_icon = models.CharField(max_length=100, blank=True, default="")
    # As #rrggbb; empty: the house's own.
    accent_light = models.CharField(max_length=7, blank=True, default="")
    accent_dark = models.CharField(max_length=7, blank=True, default="")
    chosen_at = models.DateTimeField(null=True)
    set_up_at = models.DateTimeField(null=True)  # the operator closed the set-up

    class Meta:
        verbose_name = _("look of the site")
        verbose_name_plural = _("look of the site")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=ONLY), name="setup_one_look"),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{field}__regex": "^(#[0-9a-f]{6})?$"}), name=f"setup_{field}_is_a_colour"
                )
                for field in ("accent_light", "accent_dark")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SetupStep(models.Model):
    """Something of the set-up that was done or tried, last time, and what came of it."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    detail = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name


class SetupLink(models.Model):
    """The way in before there is an operator: printed on the server's console, good once."""

    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of what the link says
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"
