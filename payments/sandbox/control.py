"""What tests and demonstrations tell the sandbox itself: ``/_sandbox/...``, JSON in and out, no key needed."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import HttpRequest, JsonResponse

from payments.sandbox import actions, faults, gateway, idempotency, levers, limits, runtime, webhooks
from payments.sandbox.actions import Given, action, number, required
from payments.sandbox.errors import ApiError, invalid
from payments.sandbox.store import Obj, Tx

__all__ = ["control", "levers"]


def control(request: HttpRequest, name: str) -> JsonResponse:
    try:
        return JsonResponse(_answer(request, name))
    except ApiError as error:
        return JsonResponse(error.body, status=error.status)


def _answer(request: HttpRequest, name: str) -> Obj:
    if request.method == "GET":
        if name not in READERS:
            raise invalid(f"There is nothing to read at {name}.", status=404)
        with runtime.store().transaction() as tx:
            return {"data": READERS[name](tx)}
    if name == "reset":
        faults.release("*")
        with webhooks.paused():
            runtime.store().reset()
        limits.forget()
        return {}
    if request.content_type != "application/json" and request.body:
        # A page of another site can post a form here, but not JSON.
        raise invalid("Send JSON.", status=415)
    try:
        given = json.loads(request.body or b"{}")
    except ValueError:
        raise invalid("The body is not valid JSON.") from None
    if not isinstance(given, dict):
        raise invalid("The body is a JSON object.")
    return actions.run(name, given)


READERS: dict[str, Callable[[Tx], list[Given]]] = {
    "requests": gateway.logged,
    "traffic": gateway.traffic,
    "faults": faults.listed,
    "held": lambda _tx: faults.held(),
    "deliveries": webhooks.listed,
}


@action("faults")
def _fault(tx: Tx, given: Given) -> Obj:
    required(given, "match")
    required(given, "kind")
    faults.add(tx, **{name: given[name] for name in ("match", "kind", "times", "skip", "seconds") if name in given})
    return {"data": faults.listed(tx)}


@action("faults/clear")
def _clear_faults(tx: Tx, _given: Given) -> Obj:
    tx.run("DELETE FROM faults")
    return {"data": []}


@action("faults/release")
def _release(_tx: Tx, given: Given) -> Obj:
    """Let held requests go on; ``match`` chooses some, as in a fault."""
    return {"released": faults.release(given.get("match", "*"))}


@action("keys/forget")
def _forget(tx: Tx, given: Given) -> Obj:
    """As if a day had passed: a ``key``, or all of them, would be executed again."""
    return {"forgotten": idempotency.forget(tx, given.get("key", ""))}


@action("rate_limit")
def _rate_limit(tx: Tx, given: Given) -> Obj:
    """``per_second``: requests per second and operation that are answered; 0 is no limit."""
    tx.set(limits.SETTING, str(number(given, "per_second") or 0))
    return {"per_second": limits.allowed(tx)}


@action("webhooks")
def _webhooks(tx: Tx, given: Given) -> Obj:
    """``mode``: how new events are delivered; ``resend``: an event's id, or ``withheld`` for all that are kept."""
    if "mode" in given:
        if given["mode"] not in webhooks.MODES:
            raise invalid(f"Unknown mode; there are {', '.join(webhooks.MODES)}.", param="mode")
        tx.set("webhook_mode", given["mode"])
    sent = webhooks.resend(tx, given["resend"]) if "resend" in given else 0
    return {"mode": tx.setting("webhook_mode", "deliver"), "queued": sent}


@action("webhooks/withhold")
def _withhold(tx: Tx, given: Given) -> Obj:
    """Keep back the deliveries of one event that have not arrived yet."""
    return {"withheld": webhooks.withhold(tx, required(given, "event"))}
