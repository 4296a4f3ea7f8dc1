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

TABLES = (
    "sessions", "intents", "charges", "refunds", "disputes", "warnings", "files", "transfers", "reversals", "payouts",
    "topups", "accounts", "banks", "transactions", "events", "v2-events",
)  # fmt: skip
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
    for name in ("", *TABLES, "deliveries", "requests", "search"):
        assert visit(f"{sandbox.url}/dashboard/{name}".rstrip("/")).status == 200
    page = visit(f"{sandbox.url}/dashboard/object/{charge.id}")
    assert "Open a dispute" in page.text
    form = {"action": "disputes", "charge": charge.id, "amount": "700", "reason": "general"}
    assert act(sandbox, form | {"back": f"/dashboard/object/{charge.id}"}).endswith("notice=Done.")
    [dispute] = client.v1.disputes.list({"charge": charge.id}).data
    assert (dispute.amount, dispute.reason) == (700, "general")
    assert "The platform wins" in visit(f"{sandbox.url}/dashboard/object/{dispute.id}").text
    assert "notice=amount+is+a+whole+number." in act(sandbox, form | {"amount": "7.5"})


def test_the_dashboard_finds_by_id_and_by_metadata(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = scenes.charge(sandbox, client)
    refund = client.v1.refunds.create({"charge": charge.id, "amount": 5, "metadata": {"op_id": "100%_sure"}})
    found = visit(f"{sandbox.url}/dashboard/search?q={refund.id}")
    assert (found.status, found.location) == (302, f"/dashboard/object/{refund.id}")
    assert refund.id[:15] in visit(f"{sandbox.url}/dashboard/search?q={urllib.parse.quote('100%_')}").text
    assert "Nothing has this id" in visit(f"{sandbox.url}/dashboard/search?q={urllib.parse.quote('100__')}").text
    assert charge.id[:15] in visit(f"{sandbox.url}/dashboard/search?q=order-1").text


def test_the_dashboard_s_levers(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    seller, charge = scenes.seller(sandbox, client), scenes.charge(sandbox, client)
    sandbox.control("funds/add", account=seller, amount=500)
    own: Any = {"stripe_account": seller}
    payout = client.v1.payouts.create({"amount": 500, "currency": "eur"}, own)
    for form in (
        {"action": "payouts/fail", "payout": payout.id, "code": "could_not_process"},
        {"action": "accounts/bank", "account": seller, "bank_number": "DE62370400440532013001"},
        {"action": "accounts/judge", "account": seller, "status": "restricted", "due": "individual.id_number"},
        {"action": "fraud_warnings", "charge": charge.id, "fraud_type": "misc"},
        {"action": "faults", "match": "POST /v1/transfers", "kind": "hold", "times": "2"},
        {"action": "rate_limit", "per_second": "50"},
        {"action": "refunds/policy", "policy": "refuse"},
        {"action": "webhooks", "mode": "withhold"},
    ):
        assert act(sandbox, form).endswith("notice=Done."), form
    account = client.v1.accounts.retrieve(seller)
    assert account.requirements
    assert account.requirements.past_due == ["individual.id_number"]
    assert client.v1.payouts.retrieve(payout.id, {}, own).failure_code == "could_not_process"
    page = visit(f"{sandbox.url}/dashboard").text
    assert "POST /v1/transfers: hold × 2" in page
    assert "<option selected>withhold</option>" in page


def act(sandbox: SandboxProcess, form: dict[str, str]) -> str:
    """Send one of the dashboard's forms; where it leads."""
    answer = visit(f"{sandbox.url}/dashboard/do", form)
    assert answer.status == 303
    return answer.location


def test_nothing_there(sandbox: SandboxProcess) -> None:
    for path in ("c/pay/cs_1", "setup/x", "dashboard/nothing", "dashboard/object/x", "receipts/ch_1", "express/a"):
        assert visit(f"{sandbox.url}/{path}").status == 404
