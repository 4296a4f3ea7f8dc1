"""Events of both APIs, as they were sent."""

from __future__ import annotations

from payments.sandbox import webhooks
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, page_v2, resource, route
from payments.sandbox.store import Obj

resource("event", "/v1/events", "Event", "type")


@route("GET", "/v2/core/events", fields("v2.core.EventListParams", "limit object_id", links="page"))
def listed(call: Call) -> Obj:
    wanted = {"related_object.id": call.params["object_id"]} if "object_id" in call.params else {}
    return page_v2(call, "v2_event", "/v2/core/events", wanted, _full)


@route("GET", "/v2/core/events/{id}", fields("v2.core.EventRetrieveParams"))
def read(call: Call) -> Obj:
    return _full(call.one("v2_event"))


def _full(event: Obj) -> Obj:
    """What reading adds to the thin form that was sent."""
    return webhooks.thin(event) | {"changes": event["_changes"], "snapshot_event": None}
