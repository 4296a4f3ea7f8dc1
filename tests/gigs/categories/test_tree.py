"""The tree as PostgreSQL keeps it, whoever writes."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from gigs.models import Category, CategorySlug
from gigs.selectors import categories as tree

pytestmark = pytest.mark.django_db
Plant = Callable[..., Category]


@pytest.fixture
def plant() -> Plant:
    def make(slug: str, parent: Category | None = None, position: int = 0, **fields: object) -> Category:
        row = Category.objects.create(
            slug=slug, name=slug.title(), icon="swatch", parent=parent, position=position, **fields
        )
        row.refresh_from_db()
        return row

    return make


def paths() -> dict[str, list[str]]:
    names = dict(Category.objects.values_list("pk", "slug"))
    return {slug: [names[pk] for pk in path] for slug, path in Category.objects.values_list("slug", "path")}


def test_the_path_leads_from_the_root_and_follows_a_move(plant: Plant) -> None:
    craft, other = plant("craft"), plant("other", position=1)
    branch = plant("branch", craft)
    leaf = plant("leaf", branch)
    assert (craft.depth, branch.depth, leaf.depth) == (1, 2, 3)
    assert list(Category.objects.within(craft.pk).values_list("pk", flat=True)) == [craft.pk, branch.pk, leaf.pk]
    Category.objects.filter(pk=branch.pk).update(parent=other)
    assert paths() == {
        "craft": ["craft"],
        "other": ["other"],
        "branch": ["other", "branch"],
        "leaf": ["other", "branch", "leaf"],
    }
    Category.objects.filter(pk=branch.pk).update(parent=None)
    assert paths()["leaf"] == ["branch", "leaf"]


def test_the_order_is_that_of_the_tree_and_follows_positions_and_names(plant: Plant) -> None:
    second, first = plant("second", position=2), plant("first", position=1)
    plant("below-second", second)
    plant("late", first, position=9)
    plant("early", first, position=1)
    assert [slug for slug, _name in tree.category_choices()] == ["first", "early", "late", "second", "below-second"]
    Category.objects.filter(pk=second.pk).update(position=0)
    assert [slug for slug, _name in tree.category_choices()] == ["second", "below-second", "first", "early", "late"]
    assert dict(tree.category_choices())["early"] == "\u2003Early"


def test_a_fourth_level_is_refused(plant: Plant) -> None:
    leaf = plant("leaf", plant("branch", plant("craft")))
    with pytest.raises(IntegrityError, match="category_at_most_three_levels"), transaction.atomic():
        plant("too-deep", leaf)
    pair = plant("pair")
    plant("of-pair", pair)
    with pytest.raises(IntegrityError, match="category_at_most_three_levels"), transaction.atomic():
        Category.objects.filter(pk=pair.pk).update(parent=leaf.parent)
    assert paths()["of-pair"] == ["pair", "of-pair"]


def test_nothing_stands_below_itself(plant: Plant) -> None:
    craft = plant("craft")
    branch = plant("branch", craft)
    for parent in (craft, branch):
        with pytest.raises(IntegrityError, match="below itself"), transaction.atomic():
            Category.objects.filter(pk=craft.pk).update(parent=parent)
    assert paths()["branch"] == ["craft", "branch"]


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_make_no_circle(plant: Plant) -> None:
    """Each alone is fine: together they would stand below each other."""
    one, two = plant("one"), plant("two")
    start, refused = threading.Barrier(2, timeout=10), []

    def move(row: Category, parent: Category) -> None:
        try:
            with transaction.atomic():
                start.wait()
                Category.objects.filter(pk=row.pk).update(parent=parent)
        except Exception as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert sorted(map(len, paths().values())) == [1, 2]


def test_fee_and_minimum_are_inherited_until_somebody_below_says_otherwise(plant: Plant) -> None:
    craft = plant("craft", seller_fee_bp=500, minimum_price_minor=1_000)
    leaf = plant("leaf", plant("branch", craft))
    assert (leaf.applied_fee_bp, leaf.applied_minimum_minor) == (500, 1_000)
    Category.objects.filter(slug="branch").update(seller_fee_bp=800)
    Category.objects.filter(pk=craft.pk).update(seller_fee_bp=None, minimum_price_minor=2_000)
    leaf.refresh_from_db()
    assert (leaf.applied_fee_bp, leaf.applied_minimum_minor) == (800, 2_000)
    Category.objects.filter(slug="branch").update(seller_fee_bp=None)
    leaf.refresh_from_db()
    assert leaf.applied_fee_bp is None


def test_the_lines_of_the_comparison_are_those_of_the_nearest(plant: Plant) -> None:
    craft = plant("craft", features=["Words"])
    leaf = plant("leaf", plant("branch", craft))
    assert tree.features_of(leaf) == ["Words"]
    Category.objects.filter(slug="branch").update(features=["Pages", "Notes"])
    assert tree.features_of(leaf) == ["Pages", "Notes"]
    assert tree.features_of(plant("bare")) == []


def test_former_slugs_lead_to_the_category_until_they_are_taken_again(plant: Plant) -> None:
    craft = plant("craft")
    for slug in ("trade", "skill"):
        Category.objects.filter(pk=craft.pk).update(slug=slug)
    assert [tree.by_slug(slug) for slug in ("craft", "trade", "skill")] == [craft] * 3
    Category.objects.filter(pk=craft.pk).update(slug="craft")
    assert set(CategorySlug.objects.values_list("slug", flat=True)) == {"trade", "skill"}
    taken = plant("trade")
    assert tree.by_slug("trade") == taken
    assert set(CategorySlug.objects.values_list("slug", flat=True)) == {"skill"}
    for slug in ("nowhere", "", "\x00", "a" * 41, "Ü"):
        assert tree.by_slug(slug) is None
