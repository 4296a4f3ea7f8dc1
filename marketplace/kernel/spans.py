"""Spans of time as people choose them in a form: a number and a unit."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

UNITS = {"minutes": 1, "hours": 60, "days": 1440}
UNIT_CHOICES = [
    ("minutes", gettext_lazy("minutes")),
    ("hours", gettext_lazy("hours")),
    ("days", gettext_lazy("days")),
]
