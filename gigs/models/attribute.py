from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gigs.models.category import Category
from gigs.models.gig import Gig


class Attribute(models.Model):
    """A property of gigs (file formats, tools, styles), defined by staff for a category; a facet of searches there.

    It holds for the category and everything under it.
    """

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="attributes")
    slug = models.SlugField(max_length=40)
    name = models.CharField(_("name"), max_length=60)
    is_single = models.BooleanField(_("one value at most"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["category", "slug"], name="one_attribute_per_slug")]

    def __str__(self) -> str:
        return self.name


class AttributeValue(models.Model):
    """One of the values that an attribute can have. Its id stands in the labels of the search."""

    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="values")
    slug = models.SlugField(max_length=40)
    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("value")
        verbose_name_plural = _("values")
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["attribute", "slug"], name="one_value_per_slug")]

    def __str__(self) -> str:
        return self.name


class GigValue(models.Model):
    """That a gig has a value; written with the gig."""

    gig = models.ForeignKey(Gig, on_delete=models.CASCADE, related_name="value_rows")
    value = models.ForeignKey(AttributeValue, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["gig", "value"], name="gig_has_a_value_once")]

    def __str__(self) -> str:
        return f"{self.gig_id}: {self.value_id}"
