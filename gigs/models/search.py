"""What a search reads: one narrow row for each gig that can be found, and the words that people may have meant."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from gigs.models.gig import Gig
from gigs.search.labels import Kind, Tier, label


class SearchEntry(models.Model):
    """A copy of what is searched, filtered, counted and ranked by. Written by ``gigs.search.entries`` alone."""

    gig = models.OneToOneField(Gig, primary_key=True, on_delete=models.CASCADE, related_name="+")
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    # Grows when anything changes that a card shows.
    stamp = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # Of the packages, in their order: all-in minor units, promised minutes.
    prices = ArrayField(models.BigIntegerField())
    minutes = ArrayField(models.IntegerField())
    lowest_minor = models.BigIntegerField()
    fastest_minutes = models.IntegerField()
    hours = models.JSONField(null=True)  # where a promise is under a day and the seller keeps hours
    is_open = models.BooleanField(default=True)  # takes orders
    standing = models.SmallIntegerField()  # gigs.ranking, thousandths
    price_fit = models.SmallIntegerField()  # gigs.ranking, percent
    rating = models.SmallIntegerField()  # pulled towards an ordinary one, hundredths
    review_count = models.IntegerField()
    published_at = models.DateTimeField()
    labels = ArrayField(models.IntegerField())  # gigs.search.labels
    doc = SearchVectorField()  # title A, tags B, category and attributes C, description D
    written_at = models.DateTimeField()
    # gigs.search.past: what its place was made of at the first writing of this week, and of the one before.
    week_day = models.DateField(null=True)
    week_parts = ArrayField(models.SmallIntegerField(), null=True)
    before_day = models.DateField(null=True)
    before_parts = ArrayField(models.SmallIntegerField(), null=True)

    class Meta:
        indexes: ClassVar = [
            # Not Django's GinIndex(fields=...): words and labels are asked together, in one index.
            GinIndex(fields=["labels", "doc"], name="entries_by_label_and_word", fastupdate=False),
            # The same of the best standing alone: what nearly all entries have is a short list there.
            *(
                GinIndex(
                    fields=["labels", "doc"],
                    name=f"entries_down_to_tier_{tier}",
                    fastupdate=False,
                    condition=models.Q(labels__0__lte=label(Kind.TIER, tier)),
                )
                for tier in (Tier.FIRST, Tier.THIRD, Tier.FOURTH)
            ),
            models.Index(fields=["-standing", "-gig"], name="entries_by_standing"),
            models.Index(fields=["currency", "lowest_minor", "gig"], name="entries_by_price"),
            models.Index(fields=["fastest_minutes", "gig"], name="entries_by_speed"),
            models.Index(fields=["-rating", "-review_count", "-gig"], name="entries_by_rating"),
            models.Index(fields=["-published_at", "-gig"], name="entries_by_age"),
            models.Index(fields=["written_at"], name="entries_by_writing"),
        ]

    def __str__(self) -> str:
        return f"{self.gig_id}: {self.standing}"


class SearchChange(models.Model):
    """A gig whose entry is out of date. Triggers write these, so that no writer can forget it."""

    gig_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.gig_id)


class SearchWord(models.Model):
    """A word in titles and tags, by which misspelt ones are found."""

    word = models.CharField(max_length=40, primary_key=True)
    gigs = models.IntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            GinIndex(OpClass("word", name="gin_trgm_ops"), name="words_like_another"),
            models.Index(OpClass("word", name="text_pattern_ops"), name="words_by_beginning"),
        ]

    def __str__(self) -> str:
        return self.word


class SearchPhrase(models.Model):
    """What somebody may be about to type: tags, names of categories and of attributes' values."""

    text = models.CharField(max_length=60, primary_key=True)  # lower case
    gigs = models.IntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(OpClass("text", name="text_pattern_ops"), name="phrases_by_beginning"),
        ]

    def __str__(self) -> str:
        return self.text


class SearchConfig(models.Model):
    """A text search configuration that some gig's text is read with."""

    name = models.CharField(max_length=40, primary_key=True)

    def __str__(self) -> str:
        return self.name


class Synonym(models.Model):
    """Words that mean the same; staff keep these. A search for one of them finds all."""

    words = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("words"),
        help_text=_("With commas between: cv, resume, curriculum vitae."),
    )

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")

    def __str__(self) -> str:
        return ", ".join(self.words)
