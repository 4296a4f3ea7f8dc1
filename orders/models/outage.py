"""Times in which nothing fell due because the sweep did not run."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Outage(models.Model):
    """Whoever should have answered meanwhile was given that much longer; ``Timer.extended`` says how much."""

    began_at = models.DateTimeField(unique=True)  # the last sign of life before it
    ended_at = models.DateTimeField()
    extended_count = models.PositiveIntegerField()  # windows that were made longer

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(ended_at__gt=F("began_at")), name="outage_lasted")]

    def __str__(self) -> str:
        return f"{self.began_at} to {self.ended_at}"

    @property
    def gap(self) -> timedelta:
        return self.ended_at - self.began_at
