"""The properties that a seller can choose from in a category."""

from __future__ import annotations

from dataclasses import dataclass

from gigs.category_words import said
from gigs.models import AttributeValue
from gigs.selectors.categories import by_slug
from gigs.services.attributes import line_of


@dataclass(frozen=True, slots=True)
class AttributeChoice:
    slug: str
    name: str
    is_single: bool
    values: list[tuple[str, str]]  # slug and name


def attributes_for(category_slug: str) -> list[AttributeChoice]:
    """Those of the category and of the ones above it, each slug once. Two queries; none for an unknown category."""
    category = by_slug(category_slug)
    if category is None:
        return []
    rows = AttributeValue.objects.filter(attribute__category__in=line_of(category)).select_related("attribute")
    found: dict[str, AttributeChoice] = {}
    for row in rows.order_by("attribute__position", "attribute__name", "position", "name"):
        attribute = row.attribute
        choice = found.setdefault(
            attribute.slug, AttributeChoice(attribute.slug, said(attribute.name), attribute.is_single, [])
        )
        choice.values.append((row.slug, said(row.name)))
    return list(found.values())
