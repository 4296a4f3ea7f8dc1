"""Checkout Sessions, hosted and for one payment."""

from __future__ import annotations

from typing import Any

from payments.sandbox import currencies, identifiers, present, runtime
from payments.sandbox.core import checkout
from payments.sandbox.errors import invalid, missing
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, metadata_of, resource, route
from payments.sandbox.store import Obj, Tx

URL = "/v1/checkout/sessions"
# The time that a request may be on its way.
GRACE_SECONDS = 5
LONGEST_SECONDS = 86_400
CREATE = fields(
    "checkout.SessionCreateParams",
    """
    adaptive_pricing allowed_payment_method_types cancel_url client_reference_id currency customer_creation
    customer_email excluded_payment_method_types expires_at integration_identifier
    line_items.quantity line_items.price_data.currency line_items.price_data.unit_amount
    line_items.price_data.product_data.name line_items.price_data.product_data.description
    line_items.price_data.product_data.images line_items.price_data.product_data.metadata
    locale mode origin_context payment_intent_data.description payment_intent_data.metadata
    payment_intent_data.receipt_email payment_intent_data.statement_descriptor_suffix
    payment_intent_data.transfer_group submit_type success_url ui_mode
    """,
)

resource("checkout.session", URL, "checkout.Session", "payment_intent status")


@route("POST", URL, CREATE)
def create(call: Call) -> Obj:
    params = call.params
    _check(params)
    items = [_line_item(item) for item in params["line_items"]]
    currency = items[0]["currency"]
    total = sum(item["amount_total"] for item in items)
    if any(item["currency"] != currency for item in items):
        raise invalid("All line items must have the same currency.", param="line_items")
    if total < currencies.smallest_charge(currency):
        least = currencies.text(currencies.smallest_charge(currency), currency)
        message = f"The Checkout Session's total amount due must add up to at least {least}."
        raise invalid(message, code="amount_too_small")
    currencies.check_card_amount(total, currency)
    if total > currencies.largest_charge(currency):
        raise invalid("The Checkout Session's total amount is too large.", code="amount_too_large")
    session = call.tx.add("checkout.session", _session(params, items, currency, total))
    call.tx.schedule("session.expire", session["id"], session["expires_at"])
    return call.show(session)


@route("POST", f"{URL}/{{id}}/expire", fields("checkout.SessionExpireParams"))
def expire(call: Call) -> Obj:
    session = call.one("checkout.session")
    if session["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {session['status']}."
        )
        raise invalid(message)
    return call.show(checkout.expire(call.tx, session))


@route("GET", f"{URL}/{{id}}/line_items", fields("checkout.SessionListLineItemsParams"))
def line_items(call: Call) -> Obj:
    return _line_items(call.tx, call.one("checkout.session"))


@present.on_request("checkout.session", "line_items")
def _line_items(tx: Tx, session: Obj) -> Obj:
    stored = tx.find("checkout.session", session["id"], None)
    return present.listing((stored or session)["_line_items"], f"{URL}/{session['id']}/line_items")


def _check(params: dict[str, Any]) -> None:
    if params.get("mode") != "payment":
        raise invalid("The sandbox knows Checkout in the mode payment only.", param="mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("The sandbox knows the hosted Checkout page only.", param="ui_mode")
    for name in ("line_items", "success_url"):
        if not params.get(name):
            raise missing(name)
    for name in ("success_url", "cancel_url"):
        if name in params and not params[name].startswith(("http://", "https://")):
            raise invalid("Not a valid URL", code="url_invalid", param=name)
    suffix = params.get("payment_intent_data", {}).get("statement_descriptor_suffix", "")
    if len(suffix) > 22 or set(suffix) & set("<>\\'\"*"):
        raise invalid("The statement descriptor suffix is not valid.", param="payment_intent_data")
    expires_at = params.get("expires_at")
    if expires_at is not None:
        _check_expiry(expires_at - identifiers.now())


def _check_expiry(seconds: int) -> None:
    shortest = runtime.options().shortest_session_seconds
    if seconds < shortest - GRACE_SECONDS:
        message = (
            f"The `expires_at` timestamp must be at least 30 minutes (in this sandbox: {shortest} seconds) "
            "from Checkout Session creation."
        )
        raise invalid(message, param="expires_at")
    if seconds > LONGEST_SECONDS:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise invalid(message, param="expires_at")


def _line_item(item: dict[str, Any]) -> Obj:
    price = item.get("price_data")
    if not price or "product_data" not in price:
        raise missing("line_items[0][price_data]")
    if "unit_amount" not in price:
        raise missing("line_items[0][price_data][unit_amount]")
    currency, quantity, amount = currencies.check(price["currency"]), item.get("quantity"), price["unit_amount"]
    if not quantity or quantity < 1:
        raise invalid("Quantity is required and must be at least 1.", param="line_items[0][quantity]")
    if amount < 0:
        raise invalid("Invalid non-negative integer", code="parameter_invalid_integer", param="line_items")
    product = identifiers.new("prod_", 14)
    return {
        "id": identifiers.new("li_"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount * quantity,
        "amount_tax": 0,
        "amount_total": amount * quantity,
        "currency": currency,
        "description": price["product_data"]["name"],
        "metadata": {},
        "price": _price(product, currency, amount),
        "quantity": quantity,
    }


def _price(product: str, currency: str, amount: int) -> Obj:
    return {
        "id": identifiers.new("price_"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": identifiers.now(),
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": product,
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }


def _session(params: dict[str, Any], items: list[Obj], currency: str, total: int) -> Obj:
    identifier = identifiers.new("cs_test_", 58)
    return {
        "id": identifier,
        "object": "checkout.session",
        "adaptive_pricing": params.get("adaptive_pricing") or {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None,
        "created": identifiers.now(),
        "currency": currency,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": None,
        "customer_creation": params.get("customer_creation", "if_required"),
        "customer_details": None,
        "customer_email": params.get("customer_email"),
        "expires_at": params.get("expires_at") or identifiers.now() + LONGEST_SECONDS,
        "invoice": None,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": metadata_of(params),
        "mode": "payment",
        "origin_context": params.get("origin_context"),
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "subscription": None,
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{runtime.options().base_url}/c/pay/{identifier}",
        "_line_items": items,
        "_payment_intent_data": params.get("payment_intent_data") or {},
        "_products": [item["price_data"]["product_data"] for item in params["line_items"]],
    }
