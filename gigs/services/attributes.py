"""Which values a gig has: those that its category, or one above it, knows."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from gigs.models import AttributeValue, Category, Gig, GigValue
from marketplace.kernel.errors import InvalidInput


def line_of(category: Category) -> list[int]:
    """Ids of a category and of those above it, the nearest first."""
    return category.path[::-1]


def write_values(gig: Gig, named: Iterable[str]) -> None:
    """Replaces a gig's values by those named ("attribute:value"). Raises InvalidInput (field ``attributes``)."""
    wanted = set(named)
    known = {
        f"{value.attribute.slug}:{value.slug}": value
        for value in AttributeValue.objects.filter(attribute__category_id__in=line_of(gig.category)).select_related(
            "attribute"
        )
    }
    if not wanted <= known.keys():
        raise _refused(_("Choose from the properties of this category."))
    chosen = [known[name] for name in wanted]
    single = [value.attribute_id for value in chosen if value.attribute.is_single]
    if len(single) > len(set(single)):
        raise _refused(_("Choose one value where only one is possible."))
    ids = {value.pk for value in chosen}
    gig.value_rows.exclude(value_id__in=ids).delete()
    GigValue.objects.bulk_create([GigValue(gig=gig, value_id=pk) for pk in ids], ignore_conflicts=True)


def _refused(message: str) -> InvalidInput:
    return InvalidInput(message, fields={"attributes": message})
