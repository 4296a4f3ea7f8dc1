"""Events of both APIs, as they were sent."""

from __future__ import annotations

from payments.sandbox import webhooks
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, resource, route
from payments.sandbox.store import Obj

resource("event", "/v1/events", "Event", "type")


@route("GET", "/v2/core/events", fields("v2.core.EventListParams", "limit object_id"))
def listed(call: Call) -> Obj:
    found = call.tx.select("v2_event", None, limit=call.params.get("limit", 20))
    wanted = call.params.get("object_id")
    shown = [_full(event) for event in found if not wanted or event["related_object"]["id"] == wanted]
    return {"data": shown, "next_page_url": None, "previous_page_url": None}


@route("GET", "/v2/core/events/{id}", fields("v2.core.EventRetrieveParams"))
def read(call: Call) -> Obj:
    return _full(call.one("v2_event"))


def _full(event: Obj) -> Obj:
    """What reading adds to the thin form that was sent."""
    return webhooks.thin(event) | {"changes": event["_changes"], "snapshot_event": None}
