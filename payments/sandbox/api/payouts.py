"""Payouts to the bank, of connected accounts and of the platform."""

from __future__ import annotations

from payments.sandbox.core import accounts, payouts
from payments.sandbox.errors import invalid
from payments.sandbox.events import emit
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, merge_metadata, metadata_of, positive, resource, route
from payments.sandbox.store import Obj

URL = "/v1/payouts"

resource("payout", URL, "Payout", "destination status", ranges="created arrival_date")


@route(
    "POST",
    URL,
    fields("PayoutCreateParams", "amount currency description destination method source_type statement_descriptor"),
)
def create(call: Call) -> Obj:
    positive(call.params)
    if call.params.get("method", "standard") != "standard":
        raise invalid("The sandbox knows standard payouts only.", param="method")
    account = accounts.get(call.tx, call.account) if call.account else None
    return call.show(payouts.create(call.tx, account, call.params | {"metadata": metadata_of(call.params)}))


@route("POST", f"{URL}/{{id}}", fields("PayoutUpdateParams", "metadata"))
def update(call: Call) -> Obj:
    payout = call.one("payout")
    merge_metadata(payout, call.params.get("metadata"))
    emit(call.tx, "payout.updated", call.tx.save(payout), account=call.account)
    return call.show(payout)


@route("POST", f"{URL}/{{id}}/cancel", fields("PayoutCancelParams"))
def cancel(call: Call) -> Obj:
    return call.show(payouts.cancel(call.tx, call.one("payout"), call.account))
