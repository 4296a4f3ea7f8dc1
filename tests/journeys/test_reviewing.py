"""Both sides review each other blind, change their minds before anybody reads it, and one replies in public."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.books import ledger_of, paid_as_posted, sent_as_posted
from tests.journeys.people import Person
from tests.support.site import Site

TITLE = "Write up your grandmother's recipe"
PRICE, BUYER_FEE, SELLER_FEE = 2_140, 64, 214
ALL_IN, SHARE = PRICE + BUYER_FEE, PRICE - SELLER_FEE
OF_BUYER, OF_SELLER, REPLY = "A cake as it was then.", "Sent all there was.", "The nutmeg was yours."
BUYERS = ("All in all", "Quality of the work", "Working together", "As described")
SELLERS = ("All in all", "Clear about what was needed", "Working together", "Fair")


def test_reviews_stay_blind_until_both_are_in(person: Callable[..., Person], site: Site, tmp_path: Path) -> None:
    buyer, seller, visitor = person("joy"), person("bram"), person()
    recipe = tmp_path / "recipe.txt"
    recipe.write_text("Six eggs.")
    seller.sets_up_payouts("Bram Peeters")
    order_id = buyer.order(TITLE)
    seller.delivers(order_id, "With the oven of today.", recipe)
    buyer.accepts(order_id)

    buyer.follow("Review Bram Peeters")
    buyer.press("Save the review")
    expect(buyer.page.get_by_role("alert")).to_be_visible()
    _reviews(buyer, dict(zip(BUYERS, (3, 3, 4, 3), strict=True)), "Too much nutmeg.")
    buyer.is_told("Saved. You can change it until both are in.")
    buyer.sees("Your review is in. It shows as soon as Bram Peeters has written one, too.")
    letter = seller.gets_letter(f"Joy Okoro wrote a review: {TITLE}")
    assert "nutmeg" not in letter.text
    seller.opens(order_id)
    seller.sees("Joy Okoro has reviewed you. Write yours, and both show.", "wrote a review, still closed")
    visitor.page.goto("/@bram-peeters/reviews/")
    visitor.sees("No reviews yet")
    for one in (seller, visitor):
        expect(one.page.locator("body")).not_to_contain_text("nutmeg")

    buyer.follow("Change your review")
    expect(buyer.page.get_by_role("group", name="All in all").get_by_label("3 ★")).to_be_checked()
    expect(buyer.page.get_by_label("In your words")).to_have_value("Too much nutmeg.")
    _reviews(buyer, dict(zip(BUYERS, (5, 5, 4, 5), strict=True)), OF_BUYER)
    seller.follow("Review Joy Okoro")
    _reviews(seller, dict(zip(SELLERS, (4, 4, 5, 4), strict=True)), OF_SELLER)
    seller.is_told("Saved. Both reviews are in, and everybody can read them now.")
    seller.sees(OF_BUYER, OF_SELLER, "Clear about what was needed 4 · Working together 5 · Fair 4")
    buyer.opens(order_id)
    buyer.sees(OF_BUYER, OF_SELLER)
    buyer.gets_letter(f"Bram Peeters reviewed you: {TITLE}")
    buyer.page.goto(f"/orders/{order_id}/review/")
    buyer.is_told("The reviews are public now and stay as they are.")

    seller.follow("Reply")
    seller.page.get_by_label("Your reply").fill(REPLY)
    seller.press("Publish the reply")
    seller.is_told("Published under the review.")
    assert REPLY in buyer.gets_letter(f"Bram Peeters replied to your review: {TITLE}").text
    visitor.page.reload()
    # One review of five stars beside the five of four that everybody begins with.
    visitor.sees("Quality of the work 5 · Working together 4 · As described 5")
    visitor.sees(OF_BUYER, "Joy Okoro", "Verified order", "Bram Peeters replied", REPLY, "4.2", "from 1 review")
    for words in (OF_SELLER, "Too much"):
        expect(visitor.page.locator("body")).not_to_contain_text(words)
    rows = site.rows(
        "SELECT role, stars, quality, communication, as_described, revealed_at = max(revealed_at) OVER () AS together"
        " FROM orders_review WHERE order_id = %s ORDER BY role",
        order_id,
    )
    names = ("role", "stars", "quality", "communication", "as_described", "together")
    assert rows == [
        dict(zip(names, ("buyer", 5, 5, 4, 5, True), strict=True)),
        dict(zip(names, ("seller", 4, 4, 5, 4, True), strict=True)),
    ]

    seller.waits_for("€19.26 has been sent to you.")
    paid_as_posted(site, order_id, all_in=ALL_IN)
    sent_as_posted(site, order_id, share=SHARE)
    assert ledger_of(site, order_id) == {"stripe_balance": SHARE - ALL_IN, "fee_revenue": BUYER_FEE + SELLER_FEE}


def _reviews(one: Person, stars: dict[str, int], text: str) -> None:
    for question, answer in stars.items():
        one.page.get_by_role("group", name=question).get_by_label(f"{answer} ★").check()
    one.page.get_by_label("In your words").fill(text)
    one.press("Save the review")
