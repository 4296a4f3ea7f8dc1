"""Where Stripe sends webhooks: what is registered there, and registering one."""

from __future__ import annotations

from typing import Any

from payments.gateway.client import API_VERSION, call
from payments.gateway.options import options

_MOST = 100  # Stripe allows 16 endpoints


def registered() -> set[str]:
    """The addresses of enabled endpoints for snapshot events. Raises GatewayError."""
    found = call(lambda client: client.v1.webhook_endpoints.list({"limit": _MOST}))
    return {str(one.url) for one in found.data if one.status == "enabled"}


def registered_thin() -> set[str]:
    """The addresses of enabled destinations for thin events. Raises GatewayError."""
    found = call(
        lambda client: client.v2.core.event_destinations.list({"limit": _MOST, "include": ["webhook_endpoint.url"]})
    )
    enabled = (one for one in found.data if one.status == "enabled" and one.webhook_endpoint)
    return {str(one.webhook_endpoint.url) for one in enabled if one.webhook_endpoint}


def register(*, url: str, types: list[str], is_connect: bool, key: str) -> str:
    """An endpoint for snapshot events of our account, or of connected ones. Returns its secret, which is told once."""
    params: Any = {"url": url, "enabled_events": types, "connect": is_connect, "api_version": API_VERSION}
    return str(call(lambda client: client.v1.webhook_endpoints.create(params, options(key))).secret)


def register_thin(*, url: str, types: list[str], name: str, key: str) -> str:
    """A destination for thin events of connected accounts. Returns its secret, which is told once."""
    params: Any = {
        "name": name,
        "type": "webhook_endpoint",
        "event_payload": "thin",
        "enabled_events": types,
        "events_from": ["@accounts"],
        "include": ["webhook_endpoint.signing_secret"],
        "webhook_endpoint": {"url": url},
    }
    made = call(lambda client: client.v2.core.event_destinations.create(params, options(key)))
    return str(made.webhook_endpoint.signing_secret) if made.webhook_endpoint else ""
