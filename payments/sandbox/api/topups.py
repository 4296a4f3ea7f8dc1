"""Top-ups of the platform's balance."""

from __future__ import annotations

from payments.sandbox.core import topups
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, merge_metadata, metadata_of, positive, resource, route
from payments.sandbox.store import Obj

URL = "/v1/topups"

resource("topup", URL, "Topup", "status")


@route("POST", URL, fields("TopupCreateParams", "amount currency description statement_descriptor transfer_group"))
def create(call: Call) -> Obj:
    positive(call.params)
    return call.show(topups.create(call.tx, call.params | {"metadata": metadata_of(call.params)}))


@route("POST", f"{URL}/{{id}}", fields("TopupUpdateParams", "description"))
def update(call: Call) -> Obj:
    topup = call.one("topup")
    merge_metadata(topup, call.params.get("metadata"))
    topup["description"] = call.params.get("description", topup["description"])
    return call.show(call.tx.save(topup))


@route("POST", f"{URL}/{{id}}/cancel", fields("TopupCancelParams"))
def cancel(call: Call) -> Obj:
    return call.show(topups.cancel(call.tx, call.one("topup")))
