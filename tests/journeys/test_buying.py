"""A client finds a gig, orders it while signing up, pays, and sees the deadline count down."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.people import DECLINED_CARD, Person
from tests.support.site import Site

TITLE = "Draw a concert poster for your band"
BRIEF = "A poster for our concert on 3 June, with a heron on it."


def test_a_visitor_orders_and_signs_up_midway(person: Callable[..., Person], site: Site) -> None:
    visitor = person()
    page = visitor.page
    page.goto("/")
    page.get_by_label("Search gigs").first.fill("poster")
    page.keyboard.press("Enter")
    expect(visitor.heading).to_have_text("“poster”")
    page.wait_for_load_state("load")
    expect(page.get_by_role("status")).to_contain_text("3 gigs")
    page.get_by_role("complementary", name="Filters").get_by_label("24 hours").check()
    expect(page.get_by_role("link", name="Draw a poster-sized banner for your fair")).to_have_count(0)
    page.get_by_role("complementary", name="Filters").get_by_label("To", exact=True).fill("30")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 gig")
    visitor.follow(TITLE)

    order = page.get_by_role("complementary", name="Order")
    visitor.follow_label("Poster")
    expect(order.get_by_role("button")).to_have_text("Continue with €41.20")
    order.get_by_label("A version for the web").check()
    expect(order.get_by_role("button")).to_have_text("Continue with €49.44")
    order.get_by_label("How many").fill("2")
    page.keyboard.press("Tab")
    # Two posters of 40.00 and two versions of 8.00, and the service fee of 3 %.
    expect(order.get_by_role("button")).to_have_text("Continue with €98.88")
    expect(order).to_contain_text(re.compile(r"€98\.88\s+all in, nothing added later"))
    expect(order).to_contain_text(re.compile(r"Ready \w+ \d\d:\d\d"))
    visitor.press("Continue with €98.88")

    expect(visitor.heading).to_have_text("Check your order")
    visitor.sees("Poster × 2", "A version for the web × 2", "Service fee", "€98.88")
    page.get_by_label("What is it about?").fill(BRIEF)
    visitor.press("Create an account and pay")
    visitor.sign_up("Wanda Visitor", "wanda@example.org")
    expect(visitor.heading).to_have_text("Check your order")
    visitor.sees("Poster × 2", "€98.88")
    expect(page.get_by_label("What is it about?")).to_have_value(BRIEF)
    visitor.press("Pay €98.88")

    visitor.fill_card(DECLINED_CARD)
    page.get_by_role("button", name=re.compile("^Pay")).click()
    expect(page.get_by_role("alert")).to_contain_text("Your payment was not made.")
    expect(page.get_by_text("Your card was declined.")).to_be_visible()
    order_id = visitor.pay()

    expect(visitor.heading).to_contain_text("Nora Lind delivers by")
    visitor.sees("€98.88 protected.", BRIEF)
    expect(page.get_by_role("timer")).to_contain_text("2 d")
    states = site.rows("SELECT state FROM orders_order WHERE id = %s", order_id)
    assert states == [{"state": "in_progress"}]
    # The declined card left nothing behind.
    charges = site.rows("SELECT state, captured_minor FROM payments_charge WHERE reference = %s", f"order:{order_id}")
    assert charges == [{"state": "captured", "captured_minor": 9_888}]


def test_another_answers_after_paying(person: Callable[..., Person]) -> None:
    buyer = person("jon")
    buyer.order(TITLE)
    expect(buyer.heading).to_have_text("Nora Lind needs 1 answer from you to begin.")
    buyer.follow("Answer the questions")
    buyer.press("Send, and start the clock")
    expect(buyer.heading).not_to_contain_text("delivers by")
    buyer.page.get_by_label("What is it about?").fill(BRIEF)
    buyer.press("Send, and start the clock")
    buyer.is_told("Sent. The clock runs.")
    expect(buyer.heading).to_contain_text("Nora Lind delivers by")
    expect(buyer.page.get_by_role("timer")).to_be_visible()


def test_somebody_buys_and_accepts_without_javascript(person: Callable[..., Person]) -> None:
    buyer, seller = person("lars", javascript=False), person("nora", javascript=False)
    buyer.find(TITLE)
    buyer.press(re.compile("^Continue with"))
    buyer.page.get_by_label("What is it about?").fill(BRIEF)
    buyer.press("Pay €41.20")
    order_id = buyer.pay()
    expect(buyer.heading).to_contain_text("Nora Lind delivers by")
    seller.opens(order_id)
    seller.follow("Deliver the work")
    seller.page.get_by_label("What is in it").fill("The sketch is behind the link.")
    seller.page.get_by_label("Links").fill("https://example.org/sketch")
    seller.page.get_by_label("Poster as a PDF").check()
    seller.press("Deliver")
    buyer.accepts(order_id)
