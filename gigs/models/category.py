from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    """A craft. ``load_categories`` writes these from starter_data/categories.toml; staff may change them."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    description = models.CharField(_("description"), max_length=160)
    icon = models.CharField(_("icon"), max_length=40, help_text=_("A heroicon's name."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    # What most gigs cost, first package; shown to sellers as guidance until there are enough orders.
    usual_low_minor = models.PositiveIntegerField(default=0)
    usual_high_minor = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(usual_low_minor__lte=models.F("usual_high_minor")), name="category_range_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("gigs:category", args=[self.slug])
