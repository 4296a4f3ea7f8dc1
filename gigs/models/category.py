from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gigs import limits


class Category(models.Model):
    """A craft, in a tree of three levels. ``load_categories`` writes these from starter_data/categories.toml; staff may
    change them.
    """

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    description = models.CharField(_("description"), max_length=160)
    icon = models.CharField(_("icon"), max_length=40, help_text=_("A heroicon's name."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
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

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(usual_low_minor__lte=models.F("usual_high_minor")), name="category_range_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(seller_fee_bp=None) | models.Q(seller_fee_bp__lte=10_000),
                name="category_fee_is_a_part",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("gigs:category", args=[self.slug])
