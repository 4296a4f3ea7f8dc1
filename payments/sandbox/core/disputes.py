"""Chargebacks: opened, answered, won or lost; inquiries move no money."""

from __future__ import annotations

from payments.sandbox import currencies, identifiers
from payments.sandbox.core import fraud_warnings, funds, refunds
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
# Those of them that name an uploaded file; the others are text.
FILES = frozenset((
    "cancellation_policy", "customer_communication", "customer_signature", "duplicate_charge_documentation",
    "receipt", "refund_policy", "service_documentation", "shipping_documentation", "uncategorized_file",
))  # fmt: skip
CLOSED = ("won", "lost", "warning_closed")
RESPONSE_SECONDS = 7 * DAY
LONGEST_TEXT, LARGEST_FILES_BYTES = 150_000, 4_500_000
# The network's code for a reason, as Stripe's test cards carry it.
REASON_CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}


def open_dispute(
    tx: Tx,
    charge: Obj,
    *,
    reason: str = "fraudulent",
    inquiry: bool = False,
    amount: int | None = None,
    respond_seconds: int = RESPONSE_SECONDS,
) -> Obj:
    """The bank takes the money back at once, and Stripe's fee with it; an inquiry only asks.

    ``amount`` in minor units: at most the charge together with its other disputes, whatever was refunded already.
    """
    due_by = identifiers.now() + respond_seconds
    dispute = tx.add("dispute", _dispute(charge, reason, inquiry, _amount(tx, charge, amount), due_by))
    disputed_before = charge["disputed"]
    charge["disputed"] = True
    tx.save(charge)
    if not inquiry:
        _withdraw(tx, dispute)
    emit(tx, "charge.dispute.created", dispute)
    if not disputed_before:
        emit(tx, "charge.updated", charge, previous={"disputed": False})
    if not inquiry:
        emit(tx, "charge.dispute.funds_withdrawn", dispute)
    fraud_warnings.refresh(tx, charge)
    tx.schedule("dispute.due", dispute["id"], due_by)
    return dispute


def escalate(tx: Tx, dispute: Obj) -> Obj:
    """An inquiry becomes a chargeback."""
    if not dispute["status"].startswith("warning_") or dispute["status"] in CLOSED:
        raise invalid("Only an open inquiry can be escalated.")
    before = dispute["status"]
    dispute |= {"status": "needs_response", "is_charge_refundable": False}
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    _withdraw(tx, dispute)
    emit(tx, "charge.dispute.updated", dispute, previous={"status": before})
    emit(tx, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def decide(tx: Tx, dispute: Obj, outcome: str) -> Obj:
    """``outcome``: won or lost; an inquiry is closed either way."""
    if dispute["status"] in CLOSED:
        raise invalid("This dispute is already closed")
    if dispute["status"].startswith("warning_"):
        dispute["status"] = "warning_closed"
    else:
        dispute |= {"status": outcome, "is_charge_refundable": outcome == "won"}
    tx.save(dispute)
    if dispute["status"] == "won":
        _move(tx, dispute, dispute["amount"], fee=0)
        emit(tx, "charge.dispute.funds_reinstated", dispute)
    emit(tx, "charge.dispute.closed", dispute)
    return dispute


def lose_unanswered(tx: Tx, dispute_id: str) -> None:
    """The day of response has passed: the bank decides for its customer; an inquiry falls asleep."""
    dispute = tx.find("dispute", dispute_id)
    if dispute and dispute["status"] in ("needs_response", "warning_needs_response"):
        decide(tx, dispute, "lost")


def close_inquiries(tx: Tx, charge: Obj) -> None:
    """A charge that is refunded whole leaves the bank nothing to ask."""
    if not (charge["disputed"] and charge["refunded"]):
        return
    for dispute in tx.select("dispute", where={"charge": charge["id"]}):
        if dispute["status"] in ("warning_needs_response", "warning_under_review"):
            decide(tx, dispute, "lost")


def attach(tx: Tx, dispute: Obj, evidence: dict[str, str]) -> None:
    """Stage evidence: text, and the ids of uploaded files. An empty value takes one back."""
    for name in FILES & evidence.keys():
        file = tx.find("file", evidence[name]) if evidence[name] else None
        if evidence[name] and (file is None or file["purpose"] != "dispute_evidence"):
            message = f"No such file upload: '{evidence[name]}'"
            raise invalid(message, code="resource_missing", param=f"evidence[{name}]")
    staged = dispute["evidence"] | {name: value or None for name, value in evidence.items()}
    _limit(tx, staged)
    dispute["evidence"] = staged
    dispute["evidence_details"]["has_evidence"] = any(staged[name] for name in EVIDENCE)
    tx.save(dispute)


def submit(tx: Tx, dispute: Obj) -> None:
    """Stripe's test evidence decides at once; any other waits for the bank (the dashboard)."""
    before, inquiry = dispute["status"], dispute["status"].startswith("warning_")
    dispute["status"] = "warning_under_review" if inquiry else "under_review"
    details = dispute["evidence_details"]
    details |= {
        "past_due": identifiers.now() > details["due_by"],
        "submission_count": details["submission_count"] + 1,
        "submission_method": "manual",
    }
    tx.save(dispute)
    emit(tx, "charge.dispute.updated", dispute, previous={"status": before})
    said = dispute["evidence"]["uncategorized_text"]
    if said == "escalate_inquiry_evidence" and inquiry:
        escalate(tx, dispute)
    elif said in ("winning_evidence", "losing_evidence"):
        decide(tx, dispute, "won" if said == "winning_evidence" else "lost")


def _limit(tx: Tx, evidence: Obj) -> None:
    texts = sum(len(evidence[name] or "") for name in EVIDENCE if name not in FILES)
    if texts > LONGEST_TEXT:
        raise invalid(f"The text of all evidence together can have up to {LONGEST_TEXT} characters.", param="evidence")
    files = [tx.find("file", evidence[name]) for name in FILES if evidence[name]]
    if sum(file["size"] for file in files if file) > LARGEST_FILES_BYTES:
        raise invalid("The files of all evidence together can have up to 4.5 MB.", param="evidence")


def _withdraw(tx: Tx, dispute: Obj) -> None:
    """The amount and Stripe's fee leave the balance; a refund still on its way fails, so that nobody is paid twice."""
    fee = currencies.units(15, dispute["currency"])
    _move(tx, dispute, -dispute["amount"], fee)
    refunds.fail_pending(tx, dispute["charge"], "charge_for_pending_refund_disputed")


def _move(tx: Tx, dispute: Obj, amount: int, fee: int) -> None:
    entry = funds.book(
        tx,
        kind="adjustment",
        amount=amount,
        fee=fee,
        fee_name="Dispute fee",
        currency=dispute["currency"],
        source=dispute["id"],
        category="dispute" if amount < 0 else "dispute_reversal",
        description=f"Chargeback {'withdrawal' if amount < 0 else 'reversal'} for {dispute['charge']}",
    )
    dispute["balance_transactions"].append(entry | {"status": "available"})
    tx.save(dispute)


def _amount(tx: Tx, charge: Obj, wanted: int | None) -> int:
    if charge["refunded"]:
        raise invalid("A charge that was refunded whole cannot be disputed.")
    others = tx.select("dispute", where={"charge": charge["id"]}) if charge["disputed"] else []
    left = charge["amount"] - sum(other["amount"] for other in others if other["status"] not in CLOSED)
    amount = min(left, charge["amount"] - charge["amount_refunded"]) if wanted is None else wanted
    if not 0 < amount <= left:
        raise invalid(f"The charge {charge['id']} has {left} left that can be disputed.", param="amount")
    return int(amount)


def _dispute(charge: Obj, reason: str, inquiry: bool, amount: int, due_by: int) -> Obj:
    card = charge["payment_method_details"]["card"]
    return {
        "id": identifiers.new("du_"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": identifiers.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(EVIDENCE) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": due_by,
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
                "network_reason_code": "10" if inquiry else REASON_CODES.get(reason, "13.9"),
            },
            "type": "card",
        },
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
