"""What tests and demonstrations tell the sandbox itself: ``/_sandbox/...``, JSON in and out, no key needed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, JsonResponse

from payments.sandbox import faults, present, runtime, webhooks
from payments.sandbox.core import accounts, banks, cards, checkout, disputes, funds, payouts, refunds
from payments.sandbox.errors import ApiError, invalid, missing, no_such
from payments.sandbox.store import Obj, Tx

Given = dict[str, Any]
Action = Callable[[Tx, Given], Obj]
ACTIONS: dict[str, Action] = {}


def action(name: str) -> Callable[[Action], Action]:
    def register(function: Action) -> Action:
        ACTIONS[name] = function
        return function

    return register


def control(request: HttpRequest, name: str) -> JsonResponse:
    try:
        return JsonResponse(_answer(request, name))
    except ApiError as error:
        return JsonResponse(error.body, status=error.status)


def run(name: str, given: Given) -> Obj:
    """One action in one transaction: for the dashboard, which offers the same ones."""
    if name not in ACTIONS:
        raise invalid(f"There is no action {name}.", status=404)
    with runtime.store().transaction() as tx:
        return ACTIONS[name](tx, given)


def _answer(request: HttpRequest, name: str) -> Obj:
    if request.method == "GET":
        if name not in READERS:
            raise invalid(f"There is nothing to read at {name}.", status=404)
        with runtime.store().transaction() as tx:
            return {"data": READERS[name](tx)}
    if name == "reset":
        with webhooks.sending:
            runtime.store().reset()
        return {}
    if request.content_type != "application/json" and request.body:
        # A page of another site can post a form here, but not JSON.
        raise invalid("Send JSON.", status=415)
    try:
        given = json.loads(request.body or b"{}")
    except ValueError:
        raise invalid("The body is not valid JSON.") from None
    return run(name, given)


def _requests(tx: Tx) -> list[Given]:
    rows = tx.rows("SELECT * FROM requests ORDER BY id")
    return [row | {"params": json.loads(row["params"]), "replayed": bool(row["replayed"])} for row in rows]


READERS: dict[str, Callable[[Tx], list[Given]]] = {
    "requests": _requests,
    "faults": faults.listed,
    "deliveries": lambda tx: tx.rows(
        "SELECT d.*, json_extract(o.body, '$.type') AS type FROM deliveries d JOIN objects o ON o.id = d.event "
        "ORDER BY d.id"
    ),
}


@action("faults")
def _fault(tx: Tx, given: Given) -> Obj:
    if "match" not in given or "kind" not in given:
        raise missing("match" if "match" not in given else "kind")
    faults.add(tx, **{name: given[name] for name in ("match", "kind", "times", "skip", "seconds") if name in given})
    return {"data": faults.listed(tx)}


@action("faults/clear")
def _clear_faults(tx: Tx, _given: Given) -> Obj:
    tx.run("DELETE FROM faults")
    return {"data": []}


@action("webhooks")
def _webhooks(tx: Tx, given: Given) -> Obj:
    """``mode``: how new events are delivered; ``resend``: an event's id, or ``withheld`` for all that are kept."""
    if "mode" in given:
        if given["mode"] not in webhooks.MODES:
            raise invalid(f"Unknown mode; there are {', '.join(webhooks.MODES)}.", param="mode")
        tx.set("webhook_mode", given["mode"])
    sent = webhooks.resend(tx, given["resend"]) if "resend" in given else 0
    return {"mode": tx.setting("webhook_mode", "deliver"), "queued": sent}


@action("pay")
def _pay(tx: Tx, given: Given) -> Obj:
    """Pay a session without a browser; ``error`` is the bank's refusal."""
    session = _one(tx, given, "session", "checkout.session")
    card = cards.find(given.get("card", "4242424242424242"))
    if card is None:
        raise invalid("The sandbox takes Stripe's test cards only.", param="card")
    payer = checkout.Payer(
        email=given.get("email") or session["customer_email"] or "buyer@example.org",
        name=given.get("name", "Test Buyer"),
    )
    checkout.pay(tx, session, card, payer)
    paid = session["status"] == "complete"
    return {"session": present.render(tx, session), "error": None if paid else checkout.refusal(tx, session)}


@action("expire")
def _expire(tx: Tx, given: Given) -> Obj:
    session = _one(tx, given, "session", "checkout.session")
    if session["status"] != "open":
        raise invalid(f"The session is {session['status']}.")
    return present.render(tx, checkout.expire(tx, session))


@action("onboard")
def _onboard(tx: Tx, given: Given) -> Obj:
    """Fill in the onboarding page of an account."""
    account = _one(tx, given, "account", "account")
    country = account["country"] or given.get("country", "DE")
    details = accounts.Onboarding(
        name=given.get("name") or account["display_name"] or "Test Seller",
        country=country,
        bank_number=given.get("bank_number") or banks.suggestion(country),
        outcome=given.get("outcome", "active"),
    )
    return present.render(tx, accounts.onboard(tx, account, details))


@action("accounts/judge")
def _judge(tx: Tx, given: Given) -> Obj:
    if given.get("status") not in ("active", "pending", "restricted"):
        raise invalid("status is active, pending or restricted.", param="status")
    return present.render(tx, accounts.judge(tx, _one(tx, given, "account", "account"), given["status"]))


@action("funds/release")
def _release(tx: Tx, _given: Given) -> Obj:
    funds.release_all(tx)
    return {}


@action("funds/add")
def _add(tx: Tx, given: Given) -> Obj:
    """Put money into a balance: a top-up."""
    currency, amount, account = given.get("currency", "eur"), int(given.get("amount", 0)), given.get("account", "")
    source = f"tu_{account or 'platform'}"
    return funds.book(tx, kind="topup", amount=amount, currency=currency, source=source, account=account)


@action("disputes")
def _dispute(tx: Tx, given: Given) -> Obj:
    charge = _one(tx, given, "charge", "charge")
    if not charge["paid"]:
        raise invalid("Only a paid charge can be disputed.")
    made = disputes.open_dispute(
        tx,
        charge,
        reason=given.get("reason", "fraudulent"),
        inquiry=bool(given.get("inquiry")),
        amount=given.get("amount"),
    )
    return present.render(tx, made)


@action("disputes/decide")
def _decide(tx: Tx, given: Given) -> Obj:
    if given.get("outcome") not in ("won", "lost"):
        raise invalid("outcome is won or lost.", param="outcome")
    return present.render(tx, disputes.decide(tx, _one(tx, given, "dispute", "dispute"), given["outcome"]))


@action("disputes/escalate")
def _escalate(tx: Tx, given: Given) -> Obj:
    return present.render(tx, disputes.escalate(tx, _one(tx, given, "dispute", "dispute")))


@action("payouts/fail")
def _fail_payout(tx: Tx, given: Given) -> Obj:
    found = tx.any(given.get("payout", ""))
    if found is None or found[0] != "payout":
        raise no_such("payout", given.get("payout", ""))
    code = given.get("code", "account_closed")
    if code not in banks.FAILURES:
        raise invalid(f"Unknown code; there are {', '.join(banks.FAILURES)}.", param="code")
    return present.render(tx, payouts.fail(tx, found[2], code, found[1]))


@action("refunds/fail")
def _fail_refund(tx: Tx, given: Given) -> Obj:
    return present.render(tx, refunds.fail(tx, given.get("refund", "")))


def _one(tx: Tx, given: Given, param: str, kind: str) -> Obj:
    if param not in given:
        raise missing(param)
    found = tx.find(kind, str(given[param]))
    if found is None:
        raise no_such(kind, str(given[param]), param)
    return found
