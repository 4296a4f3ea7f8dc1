"""A buyer's bank takes a payment back after the seller was paid: who is heard, and who bears it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.books import charge_of, ledger_of, paid_as_posted, sent_as_posted
from tests.journeys.cases import BANKS_FEE, at_the_bank, taken_as_posted, tops_up
from tests.journeys.people import Person
from tests.support.site import Site

TITLE = "Draw a map of the way to your wedding"
PRICE, BUYER_FEE, SELLER_FEE = 3_930, 118, 393
ALL_IN, SHARE = PRICE + BUYER_FEE, PRICE - SELLER_FEE
LOG = "the seller delivered the work", "the buyer checked and accepted the work"
SIDE = "She accepted the map on the day that it came."


@pytest.mark.long
def test_what_was_accepted_and_paid_is_lost_by_the_site(
    person: Callable[..., Person], site: Site, tmp_path: Path
) -> None:
    buyer, seller, treasurer = person("gwen"), person("piet"), person("tess")
    drawn = tmp_path / "map.txt"
    drawn.write_text("Second left, then the hill.")
    seller.sets_up_payouts("Piet Maas")
    order_id = buyer.order(TITLE)
    seller.delivers(order_id, "With the car park.", drawn)
    buyer.accepts(order_id)
    seller.page.goto("/earnings/")
    seller.waits_for("€35.37 paid to your bank")

    charge = charge_of(site, order_id)["stripe_charge_id"]
    claim = at_the_bank(site, "disputes", charge=charge, reason="product_unacceptable")["id"]
    assert "Tell your side by" in seller.gets_letter(f"The buyer's bank claims the payment back: {TITLE}").text
    buyer.opens(order_id)
    buyer.sees("Your bank has claimed this payment back.", "Your bank has claimed €40.48 and decides about it.")
    expect(buyer.page.get_by_role("button", name="Order again")).to_have_count(0)
    seller.opens(order_id)
    seller.sees("The buyer's bank has claimed the payment back. Say what happened by")
    bank_says = "The bank's reason: the buyer says that it is faulty, or not what was described."
    seller.sees(bank_says)
    seller.follow("Tell your side")
    seller.sees(bank_says)
    seller.page.get_by_label("What happened").fill(SIDE)
    seller.press("Save it")
    seller.is_told("Saved. It goes to the bank with the log of the order.")
    seller.page.goto("/orders/?role=seller&tab=done")
    seller.sees("the bank decides")

    treasurer.page.goto("/money/")
    treasurer.follow(buyer.email)
    treasurer.sees("What would be sent to the bank", SIDE, "map.txt", *LOG)
    treasurer.confirm("Send it now")
    treasurer.is_told("On its way to the bank.")
    treasurer.waits_for("What was sent to the bank")
    at_stripe = site.stripe.v1.disputes.retrieve(claim)
    assert at_stripe.evidence.uncategorized_text == f"{SIDE}\n\nFiles handed over on this site: map.txt"
    seller.opens(order_id)
    seller.sees("The order rests until the bank has decided.")
    expect(seller.page.get_by_role("link", name="Change what you wrote")).to_have_count(0)

    at_the_bank(site, "disputes/decide", dispute=claim, outcome="lost")
    assert "Your bank has given you €40.48 back." in buyer.gets_letter(_lost()).text
    assert "Your share stays yours: the site bears the loss." in seller.gets_letter(_lost()).text
    seller.waits_for("The buyer's bank has taken €40.48 back. Your €35.37 stays yours.")
    seller.sees("The site bears the loss, not you.", "€35.37 has been sent to you.", "The bank took the payment back")
    buyer.opens(order_id)
    buyer.sees("Your bank has given you €40.48 back.", "Back with you")
    buyer.page.goto(f"/orders/{order_id}/claim/")
    buyer.is_told("Your bank has given you this payment back already.")
    seller.page.goto("/earnings/")
    seller.shows_balances(clearing="€0.00", ready="€0.00", paid="€35.37")
    expect(seller.page.get_by_role("heading", name="You owe")).to_have_count(0)
    treasurer.page.reload()
    treasurer.sees(re.compile(r"Borne by the platform\s*€40\.48"), re.compile(r"Stripe's fee\s*€15\.00"))

    paid_as_posted(site, order_id, all_in=ALL_IN)
    transfer = sent_as_posted(site, order_id, share=SHARE)
    payouts = site.stripe.v1.payouts.list({}, {"stripe_account": transfer.destination})
    assert [(one.amount, one.status) for one in payouts.data] == [(SHARE, "paid")]
    taken_as_posted(site, claim, amount=ALL_IN)
    assert ledger_of(site, order_id) == {
        "stripe_balance": SHARE + BANKS_FEE,
        "dispute_fee_expense": -BANKS_FEE,
        "platform_loss": -ALL_IN,
        "fee_revenue": BUYER_FEE + SELLER_FEE,
    }
    tops_up(site, ALL_IN + BANKS_FEE)


def _lost() -> str:
    return f"The bank has taken the payment back: {TITLE}"
