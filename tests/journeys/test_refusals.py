"""What people should not be able to do, and what the provider may send twice: refused or absorbed, nothing changed."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.books import charge_of, paid_as_posted
from tests.journeys.people import GOOD_CARD, Person
from tests.support.site import WEBHOOK_SECRET, Site

RESEARCH, PAUSING, CHANGING = (
    "Find twenty sources for your essay",
    "Write a birthday poem for your aunt",
    "Write a toast for your wedding",
)


def test_an_offer_that_cannot_be_ordered(person: Callable[..., Person], site: Site) -> None:
    seller, buyer = person("rex"), person("pia")
    seller.find(RESEARCH)
    seller.sees("This is your gig, as buyers see it.")
    seller.page.goto(f"/gigs/{_gig(site, RESEARCH)}/order/?package=1")
    seller.sees("This is your gig, as buyers see it.")

    _opens_the_summary(buyer, PAUSING)
    _opens_own_gigs(seller)
    seller.press("Pause", within=seller.page.get_by_role("listitem").filter(has_text=PAUSING))
    buyer.press(re.compile("^Pay"))
    buyer.sees("The seller takes no orders for this gig at the moment.")

    _opens_the_summary(buyer, CHANGING)
    buyer.sees("€18.54")
    _opens_own_gigs(seller)
    seller.page.get_by_role("listitem").filter(has_text=CHANGING).get_by_role("link", name="Edit").click()
    seller.follow("Change Packages")
    seller.page.get_by_role("group", name="Package 1").get_by_label("Your price").fill("19")
    seller.press("Save, to the summary")
    seller.press("Save changes")
    seller.is_told("Saved.")
    buyer.press(re.compile("^Pay"))
    expect(buyer.page.get_by_role("alert")).to_contain_text("The price was €18.54 and is now €19.57, all in.")
    assert _orders_of(site, buyer) == []


def test_an_order_is_paid_and_accepted_once(person: Callable[..., Person], site: Site) -> None:
    buyer, seller = person("pia"), person("rex")
    _opens_the_summary(buyer, RESEARCH)
    first, second = buyer.page, buyer.visitor.another_tab()
    second.goto(first.url)
    for tab in (first, second):
        tab.get_by_role("button", name=re.compile("^Pay")).click()
        expect(tab.get_by_role("heading", name="Pay with card")).to_be_visible()
    assert first.url == second.url
    order_id = buyer.pay()
    _pays_late(second)
    second.close()
    [order] = _orders_of(site, buyer)
    assert (order["id"], order["state"]) == (order_id, "in_progress")
    paid = paid_as_posted(site, order_id, all_in=2_575)
    charges = site.stripe.v1.charges.list({"payment_intent": str(paid.payment_intent)})
    assert [one.id for one in charges.auto_paging_iter() if one.paid] == [paid.id]

    seller.delivers(order_id, "Twenty sources, in the order of your chapters.", _note(site))
    buyer.opens(order_id)
    late = buyer.visitor.another_tab()
    # A window that hears nothing of what the other does.
    late.route(
        re.compile(r"/js/order-live[.\w]*\.js$"), lambda route: route.fulfill(body="", content_type="text/javascript")
    )
    late.goto(buyer.page.url)
    buyer.page.get_by_role("button", name="Accept the work").dblclick()
    buyer.sees("You accepted the work. Thank you.")
    late.get_by_role("button", name="Accept the work").click()
    expect(late.get_by_role("main")).to_contain_text("You accepted the work. Thank you.")
    late.close()
    accepted = site.rows(
        "SELECT count(*) AS number FROM orders_orderevent WHERE order_id = %s AND action = 'accept'", order_id
    )
    assert accepted == [{"number": 1}]
    charge = charge_of(site, order_id)
    assert (charge["captured_minor"], charge["released_minor"]) == (2_575, 2_575)


def test_what_the_provider_sends_amiss_changes_nothing(person: Callable[..., Person], site: Site) -> None:
    buyer = person("sid")
    order_id = buyer.order("Proofread your letter of application")
    charge = charge_of(site, order_id)
    paid_as_posted(site, order_id, all_in=1_550)
    events = site.stripe.v1.events.list({"type": "checkout.session.completed", "limit": 100})
    [told] = [one for one in events.auto_paging_iter() if one.data.object["id"] == charge["session_id"]]
    again = told.to_dict()
    site.wait_for_row("SELECT 1 FROM payments_webhookevent WHERE event_id = %s AND processed_at IS NOT NULL", told.id)
    before = _everything(site, order_id)

    unknown_type = {**again, "id": "evt_unknown_type", "type": "unicorn.sighted"}
    unknown_object = json.loads(json.dumps(again).replace(charge["session_id"], "cs_test_nobody_knows"))
    unknown_object |= {"id": "evt_unknown_object"}
    assert _send(site, again, secret="whsec_wrong") == 400
    assert _send(site, again, at=time.time() - 3_600) == 400
    assert _send(site, "not json") == 400
    for event in (again, again, unknown_type, unknown_object):
        assert _send(site, event) == 200
    # What nobody follows is answered and not kept: it may hold people's data.
    for event_id, kept in ((told.id, 1), ("evt_unknown_type", 0), ("evt_unknown_object", 1)):
        rows = site.rows("SELECT count(*) AS number FROM payments_webhookevent WHERE event_id = %s", event_id)
        assert rows == [{"number": kept}]
    site.wait_for_row(
        "SELECT 1 FROM payments_webhookevent WHERE event_id = %s AND processed_at IS NOT NULL", "evt_unknown_object"
    )
    assert _everything(site, order_id) == before


def _opens_the_summary(buyer: Person, title: str) -> None:
    buyer.find(title)
    buyer.press(re.compile("^Continue with"))
    expect(buyer.heading).to_have_text("Check your order")


def _opens_own_gigs(seller: Person) -> None:
    seller.follow_in_menu("Your gigs")
    expect(seller.heading).to_have_text("Your gigs")


def _pays_late(tab: Page) -> None:
    """A second window of the same payment page: nothing is due any more."""
    for label, text in {"Card number": GOOD_CARD, "Expiry": "12 / 40", "CVC": "123", "Cardholder name": "P."}.items():
        tab.get_by_label(label, exact=True).fill(text)
    tab.get_by_role("button", name=re.compile("^Pay")).click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Rex Moreno delivers by")


def _note(site: Site) -> Any:
    path = site.folder / "sources.txt"
    path.write_text("Twenty.")
    return path


def _gig(site: Site, title: str) -> object:
    [row] = site.rows("SELECT id FROM gigs_gig WHERE title = %s", title)
    return row["id"]


def _orders_of(site: Site, buyer: Person) -> list[dict[str, object]]:
    sql = "SELECT o.id::text, o.state FROM orders_order o JOIN accounts_user u ON u.id = o.buyer_id WHERE u.email = %s"
    return site.rows(sql, buyer.email)


def _everything(site: Site, order_id: str) -> list[dict[str, object]]:
    reference = f"order:{order_id}"
    return [
        *site.rows("SELECT state, version FROM orders_order WHERE id = %s", order_id),
        *site.rows("SELECT version, action FROM orders_orderevent WHERE order_id = %s ORDER BY version", order_id),
        *site.rows("SELECT op_key FROM ledger_transfer WHERE reference = %s ORDER BY op_key", reference),
        *site.rows("SELECT state, captured_minor, released_minor FROM payments_charge WHERE reference = %s", reference),
    ]


def _send(site: Site, event: object, *, secret: str = WEBHOOK_SECRET, at: float = 0) -> int:
    """Posts an event as the provider does, signed; returns the status of the answer."""
    body, moment = json.dumps(event), int(at or time.time())
    signature = hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "Stripe-Signature": f"t={moment},v1={signature}"}
    request = urllib.request.Request(f"{site.url}/stripe/webhooks/", body.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
