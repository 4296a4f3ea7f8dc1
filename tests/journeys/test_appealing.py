"""A dispute that staff decide 70 / 30, an appeal against it, and another moderator who upholds it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.books import ledger_of, paid_as_posted, returned_as_posted, sent_as_posted
from tests.journeys.cases import gives_their_side, opens_a_dispute, sees_postings, sets_the_split
from tests.journeys.people import Person
from tests.support.site import Site

TITLE = "Speak the text of your explainer video"
ALL_IN = 6_685  # 64.90 and 3 % of it
# 70 % to the seller: 45.43, of which the seller's fee is 4.54. Of the buyer's fee of 1.95, 30 % go back, rounded up.
PRICE, SELLER_FEE, FEE_KEPT = 4_543, 454, 136
REFUND = ALL_IN - PRICE - FEE_KEPT
SHARE = PRICE - SELLER_FEE
POSTINGS = {
    "hold → refund to the buyer": "€20.06",
    "hold → Emil Falk, clearing": "€40.89",
    "hold → fees": "€5.90",
}


@pytest.mark.long
def test_a_decision_is_appealed_and_upheld_by_another(
    person: Callable[..., Person], site: Site, tmp_path: Path
) -> None:
    buyer, seller, first, second = person("ella"), person("emil"), person("mona"), person("milo")
    take, noise, list_of_takes = tmp_path / "voice.wav", tmp_path / "noise.txt", tmp_path / "takes.txt"
    take.write_bytes(b"RIFF....WAVE")
    noise.write_text("At 01:10 a chair creaks.")
    list_of_takes.write_text("Sentence nine is missing altogether.")
    seller.sets_up_payouts("Emil Falk")
    order_id = buyer.order(TITLE)
    both = ("The recording as a WAV file", "One take for each sentence")
    seller.delivers(order_id, "Spoken in one go.", take, ticked=both)
    opens_a_dispute(
        buyer, order_id, "It is one take, and a chair creaks in it.", back="40", unmet=(both[1],), proof=noise
    )
    gives_their_side(seller, order_id, "The chair is very quiet.", back="10")

    _decides(first, second, order_id)
    _appeals(buyer, seller, order_id, list_of_takes)
    assert ledger_of(site, order_id) == {"stripe_balance": -ALL_IN, "hold": ALL_IN}
    _upholds(first, second, order_id)
    for one in (buyer, seller):
        one.gets_letter(f"The decision stands: {TITLE}")
        assert "This is final" in one.gets_letter(f"Decided: {TITLE}").text
    buyer.waits_for("€20.06 came back to you, €40.89 went to Emil Falk after fees.")
    buyer.sees("The decision has been carried out.", "Decided for good: 70 % of the price to Emil Falk")
    seller.opens(order_id)
    seller.waits_for("€40.89 has been sent to you.")
    decided = site.rows(
        "SELECT u.email, e.data->>'percent' AS percent FROM orders_orderevent e JOIN accounts_user u"
        " ON u.id = e.person_id WHERE e.order_id = %s AND e.action = 'decide' ORDER BY e.version",
        order_id,
    )
    assert decided == [{"email": one.email, "percent": "70"} for one in (first, second)]

    paid = paid_as_posted(site, order_id, all_in=ALL_IN)
    assert paid.amount_refunded == REFUND == 2_006
    returned_as_posted(site, order_id, amount=REFUND)
    sent_as_posted(site, order_id, share=SHARE)
    assert ledger_of(site, order_id) == {
        "stripe_balance": SHARE + REFUND - ALL_IN,
        "fee_revenue": SELLER_FEE + FEE_KEPT,
    }


def _decides(first: Person, second: Person, order_id: str) -> None:
    first.page.goto("/moderation/")
    row = first.page.get_by_role("listitem").filter(has_text="Ella Moss ⇄ Emil Falk")
    row.get_by_role("link", name=re.compile("^Not as described")).click()
    first.press("Claim it")
    first.sees("Yours until", "Ella Moss asks for €40.00 back; Emil Falk offers €10.00.")
    second.page.goto(f"/moderation/{order_id}/")
    second.sees("Mona Moderator reads it now.")
    expect(second.page.get_by_role("button", name=re.compile("^Decide"))).to_have_count(0)
    # Of two promised items one side disputes one: it counts half.
    first.sees("Suggested from this: 75 % to the seller.")
    sets_the_split(first, 70)
    sees_postings(first, POSTINGS)
    first.page.get_by_label("Why, for both to read").fill("The recording is there; the single takes are not.")
    first.press("Decide 70 / 30")
    first.is_told("Decided 70 / 30.")


def _appeals(buyer: Person, seller: Person, order_id: str, proof: Path) -> None:
    buyer.opens(order_id)
    buyer.sees("Decided: €20.06 for you, €40.89 for Emil Falk.", "The recording is there; the single takes are not.")
    buyer.follow("Appeal")
    buyer.page.get_by_label("What the decision overlooks").fill("A whole sentence is missing.")
    buyer.attach("What is new", proof)
    buyer.press("Send the appeal")
    buyer.is_told("Sent. No money moves.")
    for one in (buyer, seller):
        one.gets_letter(f"Decided: {TITLE}")
    assert "A whole sentence is missing." in seller.gets_letter(f"Appealed: {TITLE}").text
    seller.opens(order_id)
    seller.sees("The appeal is heard by", "Ella Moss appealed", "Nothing moves until the dispute is settled.")


def _upholds(first: Person, second: Person, order_id: str) -> None:
    # Who decided does not hear the appeal against it, and the case does not come to them.
    first.page.reload()
    first.sees("You decided this before. Another moderator hears the appeal.")
    expect(first.page.get_by_role("button", name=re.compile("^(Decide|Claim)"))).to_have_count(0)
    second.page.goto("/moderation/")
    second.press(re.compile("^Next case"))
    second.page.wait_for_url(f"**/moderation/{order_id}/")
    second.sees(
        *("Yours until", "First decided by Mona Moderator: 70 % to the seller.", "A whole sentence is missing."),
        "The recording is there; the single takes are not.",
    )
    assert second.reads("takes.txt") == "Sentence nine is missing altogether."
    sees_postings(second, POSTINGS)
    second.page.get_by_label("Why, for both to read").fill("The sentence is at the very end. It stays as it was.")
    second.press("Decide 70 / 30")
    second.is_told("Decided 70 / 30.")
