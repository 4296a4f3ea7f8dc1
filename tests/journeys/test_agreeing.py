"""What two people agree on while an order runs: the clock stands still, the promise moves, a part goes back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys.books import ledger_of, paid_as_posted, returned_as_posted, sent_as_posted
from tests.journeys.people import Person
from tests.support.site import Site

CAPTIONS, LEAFLET = "Caption a talk of ten minutes", "Fold one leaflet out of your notes"


def test_the_clock_stands_still_and_the_promise_moves(
    person: Callable[..., Person], site: Site, tmp_path: Path
) -> None:
    buyer, seller = person("wim"), person("ivo")
    names, captions = tmp_path / "names.txt", tmp_path / "captions.txt"
    names.write_text("Siobhan, not Shivaun.")
    captions.write_text("00:01 Good evening.")
    all_in, share = 1_895, 1_656  # 18.40, the buyer's fee 0.55 (3 %, half up), the seller's 1.84
    seller.sets_up_payouts("Ivo Petrov")
    order_id = buyer.order(CAPTIONS)
    promised = _due(site, order_id)
    buyer.sees(f"Ivo Petrov delivers by {_clock(promised)}")

    seller.says_what_is_wrong(order_id, "Ask, and stop the clock")
    seller.page.get_by_label("What do you need?").fill("How is the name of the first speaker written?")
    seller.press("Ask, and stop the clock")
    seller.is_told("Asked. Your clock stands still.")
    seller.sees("The clock stands still until", re.compile(r"1 h 5\d min are left"))
    assert set(_running(site, order_id)) == {"resume"}
    buyer.gets_letter(f"Ivo Petrov needs something from you: {CAPTIONS}")
    buyer.opens(order_id)
    buyer.sees("Ivo Petrov needs an answer from you by", "How is the name of the first speaker written?")
    buyer.follow("Answer")
    buyer.page.get_by_label("Your answer").fill("As in the file.")
    buyer.attach("Files", names)
    buyer.press("Send")
    buyer.is_told("Sent. The clock runs again.")

    stood = _at(site, order_id, "reply") - _at(site, order_id, "need_information")
    due = _due(site, order_id)
    assert due - promised == stood > timedelta(0)
    buyer.sees(f"Ivo Petrov delivers by {_clock(due)}")
    seller.gets_letter(f"The clock runs again: {CAPTIONS}")
    seller.opens(order_id)
    seller.sees(f"Deliver by {_clock(due)}", "As in the file.")
    assert seller.reads("names.txt") == "Siobhan, not Shivaun."

    seller.says_what_is_wrong(order_id, "Ask for more time")
    seller.page.get_by_label("How much more time?").fill("45")
    seller.page.get_by_label("Unit").select_option("minutes")
    seller.page.get_by_label("Why").fill("The second speaker is hard to hear.")
    seller.press("Propose it")
    seller.sees(f"Deliver by {_clock(due)}", "You asked for 45 min more.")
    moved = due + timedelta(minutes=45)
    buyer.gets_letter(f"Ivo Petrov proposes something: {CAPTIONS}")
    buyer.opens(order_id)
    expect(buyer.heading).to_have_text("Ivo Petrov asks for 45 min more.")
    buyer.sees("The second speaker is hard to hear.")
    buyer.sees(re.compile(f"Due by {_clock(moved)} \\w+ instead of {_clock(due)}"))
    buyer.confirm("Give 45 min more")
    buyer.is_told("Agreed. The deadline has moved.")
    buyer.sees(f"Ivo Petrov delivers by {_clock(moved)}")
    seller.gets_letter(f"More time is agreed: {CAPTIONS}")
    assert _due(site, order_id) == _running(site, order_id)["become_late"] == moved

    seller.delivers(order_id, "Every word of both.", captions)
    buyer.accepts(order_id)
    seller.opens(order_id)
    seller.waits_for("€16.56 has been sent to you.")
    paid_as_posted(site, order_id, all_in=all_in)
    sent_as_posted(site, order_id, share=share)
    assert ledger_of(site, order_id) == {"stripe_balance": share - all_in, "fee_revenue": all_in - share}


@pytest.mark.long
def test_a_part_goes_back_by_agreement(person: Callable[..., Person], site: Site, tmp_path: Path) -> None:
    buyer, seller = person("xenia"), person("judit")
    leaflet = tmp_path / "leaflet.txt"
    leaflet.write_text("Fold here.")
    # Of 27.77 and a fee of 0.83, 9.99 of the price goes back with its part of the fee, 0.2986, rounded up: 0.30.
    # The seller keeps 17.78 before a fee of 1.78.
    all_in, refund, share = 2_860, 1_029, 1_600
    seller.sets_up_payouts("Judit Balog")
    order_id = buyer.order(LEAFLET)
    seller.delivers(order_id, "Folded twice.", leaflet)

    _asks_for_a_part(buyer, order_id, "Ask for a part back", "How much should come back to you?", "15")
    buyer.sees("You asked for €15.45 back.")
    seller.gets_letter(f"Xenia Kalb proposes something: {LEAFLET}")
    seller.opens(order_id)
    seller.sees("Xenia Kalb asks for €15.45 back.", "You receive €11.49 for the order, and it is done.")
    seller.confirm("Decline")
    seller.is_told("Declined. The order goes on.")
    buyer.gets_letter(f"Nothing came of your proposal: {LEAFLET}")

    _asks_for_a_part(seller, order_id, "Offer a part back", "How much would you give back?", "9,99")
    seller.sees("You offered €10.29 back.", "You receive €16.00 for the order, and it is done.")
    buyer.gets_letter(f"Judit Balog proposes something: {LEAFLET}")
    buyer.opens(order_id)
    buyer.sees("Judit Balog offers you €10.29 back.")
    buyer.confirm("Take €10.29 back")
    buyer.is_told("Agreed. The order is done.")
    buyer.sees("You agreed on a part back, and the order is done.")
    buyer.waits_for("€10.29 came back to you, €16.00 went to Judit Balog after fees.")
    assert "You receive €16.00" in seller.gets_letter(f"Done, with a part back: {LEAFLET}").text
    seller.opens(order_id)
    seller.waits_for("€16.00 has been sent to you.")
    seller.sees(re.compile(r"You receive\s*€16\.00"))

    paid = paid_as_posted(site, order_id, all_in=all_in)
    assert (paid.amount_refunded, paid.refunded) == (refund, False)
    returned_as_posted(site, order_id, amount=refund)
    sent_as_posted(site, order_id, share=share)
    left = all_in - refund - share
    assert ledger_of(site, order_id) == {"stripe_balance": -left, "fee_revenue": left}


def _asks_for_a_part(proposer: Person, order_id: str, choice: str, label: str, amount: str) -> None:
    proposer.says_what_is_wrong(order_id, choice)
    proposer.page.get_by_label(label).fill(amount)
    proposer.page.get_by_label("Why").fill("The inner side is missing, and we leave it at that.")
    proposer.press("Propose it")
    proposer.is_told("Sent. You are told what the answer is.")


def _due(site: Site, order_id: str) -> datetime:
    return _moment(site, "SELECT due_at AS at FROM orders_order WHERE id = %s", order_id)


def _at(site: Site, order_id: str, action: str) -> datetime:
    """When it happened, once."""
    return _moment(site, "SELECT at FROM orders_orderevent WHERE order_id = %s AND action = %s", order_id, action)


def _moment(site: Site, sql: str, *parameters: str) -> datetime:
    [row] = site.rows(sql, *parameters)
    assert isinstance(row["at"], datetime)
    return row["at"]


def _running(site: Site, order_id: str) -> dict[str, datetime]:
    """The timers that do not stand still."""
    rows = site.rows("SELECT kind, due_at FROM orders_timer WHERE order_id = %s AND due_at IS NOT NULL", order_id)
    return {str(row["kind"]): row["due_at"] for row in rows if isinstance(row["due_at"], datetime)}


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo('Europe/Lisbon')):%H:%M}"
