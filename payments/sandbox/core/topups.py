"""Top-ups: money from the platform's bank into its Stripe balance."""

from __future__ import annotations

from payments.sandbox import currencies, identifiers, runtime
from payments.sandbox.core import funds
from payments.sandbox.errors import invalid
from payments.sandbox.events import emit
from payments.sandbox.store import Obj, Tx


def create(tx: Tx, params: Obj, *, at_once: bool = False) -> Obj:
    """``at_once``: the money is there already; otherwise the bank takes its time."""
    topup = tx.add("topup", _topup(params))
    emit(tx, "topup.created", topup)
    if at_once:
        succeed(tx, topup["id"])
        return tx.find("topup", topup["id"]) or topup
    tx.schedule("topup.succeed", topup["id"], topup["expected_availability_date"])
    return topup


def succeed(tx: Tx, topup_id: str) -> None:
    topup = tx.find("topup", topup_id)
    if topup is None or topup["status"] != "pending":
        return
    entry = funds.book(tx, kind="topup", amount=topup["amount"], currency=topup["currency"], source=topup_id)
    topup |= {"status": "succeeded", "balance_transaction": entry["id"]}
    tx.save(topup)
    emit(tx, "topup.succeeded", topup)


def fail(tx: Tx, topup: Obj) -> Obj:
    """The bank refuses, or takes the money back after it had arrived."""
    if topup["status"] not in ("pending", "succeeded"):
        raise invalid(f"Top-up {topup['id']} is {topup['status']} already.")
    came = topup["status"] == "succeeded"
    topup |= {
        "status": "reversed" if came else "failed",
        "failure_code": "insufficient_funds",
        "failure_message": "Your bank account has insufficient funds to cover the top-up.",
    }
    if came:
        funds.book(tx, kind="topup_reversal", amount=-topup["amount"], currency=topup["currency"], source=topup["id"])
    tx.save(topup)
    emit(tx, "topup.reversed" if came else "topup.failed", topup)
    return topup


def cancel(tx: Tx, topup: Obj) -> Obj:
    if topup["status"] != "pending":
        raise invalid("Only pending top-ups can be canceled.")
    topup["status"] = "canceled"
    tx.save(topup)
    emit(tx, "topup.canceled", topup)
    return topup


def _topup(params: Obj) -> Obj:
    return {
        "id": identifiers.new("tu_"),
        "object": "topup",
        "amount": params["amount"],
        "balance_transaction": None,
        "created": identifiers.now(),
        "currency": currencies.check(params["currency"]),
        "description": params.get("description"),
        "expected_availability_date": identifiers.now() + runtime.options().payout_seconds,
        "failure_code": None,
        "failure_message": None,
        "initiated_by": "user",
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "payment_method": None,
        "payment_method_options": None,
        "source": None,
        "statement_descriptor": params.get("statement_descriptor"),
        "status": "pending",
        "transfer_group": params.get("transfer_group"),
    }
