"""Payouts from a balance to the bank: on their way, arrived, failed, and failed after they had arrived."""

from __future__ import annotations

from payments.sandbox import currencies, identifiers, runtime
from payments.sandbox.core import accounts, banks, funds
from payments.sandbox.errors import invalid
from payments.sandbox.events import emit
from payments.sandbox.store import Obj, Tx

DAY = 86_400


def create(tx: Tx, account: Obj | None, params: Obj) -> Obj:
    """``account``: the connected account, None for the platform."""
    owner = account["id"] if account else ""
    amount, currency = params["amount"], currencies.check(params["currency"])
    currencies.check_payout_amount(amount, currency)
    bank = _bank(tx, account, currency, params.get("destination"))
    funds.demand(
        tx,
        account=owner,
        currency=currency,
        amount=amount,
        pending_too=False,
        message="You have insufficient funds in your Stripe account for this payout.",
    )
    payout = tx.add("payout", _payout(params, amount, currency, bank), owner)
    entry = funds.book(tx, kind="payout", amount=-amount, currency=currency, source=payout["id"], account=owner)
    payout["balance_transaction"] = entry["id"]
    tx.save(payout)
    emit(tx, "payout.created", payout, account=owner)
    tx.schedule("payout.settle", payout["id"], identifiers.now() + runtime.options().payout_seconds)
    return payout


def settle(tx: Tx, payout_id: str) -> None:
    """The bank's answer: the test account's number says which."""
    found = tx.any(payout_id)
    if found is None or found[2]["status"] not in ("pending", "in_transit"):
        return
    _, owner, payout = found
    if payout["_failure"]:
        fail(tx, payout, payout["_failure"], owner)
        return
    before = payout["status"]
    payout |= {"status": "paid", "arrival_date": identifiers.now()}
    tx.save(payout)
    emit(tx, "payout.paid", payout, account=owner)
    emit(tx, "payout.updated", payout, account=owner, previous={"status": before})


def fail(tx: Tx, payout: Obj, code: str, owner: str) -> Obj:
    """Also after ``paid``: banks return money for days."""
    if payout["status"] in ("failed", "canceled"):
        raise invalid(f"Payout {payout['id']} is {payout['status']} already.")
    _return(tx, payout, "payout_failure", owner)
    payout |= {"status": "failed", "failure_code": code, "failure_message": banks.FAILURES.get(code, code)}
    tx.save(payout)
    emit(tx, "payout.failed", payout, account=owner)
    account = tx.find("account", owner) if code in banks.LASTING else None
    if account and account["bank"] and account["bank"]["id"] == payout["destination"]:
        accounts.spoil_bank(tx, account)
    return payout


def cancel(tx: Tx, payout: Obj, owner: str) -> Obj:
    if payout["status"] != "pending":
        raise invalid(f"Payouts can only be canceled while they are pending; this one is {payout['status']}.")
    _return(tx, payout, "payout_cancel", owner)
    payout["status"] = "canceled"
    tx.save(payout)
    emit(tx, "payout.canceled", payout, account=owner)
    return payout


def _return(tx: Tx, payout: Obj, kind: str, owner: str) -> None:
    entry = funds.book(
        tx, kind=kind, amount=payout["amount"], currency=payout["currency"], source=payout["id"], account=owner
    )
    payout["failure_balance_transaction"] = entry["id"]


def _bank(tx: Tx, account: Obj | None, currency: str, wanted: str | None) -> Obj:
    if account is None:
        return platform_bank(tx)
    bank: Obj | None = account["bank"]
    if account["closed"] or not account["payouts_enabled"]:
        raise invalid("Payouts are not enabled on this account.", code="payouts_not_allowed")
    if wanted and bank and bank["id"] != wanted:
        raise invalid(f"No such external account: '{wanted}'", code="resource_missing", param="destination")
    if bank is None:
        message = f"Sorry, you don't have any external accounts in that currency ({currency})."
        raise invalid(message, param="currency")
    if bank["status"] == "errored":
        message = "A payout to this external account failed; it takes no more until the account holder updates it."
        raise invalid(message, code="payouts_not_allowed", param="destination")
    # No conversion is played, so one bank account takes every currency.
    return bank


def platform_bank(tx: Tx, number: str = "") -> Obj:
    """The platform's own bank account; with ``number``, another one from now on."""
    known = tx.select("bank_account", "", limit=1)
    if known and not number:
        return known[0]
    bank = banks.bank_account("", "DE", number or banks.suggestion("DE"), "Platform")
    return tx.add("bank_account", bank | {"account": None})


def _payout(params: Obj, amount: int, currency: str, bank: Obj) -> Obj:
    return {
        "id": identifiers.new("po_"),
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": identifiers.now() + DAY,
        "automatic": False,
        "balance_transaction": None,
        "created": identifiers.now(),
        "currency": currency,
        "description": params.get("description"),
        "destination": bank["id"],
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": params.get("statement_descriptor"),
        "status": "pending",
        "trace_id": {"status": "pending", "value": None},
        "type": "bank_account",
        "_failure": bank["_failure"],
    }
