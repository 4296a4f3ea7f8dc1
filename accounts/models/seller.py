from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.contracts import WeeklyHours
from accounts.hours import hours_from_json
from accounts.models.user import User


class SellerProfile(models.Model):
    """What a seller says about themselves. The row exists once somebody became a seller."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.PROTECT, related_name="seller_profile")
    headline = models.CharField(_("headline"), max_length=100, blank=True, default="")
    bio = models.TextField(_("about you"), max_length=2000, blank=True, default="")
    languages = models.JSONField(_("languages"), default=list, blank=True)  # [code, level]: accounts/spoken.py
    skills = models.JSONField(_("skills"), default=list, blank=True)
    # A list of [weekday, start_minute, end_minute]; null: the clock of an order never pauses.
    hours = models.JSONField(_("order hours"), null=True, blank=True)
    links = models.JSONField(_("links"), default=list, blank=True)  # addresses, https alone: accounts/links.py
    started_at = models.DateTimeField()
    time_said_at = models.DateTimeField(null=True, editable=False)  # they looked at zone and hours, and kept them
    checklist_closed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("seller profile")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(hours=[]), name="hours_are_null_or_some"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.headline}"

    @property
    def weekly_hours(self) -> WeeklyHours | None:
        return hours_from_json(self.hours, self.user.time_zone)
