"""A gig in yen beside those in euros: found by its currency, counted live, paid and accepted without decimals."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.books import ledger_of, paid_as_posted
from tests.journeys.people import Person
from tests.support.site import Site

TITLE = "Translate a haiku into Japanese"
PRICE, BUYER_FEE, SELLER_FEE = 2_450 + 1_150, 108, 360
ALL_IN, SHARE = PRICE + BUYER_FEE, PRICE - SELLER_FEE


def test_a_gig_in_yen_is_found_counted_paid_and_accepted(
    person: Callable[..., Person], site: Site, tmp_path: Path
) -> None:
    buyer, seller = person("yuki"), person("kenji")
    page = buyer.page
    page.goto("/search/")
    filters = page.get_by_role("complementary", name="Filters")
    filters.get_by_label("Priced in").select_option("JPY")
    expect(page.get_by_role("status")).to_have_text("1 gig")
    filters.get_by_label("To", exact=True).fill("2524")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("0 gigs")
    filters.get_by_label("To", exact=True).fill("2525")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("1 gig")
    buyer.follow(TITLE)

    order = page.get_by_role("complementary", name="Order")
    expect(order.get_by_role("button", name="Continue")).to_have_text("Continue with ¥2,525")
    order.get_by_label("With the reading in letters").check()
    buyer.press("Continue with ¥3,708")
    buyer.sees("The price is in Japanese Yen.")
    buyer.press("Pay ¥3,708")
    order_id = buyer.pay()
    buyer.sees("¥3,708 protected.")
    paid = paid_as_posted(site, order_id, all_in=ALL_IN)
    assert paid.currency == "jpy"

    haiku = tmp_path / "haiku.txt"
    haiku.write_text("古池や", "utf-8")
    seller.delivers(order_id, "With its reading.", haiku)
    buyer.accepts(order_id)
    seller.opens(order_id)
    seller.sees("¥3,240")
    expect(seller.page.get_by_role("main")).not_to_contain_text(re.compile(r"¥[\d,]+\.\d|€"))
    site.wait_for_row("SELECT 1 FROM orders_order WHERE id = %s AND cleared_at IS NOT NULL", order_id)
    assert ledger_of(site, order_id) == {
        "stripe_balance": -ALL_IN,
        "seller_available": SHARE,
        "fee_revenue": BUYER_FEE + SELLER_FEE,
    }


def test_the_calculator_says_nothing_of_a_currency_that_it_does_not_know(person: Callable[..., Person]) -> None:
    page = person().page
    page.goto("/fees/?currency=EUR&price=100")
    receives = page.locator("[data-out=receives]")
    shown = receives.text_content()
    assert "€" in str(shown)
    page.get_by_label("Currency", exact=True).select_option("JPY")
    expect(receives).to_have_text("–")
    page.get_by_label("Seller's price").fill("200")
    expect(receives).to_have_text("–")
    page.get_by_label("Currency", exact=True).select_option("EUR")
    page.get_by_label("Seller's price").fill("100")
    expect(receives).to_have_text(str(shown))
