"""PaymentIntents and Charges: made by the Checkout page, read here."""

from __future__ import annotations

from payments.sandbox import present
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, merge_metadata, resource, route
from payments.sandbox.store import Obj, Tx

resource("payment_intent", "/v1/payment_intents", "PaymentIntent")
resource("charge", "/v1/charges", "Charge", "payment_intent transfer_group")


@route("POST", "/v1/payment_intents/{id}", fields("PaymentIntentUpdateParams", "description"))
def update_intent(call: Call) -> Obj:
    intent = call.one("payment_intent")
    merge_metadata(intent, call.params.get("metadata"))
    intent["description"] = call.params.get("description", intent["description"])
    return call.show(call.tx.save(intent))


@present.on_request("charge", "refunds")
def refunds_of(tx: Tx, charge: Obj) -> Obj:
    found = tx.select("refund", where={"charge": charge["id"]}, limit=10)
    return present.listing([present.render(tx, refund) for refund in found], f"/v1/charges/{charge['id']}/refunds")
