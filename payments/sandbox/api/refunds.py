"""Refunds of charges."""

from __future__ import annotations

from payments.sandbox import currencies
from payments.sandbox.core import disputes, refunds
from payments.sandbox.errors import invalid
from payments.sandbox.events import emit
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, merge_metadata, metadata_of, positive, resource, route
from payments.sandbox.store import Obj

URL = "/v1/refunds"

resource("refund", URL, "Refund", "charge payment_intent")


@route("POST", URL, fields("RefundCreateParams", "amount charge currency payment_intent reason"))
def create(call: Call) -> Obj:
    charge = _charge(call)
    _refuse_settled(call, charge)
    left = charge["amount"] - charge["amount_refunded"]
    amount = positive(call.params) if "amount" in call.params else left
    if amount > left:
        wanted, rest = (currencies.text(number, charge["currency"]) for number in (amount, left))
        message = f"Refund amount ({wanted}) is greater than unrefunded amount on charge ({rest})"
        raise invalid(message, param="amount")
    currencies.check_card_amount(amount, charge["currency"])
    made = refunds.create(call.tx, charge, amount, call.params.get("reason"), metadata_of(call.params))
    disputes.close_inquiries(call.tx, charge)
    return call.show(made)


@route("POST", f"{URL}/{{id}}", fields("RefundUpdateParams", "metadata"))
def update(call: Call) -> Obj:
    refund = call.one("refund")
    merge_metadata(refund, call.params.get("metadata"))
    emit(call.tx, "refund.updated", call.tx.save(refund))
    return call.show(refund)


@route("POST", f"{URL}/{{id}}/cancel", fields("RefundCancelParams"))
def cancel(call: Call) -> Obj:
    return call.show(refunds.cancel(call.tx, call.one("refund"), ("requires_action",)))


def _charge(call: Call) -> Obj:
    if "charge" in call.params:
        return call.reference("charge", "charge")
    if "payment_intent" not in call.params:
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    intent = call.reference("payment_intent", "payment_intent")
    found = call.tx.find("charge", intent["latest_charge"] or "", call.account)
    if found is None or not found["paid"]:
        message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        raise invalid(message, param="payment_intent")
    return found


def _refuse_settled(call: Call, charge: Obj) -> None:
    if not charge["paid"]:
        raise invalid(f"Charge {charge['id']} has not succeeded.", param="charge")
    if charge["refunded"]:
        message = f"Charge {charge['id']} has already been refunded."
        raise invalid(message, code="charge_already_refunded")
    against = call.tx.select("dispute", where={"charge": charge["id"]})
    if any(dispute["status"] != "won" and not dispute["is_charge_refundable"] for dispute in against):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise invalid(message, code="charge_disputed")
