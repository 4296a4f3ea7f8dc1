"""Account links of both APIs: doors to the onboarding page."""

from __future__ import annotations

from typing import Any

from payments.sandbox import runtime
from payments.sandbox.core import accounts
from payments.sandbox.errors import invalid, missing
from payments.sandbox.identifiers import iso
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, route
from payments.sandbox.store import Obj


@route("POST", "/v1/account_links", fields("AccountLinkCreateParams"))
def create(call: Call) -> Obj:
    link = _link(call, call.params, call.params["type"])
    return {
        "object": "account_link",
        "created": link["created"],
        "expires_at": link["expires_at"],
        "url": _url(link),
    }


@route("POST", "/v2/core/account_links", fields("v2.core.AccountLinkCreateParams"))
def create_v2(call: Call) -> Obj:
    case = call.params["use_case"]
    kind = case["type"]
    settings = case.get(kind)
    if not settings:
        raise missing(f"use_case.{kind}")
    link = _link(call, settings | {"return_url": settings.get("return_url") or settings["refresh_url"]}, kind)
    return {
        "object": "v2.core.account_link",
        "account": link["account"],
        "created": iso(link["created"]),
        "expires_at": iso(link["expires_at"]),
        "livemode": False,
        "url": _url(link),
        "use_case": {"type": kind, kind: settings},
    }


def _link(call: Call, settings: dict[str, Any], use: str) -> Obj:
    account = call.tx.find("account", call.params["account"])
    if account is None:
        raise invalid(f"No such account: '{call.params['account']}'", code="resource_missing", param="account")
    for name in ("refresh_url", "return_url"):
        if not settings.get(name):
            raise missing(name)
        if not settings[name].startswith(("http://", "https://")):
            raise invalid("Not a valid URL", code="url_invalid", param=name)
    return accounts.new_link(
        call.tx, account, return_url=settings["return_url"], refresh_url=settings["refresh_url"], use=use
    )


def _url(link: Obj) -> str:
    return f"{runtime.options().base_url}/setup/{link['id']}"
