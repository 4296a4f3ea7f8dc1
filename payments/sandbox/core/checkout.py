"""A Checkout session from open to paid or expired, with the intent and the charge that paying makes."""

from __future__ import annotations

from dataclasses import dataclass

from payments.sandbox import currencies, identifiers, runtime
from payments.sandbox.core import disputes, fraud_warnings, funds
from payments.sandbox.core.cards import Card
from payments.sandbox.errors import ApiError, invalid
from payments.sandbox.events import emit
from payments.sandbox.store import Obj, Tx


@dataclass(frozen=True, kw_only=True)
class Payer:
    email: str
    name: str
    country: str = "DE"
    exp_month: int = 12
    exp_year: int = 2034


def pay(tx: Tx, session: Obj, card: Card, payer: Payer) -> Obj:
    """Pay once: a session that is paid already stays as it is. Returns the session, still open after a refusal.

    Raises ``ApiError`` for a session that has expired.
    """
    if session["status"] == "complete":
        return session
    if session["status"] == "expired":
        raise invalid("This Checkout Session has expired.", code="checkout_session_expired")
    intent = intent_of(tx, session, payer)
    charge = new_charge(tx, intent, card, payer)
    if card.declined:
        _refuse(tx, intent, charge, card)
        return session
    return _succeed(tx, session, intent, charge, card, payer)


def refusal(tx: Tx, session: Obj) -> str:
    """What the bank said to the last attempt, or nothing."""
    intent = tx.find("payment_intent", session["payment_intent"] or "")
    problem = (intent or {}).get("last_payment_error")
    return str(problem["message"]) if problem else ""


def expire(tx: Tx, session: Obj) -> Obj:
    session |= {"status": "expired", "url": None}
    tx.save(session)
    emit(tx, "checkout.session.expired", session)
    _give_up(tx, session)
    return session


def _give_up(tx: Tx, session: Obj) -> None:
    """An attempt that the bank refused leaves an intent behind; it ends with its session."""
    intent = tx.find("payment_intent", session["payment_intent"] or "")
    if intent:
        intent |= {"status": "canceled", "canceled_at": identifiers.now(), "cancellation_reason": "expired"}
        tx.save(intent)
        emit(tx, "payment_intent.canceled", intent)


def expire_when_due(tx: Tx, session_id: str) -> None:
    session = tx.find("checkout.session", session_id)
    if session and session["status"] == "open" and session["expires_at"] <= identifiers.now():
        expire(tx, session)


def intent_of(tx: Tx, session: Obj, payer: Payer) -> Obj:
    """Stripe makes the intent with the first attempt to pay; later attempts use the same."""
    known = tx.find("payment_intent", session["payment_intent"] or "")
    if known:
        return known
    data = session["_payment_intent_data"]
    identifier = identifiers.new("pi_")
    intent: Obj = {
        "id": identifier,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "application": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": identifiers.new(f"{identifier}_secret_"),
        "confirmation_method": "automatic",
        "created": identifiers.now(),
        "currency": session["currency"],
        "customer": None,
        "description": data.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": data.get("metadata") or {},
        "next_action": None,
        "payment_method": None,
        "payment_method_types": ["card"],
        "receipt_email": data.get("receipt_email") or payer.email,
        "statement_descriptor": None,
        "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": data.get("transfer_group"),
    }
    tx.add("payment_intent", intent)
    session["payment_intent"] = intent["id"]
    tx.save(session)
    emit(tx, "payment_intent.created", intent)
    return intent


def new_charge(tx: Tx, intent: Obj, card: Card, payer: Payer) -> Obj:
    paid = not card.declined
    identifier = identifiers.new("ch_")
    charge: Obj = {
        "id": identifier,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "balance_transaction": None,
        "billing_details": {
            "address": _address(payer.country),
            "email": payer.email,
            "name": payer.name,
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": intent["statement_descriptor_suffix"] or "SANDBOX",
        "captured": paid,
        "created": identifiers.now(),
        "currency": intent["currency"],
        "customer": None,
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": card.code or None,
        "failure_message": card.message or None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "outcome": _outcome(card),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": identifiers.new("pm_"),
        "payment_method_details": {"card": _card_details(card, payer), "type": "card"},
        "receipt_email": intent["receipt_email"],
        "receipt_url": f"{runtime.options().base_url}/receipts/{identifier}",
        "refunded": False,
        "statement_descriptor": None,
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "succeeded" if paid else "failed",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
        "_card": card.number,
    }
    return tx.add("charge", charge)


def _refuse(tx: Tx, intent: Obj, charge: Obj, card: Card) -> None:
    problem = ApiError(
        402, "card_error", card.message, code=card.code, decline_code=card.decline_code or None, charge=charge["id"]
    )
    intent |= {"last_payment_error": problem.error, "latest_charge": charge["id"]}
    tx.save(intent)
    emit(tx, "charge.failed", charge)
    emit(tx, "payment_intent.payment_failed", intent)


def _succeed(tx: Tx, session: Obj, intent: Obj, charge: Obj, card: Card, payer: Payer) -> Obj:
    intent |= {
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "payment_method": charge["payment_method"],
        "status": "succeeded",
    }
    tx.save(intent)
    complete(tx, session, payer, payment_status="paid")
    emit(tx, "charge.succeeded", charge)
    emit(tx, "payment_intent.succeeded", intent)
    emit(tx, "checkout.session.completed", session)
    settle(tx, charge, card)
    _trouble(tx, charge, card)
    return session


def complete(tx: Tx, session: Obj, payer: Payer, *, payment_status: str) -> None:
    """The buyer is done with the page; ``payment_status``: paid, or unpaid while a bank thinks."""
    details: Obj = {
        "address": _address(payer.country),
        "email": payer.email,
        "name": payer.name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    session |= {"status": "complete", "payment_status": payment_status, "url": None, "customer_details": details}
    tx.save(session)


def _trouble(tx: Tx, charge: Obj, card: Card) -> None:
    """What some of the test cards lead to, at once."""
    if card.fraud_warning:
        fraud_warnings.warn(tx, charge)
    if card.dispute == "twice":
        half = charge["amount"] // 2
        disputes.open_dispute(tx, charge, amount=charge["amount"] - half)
        disputes.open_dispute(tx, charge, amount=half)
    elif card.dispute:
        reason = "product_not_received" if card.dispute == "product_not_received" else "fraudulent"
        disputes.open_dispute(tx, charge, reason=reason, inquiry=card.dispute == "inquiry")


def settle(tx: Tx, charge: Obj, card: Card) -> None:
    """Capture is asynchronous at Stripe: the fee and the balance transaction come with an update of the charge."""
    entry = funds.book(
        tx,
        kind="charge",
        amount=charge["amount"],
        currency=charge["currency"],
        fee=currencies.stripe_fee(charge["amount"], charge["currency"]),
        source=charge["id"],
        available_on=identifiers.now() if card.available_at_once else funds.funds_due(),
    )
    charge["balance_transaction"] = entry["id"]
    tx.save(charge)
    emit(tx, "charge.updated", charge, previous={"balance_transaction": None})


def _address(country: str) -> Obj:
    return {"city": None, "country": country, "line1": None, "line2": None, "postal_code": None, "state": None}


def _outcome(card: Card) -> Obj:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if card.declined else "approved_by_network",
        "reason": card.decline_code or None,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": "Payment complete." if not card.declined else "The bank declined the payment.",
        "type": "issuer_declined" if card.declined else "authorized",
    }


def _card_details(card: Card, payer: Payer) -> Obj:
    return {
        "amount_authorized": None if card.declined else 0,
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "exp_month": payer.exp_month,
        "exp_year": payer.exp_year,
        "fingerprint": f"sandbox{card.last4}",
        "funding": "credit",
        "last4": card.last4,
        "network": card.brand,
        "three_d_secure": None,
        "wallet": None,
    }
