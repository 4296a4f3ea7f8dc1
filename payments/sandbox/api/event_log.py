"""Events of both APIs, as they were sent."""

from __future__ import annotations

from payments.sandbox import webhooks
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, page_v2, resource, route
from payments.sandbox.store import Obj

resource("event", "/v1/events", "Event", "type types")


@route("GET", "/v2/core/events", fields("v2.core.EventListParams", "limit object_id types", links="page"))
def listed(call: Call) -> Obj:
    names = {"object_id": "related_object.id", "types": "type"}
    wanted = {member: call.params[name] for name, member in names.items() if name in call.params}
    return page_v2(call, "v2_event", "/v2/core/events", wanted, _full)


@route("GET", "/v2/core/events/{id}", fields("v2.core.EventRetrieveParams"))
def read(call: Call) -> Obj:
    return _full(call.one("v2_event"))


def _full(event: Obj) -> Obj:
    """What reading adds to the thin form that was sent."""
    data = {"data": event["_data"]} if event["_data"] else {}
    return webhooks.thin(event) | {"changes": None, "snapshot_event": None} | data
