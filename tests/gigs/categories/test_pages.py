"""The tree, the pages of its categories, and where else they are named."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gigs import api, tasks
from gigs.models import Category, CategoryActivity, Gig
from tests.gigs.conftest import MakeGig
from tests.gigs.editing_forms import begin, page_of

DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>')


def test_the_tree_shows_every_level_with_counts(client: Client, make_gig: MakeGig, at: datetime) -> None:
    make_gig(category_slug="product-texts")
    tasks.count_gigs_of_categories(at)
    page = client.get("/categories/").content.decode()
    for slug in ("writing", "web-copy", "product-texts"):
        assert f'href="/categories/{slug}/"' in page
    assert '<span>Product texts</span><span class="num">1</span>' in page
    assert "from €15.50 · 1 gig<" in page


def test_a_site_without_categories_says_what_to_do(client: Client, db: None) -> None:
    assert "load_categories" in client.get("/categories/").content.decode()


@pytest.mark.parametrize("number", [0, 12])
def test_the_tree_takes_one_query(
    client: Client, make_gig: MakeGig, at: datetime, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for position in range(number):
        make_gig(title=f"Write a text, number {position}")
    tasks.count_gigs_of_categories(at)
    with django_assert_num_queries(1):
        client.get("/categories/")


def test_a_landing_page_says_what_is_here(client: Client, make_gig: MakeGig, at: datetime) -> None:
    gig = make_gig(category_slug="product-texts", attributes=("tone:warm",))
    tasks.count_gigs_of_categories(at)
    Category.objects.filter(slug="web-copy").update(picture="covers/aa/" + "a" * 32)
    page = client.get("/categories/web-copy/").content.decode()
    assert gig.title in page  # it stands a level below
    assert "<h1>Web &amp; shop texts</h1>" in page
    assert "covers/aa/" in page
    assert 'href="/categories/product-texts/"' in page
    assert 'href="/categories/web-copy/?is=tone%3Awarm"' in page
    assert "not counted yet" in page


def test_its_place_is_named_for_people_and_machines(client: Client, categories: None, settings: object) -> None:
    Category.objects.filter(slug="writing").update(name="Words </script> & more")
    page = client.get("/categories/product-texts/").content.decode()
    crumbs = re.findall(r"<li>(?:<a href=\"([^\"]*)\">|<span[^>]*>)([^<]*)", page)
    assert [crumb for crumb in crumbs if crumb[1] in {"Categories", "Web &amp; shop texts", "Product texts"}][:2] == [
        ("/categories/", "Categories"),
        ("/categories/web-copy/", "Web &amp; shop texts"),
    ]
    found = DATA.search(page)
    assert found
    data = json.loads(found[1])
    assert data["@type"] == "BreadcrumbList"
    assert [(row["position"], row["name"]) for row in data["itemListElement"]] == [
        (1, "Categories"), (2, "Words </script> & more"), (3, "Web & shop texts"), (4, "Product texts"),
    ]  # fmt: skip
    assert data["itemListElement"][3]["item"].endswith("/categories/product-texts/")
    assert data["itemListElement"][3]["item"].startswith("http")


def test_with_words_the_page_is_about_them(client: Client, categories: None) -> None:
    page = client.get("/categories/writing/?q=shop").content.decode()
    assert "“shop”" in page
    assert "Subcategories" not in page


def test_activity_stands_there_when_there_is_enough(client: Client, categories: None, at: datetime) -> None:
    from marketplace.kernel import clock

    CategoryActivity.objects.create(
        category=Category.objects.get(slug="writing"), finished=120, median_minutes=540, promised=100, on_time=99,
        orders_counted_at=clock.now(),
    )  # fmt: skip
    page = client.get("/categories/writing/").content.decode()
    assert "120 orders finished in the last 30 days, half of them within 9 h. 99 % were on time." in page


def test_a_former_address_leads_to_the_new_one_with_all_that_was_asked(client: Client, categories: None) -> None:
    Category.objects.filter(slug="logos").update(slug="marks")
    response = client.get("/categories/logos/?sort=price&within=2h")
    assert (response.status_code, response.headers["Location"]) == (301, "/categories/marks/?sort=price&within=2h")
    assert client.get("/categories/alchemy/").status_code == 404


def test_results_in_a_category_are_of_everything_below(client: Client, make_gig: MakeGig) -> None:
    here = make_gig(category_slug="product-texts", title="Write texts for products")
    there = make_gig(category_slug="design", title="Draw a sign for you")
    for path in ("/categories/writing/", "/search/?category=web-copy", "/categories/product-texts/"):
        page = client.get(path).content.decode()
        assert here.title in page
        assert there.title not in page
    found = client.get("/api/v1/gigs/?category=writing").json()
    assert (found["count"], [row["title"] for row in found["results"]]) == (1, [here.title])


def test_one_name_may_mean_different_things_in_two_crafts(client: Client, make_gig: MakeGig) -> None:
    texts = make_gig(category_slug="product-texts", title="Write texts into a table", attributes=("format:csv",))
    other = make_gig(category_slug="product-texts", title="Write texts into a document", attributes=("format:word",))
    table = make_gig(category_slug="typing", title="Type numbers into a table", attributes=("format:csv",))

    def found(path: str) -> set[str]:
        page = client.get(path).content.decode()
        return {gig.title for gig in (texts, other, table) if gig.title in page}

    assert found("/categories/writing/?is=format:csv") == {texts.title}
    assert found("/categories/data-entry/?is=format:csv") == {table.title}
    assert found("/search/?is=format:csv") == {texts.title, table.title}
    assert found("/categories/writing/?is=format:csv&is=format:word") == {texts.title, other.title}


def test_programs_read_the_whole_tree(client: Client, make_gig: MakeGig, at: datetime) -> None:
    make_gig(category_slug="product-texts")
    tasks.count_gigs_of_categories(at)
    rows = {row["slug"]: row for row in client.get("/api/v1/categories/").json()}
    assert len(rows) == 89
    assert [rows[slug]["parent"] for slug in ("writing", "web-copy", "product-texts")] == ["", "writing", "web-copy"]
    assert rows["writing"]["gig_count"] == 1


def test_the_home_page_shows_the_crafts(client: Client, make_gig: MakeGig, at: datetime) -> None:
    make_gig(category_slug="product-texts")
    tasks.count_gigs_of_categories(at)
    cards = api.categories_with_counts("EUR")
    assert [card.slug for card in cards][:2] == ["design", "writing"]
    assert (len(cards), cards[1].gig_count) == (12, 1)
    assert "Product texts" not in client.get("/").content.decode()


def test_the_gigs_page_leads_up_the_tree(client: Client, make_gig: MakeGig) -> None:
    page = client.get(make_gig(category_slug="product-texts").get_absolute_url()).content.decode()
    for slug in ("writing", "web-copy", "product-texts"):
        assert f'<li><a href="/categories/{slug}/">' in page


# The editor


def test_the_editor_offers_the_tree(as_seller: Client, categories: None) -> None:
    page = as_seller.get("/sell/gigs/new/?starter=none&category=product-texts").content.decode()
    assert '<option value="product-texts" selected>\u2003\u2003Product texts</option>' in page
    assert '<option value="writing">Writing</option>' in page


def test_a_starter_is_offered_under_its_craft_and_stands_in_its_subcategory(
    as_seller: Client, categories: None
) -> None:
    start = as_seller.get("/sell/gigs/new/").content.decode()
    assert '?category=design&amp;starter=logo-cleanup"' in start
    Category.objects.filter(slug="logos").update(slug="marks")
    page = as_seller.get("/sell/gigs/new/?category=design&starter=logo-cleanup").content.decode()
    assert '<option value="marks" selected>' in page


def test_a_craft_of_staffs_own_can_be_started_from_nothing(as_seller: Client, categories: None) -> None:
    Category.objects.create(slug="kites", name="Kites", icon="swatch", position=99)
    Category.objects.get(slug="banners-ads").delete()
    start = as_seller.get("/sell/gigs/new/").content.decode()
    assert "?category=kites&amp;starter=none" in start
    assert "banner-set" not in start


def test_a_name_that_changed_under_the_hands_of_a_seller_still_works(as_seller: Client, categories: None) -> None:
    Category.objects.filter(slug="product-texts").update(slug="shop-texts")
    gig_id = begin(as_seller, category="shop-texts")
    assert Gig.objects.get().category.slug == "shop-texts"
    Category.objects.filter(slug="shop-texts").update(slug="texts-for-shops")
    page = as_seller.get(page_of(gig_id, "what")).content.decode()
    assert '<option value="texts-for-shops" selected>' in page
    assert "Writing › Web &amp; shop texts › Product texts" in as_seller.get(page_of(gig_id)).content.decode()
