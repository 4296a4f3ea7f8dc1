"""A seller is suspended while their orders run: the clocks stand still, and everything goes on afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.books import ledger_of, paid_as_posted, sent_as_posted
from tests.journeys.people import Person
from tests.support.site import Site

TITLE = "Compose a jingle for your podcast"
PRICE, BUYER_FEE, SELLER_FEE = 1_820, 55, 182
ALL_IN, SHARE = PRICE + BUYER_FEE, PRICE - SELLER_FEE
WHY = "You asked a buyer to pay you outside of the site."
APPEAL = "She asked for an invoice, and I had the words from a template."
ANSWER = "We have read the messages: it was a template."


@pytest.mark.long
def test_a_suspended_sellers_orders_rest_and_go_on(person: Callable[..., Person], site: Site, tmp_path: Path) -> None:
    waiting, checking, seller = person("hal"), person("iva"), person("ugo")
    first, second = person("mona"), person("milo")
    jingle = tmp_path / "jingle.txt"
    jingle.write_text("Do, mi, sol.")
    seller.sets_up_payouts("Ugo Conti")
    begun, delivered = waiting.order(TITLE), checking.order(TITLE)
    seller.delivers(delivered, "Ten seconds.", jingle)
    before = {order_id: _clocks(site, order_id) for order_id in (begun, delivered)}
    assert {"become_late", "hard_stop"} <= before[begun].keys()
    assert {"auto_accept"} <= before[delivered].keys()

    _suspends(first, seller)
    assert WHY in seller.gets_letter("is suspended").text
    for buyer in (waiting, checking):
        buyer.gets_letter(f"On hold: {TITLE}")
    _appeals(seller)
    for order_id in (begun, delivered):
        assert _clocks(site, order_id).keys() == {"dispose"}
        assert _left(site, order_id).keys() == before[order_id].keys()
    waiting.opens(begun)
    waiting.sees(
        "Ugo Conti is suspended. Wait, or cancel and get €18.75 back at once.",
        *("One of the two sides was suspended: everything rests", "the clock stands still"),
    )
    checking.opens(delivered)
    checking.sees("The order is on hold: Ugo Conti is suspended. Your money is safe where it is.")
    expect(checking.page.get_by_role("button", name="Accept the work")).to_have_count(0)
    for buyer in (waiting, checking):
        buyer.page.goto("/orders/?role=buyer")
        row = buyer.page.get_by_role("listitem").filter(has_text=TITLE)
        expect(row).to_contain_text(re.compile(r"on hold\s*Stopped"))

    _answers(first, second, seller)
    assert ANSWER in seller.gets_letter("Welcome back").text
    seller.page.reload()
    expect(seller.heading).to_have_text("Sign in")  # nothing of before comes back by itself
    seller.sign_in()
    seller.page.goto("/desk/")
    expect(seller.heading).to_contain_text("Good")
    for buyer, order_id in ((waiting, begun), (checking, delivered)):
        buyer.gets_letter(f"It goes on: {TITLE}")
        stood_still = _moment(site, order_id, "lift") - _moment(site, order_id, "suspend")
        assert _clocks(site, order_id) == {kind: due + stood_still for kind, due in before[order_id].items()}
    waiting.opens(begun)
    waiting.sees("Ugo Conti delivers by", "The suspension was lifted: the clocks go on")
    expect(waiting.page.get_by_role("timer")).to_be_visible()
    seller.delivers(begun, "Ten seconds, another tune.", jingle)

    for buyer, order_id in ((waiting, begun), (checking, delivered)):
        buyer.accepts(order_id)
    for order_id in (begun, delivered):
        seller.opens(order_id)
        seller.waits_for("€16.38 has been sent to you.")
        paid = paid_as_posted(site, order_id, all_in=ALL_IN)
        assert paid.amount_refunded == 0
        sent_as_posted(site, order_id, share=SHARE)
        assert ledger_of(site, order_id) == {
            "stripe_balance": SHARE - ALL_IN,
            "fee_revenue": BUYER_FEE + SELLER_FEE,
        }


def _suspends(staff: Person, seller: Person) -> None:
    staff.page.goto("/moderation/")
    staff.follow("Suspensions")
    staff.page.get_by_label("Somebody by address or @handle").fill(seller.email)
    staff.press("Find")
    expect(staff.heading).to_have_text("Ugo Conti")
    staff.page.get_by_label("Why").fill("Reasons")
    staff.press("Suspend")
    staff.sees("They read why: write at least a sentence.")
    staff.page.get_by_label("Why").fill(WHY)
    staff.press("Suspend")
    staff.is_told("Suspended. They have been told why.")


def _appeals(seller: Person) -> None:
    """Out from the next click on, and signing in leads to the one page that is left."""
    page = seller.page
    page.goto("/earnings/")
    expect(page.get_by_label("Password")).to_be_visible()
    page.get_by_label("E-mail address").fill(seller.email)
    page.get_by_label("Password").fill("a long enough password")
    seller.press("Sign in")
    expect(seller.heading).to_have_text("Your account is suspended")
    seller.sees(WHY, "Your running orders rest: every deadline stands still.")
    page.get_by_label("Your appeal").fill(APPEAL)
    seller.press("Send the appeal")
    seller.sees(APPEAL, "Somebody else reads it.")


def _answers(first: Person, second: Person, seller: Person) -> None:
    """Not who suspended them."""
    first.page.reload()
    first.sees(APPEAL, "You suspended them. Another person answers the appeal.")
    expect(first.page.get_by_role("button", name=re.compile("Let them in again|It stays"))).to_have_count(0)
    second.page.goto("/moderation/people/")
    second.follow("Ugo Conti")
    second.sees(WHY, APPEAL)
    second.page.get_by_label("Answer to the appeal").fill(ANSWER)
    second.press("Let them in again")
    second.is_told("Answered.")
    second.sees("Lifted", ANSWER)


def _clocks(site: Site, order_id: str) -> dict[str, datetime]:
    """When what runs falls due."""
    rows = site.rows("SELECT kind, due_at FROM orders_timer WHERE order_id = %s AND due_at IS NOT NULL", order_id)
    return {str(row["kind"]): row["due_at"] for row in rows}  # type: ignore[misc]


def _left(site: Site, order_id: str) -> dict[str, object]:
    rows = site.rows("SELECT kind, time_left FROM orders_timer WHERE order_id = %s AND stopped = 'rest'", order_id)
    return {str(row["kind"]): row["time_left"] for row in rows}


def _moment(site: Site, order_id: str, action: str) -> datetime:
    [row] = site.rows("SELECT at FROM orders_orderevent WHERE order_id = %s AND action = %s", order_id, action)
    assert isinstance(row["at"], datetime)
    return row["at"]
