"""Chargebacks: opened, answered, won or lost; inquiries move no money."""

from __future__ import annotations

from payments.sandbox import currencies, identifiers
from payments.sandbox.core import funds
from payments.sandbox.errors import invalid
from payments.sandbox.events import emit
from payments.sandbox.store import Obj, Tx

DAY = 86_400
EVIDENCE = (
    "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation", "duplicate_charge_explanation",
    "duplicate_charge_id", "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address", "shipping_carrier",
    "shipping_date", "shipping_documentation", "shipping_tracking_number", "uncategorized_file",
    "uncategorized_text",
)  # fmt: skip
CLOSED = ("won", "lost", "warning_closed")


def open_dispute(
    tx: Tx, charge: Obj, *, reason: str = "fraudulent", inquiry: bool = False, amount: int | None = None
) -> Obj:
    """The bank takes the money back at once, and Stripe's fee with it; an inquiry only asks."""
    if charge["disputed"]:
        raise invalid(f"Charge {charge['id']} has a dispute already.")
    dispute = tx.add("dispute", _dispute(charge, reason, inquiry, amount or _left(charge)))
    charge["disputed"] = True
    tx.save(charge)
    emit(tx, "charge.dispute.created", dispute)
    emit(tx, "charge.updated", charge, previous={"disputed": False})
    if not inquiry:
        _withdraw(tx, dispute)
    return dispute


def escalate(tx: Tx, dispute: Obj) -> Obj:
    """An inquiry becomes a chargeback."""
    if not dispute["status"].startswith("warning_"):
        raise invalid("Only an inquiry can be escalated.")
    before = dispute["status"]
    dispute |= {"status": "needs_response", "is_charge_refundable": False}
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    tx.save(dispute)
    emit(tx, "charge.dispute.updated", dispute, previous={"status": before})
    _withdraw(tx, dispute)
    return dispute


def decide(tx: Tx, dispute: Obj, outcome: str) -> Obj:
    """``outcome``: won or lost; an inquiry is closed either way."""
    if dispute["status"] in CLOSED:
        raise invalid("This dispute is already closed.", code="dispute_already_closed")
    inquiry = dispute["status"].startswith("warning_")
    dispute["status"] = "warning_closed" if inquiry else outcome
    tx.save(dispute)
    emit(tx, "charge.dispute.closed", dispute)
    if outcome == "won" and not inquiry:
        _move(tx, dispute, dispute["amount"], fee=0)
        emit(tx, "charge.dispute.funds_reinstated", dispute)
    return dispute


def submit(tx: Tx, dispute: Obj) -> None:
    """Stripe's test evidence decides at once; any other waits for the bank (the dashboard)."""
    inquiry = dispute["status"].startswith("warning_")
    dispute["status"] = "warning_under_review" if inquiry else "under_review"
    dispute["evidence_details"] |= {
        "submission_count": dispute["evidence_details"]["submission_count"] + 1,
        "submission_method": "manual",
    }
    tx.save(dispute)
    emit(tx, "charge.dispute.updated", dispute)
    verdict = {"winning_evidence": "won", "losing_evidence": "lost"}.get(dispute["evidence"]["uncategorized_text"])
    if verdict:
        decide(tx, dispute, verdict)


def _withdraw(tx: Tx, dispute: Obj) -> None:
    fee = 15 * 10 ** currencies.exponent(dispute["currency"])
    _move(tx, dispute, -dispute["amount"], fee)
    emit(tx, "charge.dispute.funds_withdrawn", dispute)


def _move(tx: Tx, dispute: Obj, amount: int, fee: int) -> None:
    entry = funds.book(
        tx,
        kind="adjustment",
        amount=amount,
        fee=fee,
        fee_name="Dispute fee",
        currency=dispute["currency"],
        source=dispute["id"],
    )
    dispute["balance_transactions"].append(entry | {"status": "available"})
    tx.save(dispute)


def _left(charge: Obj) -> int:
    return int(charge["amount"] - charge["amount_refunded"])


def _dispute(charge: Obj, reason: str, inquiry: bool, amount: int) -> Obj:
    if not 0 < amount <= charge["amount"]:
        raise invalid("A dispute needs an amount that the charge has left.", param="amount")
    card = charge["payment_method_details"]["card"]
    return {
        "id": identifiers.new("dp_"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": identifiers.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(EVIDENCE) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": identifiers.now() + 7 * DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": card["brand"],
                "case_type": "inquiry" if inquiry else "chargeback",
                "network": card["brand"],
                "network_reason_code": "10.4",
            },
            "type": "card",
        },
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
