"""The dashboard: every object, every delivery, and the levers that make things happen or go wrong."""

from __future__ import annotations

import json
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from payments.sandbox import actions, faults, present, runtime, webhooks
from payments.sandbox.core import banks, funds
from payments.sandbox.errors import ApiError
from payments.sandbox.pages.render import message, page
from payments.sandbox.store import Obj, Tx

# Page -> kind of object, and the members that its columns show.
TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "sessions": ("checkout.session", ("amount_total", "status", "payment_status", "client_reference_id")),
    "charges": ("charge", ("amount", "status", "amount_refunded", "disputed", "transfer_group")),
    "refunds": ("refund", ("amount", "status", "charge", "reason")),
    "transfers": ("transfer", ("amount", "amount_reversed", "destination", "source_transaction", "transfer_group")),
    "payouts": ("payout", ("amount", "status", "destination", "failure_code")),
    "disputes": ("dispute", ("amount", "status", "reason", "charge")),
    "accounts": ("account", ("display_name", "country", "transfers", "payouts_enabled", "email")),
    "transactions": ("balance_transaction", ("type", "amount", "fee", "net", "source")),
    "events": ("event", ("type", "account")),
    "v2-events": ("v2_event", ("type",)),
}
AMOUNTS = frozenset(("amount", "amount_total", "amount_refunded", "amount_reversed", "fee", "net"))
ROWS = 100


def home(request: HttpRequest) -> HttpResponse:
    with runtime.store().transaction() as tx:
        context = {
            "tables": _counts(tx),
            "home": True,
            "balances": funds.balances(tx).items(),
            "faults": faults.listed(tx),
            "fault_kinds": faults.KINDS.items(),
            "mode": tx.setting("webhook_mode", "deliver"),
            "modes": webhooks.MODES,
            "endpoints": runtime.options().endpoints,
            "deliveries": _deliveries(tx, 12),
            "notice": request.GET.get("notice", ""),
        }
    return page(request, "dashboard.html", context)


def table(request: HttpRequest, name: str) -> HttpResponse:
    with runtime.store().transaction() as tx:
        shared = {"tables": _counts(tx), "name": name, "notice": request.GET.get("notice", "")}
        if name == "deliveries":
            return page(request, "deliveries.html", shared | {"deliveries": _deliveries(tx, ROWS)})
        if name == "requests":
            rows = tx.rows("SELECT * FROM requests ORDER BY id DESC LIMIT ?", ROWS)
            return page(request, "requests.html", shared | {"requests": rows})
        if name not in TABLES:
            return message(request, "Nothing here", "The dashboard has no such page.", status=404)
        kind, members = TABLES[name]
        rows = [_row(obj, members) for obj in tx.select(kind, None, limit=ROWS)]
    return page(request, "table.html", shared | {"members": members, "rows": rows})


def detail(request: HttpRequest, identifier: str) -> HttpResponse:
    with runtime.store().transaction() as tx:
        found = tx.any(identifier)
        if found is None:
            return message(request, "Nothing here", "There is no such object.", status=404)
        kind, owner, obj = found
        context = {
            "tables": _counts(tx),
            "kind": kind,
            "owner": owner,
            "object": obj,
            "balances": funds.balances(tx, obj["id"]).items() if kind == "account" else (),
            "codes": banks.FAILURES,
            "json": json.dumps(present.render(tx, obj), indent=2),
            "notice": request.GET.get("notice", ""),
        }
    return page(request, "detail.html", context)


def act(request: HttpRequest) -> HttpResponse:
    """Run one of the control API's actions for a form of the dashboard, and go back to it."""
    origin = urlsplit(request.headers.get("Origin", "")).netloc
    if request.method != "POST" or (origin and origin != request.get_host()):
        return message(request, "Not from here", "The dashboard takes orders from its own pages only.", status=403)
    given = {name: _read(value) for name, value in request.POST.items() if name not in ("action", "back")}
    try:
        actions.run(request.POST.get("action", ""), given)
        notice = "Done."
    except ApiError as error:
        notice = str(error)
    back = request.POST.get("back", "/dashboard")
    target = back if back.startswith("/dashboard") else "/dashboard"
    response = HttpResponseRedirect(f"{target}?{urlencode({'notice': notice})}")
    response.status_code = 303
    return response


def _read(value: object) -> object:
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 12 else text


def _counts(tx: Tx) -> list[tuple[str, int]]:
    known = {row["kind"]: row["many"] for row in tx.rows("SELECT kind, count(*) AS many FROM objects GROUP BY kind")}
    shown = [(name, known.get(kind, 0)) for name, (kind, _) in TABLES.items()]
    rows = tx.rows("SELECT (SELECT count(*) FROM deliveries) AS sent, (SELECT count(*) FROM requests) AS asked")
    return [*shown, ("deliveries", rows[0]["sent"]), ("requests", rows[0]["asked"])]


def _row(obj: Obj, members: tuple[str, ...]) -> dict[str, object]:
    cells = [(name in AMOUNTS, obj.get(name)) for name in members]
    return {"id": obj["id"], "created": obj["created"], "currency": obj.get("currency"), "cells": cells}


def _deliveries(tx: Tx, limit: int) -> list[Obj]:
    return tx.rows(
        "SELECT d.*, json_extract(o.body, '$.type') AS type FROM deliveries d JOIN objects o ON o.id = d.event "
        "ORDER BY d.id DESC LIMIT ?",
        limit,
    )
