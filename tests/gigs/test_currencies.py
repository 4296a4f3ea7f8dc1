"""Gigs priced in several currencies: nothing is converted, and prices are compared within one currency alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from gigs import api
from gigs.contracts import CatalogueQuery, ExtraContent, GigContent, PackageContent
from gigs.models import Gig
from gigs.selectors.owned import content_of
from gigs.starters import all_categories, priced
from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.money import Money
from orders.models import Order
from tests.gigs.conftest import MakeGig
from tests.gigs.editing_forms import begin, page_of, send

THREE = ["EUR", "USD", "JPY"]


@pytest.fixture(autouse=True)
def _three_currencies(settings: Any) -> None:
    settings.SETTLEMENT_CURRENCIES = [*THREE]


@pytest.fixture
def shelf(make_gig: MakeGig) -> dict[str, Gig]:
    """One gig in each currency; the numbers are so that a mix of them would show."""
    prices = {"EUR": 1_500, "USD": 1_400, "JPY": 2_400}
    return {
        code: make_gig(
            title=f"Proofread ten pages for {code}",
            currency=code,
            packages=(PackageContent("Ten pages", price, 240, 1),),
            extras=(ExtraContent("A second look", price // 2),),
        )
        for code, price in prices.items()
    }


def _found(query: CatalogueQuery, at: datetime) -> list[Money]:
    return [card.price for card in api.search(query, at).cards]


def test_a_gigs_prices_fees_and_terms_are_in_its_currency(shelf: dict[str, Gig], at: datetime) -> None:
    yen = shelf["JPY"]
    assert (yen.from_price_minor, yen.from_all_in_minor) == (2_400, 2_475)  # the least fee is 75 yen
    assert yen.packages.get().price == Money(2_400, "JPY")
    assert yen.extras.get().price == Money(1_200, "JPY")
    assert [row.price for row in api.rows_of_seller(yen.seller_id)] == [
        Money(2_475, "JPY"),
        Money(1_450, "USD"),
        Money(1_550, "EUR"),
    ]


def test_without_a_price_in_question_all_currencies_are_found(shelf: dict[str, Gig], at: datetime) -> None:
    assert sorted(money.currency for money in _found(CatalogueQuery(), at)) == ["EUR", "JPY", "USD"]
    assert _found(CatalogueQuery(currency="USD"), at) == [Money(1_450, "USD")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (CatalogueQuery(sort="price"), [Money(1_550, "EUR")]),
        (CatalogueQuery(low_minor=1_000), [Money(1_550, "EUR")]),
        (CatalogueQuery(high_minor=1_500), []),
        (CatalogueQuery(high_minor=1_500, currency="USD"), [Money(1_450, "USD")]),
        (CatalogueQuery(sort="price", currency="JPY"), [Money(2_475, "JPY")]),
    ],
)
def test_prices_are_compared_within_one_currency(
    shelf: dict[str, Gig], at: datetime, query: CatalogueQuery, found: list[Money]
) -> None:
    assert _found(query, at) == found


def test_a_currency_that_was_given_up_is_not_offered(shelf: dict[str, Gig], at: datetime, settings: Any) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR"]
    assert _found(CatalogueQuery(), at) == [Money(1_550, "EUR")]
    assert [card.price for card in api.gigs_of_seller(shelf["EUR"].seller_id, at)[0]] == [Money(1_550, "EUR")]
    api.count_gigs_of_categories(at)
    assert sum(card.gig_count for card in api.categories_with_counts("EUR")) == 1


def test_nobody_orders_in_a_currency_that_was_given_up(
    shelf: dict[str, Gig], buyer: User, at: datetime, settings: Any
) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR", "USD"]
    gig = shelf["JPY"]
    with pytest.raises(Conflict, match="currency is not taken"):
        api.order(api.OrderRequest(gig.pk, gig.version, buyer.pk, api.Selection(), "k" * 32), at)
    assert not Order.objects.exists()


# The pages


def test_the_results_page_offers_currencies_and_says_which_prices_are_meant(client: Client, shelf: Any) -> None:
    page = client.get("/search/?max=14.50&currency=USD").content.decode()
    assert '<option value="USD" selected>USD · US Dollar</option>' in page
    assert "Price in USD, all in" in page
    assert "$14.50" in page
    assert "€15.50" not in page
    # What the order alone implies is not sent along with the next order.
    implied = client.get("/search/?sort=price").content.decode()
    assert '<option value="" selected>EUR · Euro</option>' in implied
    assert '<option value="USD">USD · US Dollar</option>' in implied
    assert 'value="14.50"' in page
    yen = client.get("/search/?max=2475&currency=JPY").content.decode()
    assert "¥2,475" in yen
    assert "¥2,475." not in yen


def test_yen_are_typed_without_decimals(client: Client, shelf: Any) -> None:
    page = client.get("/search/?max=24.75&currency=JPY").content.decode()
    assert "Write an amount, such as 12, without a currency sign." in page
    assert 'value="24.75"' in page


@pytest.mark.parametrize("currency", ["XXX", "eur", "GBP", "%00", "EUR'--"])
def test_another_currency_is_nonsense_and_breaks_nothing(client: Client, shelf: Any, currency: str) -> None:
    response = client.get(f"/search/?currency={currency}&sort=price")
    assert response.status_code == 200
    assert "€15.50" in response.content.decode()
    assert "currency" not in response.cookies


def test_a_site_with_one_currency_speaks_of_none(
    client: Client, as_seller: Client, make_gig: MakeGig, settings: Any
) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR"]
    gig = make_gig()
    for path in ("/", "/categories/", "/search/"):
        assert "currency=" not in client.get(path).content.decode()
    assert 'name="currency"' not in client.get("/search/").content.decode()
    assert 'name="currency"' not in client.get("/fees/").content.decode()
    assert 'name="currency"' not in as_seller.get(page_of(gig.pk, "packages")).content.decode()


def test_from_prices_are_in_the_currency_that_the_visitor_chose(client: Client, shelf: Any, at: datetime) -> None:
    api.count_gigs_of_categories(at)
    assert "from €15.50" in client.get("/categories/").content.decode()
    chosen = client.get("/categories/?currency=JPY")
    assert "from ¥2,475" in chosen.content.decode()
    assert chosen.cookies["currency"].value == "JPY"
    assert "from ¥2,475" in client.get("/").content.decode()
    client.cookies["currency"] = "GBP"  # given up since
    assert "from €15.50" in client.get("/").content.decode()


def test_the_gigs_page_counts_and_pays_in_its_currency(client: Client, as_buyer: Client, shelf: dict[str, Gig]) -> None:
    page = client.get(shelf["JPY"].get_absolute_url()).content.decode()
    assert 'data-currency="JPY" data-places="0" data-shown="0" data-step="1"' in page
    assert 'data-fee-min="75" data-fee-max="3750"' in page
    assert "¥2,475" in page
    checkout = as_buyer.get(f"/gigs/{shelf['JPY'].pk}/order/?package=1&extras=1").content.decode()
    assert "Pay ¥3,708" in checkout  # 3,600 and 3 %
    assert "The price is in Japanese Yen. We convert nothing" in checkout
    assert "€" not in checkout


def test_programs_read_the_currency(client: Client, shelf: dict[str, Gig], at: datetime) -> None:
    api.count_gigs_of_categories(at)
    found = client.get("/api/v1/gigs/?currency=JPY&max=3000").json()["results"]
    assert [row["price"] for row in found] == [{"amount_minor": 2_475, "currency": "JPY"}]
    assert client.get(f"/api/v1/gigs/{shelf['USD'].pk}/").json()["currency"] == "USD"
    assert client.get("/api/v1/gigs/?currency=GBP").status_code == 400
    prices = {row["from_price"]["currency"] for row in client.get("/api/v1/categories/?currency=USD").json() if
              row["from_price"]}  # fmt: skip
    assert prices == {"USD"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("currency=JPY", "¥7,725"),
        ("currency=USD&price=50", "$51.50"),
        ("currency=JPY&price=50.5", "Type an amount such as 12."),
        ("currency=EUR&price=4975.01", "A price is between €0.01 and €4,975.00."),
        ("currency=GBP&price=50", "€51.50"),
    ],
)
def test_the_calculator_counts_in_the_chosen_currency(client: Client, query: str, said: str) -> None:
    assert said in client.get(f"/fees/?{query}").content.decode()


# The editor


def test_a_gig_is_written_in_the_chosen_currency(as_seller: Client, categories: None) -> None:
    gig_id = begin(as_seller)
    page = as_seller.get(page_of(gig_id, "packages")).content.decode()
    assert '<option value="EUR" selected>EUR · Euro</option>' in page
    send(as_seller, gig_id, "packages", currency="JPY", **{"packages-0-price": "1200"})
    gig = Gig.objects.get()
    assert (gig.currency, gig.packages.get().price, gig.from_all_in_minor) == ("JPY", Money(1_200, "JPY"), 1_275)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"currency": "JPY"}, "Write an amount, such as 12, without"),  # 12,50
        ({"currency": "JPY", "packages-0-price": "746251"}, "between ¥1 and ¥746,250"),
        ({"currency": "GBP"}, "Select a valid choice"),
        ({"currency": ""}, "This field is required"),
    ],
)
def test_what_is_wrong_with_a_price_is_said_in_its_currency(
    as_seller: Client, categories: None, changes: dict[str, str], said: str
) -> None:
    gig_id = begin(as_seller)
    assert said in send(as_seller, gig_id, "packages", **changes).content.decode()
    assert Gig.objects.get().package_count == 0


def test_a_last_digit_that_stripe_does_not_take_is_refused(
    as_seller: Client, categories: None, settings: Any, seller: User, at: datetime
) -> None:
    settings.SETTLEMENT_CURRENCIES = ["KWD"]
    packages = (PackageContent("Ten", 4_444, 60, 1),)
    with pytest.raises(InvalidInput, match="steps of"):
        api.create_gig(seller_id=seller.pk, content=GigContent("writing", "A long title", packages=packages), at=at)
    assert not Gig.objects.exists()
    gig_id = begin(as_seller)
    page = send(as_seller, gig_id, "packages", **{"packages-0-price": "4.444"}).content.decode()
    assert "Prices go in steps of KWD\N{NO-BREAK SPACE}0.010." in page
    send(as_seller, gig_id, "packages", **{"packages-0-price": "4.440"})
    assert Gig.objects.get().packages.get().all_in_minor == 4_640  # 3 % are 0.1332: the least fee is 0.200


@pytest.mark.parametrize("published", [True, False])
def test_the_currency_of_prices_changes_only_when_the_seller_says_that_the_numbers_stay(
    as_seller: Client, make_gig: MakeGig, published: bool
) -> None:
    packages = (PackageContent("Ten", 1_250, 360, 1),)
    gig = make_gig(currency="EUR", packages=packages, extras=(), published=published)
    asked = send(as_seller, gig.pk, "packages", currency="USD").content.decode()
    assert "From EUR to USD: the numbers of all prices stay as they are." in asked
    assert "Say that only the currency changes" in asked
    assert "$" in asked
    # Agreed to dollars, then yen chosen: that is not agreed to.
    other = {"currency": "JPY", "currency_agreed": "USD", "packages-0-price": "12"}
    refused = send(as_seller, gig.pk, "packages", **other).content.decode()
    assert "Say it for the currency that you chose last." in refused
    assert (Gig.objects.get().currency, Gig.objects.get().version) == ("EUR", gig.version)
    assert send(as_seller, gig.pk, "packages", currency="USD", currency_agreed="USD").status_code == 302
    if published:
        assert send(as_seller, gig.pk, "needs").status_code == 302  # no other step asks for it again
        assert Gig.objects.get().currency == "EUR"
        as_seller.post(page_of(gig.pk), {"do": "save"})
    changed = Gig.objects.get()
    assert (changed.currency, changed.packages.get().price) == ("USD", Money(1_250, "USD"))
    assert changed.version == gig.version + 1


def test_the_service_itself_asks_for_the_agreement(gig: Gig, seller: User, at: datetime) -> None:
    dollars = replace(content_of(gig), currency="USD")
    with pytest.raises(InvalidInput) as refused:
        api.edit_gig(gig_id=gig.pk, seller_id=seller.pk, content=dollars, at=at, agreed_currency="JPY")
    assert list(refused.value.fields) == ["currency_agreed"]
    assert Gig.objects.get().currency == "EUR"
    api.edit_gig(gig_id=gig.pk, seller_id=seller.pk, content=dollars, at=at, agreed_currency="USD")
    assert Gig.objects.get().currency == "USD"


def test_a_draft_without_prices_changes_freely(seller: User, categories: None, at: datetime) -> None:
    pk = api.create_gig(seller_id=seller.pk, content=GigContent("writing", "A title alone"), at=at)
    content = GigContent("writing", "A title alone", currency="USD")
    api.edit_gig(gig_id=pk, seller_id=seller.pk, content=content, at=at)
    assert Gig.objects.get().currency == "USD"


def test_a_gig_whose_currency_was_given_up_can_be_moved(as_seller: Client, make_gig: MakeGig, settings: Any) -> None:
    gig = make_gig(currency="USD", packages=(PackageContent("Ten", 1_250, 360, 1),), extras=())
    settings.SETTLEMENT_CURRENCIES = ["EUR"]
    assert "Choose one of the site" in as_seller.get(page_of(gig.pk)).content.decode()
    page = as_seller.get(page_of(gig.pk, "packages")).content.decode()
    assert "From USD to EUR" in page
    send(as_seller, gig.pk, "packages", currency="EUR", currency_agreed="EUR")
    as_seller.post(page_of(gig.pk), {"do": "save"})
    assert Gig.objects.get().packages.get().price == Money(1_250, "EUR")


def test_choosing_a_currency_shows_its_prices_at_once_and_saves_nothing(as_seller: Client, make_gig: MakeGig) -> None:
    gig = make_gig(currency="EUR", packages=(PackageContent("Ten", 1_250, 360, 1),), extras=())
    page = send(as_seller, gig.pk, "packages", currency="USD", row="currency").content.decode()
    assert 'buyers pay <b class="num">$13.00</b>' in page
    assert "From EUR to USD" in page
    assert "needs your attention" not in page
    assert Gig.objects.get().currency == "EUR"


def test_the_split_beside_a_price_is_in_the_gigs_currency(as_seller: Client) -> None:
    assert (
        'You receive <b class="num">¥1,080</b>'
        in as_seller.get("/sell/gigs/price/?currency=JPY&packages-0-price=1200").content.decode()
    )


def test_starters_come_in_the_sites_currency(as_seller: Client, categories: None, settings: Any) -> None:
    starter = next(one for category in all_categories() for one in category.starters)
    assert [package.price_minor for package in starter.content.packages] == [1_500, 2_600, 4_800]
    yen = priced(starter.content, "JPY")
    assert [package.price_minor for package in yen.packages] == [2_250, 3_900, 7_200]
    settings.SETTLEMENT_CURRENCIES = ["JPY"]
    gig_id = begin(as_seller, starter=f"design/{starter.key}", category="logos")
    page = as_seller.get(page_of(gig_id, "packages")).content.decode()
    assert 'value="2250"' in page
    assert "cost ¥1,500 to ¥9,000" in page
