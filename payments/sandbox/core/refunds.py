"""Refunds: out of the balance at once; with two of the test cards the bank's answer comes later."""

from __future__ import annotations

from payments.sandbox import identifiers, runtime
from payments.sandbox.core import cards, funds
from payments.sandbox.errors import invalid
from payments.sandbox.events import emit
from payments.sandbox.store import Obj, Tx


def create(tx: Tx, charge: Obj, amount: int, reason: str | None, metadata: Obj) -> Obj:
    """``amount`` in minor units, at most what the charge has left."""
    pending = identifiers.now() < funds.availability(tx, charge["balance_transaction"])
    funds.demand(
        tx,
        account="",
        currency=charge["currency"],
        amount=amount,
        pending_too=pending,
        message="Insufficient funds in your Stripe balance to refund this amount.",
    )
    card = cards.find(charge["_card"])
    waits = card is not None and card.refund == "waits"
    refund = tx.add("refund", _refund(charge, amount, reason, metadata, "pending" if waits else "succeeded"))
    entry = funds.book(
        tx,
        kind="refund",
        amount=-amount,
        currency=charge["currency"],
        source=refund["id"],
        available_on=funds.availability(tx, charge["balance_transaction"]),
    )
    refund["balance_transaction"] = entry["id"]
    tx.save(refund)
    _count(tx, charge, amount)
    emit(tx, "refund.created", refund)
    emit(tx, "charge.refunded", charge)
    if card and card.refund:
        later = identifiers.now() + runtime.options().payout_seconds
        tx.schedule("refund.fail" if card.refund == "fails" else "refund.succeed", refund["id"], later)
    return refund


def succeed(tx: Tx, refund_id: str) -> None:
    refund = tx.find("refund", refund_id)
    if refund and refund["status"] == "pending":
        tx.save(refund | {"status": "succeeded"})
        emit(tx, "refund.updated", refund | {"status": "succeeded"}, previous={"status": "pending"})


def fail(tx: Tx, refund_id: str) -> Obj:
    """The buyer's bank sends the money back: it is the platform's again, and the charge can be refunded again."""
    refund = tx.find("refund", refund_id)
    if refund is None or refund["status"] not in ("pending", "succeeded"):
        raise invalid(f"Refund {refund_id} cannot fail any more.")
    before = refund["status"]
    entry = funds.book(
        tx, kind="refund_failure", amount=refund["amount"], currency=refund["currency"], source=refund_id
    )
    refund |= {
        "failure_balance_transaction": entry["id"],
        "failure_reason": "expired_or_canceled_card",
        "status": "failed",
    }
    tx.save(refund)
    charge = tx.find("charge", refund["charge"])
    if charge:
        _count(tx, charge, -refund["amount"])
    emit(tx, "refund.updated", refund, previous={"status": before})
    emit(tx, "refund.failed", refund)
    emit(tx, "charge.refund.updated", refund, previous={"status": before})
    return refund


def _count(tx: Tx, charge: Obj, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    tx.save(charge)


def _refund(charge: Obj, amount: int, reason: str | None, metadata: Obj, status: str) -> Obj:
    return {
        "id": identifiers.new("re_"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": identifiers.now(),
        "currency": charge["currency"],
        "destination_details": {
            "card": {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"},
            "type": "card",
        },
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    } | ({"pending_reason": "processing"} if status == "pending" else {})
