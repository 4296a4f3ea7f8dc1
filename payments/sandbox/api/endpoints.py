"""Webhook endpoints made by API. They are listed; events go where the sandbox was started for."""

from __future__ import annotations

from payments.sandbox import identifiers, runtime
from payments.sandbox.errors import invalid
from payments.sandbox.identifiers import iso
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, metadata_of, page_v2, resource, route
from payments.sandbox.store import Obj

URL, URL_V2 = "/v1/webhook_endpoints", "/v2/core/event_destinations"
KIND, KIND_V2 = "webhook_endpoint", "event_destination"
MOST = 16  # Stripe's own limit, of each kind
MADE_OF = "name type event_payload enabled_events events_from include description webhook_endpoint.url"

resource(KIND, URL, "WebhookEndpoint", ranges="")


@route("POST", URL, fields("WebhookEndpointCreateParams", "url enabled_events connect api_version description"))
def create(call: Call) -> Obj:
    _check(call, KIND, call.params["url"], call.params["enabled_events"])
    made: Obj = {
        "id": identifiers.new("we_"),
        "object": KIND,
        "api_version": call.params.get("api_version"),
        "application": identifiers.new("ca_") if call.params.get("connect") else None,
        "created": identifiers.now(),
        "description": call.params.get("description"),
        "enabled_events": call.params["enabled_events"],
        "livemode": False,
        "metadata": metadata_of(call.params),
        "status": "enabled",
        "url": call.params["url"],
    }
    call.tx.add(KIND, made)
    return made | {"secret": _secret(call.params["url"])}


@route("GET", URL_V2, fields("v2.core.EventDestinationListParams", "limit include", links="page"))
def listed(call: Call) -> Obj:
    shows = "webhook_endpoint.url" in call.params.get("include", [])
    return page_v2(call, KIND_V2, URL_V2, {}, lambda made: _show(made, shows_url=shows))


@route("POST", URL_V2, fields("v2.core.EventDestinationCreateParams", MADE_OF))
def create_v2(call: Call) -> Obj:
    if call.params["type"] != KIND or call.params["event_payload"] != "thin":
        raise invalid("The sandbox makes webhook endpoints for thin events.", param="type")
    url = call.params.get("webhook_endpoint", {}).get("url", "")
    _check(call, KIND_V2, url, call.params["enabled_events"])
    now = identifiers.now()
    made: Obj = {
        "id": identifiers.new("ed_test_"),
        "object": "v2.core.event_destination",
        "_url": url,
        "created": now,
        "description": call.params.get("description", ""),
        "enabled_events": call.params["enabled_events"],
        "event_payload": "thin",
        "events_from": call.params.get("events_from", ["@self"]),
        "livemode": False,
        "metadata": metadata_of(call.params),
        "name": call.params["name"],
        "status": "enabled",
        "type": KIND,
        "updated": now,
    }
    call.tx.add(KIND_V2, made)
    asked = call.params.get("include", [])
    secret = _secret(url) if "webhook_endpoint.signing_secret" in asked else None
    return _show(made, shows_url="webhook_endpoint.url" in asked, secret=secret)


def _show(made: Obj, *, shows_url: bool, secret: str | None = None) -> Obj:
    """Address and secret are told where they are asked for by name; the secret only when it is made."""
    shown = {name: value for name, value in made.items() if not name.startswith("_")}
    moments = {name: iso(made[name]) for name in ("created", "updated")}
    return shown | moments | {KIND: {"url": made["_url"] if shows_url else None, "signing_secret": secret}}


def _check(call: Call, kind: str, url: str, types: list[str]) -> None:
    if not url.startswith(("http://", "https://")):
        raise invalid("Invalid URL: An explicit scheme (such as https) must be provided.", param="url")
    if not types:
        raise invalid("You must provide at least one event type.", param="enabled_events")
    if len(call.tx.select(kind)) >= MOST:
        raise invalid(f"You have reached the maximum of {MOST} test webhook endpoints.")


def _secret(url: str) -> str:
    """Of an address that the sandbox sends to, the secret that it signs with; so what is told works."""
    known = next((one.secret for one in runtime.options().endpoints if one.url == url), "")
    return known or identifiers.new("whsec_", 32)
