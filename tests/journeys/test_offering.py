"""Offers from a conversation: terms that go back and forth until both agree, and larger work in steps."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.books import all_paid_as_posted, all_sent_as_posted, ledger_of, paid_as_posted, sent_as_posted
from tests.journeys.people import Person
from tests.support.site import Site

MENU, PAGE = "Set the menu of your café on one page", "Write one page for your new staff"
OFFER, HANDBOOK = "A menu on two sides, and one for the window", "A handbook for your new staff"
# 86.65, the buyer's fee 2.60 (3 %, half up) and the seller's 8.67.
ALL_IN, SHARE = 8_925, 7_798
# 33.33, 47.25 and 20.00. The buyer's fee is 3 % of the sum so far: 1.00, 2.42, 3.02. The seller's: 3.33, 4.73, 2.00.
STEPS = {"Outline": ("33.33", "6"), "Draft": ("47.25", "22"), "Print": ("20", "48")}
FIRST, SECOND = 3_433, 4_867
SHARES = (3_000, 4_252)


@pytest.mark.long
def test_an_offer_is_answered_with_other_terms_and_agreed_to(
    person: Callable[..., Person], site: Site, tmp_path: Path
) -> None:
    buyer, seller = person("theo"), person("gus")
    menu = tmp_path / "menu.txt"
    menu.write_text("Soup, bread, cake.")
    seller.sets_up_payouts("Gus Lindqvist")
    buyer.find(MENU)
    buyer.follow("Ask a question first")
    buyer.page.get_by_label("Your question").fill("We need two sides, and a small one for the window. Do you do that?")
    buyer.press("Send")
    assert "a small one for the window" in seller.gets_letter("Theo Marsh wrote to you").text

    seller.opens_the_talk_with("Theo Marsh")
    seller.follow("Make an offer")
    _fills(
        seller.page.get_by_role("main"),
        {"What it is": OFFER, "What is included": "Both menus, from your text. No photos.", "Price": "120"},
    )
    seller.page.get_by_label("In the delivery").fill("The menu as a PDF\nThe one for the window")
    _promises(seller.page.get_by_role("main"), "3", "days")
    seller.press("Send the offer")
    seller.is_told("Sent. You hear when there is an answer.")
    seller.sees("Waits for an answer", re.compile(r"You receive\s*€108\.00"))

    assert "€123.60 all in, ready in 3 days." in buyer.gets_letter(f"Gus Lindqvist made you an offer: {OFFER}").text
    buyer.opens_the_talk_with("Gus Lindqvist")
    buyer.sees("Both menus, from your text. No photos.", re.compile(r"All in\s*€123\.60"))
    buyer.follow("Other terms")
    _fills(buyer.page.get_by_role("main"), {"Price": "86,65"})
    _promises(buyer.page.get_by_role("main"), "2", "days")
    buyer.page.get_by_label("A word with it").fill("We open on Friday, and this is what we have.")
    buyer.press("Send these terms")
    buyer.is_told("Sent. You hear when there is an answer.")
    buyer.sees("Answered with other terms", "Waits for an answer", re.compile(r"All in\s*€89\.25"))

    letter = seller.gets_letter(f"Theo Marsh answers with other terms: {OFFER}")
    assert "You would receive €77.98, ready in 2 days." in letter.text
    seller.opens_the_talk_with("Theo Marsh")
    seller.sees("We open on Friday, and this is what we have.", re.compile(r"You receive\s*€77\.98"))
    seller.press("Agree to this")
    seller.is_told("Agreed. The buyer is asked to pay.")
    seller.sees("You said yes. Theo Marsh pays by")

    order_id = _order_in(buyer.gets_letter(f"Gus Lindqvist accepted: {OFFER}").text)
    buyer.opens(order_id)
    buyer.sees("Gus Lindqvist says yes. Pay €89.25 by")
    buyer.press("Pay €89.25")
    assert buyer.pay() == order_id
    buyer.sees("Gus Lindqvist delivers by", "€89.25 protected. Nothing has been paid to Gus Lindqvist yet.")
    assert ledger_of(site, order_id) == {"stripe_balance": -ALL_IN, "hold": ALL_IN}

    seller.delivers(order_id, "Both, as we said.", menu, ticked=("The menu as a PDF", "The one for the window"))
    buyer.accepts(order_id)
    seller.opens(order_id)
    seller.waits_for("€77.98 has been sent to you.")
    for one, name in ((buyer, "Gus Lindqvist"), (seller, "Theo Marsh")):
        one.opens_the_talk_with(name)
        one.sees("Accepted")
        one.follow("See the order")
        expect(one.page).to_have_url(re.compile(f"/orders/{order_id}/$"))

    paid_as_posted(site, order_id, all_in=ALL_IN)
    sent_as_posted(site, order_id, share=SHARE)
    assert ledger_of(site, order_id) == {"stripe_balance": SHARE - ALL_IN, "fee_revenue": ALL_IN - SHARE}


@pytest.mark.long
def test_work_in_steps_stops_after_the_second(person: Callable[..., Person], site: Site, tmp_path: Path) -> None:
    buyer, seller = person("zoe"), person("hana")
    outline, draft = tmp_path / "outline.txt", tmp_path / "draft.txt"
    outline.write_text("One, two, three.")
    draft.write_text("Welcome to the shop.")
    seller.sets_up_payouts("Hana Sato")
    buyer.find(PAGE)
    buyer.page.get_by_role("main").get_by_role("link", name="Hana Sato").first.click()
    buyer.follow("Write to Hana Sato")
    buyer.page.get_by_label("Your message").fill("A whole handbook, for six people who start in May.")
    buyer.press("Send")
    seller.gets_letter("Zoe Hart wrote to you")
    seller.opens_the_talk_with("Zoe Hart")
    seller.follow("Make an offer")
    _offers_in_steps(seller)
    seller.is_told("Sent. You hear when there is an answer.")

    buyer.gets_letter(f"Hana Sato made you an offer: {HANDBOOK}")
    buyer.opens_the_talk_with("Hana Sato")
    buyer.sees(re.compile(r"All in\s*€103\.60"), "€34.33", "€48.67", "€20.60")
    buyer.follow("Accept and pay")
    expect(buyer.heading).to_have_text("Check your order")
    buyer.sees("The first step, all in", "All steps together cost €103.60.")
    buyer.press("Pay €34.33")
    order_id = buyer.pay()
    buyer.sees("Hana Sato delivers by", "€34.33 protected. Nothing has been paid to Hana Sato yet.")

    seller.delivers(order_id, "This is how it is built.", outline)
    _accepts_the_step(buyer, order_id)
    buyer.sees("Pay for step 2, Draft, by", "or stop here.")
    assert "€30.00 is yours" in seller.gets_letter(f"A step is accepted: {HANDBOOK}").text
    buyer.press("Pay €48.67 for step 2")
    assert buyer.pay() == order_id
    buyer.sees("Hana Sato delivers by", "€48.67 protected. What you accepted before is paid to Hana Sato.")
    assert "You get €42.52 for it." in seller.gets_letter(f"Step 2 begins: {HANDBOOK}").text

    seller.delivers(order_id, "All of it, to be read by somebody else.", draft)
    _accepts_the_step(buyer, order_id)
    # The buyer looks at the third payment page and thinks again.
    buyer.press("Pay €20.60 for step 3")
    buyer.page.get_by_role("link", name="Back").click()
    buyer.sees("Pay for step 3, Print, by")
    buyer.confirm("Stop here")
    buyer.is_told("It ends here. What is done is paid.")
    buyer.sees("It ended with the steps you accepted. Thank you.", "€83.00 was paid for the work.", "Not begun")

    assert "2 of 3 steps were accepted" in seller.gets_letter(f"It ends with the steps done: {HANDBOOK}").text
    seller.opens(order_id)
    seller.waits_for("€72.52 has been sent to you.")
    site.wait_for_row("SELECT 1 FROM payments_charge WHERE reference = %s AND state = 'expired'", f"order:{order_id}")
    rows = site.rows("SELECT state, step FROM orders_order WHERE id = %s", order_id)
    assert rows == [{"state": "completed", "step": 1}]

    all_paid_as_posted(site, order_id, FIRST, SECOND, unpaid=1)
    all_sent_as_posted(site, order_id, *SHARES)
    left = FIRST + SECOND - sum(SHARES)
    assert ledger_of(site, order_id) == {"stripe_balance": -left, "fee_revenue": left}


def _fills(place: Locator, texts: dict[str, str]) -> None:
    for label, text in texts.items():
        place.get_by_label(label, exact=True).fill(text)


def _promises(place: Locator, number: str, unit: str) -> None:
    place.get_by_label("Ready in", exact=True).fill(number)
    place.get_by_label("Unit", exact=True).select_option(unit)


def _offers_in_steps(seller: Person) -> None:
    main = seller.page.get_by_role("main")
    _fills(main, {"What it is": HANDBOOK, "What is included": "Twelve pages of text, ready for print."})
    for number, (title, (price, hours)) in enumerate(STEPS.items(), 1):
        seller.press("Add a step")
        step = main.get_by_role("group", name=f"Step {number}")
        _fills(step, {"Step": title, "Price": price})
        _promises(step, hours, "hours")
    seller.press("Send the offer")


def _accepts_the_step(buyer: Person, order_id: str) -> None:
    buyer.opens(order_id)
    buyer.press("Accept the work")


def _order_in(text: str) -> str:
    found = re.search(r"/orders/([0-9a-f-]{36})/", text)
    assert found, text
    return found[1]
