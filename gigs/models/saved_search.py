"""A search that somebody wants to hear of again."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from gigs import limits
from gigs.saved_searches.states import Pace


class SavedSearch(models.Model):
    """``parameters`` are those of the results page's address, checked when it was saved and again when it is used."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=limits.SEARCH_NAME_MAX)
    parameters = models.JSONField()
    fingerprint = models.CharField(max_length=64)  # of the parameters
    pace = models.CharField(max_length=10, choices=Pace.choices(), default=Pace.DAILY.value)
    created_at = models.DateTimeField()

    looked_until = models.DateTimeField()  # gigs published before have been told or were there
    next_look_at = models.DateTimeField(null=True)  # none: never
    found = models.PositiveIntegerField(default=0)  # gigs at the last look, as far as a search counts
    fresh = models.PositiveSmallIntegerField(default=0)  # new ones since its owner opened it

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "fingerprint"], name="search_saved_once"),
            models.CheckConstraint(
                condition=Q(pace="never", next_look_at=None) | ~Q(pace="never") & Q(next_look_at__isnull=False),
                name="search_is_looked_at_by_its_pace",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_look_at"], name="searches_to_look_at", condition=Q(next_look_at__isnull=False)),
            models.Index(fields=["owner", "-id"], name="searches_of_a_person"),
        ]

    def __str__(self) -> str:
        return self.name
