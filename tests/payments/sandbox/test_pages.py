"""The pages as plain forms: a browser without JavaScript must be able to pay and to onboard."""

from __future__ import annotations

import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

import pytest
import stripe

from tests.payments.sandbox import scenes
from tests.support.sandbox import SandboxProcess

CARD = {"email": "b@example.org", "expiry": "12 / 34", "cvc": "123", "name": "B. Buyer"}


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def visit(url: str, form: dict[str, str] | None = None) -> Answer:
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    try:
        with urllib.request.build_opener(_Stay).open(url, data, timeout=10) as page:
            return Answer(page.status, "", page.read().decode())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers.get("Location", ""), error.read().decode())


def pay(url: str, number: str = "4242 4242 4242 4242", **more: str) -> Answer:
    return visit(url, CARD | {"number": number} | more)


def test_pay_and_go_back_to_the_shop(client: stripe.StripeClient) -> None:
    made = scenes.session(client)
    page = visit(str(made.url))
    assert page.status == 200
    for text in ("A logo", "€100.00", "no real money", "http://127.0.0.1:9/order"):
        assert text in page.text
    paid = pay(str(made.url))
    assert (paid.status, paid.location) == (303, f"http://127.0.0.1:9/paid?session={made.id}")
    assert "This payment is done" in visit(str(made.url)).text


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"number": "4000000000000002"}, "Your card was declined."),
        ({"number": "4000000000009995"}, "Your card has insufficient funds."),
        ({"number": "4111111111111111"}, "not one of Stripe&#x27;s test cards"),
        ({"expiry": "01 / 20"}, "expiry date is in the past"),
        ({"expiry": "soon"}, "MM / YY"),
        ({"cvc": "x"}, "security code is incomplete"),
        ({"email": ""}, "This field is required"),
    ],
)
def test_a_refused_payment_keeps_the_input_and_can_be_tried_again(
    client: stripe.StripeClient, more: dict[str, str], text: str
) -> None:
    made = scenes.session(client)
    answer = pay(str(made.url), **more)
    assert answer.status == 400
    assert text in answer.text
    assert "B. Buyer" in answer.text
    assert client.v1.checkout.sessions.retrieve(made.id).payment_status == "unpaid"
    assert pay(str(made.url)).status == 303


def test_two_submits_at_once_pay_once(client: stripe.StripeClient) -> None:
    url = str(scenes.session(client).url)
    both = [threading.Thread(target=pay, args=(url,)) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(client.v1.charges.list().data) == 1


def test_an_expired_session_takes_no_money(client: stripe.StripeClient) -> None:
    made = scenes.session(client)
    client.v1.checkout.sessions.expire(made.id)
    url = f"{client._requestor._options.base_addresses['api']}/c/pay/{made.id}"
    assert "has expired" in pay(url).text
    assert client.v1.charges.list().data == []


def link_to(client: stripe.StripeClient, account: str) -> str:
    urls: Any = {"refresh_url": "http://127.0.0.1:9/again", "return_url": "http://127.0.0.1:9/back"}
    made = client.v2.core.account_links.create(
        {"account": account, "use_case": {"type": "account_onboarding", "account_onboarding": urls}}
    )
    return made.url


def ticket(page: Answer) -> str:
    found = re.search(r'name="ticket" value="(\w+)"', page.text)
    assert found
    return found[1]


def test_onboarding_activates_transfers(client: stripe.StripeClient) -> None:
    account = str(scenes.account(client).id)
    url = link_to(client, account)
    form = {"ticket": ticket(visit(url)), "name": "Sam", "bank_number": "DE89 3704 0044 0532 0130 00"}
    refused = visit(url, form)
    assert (refused.status, "This field is required" in refused.text) == (400, True)
    done = visit(url, form | {"agree": "on"})
    assert (done.status, done.location) == (303, "http://127.0.0.1:9/back")
    found = client.v1.accounts.retrieve(account)
    assert (found.payouts_enabled, found.country) == (True, "DE")
    assert visit(url).location == "http://127.0.0.1:9/again"


def test_leaving_early_and_opening_a_link_twice(client: stripe.StripeClient) -> None:
    account = str(scenes.account(client).id)
    url = link_to(client, account)
    first = ticket(visit(url))
    assert visit(url).location == "http://127.0.0.1:9/again", "a link opens once"
    assert visit(url, {"ticket": first, "later": "1"}).location == "http://127.0.0.1:9/back"
    assert visit(url, {"ticket": "guess", "later": "1"}).location == "http://127.0.0.1:9/again"
    assert client.v1.accounts.retrieve(account).details_submitted is False


def test_the_dashboard_shows_everything_and_acts(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = scenes.charge(sandbox, client)
    scenes.seller(sandbox, client)
    names = [
        "sessions",
        "charges",
        "refunds",
        "transfers",
        "payouts",
        "disputes",
        "accounts",
        "transactions",
        "events",
        "v2-events",
    ]
    for name in ("", *names, "v2-events", "deliveries", "requests"):
        assert visit(f"{sandbox.url}/dashboard/{name}".rstrip("/")).status == 200
    page = visit(f"{sandbox.url}/dashboard/object/{charge.id}")
    assert "Open a dispute" in page.text
    form = {"action": "disputes", "charge": charge.id, "back": f"/dashboard/object/{charge.id}"}
    assert visit(f"{sandbox.url}/dashboard/do", form).status == 303
    assert client.v1.charges.retrieve(charge.id).disputed


def test_nothing_there(sandbox: SandboxProcess) -> None:
    for path in ("c/pay/cs_1", "setup/x", "dashboard/nothing", "dashboard/object/x", "receipts/ch_1", "express/a"):
        assert visit(f"{sandbox.url}/{path}").status == 404
