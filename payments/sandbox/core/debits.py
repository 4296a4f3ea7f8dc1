"""A payment that takes its time: the buyer has agreed to a debit, and the bank answers days later.

Stripe completes the session at once, unpaid; that the money came, or did not, is told by an event of its own.
"""

from __future__ import annotations

from payments.sandbox import identifiers
from payments.sandbox.core import cards, checkout
from payments.sandbox.core.checkout import Payer
from payments.sandbox.errors import invalid
from payments.sandbox.events import emit
from payments.sandbox.store import Obj, Tx

# A card that brings no trouble: what a debit does not have is left out of it below.
PLAIN = cards.CARDS["4242424242424242"]
REFUSAL = {"failure_code": "insufficient_funds", "failure_message": "The customer's account has too little."}


def agree(tx: Tx, session: Obj, payer: Payer) -> Obj:
    """The session is complete and unpaid until ``settle``."""
    if session["status"] != "open":
        raise invalid(f"The session is {session['status']}.")
    intent = checkout.intent_of(tx, session, payer)
    charge = checkout.new_charge(tx, intent, PLAIN, payer)
    charge |= {
        "captured": False,
        "paid": False,
        "payment_method_details": {"sepa_debit": _details(), "type": "sepa_debit"},
        "status": "pending",
        "_card": "",
    }
    tx.save(charge)
    intent |= {"latest_charge": charge["id"], "payment_method": charge["payment_method"], "status": "processing"}
    tx.save(intent)
    checkout.complete(tx, session, payer, payment_status="unpaid")
    emit(tx, "charge.pending", charge)
    emit(tx, "payment_intent.processing", intent)
    emit(tx, "checkout.session.completed", session)
    return session


def settle(tx: Tx, session: Obj, *, came: bool) -> Obj:
    """The bank's answer."""
    intent = tx.find("payment_intent", session["payment_intent"] or "")
    charge = tx.find("charge", (intent or {}).get("latest_charge") or "")
    if intent is None or charge is None or charge["status"] != "pending":
        raise invalid("This session waits for no bank.")
    if came:
        _succeed(tx, session, intent, charge)
    else:
        _fail(tx, session, intent, charge)
    return session


def _succeed(tx: Tx, session: Obj, intent: Obj, charge: Obj) -> None:
    charge |= {"captured": True, "paid": True, "status": "succeeded"}
    tx.save(charge)
    intent |= {"amount_received": intent["amount"], "status": "succeeded"}
    tx.save(intent)
    session["payment_status"] = "paid"
    tx.save(session)
    emit(tx, "charge.succeeded", charge)
    emit(tx, "payment_intent.succeeded", intent)
    emit(tx, "checkout.session.async_payment_succeeded", session)
    checkout.settle(tx, charge, PLAIN)


def _fail(tx: Tx, session: Obj, intent: Obj, charge: Obj) -> None:
    charge |= REFUSAL | {"amount_captured": 0, "status": "failed"}
    tx.save(charge)
    problem = {
        "type": "invalid_request_error",
        "code": REFUSAL["failure_code"],
        "charge": charge["id"],
        "message": REFUSAL["failure_message"],
    }
    intent |= {"last_payment_error": problem, "status": "requires_payment_method"}
    tx.save(intent)
    emit(tx, "charge.failed", charge)
    emit(tx, "payment_intent.payment_failed", intent)
    emit(tx, "checkout.session.async_payment_failed", session)


def _details() -> Obj:
    return {
        "bank_code": "37040044",
        "branch_code": None,
        "country": "DE",
        "expected_debit_date": None,
        "fingerprint": identifiers.new("", 16),
        "last4": "3000",
        "mandate": None,
    }
