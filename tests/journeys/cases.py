"""What people do about an order that has gone wrong, and what the world around the site does: a bank."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.journeys.people import Person
from tests.support.site import Site

BANKS_FEE = 1_500  # what the provider takes for a dispute, and keeps


def opens_a_dispute(
    buyer: Person, order_id: str, text: str, *, back: str, unmet: tuple[str, ...] = (), proof: Path | None = None
) -> None:
    """From the order page, by what is wrong. The ground is that it is not as described."""
    buyer.opens(order_id)
    buyer.follow("Something is wrong")
    buyer.follow("Open a dispute")
    buyer.page.get_by_label("Not as described").check()
    buyer.page.get_by_label("What happened").fill(text)
    for item in unmet:
        buyer.page.get_by_label(item).check()
    buyer.page.get_by_label("How much should go back to you?").fill(back)
    if proof:
        buyer.attach("Evidence", proof)
    buyer.press("Open the dispute")
    buyer.is_told("Opened. The money is frozen.")


def gives_their_side(seller: Person, order_id: str, text: str, *, back: str, proof: Path | None = None) -> None:
    seller.opens(order_id)
    seller.follow("Give your side")
    seller.page.get_by_label("What happened").fill(text)
    seller.page.get_by_label("How much would you give back?").fill(back)
    if proof:
        seller.attach("Evidence", proof)
    seller.press("Send")
    seller.is_told("Sent to both sides.")


def sets_the_split(staff: Person, percent: int) -> None:
    """Moves the slider, as a hand on the keyboard does."""
    slider = staff.page.get_by_label("Share for the seller, in percent")
    slider.fill(str(percent))
    expect(staff.page.get_by_role("button", name=f"Decide {percent} / {100 - percent}")).to_be_visible()


def sees_postings(staff: Person, amounts: dict[str, str]) -> None:
    """What the decision will book, line by line, and no line beside them."""
    rows = staff.page.locator("[data-postings] tr")
    expect(rows).to_have_count(len(amounts))
    for label, amount in amounts.items():
        expect(rows.filter(has_text=label)).to_contain_text(amount)


def at_the_bank(site: Site, action: str, **given: object) -> dict[str, Any]:
    """Something happens at the provider that nobody on the site does; the site hears of it as of everything there."""
    request = urllib.request.Request(
        f"{site.sandbox_url}/_sandbox/{action}", json.dumps(given).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=20) as response:
        answer: dict[str, Any] = json.load(response)
        return answer


def tops_up(site: Site, amount: int) -> None:
    """What a bank took was money of others, too: the operator covers it, so that everybody else is paid as always."""
    made = at_the_bank(site, "funds/add", amount=amount, currency="eur")["id"]
    site.wait_for_row("SELECT 1 FROM ledger_transfer WHERE op_key LIKE %s", f"%{made}%")


def taken_as_posted(site: Site, claim: str, *, amount: int) -> None:
    """What the bank took for good, and what the provider asks for that, as the site wrote it down."""
    dispute = site.stripe.v1.disputes.retrieve(claim)
    moved = [(one.amount, one.fee, one.net) for one in dispute.balance_transactions]
    assert (dispute.status, dispute.amount, moved) == ("lost", amount, [(-amount, BANKS_FEE, -amount - BANKS_FEE)])
    rows = site.rows(
        "SELECT state, amount_minor, withdrawn_minor, fee_minor FROM payments_chargeback WHERE stripe_dispute_id = %s",
        claim,
    )
    assert rows == [{"state": "lost", "amount_minor": amount, "withdrawn_minor": amount, "fee_minor": BANKS_FEE}]
