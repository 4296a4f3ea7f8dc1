from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gigs import limits
from gigs.category_words import said
from gigs.contracts import Cover
from gigs.covers import cover_of


class CategoryQuerySet(models.QuerySet["Category"]):
    def open(self) -> Self:
        """Without those whose gigs are on their way into another."""
        return self.filter(merging_into=None)

    def roots(self) -> Self:
        return self.filter(parent=None)

    def within(self, category_id: int) -> Self:
        """A category and everything below it."""
        return self.filter(path__contains=[category_id])


class Category(models.Model):
    """A craft, in a tree of three levels. ``load_categories`` writes these from starter_data/categories.toml; staff may
    change them.
    """

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    description = models.CharField(_("description"), max_length=160)
    icon = models.CharField(_("icon"), max_length=40, help_text=_("A heroicon's name."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("below")
    )
    # What most gigs cost, first package; shown to sellers as guidance until there are enough orders.
    usual_low_minor = models.PositiveIntegerField(default=0)
    usual_high_minor = models.PositiveIntegerField(default=0)

    # Path in public storage without width and suffix, as a gig's cover; empty where there is none.
    picture = models.CharField(max_length=100, blank=True, default="", editable=False)
    # What is different here from the whole site; empty: nothing. The price is in minor units of the default currency.
    seller_fee_bp = models.PositiveSmallIntegerField(_("seller's fee"), null=True, blank=True)
    minimum_price_minor = models.PositiveIntegerField(_("lowest price"), null=True, blank=True)
    # The lines by which packages are compared here, as a new gig of the category has them.
    features = ArrayField(
        models.CharField(max_length=limits.FEATURE_LABEL_MAX),
        verbose_name=_("lines of the comparison"),
        size=limits.FEATURES_MAX,
        default=list,
        blank=True,
    )
    # Whose gigs a task is moving there; gone when it is done. Nothing new comes in.
    merging_into = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    # Kept by a trigger (migration 0011), down to the leaves, whoever writes. ``path``: the ids from the root to here,
    # ``place`` sorts as the tree is read; the two that apply here are its own or those of the nearest above.
    path = ArrayField(models.BigIntegerField(), default=list, editable=False)
    place = ArrayField(models.CharField(max_length=70), default=list, editable=False)
    applied_fee_bp = models.PositiveSmallIntegerField(null=True, editable=False)
    applied_minimum_minor = models.PositiveIntegerField(null=True, editable=False)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(usual_low_minor__lte=models.F("usual_high_minor")), name="category_range_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(seller_fee_bp=None) | models.Q(seller_fee_bp__lte=10_000),
                name="category_fee_is_a_part",
            ),
            models.CheckConstraint(
                condition=models.Q(path__len__range=(1, limits.CATEGORY_LEVELS)), name="category_at_most_three_levels"
            ),
            models.CheckConstraint(
                condition=models.Q(merging_into=None) | ~models.Q(merging_into=models.F("pk")),
                name="category_not_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("gigs:category", args=[self.slug])

    @property
    def label(self) -> str:
        """The name, as its reader's language has it."""
        return said(self.name)

    @property
    def about(self) -> str:
        return said(self.description)

    @property
    def depth(self) -> int:
        """1 for a root."""
        return len(self.path)

    @property
    def picture_image(self) -> Cover | None:
        return cover_of(self.picture)


class CategorySlug(models.Model):
    """Where a category was before, or one that was merged into it: its addresses go on working.

    Written by a trigger (migration 0011) when a slug changes; a slug that is in use again leaves this table.
    """

    slug = models.SlugField(max_length=40, primary_key=True)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="former_slugs")

    def __str__(self) -> str:
        return self.slug


class ShippedCategory(models.Model):
    """What the product shipped for a category when it was loaded last: what differs since is staff's own doing.

    Without a category: staff took it away, and it stays away.
    """

    slug = models.SlugField(max_length=40, primary_key=True)  # as shipped, whatever it is called today
    category = models.ForeignKey(Category, null=True, on_delete=models.SET_NULL, related_name="+")
    values = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.slug
