"""Transfers and their reversals."""

from __future__ import annotations

from payments.sandbox import present
from payments.sandbox.core import transfers
from payments.sandbox.errors import invalid, missing, no_such
from payments.sandbox.events import emit
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, merge_metadata, metadata_of, page, positive, resource, route
from payments.sandbox.store import Obj, Tx

URL = "/v1/transfers"
REVERSALS = f"{URL}/{{id}}/reversals"

resource("transfer", URL, "Transfer", "destination transfer_group")


@present.presenter("transfer")
def show(tx: Tx, transfer: Obj) -> Obj:
    reversals = (
        tx.select("transfer_reversal", where={"transfer": transfer["id"]}) if transfer["amount_reversed"] else []
    )
    shown = [present.public(reversal) for reversal in reversals[:10]]
    url = REVERSALS.format(id=transfer["id"])
    return present.public(transfer) | {"reversals": present.listing(shown, url, has_more=len(reversals) > 10)}


@route(
    "POST",
    URL,
    fields(
        "TransferCreateParams", "amount currency description destination source_transaction source_type transfer_group"
    ),
)
def create(call: Call) -> Obj:
    if "amount" not in call.params:
        raise missing("amount")
    positive(call.params)
    return call.show(transfers.create(call.tx, call.params | {"metadata": metadata_of(call.params)}))


@route("POST", f"{URL}/{{id}}", fields("TransferUpdateParams", "description"))
def update(call: Call) -> Obj:
    transfer = call.one("transfer")
    merge_metadata(transfer, call.params.get("metadata"))
    transfer["description"] = call.params.get("description", transfer["description"])
    emit(call.tx, "transfer.updated", call.tx.save(transfer))
    return call.show(transfer)


@route("POST", REVERSALS, fields("TransferReversalCreateParams", "amount description"))
def reverse(call: Call) -> Obj:
    transfer = call.one("transfer")
    left = transfer["amount"] - transfer["amount_reversed"]
    if not left:
        raise invalid(f"Transfer {transfer['id']} is already fully reversed.", param="id")
    amount = positive(call.params) if "amount" in call.params else left
    if amount > left:
        message = f"Transfer reversal amount ({amount}) is greater than the unreversed amount on the transfer ({left})"
        raise invalid(message, param="amount")
    made = transfers.reverse(call.tx, transfer, amount, metadata_of(call.params), call.params.get("description"))
    return call.show(made)


@route("GET", REVERSALS, fields("TransferReversalListParams", "limit starting_after ending_before"))
def reversals(call: Call) -> Obj:
    transfer = call.one("transfer")
    return page(call, "transfer_reversal", REVERSALS.format(id=transfer["id"]), {"transfer": transfer["id"]})


@route("GET", f"{URL}/{{transfer}}/reversals/{{id}}", fields("TransferReversalRetrieveParams"))
def reversal(call: Call) -> Obj:
    found = call.one("transfer_reversal")
    if found["transfer"] != call.ids["transfer"]:
        raise no_such("transfer reversal", call.ids["id"])
    return call.show(found)
