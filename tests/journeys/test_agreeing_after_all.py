"""A dispute that two sealed numbers settle: neither side ever learns the other's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.books import ledger_of, paid_as_posted, returned_as_posted, sent_as_posted
from tests.journeys.cases import gives_their_side, opens_a_dispute
from tests.journeys.people import Person
from tests.support.site import Site

TITLE = "Draw labels for your jam jars"
ALL_IN = 2_860  # 27.77 and 3 % of it
# The seller gives back at most 8.00, the buyer takes at least 7.51: half-way the seller keeps 20.02, half up, of which
# 2.00 are the fee. Of the buyer's fee of 0.83 the part of the 7.75 goes back, rounded up: 0.24.
SHARE, SELLER_FEE, FEE_KEPT = 1_802, 200, 59
REFUND = ALL_IN - SHARE - SELLER_FEE - FEE_KEPT


@pytest.mark.long
def test_sealed_offers_meet_and_settle_at_once(person: Callable[..., Person], site: Site, tmp_path: Path) -> None:
    buyer, seller, staff = person("hugo"), person("gita"), person("mona")
    labels = tmp_path / "labels.txt"
    labels.write_text("Plum, quince, fig.")
    seller.sets_up_payouts("Gita Rao")
    order_id = buyer.order(TITLE)
    seller.delivers(order_id, "Six labels.", labels)
    opens_a_dispute(buyer, order_id, "There are three labels, not six.", back="20")
    gives_their_side(seller, order_id, "The other three are on page two.", back="5")

    buyer.opens(order_id)
    buyer.sees("Both of you have spoken.")
    buyer.gets_letter(f"The other side has answered: {TITLE}")
    _seals(buyer, "Make a final offer", "What is the least you accept back?", "9,20")
    buyer.sees("Your final offer: at least €9.20 back.")
    # The other side hears that there is an offer, and nobody hears which.
    letter = seller.gets_letter(f"A final offer: {TITLE}")
    seller.opens(order_id)
    seller.sees("Hugo Brand made a final offer", "Only the site sees the number.")
    staff.page.goto(f"/moderation/{order_id}/")
    staff.sees("Hugo Brand made a final offer")
    for reader in (seller, staff):
        expect(reader.page.locator("body")).not_to_contain_text("9.20")
    assert "9.20" not in letter.text

    _seals(seller, "Make a final offer", "What is the most you give back?", "8")
    seller.sees("Your final offer: at most €8.00 back.")
    buyer.opens(order_id)
    expect(buyer.page.locator("body")).not_to_contain_text("8.00")
    _seals(buyer, "Change your final offer", "What is the least you accept back?", "7.51")
    buyer.is_told("The two offers meet: it is settled.")
    buyer.sees("You agreed on an amount: it is settled.", "Settled: both sides agreed on an amount")

    for one in (buyer, seller):
        assert "€7.99" in one.gets_letter(f"Settled: {TITLE}").text
    buyer.waits_for("€7.99 came back to you, €18.02 went to Gita Rao after fees.")
    seller.opens(order_id)
    seller.waits_for("€18.02 has been sent to you.")
    expect(seller.page.locator("body")).not_to_contain_text("7.51")
    states = site.rows("SELECT phase, outcome FROM orders_dispute WHERE order_id = %s", order_id)
    assert states == [{"phase": "closed", "outcome": "settled"}]

    paid = paid_as_posted(site, order_id, all_in=ALL_IN)
    assert paid.amount_refunded == REFUND == 799
    returned_as_posted(site, order_id, amount=REFUND)
    sent_as_posted(site, order_id, share=SHARE)
    assert ledger_of(site, order_id) == {
        "stripe_balance": SHARE + REFUND - ALL_IN,
        "fee_revenue": SELLER_FEE + FEE_KEPT,
    }


def _seals(one: Person, button: str, label: str, amount: str) -> None:
    one.follow(button)
    one.page.get_by_label(label).fill(amount)
    one.press("Seal it")
