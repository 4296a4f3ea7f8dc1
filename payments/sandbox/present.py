"""How a stored object is shown: members that begin with ``_`` are the sandbox's own, accounts have two faces."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from payments.sandbox import identifiers
from payments.sandbox.errors import invalid
from payments.sandbox.store import Obj, Tx

Presenter = Callable[[Tx, Obj], Obj]
PRESENTERS: dict[str, Presenter] = {}
# Lists that Stripe leaves out until they are asked for by name.
ON_REQUEST: dict[tuple[str, str], Presenter] = {}


def presenter(kind: str) -> Callable[[Presenter], Presenter]:
    def register(function: Presenter) -> Presenter:
        PRESENTERS[kind] = function
        return function

    return register


def on_request(kind: str, member: str) -> Callable[[Presenter], Presenter]:
    def register(function: Presenter) -> Presenter:
        ON_REQUEST[kind, member] = function
        return function

    return register


def public(obj: Obj) -> Obj:
    return {member: value for member, value in obj.items() if not member.startswith("_")}


def render(tx: Tx, obj: Obj) -> Obj:
    show = PRESENTERS.get(str(obj["object"]))
    return show(tx, obj) if show else public(obj)


def expand(tx: Tx, obj: Obj, paths: Iterable[str]) -> Obj:
    """Put objects where ids stand, along ``a.b`` paths; ``data`` walks into a list."""
    for path in paths:
        if len(path.split(".")) > 4:
            raise invalid("You cannot expand more than 4 levels of a property.", code="property_expansion_too_deep")
        _expand(tx, obj, path.split("."), path)
    return obj


def _expand(tx: Tx, obj: Any, names: list[str], path: str) -> None:
    if not names or obj is None:
        return
    if isinstance(obj, list):
        for item in obj:
            _expand(tx, item, names, path)
        return
    name, *rest = names
    obj[name] = _expanded(tx, obj, name, path)
    _expand(tx, obj[name], rest, path)


def _expanded(tx: Tx, obj: Obj, name: str, path: str) -> Any:
    extra = ON_REQUEST.get((str(obj.get("object")), name))
    if extra and not obj.get(name):
        return extra(tx, obj)
    value = obj.get(name)
    found = tx.any(value) if isinstance(value, str) else None
    if found:
        return render(tx, found[2])
    if isinstance(value, str) or name not in obj:
        raise invalid(f"This property cannot be expanded ({path}).", code="property_expansion_invalid", param="expand")
    return value


def listing(items: list[Obj], url: str, *, has_more: bool = False) -> Obj:
    return {"object": "list", "data": items, "has_more": has_more, "url": url}


@presenter("balance_transaction")
def _balance_transaction(_tx: Tx, obj: Obj) -> Obj:
    arrived = obj["available_on"] <= identifiers.now()
    return public(obj) | {"status": "available" if arrived else "pending"}
