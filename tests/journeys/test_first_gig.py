"""From the home page to a gig that buyers find: at most four screens and twelve fields, and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from tests.journeys.people import Person
from tests.support.keyboard import Keyboard, fields_on
from tests.support.site import Site
from tests.support.stage import PASSWORD

TITLE = "Clean up your logo and deliver 3 tidy files"
MOST_SCREENS, MOST_FIELDS = 4, 12


def test_a_newcomer_publishes_a_first_gig_by_keyboard(person: Callable[..., Person], site: Site) -> None:
    seller = person()
    seller.email = "kim@example.org"
    page, keys = seller.page, Keyboard(seller.page)
    screens: list[list[str]] = []

    def arrives(heading: str) -> None:
        expect(seller.heading).to_have_text(heading)
        page.wait_for_load_state("load")
        screens.append(fields_on(page))

    page.goto("/")
    keys.follow("Start selling", within="banner")
    arrives("Create an account")
    keys.write("Your name", "Kim Keys")
    keys.write("E-mail address", seller.email)
    keys.write("Password", PASSWORD)
    keys.press("Create the account")
    arrives("Look into your mail")
    keys.write("Code", seller.reads_code())
    page.keyboard.press("Enter")
    arrives("What will you offer?")
    keys.follow("Clean up a logo")
    arrives("Your first gig")
    keys.write("Title", TITLE)
    keys.write("Your price", "14")
    keys.write("Ready in", "1")
    keys.choose("Unit", "days")
    # Forgotten: the page says so, keeps everything, and puts the focus where it is missing.
    keys.press("Publish the gig")
    expect(page.get_by_role("alert")).to_contain_text("2 things need your attention")
    expect(page.get_by_label("Title", exact=True)).to_have_value(TITLE)
    expect(page.get_by_label("Unit", exact=True)).to_have_value("days")
    keys.tick(page.get_by_label("Made without AI"))
    keys.choose("Where do you live?", "Portugal")
    keys.press("Publish the gig")
    expect(seller.heading).to_have_text(TITLE)
    seller.is_told("Your gig is live.")

    assert len(screens) <= MOST_SCREENS, screens
    assert sum(map(len, screens)) <= MOST_FIELDS, screens
    known = site.rows(
        "SELECT g.state, g.from_price_minor, g.from_minutes, g.package_count, u.country, u.hat"
        " FROM gigs_gig g JOIN accounts_user u ON u.id = g.seller_id WHERE u.email = %s",
        seller.email,
    )
    assert known == [
        {"state": "active", "from_price_minor": 1400, "from_minutes": 1440, "package_count": 3, "country": "PT",
         "hat": "selling"}
    ]  # fmt: skip
    buyer = person()
    buyer.find(TITLE)
    buyer.sees("Web and print", "Kim Keys")


def test_a_price_is_computed_by_the_category_that_is_chosen(person: Callable[..., Person]) -> None:
    page = person("gwen").page
    page.goto("/sell/first/?starter=none")
    page.get_by_label("Your price", exact=True).fill("14")
    with page.expect_response(lambda answer: "/sell/gigs/price/" in answer.url) as asked:
        page.get_by_label("Category", exact=True).select_option("design")
    sent = parse_qs(urlsplit(asked.value.url).query)
    assert (sent["price"], sent["category"][-1]) == (["14"], "design")
    expect(page.locator(".price-split")).to_contain_text("You receive")
