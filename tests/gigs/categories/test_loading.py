"""A new site's tree, and what a later load leaves alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from heroicons.templatetags.heroicons import heroicon_outline
from pytest_django import DjangoAssertNumQueries

from gigs import api, starters
from gigs.models import Attribute, AttributeValue, Category, ShippedCategory
from gigs.services import category_loading

pytestmark = pytest.mark.django_db
ROOTS = [
    "design", "writing", "translation", "data-entry", "spreadsheets", "social-media",
    "seo", "audio-video", "virtual-assistance", "testing", "web-fixes", "ai-data",
]  # fmt: skip


@pytest.fixture
def site() -> None:
    api.load_categories()


def ship(monkeypatch: pytest.MonkeyPatch, slug: str, **changes: Any) -> None:
    """As if the product shipped something else for a category."""
    rows = tuple(replace(one, **changes) if one.slug == slug else one for one in starters.all_categories())
    monkeypatch.setattr(category_loading.starters, "all_categories", lambda: rows)


def get(slug: str) -> Category:
    return Category.objects.get(slug=slug)


def test_a_new_site_gets_twelve_crafts_with_all_they_need(site: None) -> None:
    roots = list(Category.objects.roots())
    assert [root.slug for root in roots] == ROOTS
    for root in roots:
        assert 3 <= root.children.count() <= 6
        assert len(root.features) >= 3
        attributes = list(root.attributes.prefetch_related("values"))
        assert len(attributes) >= 3
        assert all(len(one.values.all()) >= 3 for one in attributes)
    assert Category.objects.filter(path__len=3).count() >= 10


def test_what_is_shipped_can_be_shown() -> None:
    for category in starters.all_categories():
        assert heroicon_outline(category.icon)
        assert 0 < category.usual_low_minor < category.usual_high_minor
        assert len(category.description) <= 160
    slugs = [category.slug for category in starters.all_categories()]
    keys = [starter.key for category in starters.all_categories() for starter in category.starters]
    assert len(slugs) == len(set(slugs))
    assert len(keys) == len(set(keys)) == 21


@pytest.mark.parametrize(
    ("slug", "low", "high"), [("web-fixes", 500, 5_000), ("writing", 1_000, 10_000), ("translation", 200, 2_500)]
)
def test_ranges_to_begin_with(site: None, slug: str, low: int, high: int) -> None:
    assert (get(slug).usual_low_minor, get(slug).usual_high_minor) == (low, high)


def test_starters_stand_in_their_subcategory(site: None) -> None:
    starter = starters.starter("logo-cleanup")
    assert starter is not None
    assert get(starter.content.category_slug).parent == get("design")


def test_a_second_load_writes_nothing_new(site: None, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    before = list(Category.objects.values()), list(AttributeValue.objects.values())
    with django_assert_max_num_queries(20):
        assert api.load_categories() == (0, 89)
    assert (list(Category.objects.values()), list(AttributeValue.objects.values())) == before


def test_news_arrive_where_staff_changed_nothing(site: None, monkeypatch: pytest.MonkeyPatch) -> None:
    Category.objects.filter(slug="logos").update(name="Marks", usual_high_minor=9_999)
    ship(monkeypatch, "logos", name="Logos!", description="New words", usual_low_minor=2_000, parent="writing")
    assert api.load_categories() == (0, 89)
    row = get("logos")
    assert (row.name, row.description) == ("Marks", "New words")
    assert (row.usual_low_minor, row.usual_high_minor) == (1_000, 9_999)
    assert row.parent == get("writing")


def test_a_category_that_staff_moved_or_renamed_stays_there(site: None, monkeypatch: pytest.MonkeyPatch) -> None:
    Category.objects.filter(slug="logos").update(slug="marks", parent=get("seo"))
    ship(monkeypatch, "logos", parent="writing", icon="star")
    assert api.load_categories() == (0, 89)
    assert not Category.objects.filter(slug="logos").exists()
    assert (get("marks").parent, get("marks").icon) == (get("seo"), "star")


def test_what_staff_took_away_stays_away(site: None) -> None:
    get("banners-ads").delete()
    Attribute.objects.get(category__slug="design", slug="style").delete()
    AttributeValue.objects.get(attribute__slug="file-format", attribute__category__slug="design", slug="eps").delete()
    assert api.load_categories() == (0, 88)
    assert not Category.objects.filter(slug="banners-ads").exists()
    assert not Attribute.objects.filter(category__slug="design", slug="style").exists()
    assert not AttributeValue.objects.filter(attribute__category__slug="design", slug="eps").exists()
    assert ShippedCategory.objects.get(slug="banners-ads").category is None


def test_new_values_are_added_and_own_ones_stay(site: None, monkeypatch: pytest.MonkeyPatch) -> None:
    style = Attribute.objects.get(category__slug="design", slug="style")
    AttributeValue.objects.create(attribute=style, slug="own", name="Our own")
    Attribute.objects.filter(pk=style.pk).update(name="Look")
    shipped = next(one for one in starters.all_categories() if one.slug == "design").attributes
    changed = tuple(
        replace(one, name="Manner", values=(*one.values, ("new", "New"))) if one.slug == "style" else one
        for one in shipped
    )
    ship(monkeypatch, "design", attributes=changed)
    api.load_categories()
    style.refresh_from_db()
    assert style.name == "Look"
    assert {"own", "new", "minimal"} <= set(style.values.values_list("slug", flat=True))


def test_a_site_from_before_keeps_its_words_and_gets_the_tree_below() -> None:
    old = Category.objects.create(slug="design", name="Grafik", description="Ours", icon="swatch")
    assert api.load_categories() == (88, 1)
    old.refresh_from_db()
    assert (old.name, old.description, old.features[0]) == ("Grafik", "Ours", "File formats")
    assert get("logos").parent == old
