"""The register of what the sandbox can be told to do, by the control API and by the dashboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from payments.sandbox import runtime
from payments.sandbox.errors import invalid, missing, no_such
from payments.sandbox.store import Obj, Tx

Given = dict[str, Any]
Action = Callable[[Tx, Given], Obj]
ACTIONS: dict[str, Action] = {}


def action(name: str) -> Callable[[Action], Action]:
    def register(function: Action) -> Action:
        ACTIONS[name] = function
        return function

    return register


def run(name: str, given: Given) -> Obj:
    """One action in one transaction."""
    if name not in ACTIONS:
        raise invalid(f"There is no action {name}.", status=404)
    with runtime.store().transaction() as tx:
        return ACTIONS[name](tx, given)


def one(tx: Tx, given: Given, kind: str) -> Obj:
    """The platform's object that ``given`` names by the last part of its kind: charge, refund, account …"""
    param = "session" if kind == "checkout.session" else kind
    found = tx.find(kind, str(required(given, param)))
    if found is None:
        raise no_such(kind, str(given[param]), param)
    return found


def required(given: Given, param: str) -> Any:
    if param not in given:
        raise missing(param)
    return given[param]


def number(given: Given, param: str) -> int | None:
    """A number of minor units or seconds, or None where the field was left empty."""
    value = given.get(param)
    if value in (None, ""):
        return None
    try:
        return int(str(value))
    except ValueError:
        raise invalid(f"{param} is a whole number.", param=param) from None
