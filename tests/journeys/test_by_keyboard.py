"""Find, buy, pay, receive and accept with a keyboard and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.people import GOOD_CARD, ORDER_PAGE, Person
from tests.support.keyboard import Keyboard
from tests.support.site import Site
from tests.support.stage import PASSWORD

TITLE = "Draw a concert poster for your band"


def test_a_client_buys_and_accepts_by_keyboard(person: Callable[..., Person], site: Site, tmp_path: Path) -> None:
    buyer, seller = person(), person("nora")
    page, keys = buyer.page, Keyboard(buyer.page)
    buyer.email = "key@example.org"
    page.goto("/")
    page.keyboard.press("Tab")  # past what every page begins with
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    keys.reach(page.get_by_label("Search gigs").first)
    page.keyboard.type("concert poster")
    page.keyboard.press("Enter")
    keys.follow(TITLE)
    expect(buyer.heading).to_have_text(TITLE)
    keys.press(re.compile("^Continue with"))
    expect(buyer.heading).to_have_text("Check your order")
    keys.write("What is it about?", "A poster with a heron on it.")
    keys.press("Create an account and pay")
    keys.write("Your name", "Kay Board")
    keys.write("E-mail address", buyer.email)
    keys.write("Password", PASSWORD)
    keys.press("Create the account")
    expect(buyer.heading).to_have_text("Look into your mail")
    keys.write("Code", buyer.reads_code())
    page.keyboard.press("Enter")
    expect(buyer.heading).to_have_text("Check your order")
    keys.press(re.compile("^Pay"))
    _pays(keys)
    page.wait_for_url(ORDER_PAGE)
    order_id = page.url.rstrip("/").rpartition("/")[2]

    (tmp_path / "poster.txt").write_text("A heron.")
    seller.delivers(order_id, "The poster.", tmp_path / "poster.txt", ticked=("Poster as a PDF",))
    page.reload()
    expect(buyer.heading).to_contain_text("delivered")
    keys.press("Accept the work")
    buyer.sees("You accepted the work. Thank you.")
    states = site.rows("SELECT state FROM orders_order WHERE id = %s", order_id)
    assert states == [{"state": "completed"}]


def _pays(keys: Keyboard) -> None:
    """On the hosted page, which is the sandbox's: the provider's own has its own tests."""
    page = keys.page
    expect(page.get_by_role("heading", name="Pay with card")).to_be_visible()
    for label, text in {
        "Card number": GOOD_CARD,
        "Expiry": "12 / 40",
        "CVC": "123",
        "Cardholder name": "K. Board",
    }.items():
        keys.reach(page.get_by_label(label, exact=True))
        page.keyboard.type(text)
    keys.reach(page.get_by_role("button", name=re.compile("^Pay")))
    page.keyboard.press("Enter")
