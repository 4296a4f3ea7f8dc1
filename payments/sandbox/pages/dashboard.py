"""The dashboard: every object, every delivery, and the levers that make things happen or go wrong."""

from __future__ import annotations

import json
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from payments.sandbox import actions, faults, limits, present, runtime, webhooks
from payments.sandbox.core import funds, refunds
from payments.sandbox.errors import ApiError
from payments.sandbox.pages.offers import offers
from payments.sandbox.pages.render import message, page
from payments.sandbox.store import Obj, Tx

# Page -> kind of object, and the members that its columns show.
TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "sessions": ("checkout.session", ("amount_total", "status", "payment_status", "client_reference_id")),
    "intents": ("payment_intent", ("amount", "status", "latest_charge", "transfer_group")),
    "charges": ("charge", ("amount", "status", "amount_refunded", "disputed", "transfer_group")),
    "refunds": ("refund", ("amount", "status", "charge", "reason", "failure_reason")),
    "disputes": ("dispute", ("amount", "status", "reason", "charge")),
    "warnings": ("radar.early_fraud_warning", ("fraud_type", "actionable", "charge")),
    "files": ("file", ("filename", "type", "size", "purpose")),
    "transfers": ("transfer", ("amount", "amount_reversed", "destination", "source_transaction", "transfer_group")),
    "reversals": ("transfer_reversal", ("amount", "transfer", "destination_payment_refund")),
    "payouts": ("payout", ("amount", "status", "destination", "failure_code")),
    "topups": ("topup", ("amount", "status", "failure_code", "description")),
    "accounts": ("account", ("display_name", "country", "transfers", "payouts_enabled", "email")),
    "banks": ("bank_account", ("account", "last4", "country", "currency", "status")),
    "transactions": ("balance_transaction", ("type", "amount", "fee", "net", "source")),
    "events": ("event", ("type", "account")),
    "v2-events": ("v2_event", ("type",)),
}
AMOUNTS = frozenset(("amount", "amount_total", "amount_refunded", "amount_reversed", "fee", "net"))
ROWS, LINES = 50, 100
FOUND = ("object", "metadata")


def home(request: HttpRequest) -> HttpResponse:
    with runtime.store().transaction() as tx:
        context = {
            "tables": _counts(tx),
            "home": True,
            "balances": funds.balances(tx).items(),
            "faults": faults.listed(tx),
            "held": faults.held(),
            "rate_limit": limits.allowed(tx),
            "policy": tx.setting(refunds.POLICY, runtime.options().refunds_without_balance),
            "policies": refunds.POLICIES,
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
            return page(request, "deliveries.html", shared | {"deliveries": _deliveries(tx, LINES)})
        if name == "requests":
            rows = tx.rows("SELECT * FROM requests ORDER BY id DESC LIMIT ?", LINES)
            return page(request, "requests.html", shared | {"requests": rows})
        if name not in TABLES:
            return message(request, "Nothing here", "The dashboard has no such page.", status=404)
        kind, members = TABLES[name]
        before = request.GET.get("before", "")
        condition = "kind = ? AND seq < ?"
        context = shared | _rows(tx, condition, (kind, int(before) if before.isdecimal() else 2**62), members)
    return page(request, "table.html", context)


def search(request: HttpRequest) -> HttpResponse:
    """Objects by the beginning of their id, or by what stands in their metadata."""
    text = request.GET.get("q", "").strip()
    with runtime.store().transaction() as tx:
        if text and tx.any(text):
            return HttpResponseRedirect(reverse("detail", args=[text]))
        pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        condition = (
            "id LIKE ? ESCAPE '\\' OR json_extract(body, '$.metadata') LIKE ? ESCAPE '\\' "
            "OR json_extract(body, '$.client_reference_id') = ? OR json_extract(body, '$.transfer_group') = ?"
        )
        wanted = (f"{pattern}%", f"%{pattern}%", text, text)
        context: dict[str, object] = {"tables": _counts(tx), "name": "search", "query": text, "members": FOUND}
        if text:
            context |= _rows(tx, condition, wanted, FOUND)
    return page(request, "table.html", context | {"older": None})


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
            "offers": offers(kind, obj, owner),
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
    """Numbers as numbers, but an account number with its zeros as text."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 12 and text[0] != "0" else text


def _counts(tx: Tx) -> list[tuple[str, int]]:
    known = {row["kind"]: row["many"] for row in tx.rows("SELECT kind, count(*) AS many FROM objects GROUP BY kind")}
    shown = [(name, known.get(kind, 0)) for name, (kind, _) in TABLES.items()]
    rows = tx.rows("SELECT (SELECT count(*) FROM deliveries) AS sent, (SELECT count(*) FROM requests) AS asked")
    return [*shown, ("deliveries", rows[0]["sent"]), ("requests", rows[0]["asked"])]


def _rows(tx: Tx, condition: str, values: tuple[object, ...], members: tuple[str, ...]) -> dict[str, object]:
    """A page of a table: its rows, and where the next page begins."""
    sql = f"SELECT seq, account, body FROM objects WHERE {condition} ORDER BY seq DESC LIMIT ?"  # noqa: S608
    found = tx.rows(sql, *values, ROWS + 1)
    older = found[ROWS - 1]["seq"] if len(found) > ROWS else None
    rows = [_row(json.loads(row["body"]), row["account"], members) for row in found[:ROWS]]
    return {"members": members, "rows": rows, "older": older}


def _row(obj: Obj, owner: str, members: tuple[str, ...]) -> dict[str, object]:
    cells = [(name in AMOUNTS, _cell(obj.get(name))) for name in members]
    created = obj.get("created") or obj["_created"]
    return {"id": obj["id"], "owner": owner, "created": created, "currency": obj.get("currency"), "cells": cells}


def _cell(value: object) -> object:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {text}" for name, text in value.items())
    return value


def _deliveries(tx: Tx, limit: int) -> list[Obj]:
    return tx.rows(
        "SELECT d.*, json_extract(o.body, '$.type') AS type FROM deliveries d JOIN objects o ON o.id = d.event "
        "ORDER BY d.id DESC LIMIT ?",
        limit,
    )
