"""The tree of categories as pages and forms need it. What goes on in them was counted by a task."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, Func, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from gigs import starters
from gigs.addresses import value_address
from gigs.category_words import said
from gigs.contracts import CategoryCard, Cover
from gigs.models import Category, CategoryActivity, CategorySlug
from gigs.starters import Starter
from marketplace.kernel import currencies, words
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from marketplace.kernel.prepared import prepared

ENOUGH_ORDERS = 10  # below, a median says more about one order than about the category
_VALUES_SHOWN = 8
_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,40}")
_STALE = timedelta(days=2)  # the task that counts is away
INDENT = "\u2003"


def by_slug(slug: str) -> Category | None:
    """A category by its slug or by one that it had before; of one that goes into another, the other.

    It carries what stands around it in the tree (for ``category_head``). One query, three where it is called otherwise
    today.
    """
    if not _SLUG.fullmatch(slug):
        return None
    found = _with_around(slug)
    if found is None:
        former = CategorySlug.objects.filter(pk=slug).values_list("category__slug", flat=True).first()
        found = _with_around(former) if former else None
    if found and found.merging_into_id:
        return _with_around(Category.objects.values_list("slug", flat=True).get(pk=found.merging_into_id))
    return found


def _with_around(slug: str) -> Category | None:
    around = _rows_around.all(slug)
    found = next((row for row in around if row.slug == slug), None)
    by_id = {row.pk: row for row in around}
    for row in around:
        if row.parent_id in by_id:
            row.parent = by_id[row.parent_id]
    if found:
        found.around = [row for row in around if row is not found and not row.merging_into_id]  # type: ignore[attr-defined]
    return found


@prepared
def _rows_around(slug: Any) -> QuerySet[Category, Category]:
    own = Category.objects.filter(slug=slug)
    above = own.annotate(above=Func("path", function="unnest", output_field=BigIntegerField())).values("above")
    rows = Category.objects.filter(Q(pk__in=above) | Q(parent__in=own.values("pk"))).select_related("activity")
    return rows.order_by("place")


def category_at(slug: str) -> Category:
    """The same. Raises NotFound."""
    found = by_slug(slug)
    if found is None:
        raise NotFound(_("There is no such category."))
    return found


def slug_today(slug: str) -> str:
    """Of a category that was shipped, linked or chosen under a name that staff have changed since; else empty."""
    category = by_slug(slug)
    return category.slug if category else ""


def category_choices() -> list[tuple[str, str]]:
    """For a select: slug and name, indented, as the tree is read. One query."""
    rows = Category.objects.open().values_list("slug", "name", "path")
    return [(slug, f"{INDENT * (len(path) - 1)}{said(name)}") for slug, name, path in rows]


def count_open() -> int:
    """How many categories gigs may be in."""
    return Category.objects.open().count()


def features_of(category: Category) -> list[str]:
    """The lines by which packages are compared here: its own, or those of the nearest above. One query.

    Those that the product ships are in the reader's language.
    """
    rows = Category.objects.filter(pk__in=category.path).exclude(features=[]).order_by("place")
    nearest = rows.last()
    return [said(label) for label in nearest.features] if nearest else []


@dataclass(frozen=True, slots=True)
class StarterGroup:
    """A root with the starters of everything below it."""

    slug: str
    name: str
    description: str
    icon: str
    starters: tuple[Starter, ...]


def starter_groups() -> list[StarterGroup]:
    """Where a seller may begin: the site's roots, and what the product ships for what is below them. Two queries."""
    rows = list(Category.objects.open())
    former = dict(CategorySlug.objects.values_list("slug", "category_id"))
    by_id = {row.pk: row for row in rows}
    by_name = {row.slug: row for row in rows}
    shipped: dict[int, list[Starter]] = {}
    for one in starters.all_categories():
        place = by_name.get(one.slug) or by_id.get(former.get(one.slug, 0))
        if place:
            shipped.setdefault(place.path[0], []).extend(map(starters.spoken, one.starters))
    roots = [row for row in rows if row.depth == 1]
    return [StarterGroup(row.slug, row.label, row.about, row.icon, tuple(shipped.get(row.pk, ()))) for row in roots]


def cards(rows: Iterable[Category], currency: str) -> list[CategoryCard]:
    """Categories as cards, each with its subcategories among the rows. They carry their ``activity``."""
    known = list(rows)
    children: dict[int | None, list[Category]] = {}
    for row in known:
        children.setdefault(row.parent_id, []).append(row)
    ids = {row.pk for row in known}

    def card(row: Category, parent: str) -> CategoryCard:
        return _card(row, currency, parent, tuple(card(child, row.slug) for child in children.get(row.pk, ())))

    return [card(row, "") for row in known if row.parent_id not in ids]


def tree(currency: str) -> list[CategoryCard]:
    """Every root with everything below it. One query."""
    return cards(Category.objects.open().select_related("activity"), currency)


def flat(currency: str) -> Iterator[CategoryCard]:
    """Every category, as the tree is read. One query."""

    def below(found: Iterable[CategoryCard]) -> Iterator[CategoryCard]:
        for card in found:
            yield card
            yield from below(card.children)

    return below(tree(currency))


def roots(currency: str) -> list[CategoryCard]:
    """Every root, with the counts of everything below. One query."""
    return cards(Category.objects.open().roots().select_related("activity"), currency)


def _card(row: Category, currency: str, parent: str, children: tuple[CategoryCard, ...]) -> CategoryCard:
    activity = activity_of(row)
    lowest = activity.lowest_by_currency.get(currency)
    settled = currencies.settled()
    return CategoryCard(
        slug=row.slug,
        name=row.label,
        description=row.about,
        url=row.get_absolute_url(),
        icon=row.icon,
        gig_count=sum(count for code, count in activity.gigs_by_currency.items() if code in settled),
        from_price=Money(lowest, currency) if lowest and currency in settled else None,
        picture=row.picture_image,
        parent=parent,
        children=children,
    )


def activity_of(category: Category) -> CategoryActivity:
    """What was counted, or nothing yet. No query where the category was read with its ``activity``."""
    return getattr(category, "activity", None) or CategoryActivity(category=category)


@dataclass(frozen=True, slots=True)
class CategoryHead:
    """What stands above the results of a category: ``gigs/_category_head.html``."""

    name: str
    description: str
    picture: Cover | None
    icon: str
    crumbs: list[tuple[str, str]]  # label and address; the last is the page itself
    children: list[CategoryCard]
    values: list[tuple[str, str]]  # the most wanted, and where they are found
    activity: str  # a sentence
    data: dict[str, Any]  # for machines: schema.org


def category_head(category: Category, at: datetime, currency: str = "") -> CategoryHead:
    """No query, for a category from ``category_at``. ``at`` is only for words on the page."""
    around: list[Category] = category.around  # type: ignore[attr-defined]  # read along
    above = [row for row in around if row.pk in category.path]
    activity = activity_of(category)
    crumbs = [(_("Categories"), reverse("gigs:categories")), *_crumbs(above), (category.label, "")]
    return CategoryHead(
        name=category.label,
        description=category.about,
        picture=category.picture_image,
        icon=category.icon,
        crumbs=crumbs,
        children=cards([row for row in around if row.parent_id == category.pk], currency or currencies.default()),
        values=_values(category, activity),
        activity=activity_sentence(activity, at),
        data=breadcrumb_data([*crumbs[:-1], (category.label, category.get_absolute_url())]),
    )


def crumbs_of(category: Category) -> list[tuple[str, str]]:
    """Label and address from the first page of categories down to this one. No query where parents were joined."""
    above: list[Category] = []
    one: Category | None = category
    while one is not None:
        above.insert(0, one)
        one = one.parent
    return [(_("Categories"), reverse("gigs:categories")), *_crumbs(above)]


def _crumbs(rows: Sequence[Category]) -> list[tuple[str, str]]:
    return [(row.label, row.get_absolute_url()) for row in rows]


def _values(category: Category, activity: CategoryActivity) -> list[tuple[str, str]]:
    shown = activity.wanted_values[:_VALUES_SHOWN]
    return [(said(name), value_address(category.slug, attribute, value)) for attribute, value, name in shown]


def activity_sentence(activity: CategoryActivity, at: datetime) -> str:
    """What was finished here lately, or the honest word that it is too little, or too old, to say."""
    if activity.orders_counted_at is None or at - activity.orders_counted_at > _STALE:
        return _("The orders of the last 30 days are not counted yet.")
    if activity.finished < ENOUGH_ORDERS or activity.median_minutes is None:
        few = _("Fewer than %(count)d orders finished in the last 30 days: too few to say how fast it goes.")
        return few % {"count": ENOUGH_ORDERS}
    said = _("%(count)d orders finished in the last 30 days, half of them within %(time)s.") % {
        "count": activity.finished,
        "time": words.duration(activity.median_minutes),
    }
    if activity.promised < ENOUGH_ORDERS:
        return said
    on_time = _("%(percent)d %% were on time.") % {"percent": 100 * activity.on_time // activity.promised}
    return f"{said} {on_time}"


def breadcrumb_data(crumbs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """BreadcrumbList of schema.org."""
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": f"{settings.SITE_URL}{url}"}
        for number, (name, url) in enumerate(crumbs, 1)
    ]
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}
