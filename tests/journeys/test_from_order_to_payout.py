"""Buy, deliver, revise, deliver, accept, clear, transfer, pay out; and the books against the provider's record."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.journeys.books import ledger_of, paid_as_posted, sent_as_posted
from tests.journeys.people import Person
from tests.support.site import Site

TITLE = "Write ten product descriptions for your shop"
PRICE, BUYER_FEE, SELLER_FEE = 4_800, 144, 480
ALL_IN, SHARE = PRICE + BUYER_FEE, PRICE - SELLER_FEE


def test_an_order_is_bought_revised_accepted_and_paid_out(
    person: Callable[..., Person], site: Site, tmp_path: Path
) -> None:
    buyer, seller = person("bea"), person("rosa")
    first, second = tmp_path / "texts.txt", tmp_path / "texts, warmer.txt"
    first.write_text("Ten descriptions – très bien.", "utf-8")
    second.write_text("Ten warmer descriptions.")

    order_id = buyer.order(TITLE)
    buyer.sees("Rosa Almeida delivers by", "€49.44 protected. Nothing has been paid to Rosa Almeida yet.")
    seller.page.goto("/earnings/")
    seller.shows_balances(protected="€43.20", clearing="€0.00", ready="€0.00", paid="€0.00")
    assert ledger_of(site, order_id) == {"stripe_balance": -ALL_IN, "hold": ALL_IN}

    seller.delivers(order_id, "All ten, in your voice.", first, ticked=("A document with ten descriptions",))
    buyer.opens(order_id)
    buyer.sees("Rosa Almeida delivered. Accept or ask for changes by", "All ten, in your voice.", "texts.txt")
    assert buyer.reads("texts.txt") == "Ten descriptions – très bien."
    buyer.follow("Ask for changes (2 left)")
    buyer.page.get_by_label("Why").fill("Please make the first three warmer.")
    buyer.press("Ask for these changes")
    buyer.sees("Rosa Almeida works on your changes until")

    seller.opens(order_id)
    seller.sees("Bea Lund asked for changes. Deliver them by", "Please make the first three warmer.")
    seller.delivers(order_id, "Warmer now.", second, ticked=("A document with ten descriptions",))
    buyer.accepts(order_id)

    seller.page.goto("/earnings/")
    seller.shows_balances(protected="€0.00", clearing="€43.20", ready="€0.00", paid="€0.00")
    seller.sees(re.compile(r"Yours today \d\d:\d\d"))
    assert ledger_of(site, order_id) == {
        "stripe_balance": -ALL_IN,
        "seller_clearing": SHARE,
        "fee_revenue": BUYER_FEE + SELLER_FEE,
    }
    # The clearing time ends; without a payout account the share waits as theirs.
    seller.waits_for("Waiting for your payout account")
    seller.shows_balances(protected="€0.00", clearing="€0.00", ready="€43.20", paid="€0.00")
    seller.opens(order_id)
    seller.sees("€43.20 is yours")
    assert ledger_of(site, order_id)["seller_available"] == SHARE

    seller.sets_up_payouts("Rosa Almeida")
    seller.waits_for("€43.20 paid to your bank")
    seller.shows_balances(protected="€0.00", clearing="€0.00", ready="€0.00", paid="€43.20")
    seller.opens(order_id)
    seller.sees("€43.20 has been sent to you.")
    buyer.opens(order_id)
    buyer.sees("€49.44 was paid for the work.")

    paid = paid_as_posted(site, order_id, all_in=ALL_IN)
    transfer = sent_as_posted(site, order_id, share=SHARE)
    payouts = site.stripe.v1.payouts.list({}, {"stripe_account": transfer.destination})
    assert [(one.amount, one.status) for one in payouts.data] == [(SHARE, "paid")]
    assert paid.amount_refunded == 0
    # What is left of the charge is the site's: both fees, before what the provider took for itself.
    assert ledger_of(site, order_id) == {
        "stripe_balance": SHARE - ALL_IN,
        "fee_revenue": BUYER_FEE + SELLER_FEE,
    }
