from __future__ import annotations

from typing import ClassVar

from django.db import models

WORD_MAX = 40


class KnownSkill(models.Model):
    """A skill that several people name, to be suggested to others. Worked out anew by ``accounts.skills`` alone."""

    word = models.CharField(max_length=WORD_MAX, primary_key=True)  # as most of them write it
    people = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(people__gte=2), name="skill_of_several_people"),
        ]

    def __str__(self) -> str:
        return f"{self.word}: {self.people}"
