from __future__ import annotations

from typing import ClassVar

from django.db import models

from gigs.models.category import Category

WORDS_MAX = 60


class SearchDay(models.Model):
    """What several different people searched for on one day in UTC. Nobody's own words: too few, and there is no row.

    Written by ``gigs.insights.searches`` alone; gone after 90 days.
    """

    day = models.DateField()
    category = models.ForeignKey(Category, null=True, on_delete=models.CASCADE, related_name="+")  # chosen with it
    words = models.CharField(max_length=WORDS_MAX)  # in lower case, without marks
    visitors = models.PositiveIntegerField()  # different ones on that day

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "words", "category"], nulls_distinct=False, name="one_row_per_day_and_search"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.words}: {self.visitors}"


class SearchDemand(models.Model):
    """A search of the last 30 days beside the good gigs that answer it; worked out anew twice a day."""

    words = models.CharField(max_length=WORDS_MAX)
    # Chosen with it, or the one in which most gigs with its words are; none where no gig has any of them.
    category = models.ForeignKey(Category, null=True, on_delete=models.CASCADE, related_name="+")
    visitors = models.PositiveIntegerField()  # of each day, added up
    good_gigs = models.PositiveIntegerField()  # gigs.insights.demand says what is good; counted to a bound
    score = models.PositiveIntegerField()  # 100 × visitors / (good gigs + 1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["words", "category"], nulls_distinct=False, name="one_demand_per_search"),
        ]
        indexes: ClassVar = [models.Index(fields=["-score", "words"], name="demand_by_score")]

    def __str__(self) -> str:
        return f"{self.words}: {self.visitors} for {self.good_gigs}"


class SkillNeighbour(models.Model):
    """Two tags that several sellers have, with orders of late: who has one may think of the other.

    Worked out anew twice a day by ``gigs.insights.skills``.
    """

    skill = models.CharField(max_length=WORDS_MAX)  # lower case, as the other
    other = models.CharField(max_length=WORDS_MAX)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")  # most gigs of ``other``
    sellers = models.PositiveIntegerField()  # who have both
    orders = models.PositiveIntegerField()  # of these sellers' gigs with ``other``, in 30 days

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["skill", "other"], name="one_row_per_pair_of_skills"),
        ]

    def __str__(self) -> str:
        return f"{self.skill} beside {self.other}"
