"""A category's own fee and lowest price, from the editor to the frozen terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from django.test import Client

from accounts.models import User
from gigs import api
from gigs.contracts import PackageContent
from gigs.models import Category, Gig
from marketplace.kernel.errors import InvalidInput
from orders import api as orders
from orders.models import Order
from tests.gigs.conftest import CONTENT, MakeGig
from tests.gigs.editing_forms import begin, page_of, send


def place(gig: Gig, buyer: User, at: datetime) -> Order:
    order_id = api.order(api.OrderRequest(gig.pk, gig.version, buyer.pk, api.Selection(), "k" * 32), at)
    return Order.objects.get(pk=order_id)


@pytest.mark.parametrize("owner", ["product-texts", "web-copy", "writing"])
def test_an_order_freezes_the_fee_of_its_category_or_of_one_above(
    make_gig: MakeGig, buyer: User, at: datetime, owner: str
) -> None:
    Category.objects.filter(slug=owner).update(seller_fee_bp=250)
    terms = place(make_gig(category_slug="product-texts"), buyer, at).terms
    assert terms.rules == replace(orders.rules("EUR"), seller_fee_bp=250)
    assert (terms.price.amount_minor, terms.seller_fee.amount_minor) == (1_500, 38)
    assert terms.all_in.amount_minor == 1_550  # the buyer's side is the site's


def test_elsewhere_the_site_keeps_its_own(make_gig: MakeGig, buyer: User, at: datetime) -> None:
    Category.objects.filter(slug="design").update(seller_fee_bp=250)
    assert place(make_gig(), buyer, at).terms.rules == orders.rules("EUR")


def test_a_fee_of_nothing_is_a_fee(make_gig: MakeGig, buyer: User, at: datetime) -> None:
    Category.objects.filter(slug="writing").update(seller_fee_bp=0)
    assert place(make_gig(), buyer, at).terms.seller_fee.amount_minor == 0


def test_a_placed_order_keeps_what_it_was_placed_with(make_gig: MakeGig, buyer: User, at: datetime) -> None:
    order = place(make_gig(), buyer, at)
    Category.objects.filter(slug="writing").update(seller_fee_bp=5_000)
    assert Order.objects.get(pk=order.pk).terms.rules.seller_fee_bp == 1_000


def test_the_editor_says_what_the_seller_receives_there(as_seller: Client, make_gig: MakeGig) -> None:
    Category.objects.filter(slug="writing").update(seller_fee_bp=250)
    gig = make_gig(category_slug="product-texts")
    page = as_seller.get(page_of(gig.pk, "packages")).content.decode()
    assert page.count("€14.62") == 2  # beside the price, and beside the step
    assert "currency=EUR&amp;category=product-texts" in page
    price = "/sell/gigs/price/?currency=EUR&packages-0-price=15"
    assert "€14.62" in as_seller.get(f"{price}&category=product-texts").content.decode()
    for elsewhere in ("design", "", "alchemy", "%00"):
        assert "€13.50" in as_seller.get(f"{price}&category={elsewhere}").content.decode()


def test_the_page_about_fees_names_it_and_counts_with_it(client: Client, categories: None) -> None:
    page = client.get("/fees/?price=100").content.decode()
    assert "Seller, in" not in page
    Category.objects.filter(slug="writing").update(seller_fee_bp=250)
    page = client.get("/fees/?price=100").content.decode()
    assert "Seller, in Writing" in page
    assert "2.5" in page
    assert "€90.00" in page
    assert "€97.50" in client.get("/fees/?price=100&category=writing").content.decode()
    assert "€90.00" in client.get("/fees/?price=100&category=%00").content.decode()


def test_a_new_gig_costs_what_its_category_asks_at_least(seller: User, categories: None, at: datetime) -> None:
    Category.objects.filter(slug="writing").update(minimum_price_minor=2_000)
    content = replace(CONTENT, category_slug="product-texts")
    with pytest.raises(InvalidInput) as refused:
        api.create_gig(seller_id=seller.pk, content=content, at=at)
    assert refused.value.fields == {"packages-0": "In Product texts a package costs at least €20.00."}
    assert not Gig.objects.exists()
    dearer = (replace(content.packages[0], price_minor=2_000), *content.packages[1:])
    api.create_gig(seller_id=seller.pk, content=replace(content, packages=dearer), at=at)


def test_a_gig_from_before_keeps_its_price_but_gets_no_other_below(gig: Gig, at: datetime) -> None:
    Category.objects.filter(slug="writing").update(minimum_price_minor=2_000)
    edit = {"gig_id": gig.pk, "seller_id": gig.seller_id, "at": at}
    api.edit_gig(content=replace(CONTENT, tags=("other",)), **edit)
    cheaper = (replace(CONTENT.packages[0], price_minor=1_200), *CONTENT.packages[1:])
    for content in (replace(CONTENT, packages=cheaper), replace(CONTENT, category_slug="product-texts")):
        with pytest.raises(InvalidInput, match="at least"):
            api.edit_gig(content=content, **edit)
    gig.refresh_from_db()
    assert (gig.version, gig.from_price_minor, gig.category.slug) == (2, 1_500, "writing")


def test_a_draft_from_before_is_not_published_below(make_gig: MakeGig, at: datetime) -> None:
    gig = make_gig(published=False)
    Category.objects.filter(slug="writing").update(minimum_price_minor=2_000)
    with pytest.raises(InvalidInput, match="at least"):
        api.publish(gig_id=gig.pk, seller_id=gig.seller_id, at=at)
    gig.refresh_from_db()
    assert gig.is_draft


def test_in_other_currencies_it_has_about_the_same_size(
    seller: User, categories: None, at: datetime, settings: pytest.MonkeyPatch
) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR", "JPY"]  # type: ignore[attr-defined]
    Category.objects.filter(slug="writing").update(minimum_price_minor=2_000)
    for price, fits in ((2_999, False), (3_000, True)):
        content = replace(CONTENT, currency="JPY", packages=(PackageContent("One", price, 60, 1),), extras=())
        if fits:
            api.create_gig(seller_id=seller.pk, content=content, at=at)
        else:
            with pytest.raises(InvalidInput, match="¥3,000"):
                api.create_gig(seller_id=seller.pk, content=content, at=at)


def test_the_editor_shows_it_at_the_package(as_seller: Client, categories: None) -> None:
    Category.objects.filter(slug="writing").update(minimum_price_minor=2_000)
    gig_id = begin(as_seller)
    page = send(as_seller, gig_id, "packages").content.decode()
    assert "In Writing a package costs at least €20.00." in page
    assert 'value="12,50"' in page
    assert Gig.objects.get().package_count == 0


def test_a_starter_below_it_begins_and_is_priced_in_the_next_step(as_seller: Client, categories: None) -> None:
    Category.objects.filter(slug="logos").update(minimum_price_minor=2_000)
    gig_id = begin(as_seller, starter="design/logo-cleanup", category="logos")
    assert Gig.objects.get().package_count == 0
    said = "In Logos &amp; marks a package costs at least €20.00."
    assert said in as_seller.get(page_of(gig_id)).content.decode()
    assert 'value="15.00"' in as_seller.get(page_of(gig_id, "packages")).content.decode()
    assert said in send(as_seller, gig_id, "packages").content.decode()
    assert send(as_seller, gig_id, "packages", **{"packages-0-price": "20"}).status_code == 302
    assert Gig.objects.get().from_price_minor == 2_000


@pytest.mark.parametrize("published", [True, False])
def test_a_gig_that_moves_into_a_dearer_category_is_told_at_its_packages(
    as_seller: Client, make_gig: MakeGig, published: bool
) -> None:
    Category.objects.filter(slug="design").update(minimum_price_minor=2_000)
    gig = make_gig(published=published)
    assert send(as_seller, gig.pk, "what", category="design").status_code == 302
    page = as_seller.get(page_of(gig.pk))
    assert page.context["lacks"]["packages"] == ["In Design a package costs at least €20.00."]
    as_seller.post(page_of(gig.pk), {"do": "save"})
    assert Gig.objects.get().category.slug == "writing"


def test_a_gig_that_had_its_price_before_is_edited_on(as_seller: Client, gig: Gig) -> None:
    Category.objects.filter(slug="writing").update(minimum_price_minor=2_000)
    send(as_seller, gig.pk, "what", title="Proofread two thousand words")
    assert as_seller.get(page_of(gig.pk)).context["lacks"] == {}
    as_seller.post(page_of(gig.pk), {"do": "save"})
    assert Gig.objects.get().title == "Proofread two thousand words"
