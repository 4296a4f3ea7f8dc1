"""Which function answers which request, and the pieces that all resources share: reading one, listing many."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from payments.sandbox import present
from payments.sandbox.errors import invalid, no_such
from payments.sandbox.params import Fields, fields
from payments.sandbox.store import Obj, Tx


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request on its way into the state: checked parameters, and whose account it acts in."""

    tx: Tx
    params: dict[str, Any]
    ids: dict[str, str]
    account: str
    path: str
    # Name and content of what a multipart request carries.
    uploads: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)

    def one(self, kind: str, name: str = "id") -> Obj:
        found = self.tx.find(kind, self.ids[name], self.account)
        if found is None:
            raise no_such(kind, self.ids[name], param=name)
        return found

    def reference(self, kind: str, param: str) -> Obj:
        """The object that a parameter names."""
        found = self.tx.find(kind, self.params[param], self.account)
        if found is None:
            raise no_such(kind, self.params[param], param=param)
        return found

    def show(self, obj: Obj) -> Obj:
        return present.render(self.tx, obj)


Handler = Callable[[Call], Obj]


@dataclass(frozen=True, kw_only=True)
class Route:
    method: str
    template: str
    pattern: re.Pattern[str]
    fields: Fields
    handler: Handler


ROUTES: list[Route] = []
PAGING = "limit starting_after ending_before"
# Parameters that are not named like the member they look at.
FILTERS = {"types": "type"}
# Parameters that are ranges, and the expression they look at.
RANGES = {"created": "created", "arrival_date": "json_extract(body, '$.arrival_date')"}


def route(method: str, template: str, allowed: Fields) -> Callable[[Handler], Handler]:
    pattern = re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template) + "$")

    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(method=method, template=template, pattern=pattern, fields=allowed, handler=handler))
        return handler

    return register


def find(method: str, path: str) -> tuple[Route, dict[str, str]]:
    for known in ROUTES:
        found = known.pattern.match(path)
        if found and known.method == method:
            return known, found.groupdict()
    message = f"Unrecognized request URL ({method}: {path}). The sandbox speaks only the part of the API in its README."
    raise invalid(message, status=404)


def resource(
    kind: str,
    collection: str,
    name: str,
    filters: str = "",
    ranges: str = "created",
    check: Callable[[Call], None] | None = None,
) -> None:
    """``GET collection`` and ``GET collection/{id}`` for objects that are stored as they are shown.

    ``filters``: parameters that are equal to a member (``types`` to one of several); ``ranges``: from and to.
    """

    @route("GET", collection, fields(f"{name}ListParams", f"{PAGING} {filters} {ranges}"))
    def listed(call: Call) -> Obj:
        if check:
            check(call)
        where = {FILTERS.get(key, key): call.params[key] for key in filters.split() if key in call.params}
        return page(call, kind, collection, where)

    @route("GET", f"{collection}/{{id}}", fields(f"{name}RetrieveParams"))
    def read(call: Call) -> Obj:
        return call.show(call.one(kind))


def page(call: Call, kind: str, url: str, where: dict[str, Any], account: str | None = None) -> Obj:
    """Newest first, by Stripe's cursors: ``starting_after`` goes to older, ``ending_before`` to newer ones."""
    size = call.params.get("limit", 10)
    if not 1 <= size <= 100:
        raise invalid("Limit must be between 1 and 100.", param="limit", code="parameter_invalid_integer")
    owner = call.account if account is None else account
    conditions, values = _conditions(call, kind, where)
    newer = "ending_before" in call.params
    sql = (
        f"SELECT body FROM objects WHERE kind = ? AND account = ? {conditions} "  # noqa: S608  (fixed texts, see below)
        f"ORDER BY seq {'ASC' if newer else 'DESC'} LIMIT ?"
    )
    rows = call.tx.rows(sql, kind, owner, *values, size + 1)
    found = [_load(row) for row in rows[:size]]
    shown = [call.show(obj) for obj in (found[::-1] if newer else found)]
    return present.listing(shown, url, has_more=len(rows) > size)


def page_v2(
    call: Call, kind: str, url: str, where: dict[str, Any], show: Callable[[Obj], Obj], largest: int = 100
) -> Obj:
    """The v2 API's lists: newest first, the next page behind an address; ``where`` are equalities."""
    size, before = call.params.get("limit", 20), call.params.get("page", "")
    if not 1 <= size <= largest:
        raise invalid(f"limit must be between 1 and {largest}.", param="limit")
    if before and not before.isdecimal():
        raise invalid("Invalid page token.", param="page")
    texts, values = _equalities(where)
    sql = f"SELECT seq, body FROM objects WHERE kind = ? {' '.join(texts)} AND seq < ? ORDER BY seq DESC LIMIT ?"  # noqa: S608
    rows = call.tx.rows(sql, kind, *values, int(before or 2**62), size + 1)
    kept = {name: str(value).lower() if isinstance(value, bool) else value for name, value in call.params.items()}
    following = f"{url}?{urlencode(kept | {'page': rows[size - 1]['seq']})}" if len(rows) > size else None
    return {"data": [show(_load(row)) for row in rows[:size]], "next_page_url": following, "previous_page_url": None}


def _conditions(call: Call, kind: str, where: dict[str, Any]) -> tuple[str, list[Any]]:
    """SQL texts made from names in this package; everything sent by the caller is a bound value."""
    texts, values = _equalities(where)
    for name, expression in RANGES.items():
        given = call.params.get(name, {})
        bounds = given if isinstance(given, dict) else {"eq": given}
        for bound, sign in (("gt", ">"), ("gte", ">="), ("lt", "<"), ("lte", "<="), ("eq", "=")):
            if bound in bounds:
                texts.append(f"AND {expression} {sign} ?")
                values.append(bounds[bound])
    for name, sign in (("starting_after", "<"), ("ending_before", ">")):
        if name in call.params:
            if call.tx.any(call.params[name]) is None:
                raise no_such(kind, call.params[name], param=name)
            texts.append(f"AND seq {sign} (SELECT seq FROM objects WHERE id = ?)")  # noqa: S608
            values.append(call.params[name])
    return " ".join(texts), values


def _equalities(where: dict[str, Any]) -> tuple[list[str], list[Any]]:
    texts: list[str] = []
    values: list[Any] = []
    for member, value in where.items():
        wanted = value if isinstance(value, list) else [value]
        marks = ", ".join("?" * len(wanted))
        texts.append(f"AND json_extract(body, '$.{member}') IN ({marks})")
        values += wanted
    return texts, values


def _load(row: dict[str, Any]) -> Obj:
    found: Obj = json.loads(row["body"])
    return found


def merge_metadata(obj: Obj, given: Any) -> None:
    """An empty value removes a key, an empty string removes all: Stripe's rule."""
    if given == "":
        obj["metadata"] = {}
    elif given:
        merged = obj["metadata"] | given
        obj["metadata"] = {key: value for key, value in merged.items() if value != ""}


def metadata_of(params: dict[str, Any]) -> dict[str, str]:
    return {key: value for key, value in (params.get("metadata") or {}).items() if value != ""}


def check_metadata(given: Any) -> None:
    """Stripe's limits: 50 keys of 40 characters, values of 500, wherever metadata is sent."""
    if isinstance(given, list):
        for item in given:
            check_metadata(item)
    if not isinstance(given, dict):
        return
    metadata = given.get("metadata")
    if isinstance(metadata, dict):
        _limit(metadata)
    for value in given.values():
        check_metadata(value)


def _limit(metadata: dict[str, Any]) -> None:
    if len(metadata) > 50:
        raise invalid("Metadata can have up to 50 keys.", param="metadata")
    for key, value in metadata.items():
        if not isinstance(value, str | None):
            raise invalid(f"Metadata values must be strings, not that of {key}.", param=f"metadata[{key}]")
        if len(key) > 40 or len(value or "") > 500:
            message = f"Metadata keys can have up to 40 characters and values up to 500; {key[:40]} has more."
            raise invalid(message, param=f"metadata[{key[:40]}]")


def positive(params: dict[str, Any], name: str = "amount") -> int:
    """An amount in minor units that Stripe would take."""
    value: int = params[name]
    if value < 1:
        raise invalid("Invalid positive integer", code="parameter_invalid_integer", param=name)
    if value > 99_999_999_99:
        raise invalid("Amount is too large.", code="amount_too_large", param=name)
    return value
