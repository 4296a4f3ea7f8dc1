"""Disputes: opened by a test card or on the dashboard, answered here."""

from __future__ import annotations

from payments.sandbox.core import disputes
from payments.sandbox.errors import invalid
from payments.sandbox.events import emit
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, merge_metadata, resource, route
from payments.sandbox.store import Obj

URL = "/v1/disputes"
EVIDENCE = " ".join(f"evidence.{name}" for name in disputes.EVIDENCE)

resource("dispute", URL, "Dispute", "charge payment_intent")


@route("POST", f"{URL}/{{id}}", fields("DisputeUpdateParams", f"{EVIDENCE} submit"))
def update(call: Call) -> Obj:
    dispute = call.one("dispute")
    if dispute["status"] in disputes.CLOSED:
        raise invalid("This dispute is already closed")
    merge_metadata(dispute, call.params.get("metadata"))
    evidence = call.params.get("evidence") or {}
    disputes.attach(call.tx, dispute, evidence)
    # Stripe submits evidence at once unless the caller keeps it as a draft.
    if dispute["evidence_details"]["has_evidence"] and call.params.get("submit", bool(evidence)):
        disputes.submit(call.tx, dispute)
    else:
        emit(call.tx, "charge.dispute.updated", dispute)
    return call.show(dispute)


@route("POST", f"{URL}/{{id}}/close", fields("DisputeCloseParams"))
def close(call: Call) -> Obj:
    """Accept the loss."""
    return call.show(disputes.decide(call.tx, call.one("dispute"), "lost"))
