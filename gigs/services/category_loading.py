"""The shipped categories on a site. Again and again is harmless: what staff changed since stays as they want it.

Each shipped value is kept beside its category (``ShippedCategory``). A value that is still as it was shipped follows
the product; one that differs is staff's own. What they took away stays away, whatever it is called meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from gigs import limits, starters
from gigs.models import Attribute, AttributeValue, Category, CategorySlug, ShippedCategory
from gigs.starters import ShippedAttribute, StarterCategory

Values = dict[str, Any]
Rows = dict[str, ShippedCategory]  # by shipped slug
_EMPTY: tuple[object, ...] = ("", 0, [], [0, 0])


@transaction.atomic
def load_categories() -> tuple[int, int]:
    """Writes the shipped tree; returns how many categories are new and how many were there. A dozen statements."""
    rows = {row.slug: row for row in ShippedCategory.objects.select_related("category")}
    levels = range(1, limits.CATEGORY_LEVELS + 1)
    created = sum(
        _load_level([one for one in starters.all_categories() if one.depth == depth], rows) for depth in levels
    )
    _load_attributes(rows)
    ShippedCategory.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["slug"], update_fields=["category", "values"]
    )
    return created, sum(row.category_id is not None for row in rows.values()) - created


def _load_level(level: list[StarterCategory], rows: Rows) -> int:
    known = {category.pk: category for category in Category.objects.all()}
    by_slug = {slug: known[pk] for slug, pk in CategorySlug.objects.values_list("slug", "category_id")}
    by_slug |= {category.slug: category for category in known.values()}
    new = []
    for shipped in level:
        if shipped.slug not in rows and shipped.slug in by_slug:
            rows[shipped.slug] = ShippedCategory(slug=shipped.slug, category=by_slug[shipped.slug])
        if shipped.slug in rows:
            _follow(rows[shipped.slug], shipped, rows)
            continue
        parent = known.get(_id(rows, shipped.parent) or 0)
        if not shipped.parent or (parent and parent.depth < limits.CATEGORY_LEVELS):
            category = Category(slug=shipped.slug, parent=parent, **_columns(_values(shipped)))
            new.append(ShippedCategory(slug=shipped.slug, category=category, values=_kept(shipped)))
    Category.objects.bulk_create([row.category for row in new if row.category])
    for row in new:
        row.category = row.category  # it has an id now
        rows[row.slug] = row
    return len(new)


def _id(rows: Rows, slug: str) -> int | None:
    return rows[slug].category_id if slug in rows else None


def _values(shipped: StarterCategory) -> Values:
    return {
        "name": shipped.name,
        "description": shipped.description,
        "icon": shipped.icon,
        "position": shipped.position,
        "usual": [shipped.usual_low_minor, shipped.usual_high_minor],
        "features": list(shipped.features),
    }


def _kept(shipped: StarterCategory) -> Values:
    return {**_values(shipped), "parent": shipped.parent}


def _now(category: Category) -> Values:
    columns = {name: getattr(category, name) for name in ("name", "description", "icon", "position", "features")}
    return {**columns, "usual": [category.usual_low_minor, category.usual_high_minor]}


def _columns(values: Values) -> Values:
    columns = dict(values)
    if "usual" in columns:
        columns["usual_low_minor"], columns["usual_high_minor"] = columns.pop("usual")
    return columns


def _follow(row: ShippedCategory, shipped: StarterCategory, rows: Rows) -> None:
    """Writes what the product changed and staff did not."""
    category, before = row.category, row.values
    if category is None:
        return
    changes = _columns(_to_write(_now(category), before, _values(shipped)))
    moves = before.get("parent", shipped.parent) != shipped.parent
    if moves and category.parent_id == _id(rows, before["parent"]) and (parent_id := _id(rows, shipped.parent)):
        changes["parent_id"] = parent_id
    if changes:
        for name, value in changes.items():
            setattr(category, name, value)
        category.save(update_fields=list(changes))
    row.values = {**before, **_kept(shipped)}


def _to_write(now: Values, before: Values, shipped: Values) -> Values:
    """Shipped values that are news, where today's is as it was shipped (or empty, where nothing was)."""

    def is_untouched(name: str) -> bool:
        return bool(now[name] == before[name]) if name in before else now[name] in _EMPTY

    return {name: value for name, value in shipped.items() if now[name] != value and is_untouched(name)}


def _load_attributes(rows: Rows) -> None:
    """Attributes and values that are new are added; renamed ones follow; what staff took away stays away."""
    wanted = [shipped for shipped in starters.all_categories() if shipped.attributes and _id(rows, shipped.slug)]
    ids = [pk for shipped in wanted if (pk := _id(rows, shipped.slug))]
    found = {(one.category_id, one.slug): one for one in Attribute.objects.filter(category_id__in=ids)}
    values: dict[int | None, set[str]] = defaultdict(set)
    for pk, slug in AttributeValue.objects.filter(attribute__category_id__in=ids).values_list("attribute_id", "slug"):
        values[pk].add(slug)
    pairs = [(shipped, pair) for shipped in wanted for pair in _attributes(rows[shipped.slug], shipped, found)]
    Attribute.objects.bulk_create([one for _shipped, (one, _told) in pairs if one._state.adding])
    new = [
        value
        for shipped, (attribute, told) in pairs
        for value in _new_values(attribute, shipped, told, values[attribute.pk])
    ]
    AttributeValue.objects.bulk_create(new)
    for shipped in wanted:
        rows[shipped.slug].values["attributes"] = {one.slug: _told(one) for one in shipped.attributes}


def _told(attribute: ShippedAttribute) -> Values:
    return {"name": attribute.name, "values": [slug for slug, _name in attribute.values]}


def _attributes(
    row: ShippedCategory, shipped: StarterCategory, found: dict[tuple[int, str], Attribute]
) -> Iterator[tuple[Attribute, Values]]:
    """Each attribute that the category is to have, with what was shipped of it before."""
    before, category_id = row.values.get("attributes", {}), row.category_id or 0
    for position, one in enumerate(shipped.attributes):
        told, attribute = before.get(one.slug), found.get((category_id, one.slug))
        if attribute is None and told is None:
            attribute = Attribute(
                category_id=category_id, slug=one.slug, name=one.name, is_single=one.is_single, position=position
            )
        elif attribute is None:
            continue
        elif told and attribute.name == told["name"] != one.name:
            attribute.name = one.name
            attribute.save(update_fields=["name"])
        yield attribute, told or {"values": []}


def _new_values(
    attribute: Attribute, shipped: StarterCategory, told: Values, there: set[str]
) -> Iterator[AttributeValue]:
    source = next(one for one in shipped.attributes if one.slug == attribute.slug)
    for position, (slug, name) in enumerate(source.values):
        if slug not in there and slug not in told["values"]:
            yield AttributeValue(attribute=attribute, slug=slug, name=name, position=position)
