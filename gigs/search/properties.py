"""Categories and their attributes, as a search needs them: few rows, read once a minute by each process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gigs.category_words import said
from gigs.models import AttributeValue, Category
from gigs.search import memory


@dataclass(frozen=True, slots=True)
class Value:
    id: int
    slug: str  # "attribute:value"
    name: str
    attribute_id: int
    attribute: str
    is_single: bool
    category_id: int

    @property
    def label(self) -> str:
        return said(self.name)

    @property
    def attribute_label(self) -> str:
        return said(self.attribute)

    @property
    def attribute_slug(self) -> str:
        return self.slug.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Branch:
    id: int
    slug: str
    name: str
    description: str
    parent_id: int | None

    @property
    def label(self) -> str:
        return said(self.name)

    @property
    def about(self) -> str:
        return said(self.description)


@dataclass(frozen=True, slots=True)
class Properties:
    categories: Mapping[str, Branch]
    values: Mapping[str, tuple[Value, ...]]  # by slug: crafts may mean different things by one

    def values_in(self, slug: str) -> list[Value]:
        """Of the attributes that hold in a category: its own and those above; every one where none is named."""
        line = self.line(self.categories[slug].id) if slug in self.categories else []
        every = (value for values in self.values.values() for value in values)
        return [value for value in every if not slug or value.category_id in line]

    def line(self, category_id: int) -> list[int]:
        """A category and those above it."""
        by_id = {branch.id: branch for branch in self.categories.values()}
        line: list[int] = []
        above = by_id.get(category_id)
        while above is not None and len(line) < 3:
            line.append(above.id)
            above = by_id.get(above.parent_id or 0)
        return line


def known() -> Properties:
    return memory.kept("properties", _read)


def category_id(slug: str) -> int:
    """Zero, which no gig has, where there is none."""
    branch = known().categories.get(slug)
    return branch.id if branch else 0


def chosen(slugs: Iterable[str], category: str) -> dict[str, list[int]]:
    """Ids of values by the slug of their attribute; those that are not known in the category are left out."""
    wanted, found = set(slugs), dict[str, list[int]]()
    if wanted:
        for value in known().values_in(category):
            if value.slug in wanted:
                found.setdefault(value.attribute_slug, []).append(value.id)
    return found


def _read() -> Properties:
    rows = AttributeValue.objects.select_related("attribute").order_by("attribute__position", "position", "name")
    values = [
        Value(
            row.pk,
            f"{row.attribute.slug}:{row.slug}",
            row.name,
            row.attribute_id,
            row.attribute.name,
            row.attribute.is_single,
            row.attribute.category_id,
        )
        for row in rows
    ]
    branches = [Branch(row.pk, row.slug, row.name, row.description, row.parent_id) for row in Category.objects.open()]
    by_slug: dict[str, tuple[Value, ...]] = {}
    for value in values:
        by_slug[value.slug] = (*by_slug.get(value.slug, ()), value)
    return Properties({branch.slug: branch for branch in branches}, by_slug)
