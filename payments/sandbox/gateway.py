"""The way of every API request: key, route, fault, idempotency, execution, record."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import time
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse

from payments.sandbox import events, faults, idempotency, identifiers, limits, present, routing, runtime
from payments.sandbox.core.accounts import no_access
from payments.sandbox.errors import ApiError, invalid, server_error
from payments.sandbox.faults import Fault
from payments.sandbox.forms import nested
from payments.sandbox.idempotency import Saved
from payments.sandbox.routing import Call, Route
from payments.sandbox.store import Tx

logger = logging.getLogger("sandbox")
DROP = "X-Sandbox-Drop"
LINE = "id, request_id, at, method, path, account, params, idempotency_key, status, replayed, fault"


@dataclass(kw_only=True)
class Exchange:
    """One request and what became of it: the row of the request log."""

    request: HttpRequest
    request_id: str = field(default_factory=lambda: identifiers.new("req_", 14))
    key: str = ""
    account: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    fault: Fault | None = None
    replayed: Saved | None = None
    recorded: bool = False

    @property
    def method(self) -> str:
        return str(self.request.method)

    @property
    def name(self) -> str:
        """As in a fault's ``match``."""
        return f"{self.method} {self.request.path}"

    @property
    def v2(self) -> bool:
        return self.request.path.startswith("/v2/")

    @property
    def scope(self) -> str:
        """Keys of the two APIs, and of two accounts, never meet."""
        return f"{'v2' if self.v2 else 'v1'}:{self.account}"


def api(request: HttpRequest) -> HttpResponse:
    exchange = Exchange(request=request, key=request.headers.get("Idempotency-Key", ""))
    try:
        status, body = _answer(exchange)
    except ApiError as error:
        status, body = error.status, error.body
    except Exception:
        logger.exception("the sandbox failed at %s %s", request.method, request.path)
        status, body = 500, server_error().body
    _record(exchange, status, body)
    return _response(exchange, status, body)


def _answer(exchange: Exchange) -> tuple[int, dict[str, Any]]:
    request = exchange.request
    authorize(request)
    route, ids = routing.find(exchange.method, request.path)
    exchange.params = route.fields.check(_params(exchange), from_text=not exchange.v2 or exchange.method == "GET")
    routing.check_metadata(exchange.params)
    key = exchange.key if exchange.method in ("POST", "DELETE") else ""
    if len(key) > 255:
        raise ApiError(400, "idempotency_error", "Idempotency keys can have up to 255 characters.")
    with runtime.store().transaction() as tx:
        limits.take(f"{exchange.method} {route.template}", limits.allowed(tx))
        exchange.account = _account(tx, request)
        exchange.fault = fault = faults.take(tx, exchange.method, request.path)
    if fault and fault.refusal and not fault.begins:
        raise fault.refusal
    if fault and fault.kind in ("timeout_before", "drop_before"):
        _wait(exchange, 0)
        return 0, {}
    with idempotency.running(exchange.scope, key):
        if fault and fault.kind == "hold_before":
            faults.hold(exchange.name)
        status, body = _once(exchange, route, ids, key)
        _wait(exchange, status, body)
        return status, body


def _once(exchange: Exchange, route: Route, ids: dict[str, str], key: str) -> tuple[int, dict[str, Any]]:
    """Execute, or give the saved answer of the first execution."""
    mark = idempotency.fingerprint(exchange.method, exchange.request.path, exchange.params)
    refused: ApiError | None = None
    with runtime.store().transaction() as tx:
        exchange.replayed = idempotency.saved(tx, exchange.scope, key, mark)
        if exchange.replayed:
            return exchange.replayed.status, exchange.replayed.body
        try:
            with tx.attempt():
                return _execute(tx, exchange, route, ids, key, mark)
        except ApiError as error:
            # What the operation had begun is undone; its refusal is kept in the same transaction.
            refused = error
            if not exchange.v2:
                idempotency.save(tx, exchange.scope, key, mark, Saved(error.status, error.body, exchange.request_id))
    raise refused


def _execute(
    tx: Tx, exchange: Exchange, route: Route, ids: dict[str, str], key: str, mark: str
) -> tuple[int, dict[str, Any]]:
    """One transaction: the change, its events, their deliveries, the saved answer and the line in the log."""
    if exchange.fault and exchange.fault.refusal:
        raise exchange.fault.refusal
    token = events.cause.set(events.Cause(exchange.request_id, exchange.key or None))
    try:
        params = {name: value for name, value in exchange.params.items() if name != "expand"}
        call = Call(
            tx=tx,
            params=params,
            ids=ids,
            account=exchange.account,
            path=exchange.request.path,
            uploads=exchange.uploads,
        )
        body = present.expand(tx, route.handler(call), exchange.params.get("expand", ()))
    finally:
        events.cause.reset(token)
    answer = Saved(200, body, exchange.request_id)
    if exchange.fault and exchange.fault.kind == "500_after":
        answer = replace(answer, status=500, body=server_error().body)
    if answer.status == 200 or not exchange.v2:
        idempotency.save(tx, exchange.scope, key, mark, answer)
    _log(tx, exchange, answer.status, answer.body)
    return answer.status, answer.body


def authorize(request: HttpRequest) -> None:
    """Any test key will do; a live key must never arrive here."""
    scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        credential = base64.b64decode(credential + "==").decode(errors="replace").partition(":")[0]
    if not credential:
        message = "You did not provide an API key. Use the header 'Authorization: Bearer YOUR_SECRET_KEY'."
        raise invalid(message, status=401)
    if not credential.startswith(("sk_test_", "rk_test_")):
        raise invalid(f"Invalid API Key provided: {credential[:8]}****; the sandbox takes test keys only.", status=401)


def _account(tx: Tx, request: HttpRequest) -> str:
    wanted = request.headers.get("Stripe-Account") or request.headers.get("Stripe-Context") or ""
    account = tx.find("account", wanted) if wanted else None
    if wanted and (account is None or not account["connected"]):
        raise no_access(wanted)
    return wanted


def _params(exchange: Exchange) -> dict[str, Any]:
    request = exchange.request
    if exchange.method == "GET":
        return nested((name, value) for name, values in request.GET.lists() for value in values)
    if not exchange.v2:
        sent = ((name, request.FILES.get(name)) for name in request.FILES)
        exchange.uploads = {
            name: (file.name or name, file.read()) for name, file in sent if isinstance(file, UploadedFile)
        }
        files = {name: _trace(*upload) for name, upload in exchange.uploads.items()}
        return nested((name, value) for name, values in request.POST.lists() for value in values) | files
    try:
        given = json.loads(request.body or b"{}")
    except ValueError:
        raise invalid("The request body is not valid JSON.") from None
    if not isinstance(given, dict):
        raise invalid("The request body must be a JSON object.")
    return given


def _trace(name: str, content: bytes) -> dict[str, Any]:
    """What the log and the idempotency key remember of a file."""
    return {"filename": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _record(exchange: Exchange, status: int, body: dict[str, Any]) -> None:
    if not exchange.recorded:
        with runtime.store().transaction() as tx:
            _log(tx, exchange, status, body)


def _log(tx: Tx, exchange: Exchange, status: int, body: dict[str, Any]) -> None:
    """One row per request, whichever comes first: the answer or the waiting. The oldest row and answer go."""
    exchange.recorded = True
    options = runtime.options()
    row = tx.run(
        "INSERT INTO requests (request_id, at, method, path, account, params, idempotency_key, status, replayed, "
        "fault, answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        exchange.request_id, time.time(), exchange.method, exchange.request.path, exchange.account,
        json.dumps(exchange.params), exchange.key, status, int(exchange.replayed is not None),
        exchange.fault.kind if exchange.fault else "", json.dumps(body) if options.bodies_kept else None,
    ).lastrowid or 0  # fmt: skip
    tx.run("DELETE FROM requests WHERE id <= ?", row - options.requests_kept)
    if options.bodies_kept:
        tx.run("UPDATE requests SET answer = NULL WHERE id = ?", row - options.bodies_kept)


def logged(tx: Tx) -> list[dict[str, Any]]:
    """The log without the answers, oldest first."""
    rows = tx.rows(f"SELECT {LINE} FROM requests ORDER BY id")  # noqa: S608  (the constant above)
    return [_line(row) for row in rows]


def traffic(tx: Tx) -> list[dict[str, Any]]:
    """The log, oldest first; ``answer`` is None where it was not kept."""
    rows = tx.rows(f"SELECT {LINE}, answer FROM requests ORDER BY id")  # noqa: S608  (the constant above)
    return [_line(row) | {"answer": row["answer"] and json.loads(row["answer"])} for row in rows]


def _line(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"params": json.loads(row["params"]), "replayed": bool(row["replayed"])}


def _wait(exchange: Exchange, status: int, body: dict[str, Any] | None = None) -> None:
    """Done, but not answered yet; meanwhile the idempotency key counts as in use."""
    if exchange.fault and exchange.fault.kind.startswith("timeout"):
        _record(exchange, status, body or {})
        time.sleep(exchange.fault.seconds)
    elif exchange.fault and exchange.fault.kind == "hold":
        _record(exchange, status, body or {})
        faults.hold(exchange.name)


def _response(exchange: Exchange, status: int, body: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(body, status=status or 500)
    # Without it the server would close the connection after each answer.
    response["Content-Length"] = str(len(response.content))
    response["Request-Id"] = exchange.request_id
    response["Stripe-Version"] = exchange.request.headers.get("Stripe-Version", events.API_VERSION)
    if exchange.key:
        response["Idempotency-Key"] = exchange.key
        response["Original-Request"] = (
            exchange.replayed.request_id if exchange.replayed else exchange.request_id
        ) or ""
    if exchange.replayed:
        response["Idempotent-Replayed"] = "true"
    code = body.get("error", {}).get("code")
    if code == "lock_timeout":
        response["Stripe-Should-Retry"] = "true"
    if code == "rate_limit":
        response["Stripe-Rate-Limited-Reason"] = "endpoint-rate"
    if exchange.fault and exchange.fault.kind in ("drop_answer", "drop_before", "timeout_before"):
        response[DROP] = "1"
    return response
