"""Early fraud warnings: the card's issuer says that a charge may be fraud, before anybody disputes it."""

from __future__ import annotations

from payments.sandbox import identifiers
from payments.sandbox.errors import invalid
from payments.sandbox.events import emit
from payments.sandbox.store import Obj, Tx

KIND = "radar.early_fraud_warning"
TYPES = (
    "card_never_received", "fraudulent_card_application", "made_with_counterfeit_card", "made_with_lost_card",
    "made_with_stolen_card", "misc", "unauthorized_use_of_card",
)  # fmt: skip


def warn(tx: Tx, charge: Obj, fraud_type: str = "unauthorized_use_of_card") -> Obj:
    if fraud_type not in TYPES:
        raise invalid(f"Unknown type; there are {', '.join(TYPES)}.", param="fraud_type")
    warning: Obj = {
        "id": identifiers.new("issfr_"),
        "object": KIND,
        "actionable": _actionable(charge),
        "charge": charge["id"],
        "created": identifiers.now(),
        "fraud_type": fraud_type,
        "livemode": False,
        "payment_intent": charge["payment_intent"],
    }
    tx.add(KIND, warning)
    emit(tx, f"{KIND}.created", warning)
    return warning


def refresh(tx: Tx, charge: Obj) -> None:
    """A dispute or a whole refund leaves nothing to do about a warning; Stripe says so in an update."""
    for warning in tx.select(KIND, where={"charge": charge["id"]}):
        if warning["actionable"] != _actionable(charge):
            before = warning["actionable"]
            warning["actionable"] = not before
            tx.save(warning)
            emit(tx, f"{KIND}.updated", warning, previous={"actionable": before})


def _actionable(charge: Obj) -> bool:
    return not (charge["disputed"] or charge["refunded"])
