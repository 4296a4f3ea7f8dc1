"""Refunds: out of the balance at once; with two of the test cards the bank's answer comes later.

What the balance does not cover waits as ``pending`` and is paid when money arrives (https://docs.stripe.com/refunds),
unless the sandbox was told to refuse it.
"""

from __future__ import annotations

from payments.sandbox import identifiers, runtime
from payments.sandbox.core import cards, fraud_warnings, funds
from payments.sandbox.errors import insufficient_balance, invalid
from payments.sandbox.events import emit
from payments.sandbox.store import Obj, Tx

POLICY = "refunds_without_balance"
POLICIES = ("wait", "refuse")
TOO_LITTLE = "Insufficient funds in your Stripe balance to refund this amount."
REASONS = (
    "charge_for_pending_refund_disputed", "declined", "expired_or_canceled_card", "insufficient_funds",
    "lost_or_stolen_card", "merchant_request", "unknown",
)  # fmt: skip
RETRY_SECONDS = 1
DESTINATION: Obj = {
    "card": {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"},
    "type": "card",
}


def create(tx: Tx, charge: Obj, amount: int, reason: str | None, metadata: Obj) -> Obj:
    """``amount`` in minor units, at most what the charge has left."""
    covered = _covered(tx, charge, amount)
    if not covered and tx.setting(POLICY, runtime.options().refunds_without_balance) == "refuse":
        raise insufficient_balance(TOO_LITTLE)
    refund = tx.add("refund", _refund(charge, amount, reason, metadata))
    if covered:
        _pay(tx, charge, refund)
    else:
        refund |= {"status": "pending", "pending_reason": "insufficient_funds"}
        tx.save(refund)
        tx.schedule("refund.retry", refund["id"], identifiers.now() + RETRY_SECONDS)
    _count(tx, charge, amount)
    emit(tx, "refund.created", refund)
    emit(tx, "charge.refunded", charge)
    fraud_warnings.refresh(tx, charge)
    return refund


def retry(tx: Tx, refund_id: str) -> None:
    """A refund that waits for balance is paid as soon as there is enough."""
    refund = tx.find("refund", refund_id)
    if refund is None or refund["status"] != "pending" or refund["balance_transaction"]:
        return
    charge = tx.find("charge", refund["charge"])
    if charge is None or not _covered(tx, charge, refund["amount"]):
        tx.schedule("refund.retry", refund_id, identifiers.now() + RETRY_SECONDS)
        return
    del refund["pending_reason"]
    _pay(tx, charge, refund)
    _told(tx, refund, "pending")


def succeed(tx: Tx, refund_id: str) -> None:
    refund = tx.find("refund", refund_id)
    if refund and refund["status"] == "pending" and refund["balance_transaction"]:
        refund["status"] = "succeeded"
        del refund["pending_reason"]
        tx.save(refund)
        _told(tx, refund, "pending")


def fail(tx: Tx, refund_id: str, reason: str = "expired_or_canceled_card") -> Obj:
    """The buyer's bank sends the money back: it is the platform's again, and the charge can be refunded again."""
    if reason not in REASONS:
        raise invalid(f"Unknown reason; there are {', '.join(REASONS)}.", param="reason")
    refund = tx.find("refund", refund_id)
    if refund is None or refund["status"] not in ("pending", "requires_action", "succeeded"):
        raise invalid(f"Refund {refund_id} cannot fail any more.")
    before = refund["status"]
    _undo(tx, refund, "failed", reason)
    _told(tx, refund, before)
    emit(tx, "refund.failed", refund)
    return refund


def fail_later(tx: Tx, refund_id: str) -> None:
    refund = tx.find("refund", refund_id)
    if refund and refund["status"] == "succeeded":
        fail(tx, refund_id)


def fail_pending(tx: Tx, charge_id: str, reason: str) -> None:
    for refund in tx.select("refund", where={"charge": charge_id}):
        if refund["status"] in ("pending", "requires_action"):
            fail(tx, refund["id"], reason)


def cancel(tx: Tx, refund: Obj, states: tuple[str, ...]) -> Obj:
    """``states``: those that may be left; the API cancels only what waits for the buyer, the dashboard more."""
    if refund["status"] not in states:
        raise invalid("Canceling this refund is unsupported.")
    before = refund["status"]
    _undo(tx, refund, "canceled", "merchant_request")
    _told(tx, refund, before)
    return refund


def require_action(tx: Tx, refund: Obj) -> Obj:
    """Stripe asks the buyer where the money shall go, as it does for payment methods that cannot take it back."""
    if refund["status"] != "pending":
        raise invalid("Only a pending refund can wait for the buyer.")
    refund["status"] = "requires_action"
    refund.pop("pending_reason", None)
    tx.save(refund)
    _told(tx, refund, "pending")
    return refund


def _covered(tx: Tx, charge: Obj, amount: int) -> bool:
    """Pending funds count while the charge itself is pending."""
    pending = identifiers.now() < funds.availability(tx, charge["balance_transaction"])
    return funds.covers(tx, account="", currency=charge["currency"], amount=amount, pending_too=pending)


def _pay(tx: Tx, charge: Obj, refund: Obj) -> None:
    entry = funds.book(
        tx,
        kind="refund",
        amount=-refund["amount"],
        currency=refund["currency"],
        source=refund["id"],
        available_on=funds.availability(tx, charge["balance_transaction"]),
    )
    card = cards.find(charge["_card"])
    waits = card is not None and card.refund == "waits"
    refund |= {"balance_transaction": entry["id"], "status": "pending" if waits else "succeeded"}
    if waits:
        refund["pending_reason"] = "processing"
    tx.save(refund)
    if card and card.refund:
        later = identifiers.now() + runtime.options().payout_seconds
        tx.schedule("refund.fail" if card.refund == "fails" else "refund.succeed", refund["id"], later)


def _undo(tx: Tx, refund: Obj, status: str, reason: str) -> None:
    """The money is the platform's again, where it had left, and the charge has the amount left again."""
    if refund["balance_transaction"]:
        entry = funds.book(
            tx, kind="refund_failure", amount=refund["amount"], currency=refund["currency"], source=refund["id"]
        )
        refund["failure_balance_transaction"] = entry["id"]
    refund |= {"failure_reason": reason, "status": status}
    refund.pop("pending_reason", None)
    tx.save(refund)
    charge = tx.find("charge", refund["charge"])
    if charge:
        _count(tx, charge, -refund["amount"])
        fraud_warnings.refresh(tx, charge)


def _told(tx: Tx, refund: Obj, before: str) -> None:
    emit(tx, "refund.updated", refund, previous={"status": before})
    emit(tx, "charge.refund.updated", refund, previous={"status": before})


def _count(tx: Tx, charge: Obj, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    tx.save(charge)


def _refund(charge: Obj, amount: int, reason: str | None, metadata: Obj) -> Obj:
    return {
        "id": identifiers.new("re_"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": identifiers.now(),
        "currency": charge["currency"],
        "destination_details": DESTINATION if charge["_card"] else None,
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
