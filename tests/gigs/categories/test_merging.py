"""One category goes into another: gigs, values, addresses and what stands below follow, and nothing gets lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from django.test import Client

from gigs import api
from gigs.models import Attribute, AttributeValue, Category, CategorySlug, Gig, GigValue, ShippedCategory
from gigs.search import entries
from gigs.selectors.categories import category_choices
from gigs.selectors.owned import values_of
from gigs.services import categories
from marketplace.kernel import outbox
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.models import OutboxMessage
from tests.gigs.conftest import CONTENT, MakeGig


def get(slug: str) -> Category:
    return Category.objects.get(slug=slug)


def merge(source: str, target: str, at: datetime) -> None:
    categories.merge(source_id=get(source).pk, target_id=get(target).pk, at=at)


def work_off(at: datetime) -> int:
    done = 0
    while now := outbox.deliver_due(at):
        done += now
    entries.refresh_changed(at)  # as it is some seconds later
    return done


def test_gigs_follow_in_batches_and_the_old_address_leads_on(
    make_gig: MakeGig, client: Client, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(categories, "AT_ONCE", 2)
    gigs = [make_gig(category_slug="articles", title=f"Write article number {number}") for number in range(5)]
    merge("articles", "web-copy", at)
    assert Gig.objects.filter(category__slug="articles").count() == 5
    assert client.get("/categories/articles/").headers["Location"] == "/categories/web-copy/"
    work_off(at)
    assert not Category.objects.filter(slug="articles").exists()
    assert set(Gig.objects.values_list("category__slug", "version", "state")) == {("web-copy", 1, "active")}
    assert client.get("/categories/articles/?sort=price").headers["Location"] == "/categories/web-copy/?sort=price"
    assert gigs[0].title in client.get("/categories/web-copy/").content.decode()
    assert api.load_categories() == (0, 88)
    assert ShippedCategory.objects.get(slug="articles").category is None


def test_a_message_carries_a_few_batches_and_sends_for_the_rest(
    make_gig: MakeGig, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(categories, "AT_ONCE", 1)
    for number in range(3):
        make_gig(category_slug="articles", title=f"Write article number {number}")
    merge("articles", "web-copy", at)
    source = get("articles").pk
    categories.carry_on(categories.MERGE, source, 0, at, batches=2)
    assert Gig.objects.filter(category__slug="articles").count() == 1
    assert OutboxMessage.objects.filter(topic=categories.MERGE).count() == 1  # the same moment, the same message
    work_off(at)
    assert not Category.objects.filter(pk=source).exists()
    categories.carry_on(categories.MERGE, source, 0, at)  # told twice


def test_a_gig_written_meanwhile_goes_to_where_the_others_go(make_gig: MakeGig, at: datetime) -> None:
    merge("articles", "web-copy", at)
    assert make_gig(category_slug="articles").category == get("web-copy")
    assert "articles" not in dict(category_choices())


@pytest.mark.usefixtures("categories")
def test_what_stands_below_and_former_names_come_along(client: Client, at: datetime) -> None:
    Category.objects.filter(slug="logos").update(slug="marks")
    merge("marks", "design", at)
    work_off(at)
    assert get("logo-redraws").path == [get("design").pk, get("logo-redraws").pk]
    assert set(CategorySlug.objects.values_list("slug", "category__slug")) == {("logos", "design"), ("marks", "design")}


def test_values_become_those_of_the_same_name_and_attributes_go_along(make_gig: MakeGig, at: datetime) -> None:
    own = Attribute.objects.create(category=get("articles"), slug="length", name="Length")
    AttributeValue.objects.create(attribute=own, slug="short", name="Short")
    tone = Attribute.objects.create(category=get("articles"), slug="for", name="For")
    for slug in ("print", "radio"):
        AttributeValue.objects.create(attribute=tone, slug=slug, name=slug.title())
    named = ("for:print", "for:radio", "length:short", "tone:warm")
    gig = make_gig(category_slug="articles", attributes=named)
    assert values_of(gig) == named
    merge("articles", "print-design", at)  # another craft: it knows "for", with "print", but no tone
    work_off(at)
    gig.refresh_from_db()
    assert values_of(gig) == ("for:print", "for:radio", "length:short")
    assert set(gig.value_rows.values_list("value__attribute__category__slug", flat=True)) == {"design", "print-design"}
    api.edit_gig(
        gig_id=gig.pk, seller_id=gig.seller_id, at=at,
        content=replace(CONTENT, category_slug="print-design", attributes=("for:radio",)),
    )  # fmt: skip


def test_a_category_that_moves_keeps_what_means_something_there(make_gig: MakeGig, at: datetime) -> None:
    gig = make_gig(category_slug="slides-infographics", attributes=("software:figma", "style:minimal"))
    other = make_gig(category_slug="logos", attributes=("style:minimal",))
    Category.objects.filter(slug="slides-infographics").update(parent=get("social-media"))
    categories.settle(category_id=get("slides-infographics").pk, at=at)
    work_off(at)
    assert values_of(gig) == ("software:figma",)
    assert set(gig.value_rows.values_list("value__attribute__category__slug", flat=True)) == {"social-media"}
    assert values_of(other) == ("style:minimal",)


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("design", "design", "another category"),
        ("design", "logos", "stands below"),
        ("design", "editing-proofreading", "fourth level"),
        ("logos", "product-texts", "fourth level"),
    ],
)
@pytest.mark.usefixtures("categories")
def test_what_does_not_fit_is_refused(at: datetime, source: str, target: str, said: str) -> None:
    before = list(Category.objects.values())
    with pytest.raises(InvalidInput, match=said):
        merge(source, target, at)
    assert list(Category.objects.values()) == before
    assert not OutboxMessage.objects.exists()


@pytest.mark.usefixtures("categories")
def test_one_merge_at_a_time(at: datetime) -> None:
    merge("articles", "web-copy", at)
    for source, target in (("articles", "seo"), ("seo", "articles")):
        with pytest.raises(InvalidInput, match="on its way"):
            merge(source, target, at)


def test_a_target_that_goes_on_itself_takes_everybody_along(make_gig: MakeGig, at: datetime) -> None:
    gig = make_gig(category_slug="articles")
    merge("articles", "mails-newsletters", at)
    Category.objects.filter(slug="mails-newsletters").update(merging_into=None)
    merge("mails-newsletters", "editing-proofreading", at)
    work_off(at)
    gig.refresh_from_db()
    assert gig.category == get("editing-proofreading")
    assert not GigValue.objects.exists()
