"""A dispute with evidence, decided by staff, carried out to the minor unit."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.books import ledger_of, paid_as_posted, returned_as_posted, sent_as_posted
from tests.journeys.people import Person
from tests.support.site import Site

TITLE = "Clean the sound of one podcast episode"
ALL_IN = 4_463  # 43.33 and 3 % of it, half up
# 37 % of 43.33 to the seller: 16.03, of which the seller's fee is 1.60. Of the buyer's fee of 1.30, 63 % go back,
# rounded up: 0.82.
PRICE, SELLER_FEE, FEE_KEPT = 1_603, 160, 48
REFUND = ALL_IN - PRICE - FEE_KEPT
SHARE = PRICE - SELLER_FEE


def test_staff_divide_the_money_of_a_dispute(person: Callable[..., Person], site: Site, tmp_path: Path) -> None:
    buyer, seller, staff = person("kira"), person("dora"), person("mona")
    episode, proof, original = tmp_path / "episode.wav", tmp_path / "noise.txt", tmp_path / "as sent.txt"
    episode.write_bytes(b"RIFF....WAVE")
    proof.write_text("At 03:10 there is still a hum.")
    original.write_text("The recording had it, too.")
    seller.sets_up_payouts("Dora Costa")
    order_id = buyer.order(TITLE)
    both = ("The episode as a WAV file", "A list of what was changed")
    seller.delivers(order_id, "Clean now.", episode, ticked=both)

    buyer.opens(order_id)
    buyer.follow("Something is wrong")
    buyer.follow("Open a dispute")
    buyer.page.get_by_label("Not as described").check()
    buyer.page.get_by_label("What happened").fill("The hum is still there, from minute three to the end.")
    buyer.page.get_by_label("A list of what was changed").check()
    buyer.page.get_by_label("How much should go back to you?").fill("40")
    buyer.attach("Evidence", proof)
    buyer.press("Open the dispute")
    buyer.is_told("Opened. The money is frozen.")
    buyer.sees("€44.63 is held until it is settled.")

    seller.gets_letter(f"A dispute was opened: {TITLE}")
    seller.opens(order_id)
    assert seller.reads("noise.txt") == "At 03:10 there is still a hum."
    seller.follow("Give your side")
    seller.page.get_by_label("What happened").fill("The hum is in the recording; I took out what can be taken out.")
    seller.page.get_by_label("How much would you give back?").fill("5,50")
    seller.attach("Evidence", original)
    seller.press("Send")
    seller.is_told("Sent to both sides.")
    buyer.gets_letter(f"The other side has answered: {TITLE}")

    staff.page.goto("/moderation/")
    staff.follow(re.compile("^Not as described"))
    staff.sees(
        "Kira Stein asks for €40.00 back; Dora Costa offers €5.50.",
        *("The hum is still there", "I took out what can be taken out", "Clean now."),
        *("Kira Stein paid, the clock started", "Dora Costa delivered", "Kira Stein opened a dispute"),
    )
    assert staff.reads("noise.txt") == "At 03:10 there is still a hum."
    assert staff.reads("as sent.txt") == "The recording had it, too."
    staff.page.get_by_label("Share for the seller, in percent").fill("37")
    expect(staff.page.get_by_role("row", name="hold → refund to the buyer")).to_contain_text("€28.12")
    expect(staff.page.get_by_role("row", name="hold → Dora Costa, clearing")).to_contain_text("€14.43")
    expect(staff.page.get_by_role("row", name="hold → fees")).to_contain_text("€2.08")
    staff.page.get_by_label("Why, for both to read").fill("The hum is in the recording, but the list was promised.")
    staff.press("Decide 37 / 63")
    staff.is_told("Decided 37 / 63.")

    for one, sentence in ((buyer, "Decided: €28.12 for you"), (seller, "Decided: €14.43 for you")):
        one.opens(order_id)
        one.sees(sentence, "The hum is in the recording, but the list was promised.")
    for one in (buyer, seller):
        one.gets_letter(f"Decided: {TITLE}")
    buyer.waits_for("€28.12 came back to you, €14.43 went to Dora Costa after fees.")
    seller.waits_for("€14.43 has been sent to you.")

    paid = paid_as_posted(site, order_id, all_in=ALL_IN)
    assert paid.amount_refunded == REFUND
    returned_as_posted(site, order_id, amount=REFUND)
    sent_as_posted(site, order_id, share=SHARE)
    assert ledger_of(site, order_id) == {
        "stripe_balance": SHARE + REFUND - ALL_IN,
        "fee_revenue": SELLER_FEE + FEE_KEPT,
    }
