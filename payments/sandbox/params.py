"""What a request may say: Stripe's own field list, and of it what the sandbox really does.

The field list is the one that the ``stripe`` package carries as typed dictionaries (generated from Stripe's API
description). A field that Stripe does not know is refused as Stripe refuses it. A field that Stripe knows and the
sandbox would have to ignore is refused too, and says so: silently ignoring it would teach the caller a falsehood.
"""

from __future__ import annotations

import functools
import importlib
import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin

from typing_extensions import get_type_hints, is_typeddict

from payments.sandbox.errors import ApiError, invalid, missing

# Members of the package's request options, which travel as headers.
OPTIONS = frozenset((
    "api_key", "stripe_version", "stripe_account", "stripe_context", "max_network_retries", "idempotency_key",
    "content_type", "headers",
))  # fmt: skip


@dataclass(frozen=True)
class Fields:
    """``name``: a typed dictionary below ``stripe.params``. ``supported``: dotted prefixes; empty means all."""

    name: str
    supported: frozenset[str] = frozenset()
    # Names that travel inside Stripe's own next_page_url and are no parameters of the package.
    links: frozenset[str] = frozenset()

    def check(self, given: dict[str, Any], *, from_text: bool) -> dict[str, Any]:
        followed = {name: value for name, value in given.items() if name in self.links}
        rest = {name: value for name, value in given.items() if name not in self.links}
        checked: dict[str, Any] = Checker(from_text).typed(_typed_dict(self.name), rest, "")
        if self.supported:
            _refuse_unsupported(checked, self.supported, "")
        return checked | followed


def fields(name: str, supported: str = "", links: str = "") -> Fields:
    allowed = frozenset(supported.split()) | {"expand", "metadata"} if supported else frozenset()
    return Fields(name, allowed, frozenset(links.split()))


@functools.cache
def _typed_dict(name: str) -> type:
    module, _, member = f"stripe.params.{name}".rpartition(".")
    found: type = getattr(importlib.import_module(module), member)
    return found


@functools.cache
def _hints(typed: type) -> dict[str, Any]:
    # Two names of the request options that the package does not bring along at run time.
    hints = get_type_hints(typed, localns={"StripeContext": object, "Mapping": Mapping}, include_extras=True)
    return {name: hint for name, hint in hints.items() if name not in OPTIONS}


def _refuse_unsupported(value: Any, supported: frozenset[str], path: str) -> None:
    if path in supported:
        return
    if isinstance(value, dict):
        for name, item in value.items():
            _refuse_unsupported(item, supported, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for item in value:
            _refuse_unsupported(item, supported, path)
    else:
        raise invalid(f"The sandbox does not act on the parameter {path}, which Stripe knows.", param=path)


class Checker:
    """Turns what was sent into Python values, or refuses it. Form values are text, JSON values have a type."""

    def __init__(self, from_text: bool) -> None:
        self.from_text = from_text

    def typed(self, typed: type, given: Any, path: str) -> dict[str, Any]:
        if not isinstance(given, dict):
            raise invalid(f"Invalid object: {path}", param=path)
        hints = _hints(typed)
        for name in getattr(typed, "__required_keys__", frozenset()):
            if name in hints and name not in given:
                raise missing(_join(path, name))
        result = {}
        for name, value in given.items():
            if name not in hints:
                raise unknown(_join(path, name))
            result[name] = self.value(hints[name], value, _join(path, name))
        return result

    def value(self, hint: Any, given: Any, path: str) -> Any:
        if get_origin(hint) in (NotRequired, Required):
            return self.value(get_args(hint)[0], given, path)
        if get_origin(hint) in (Union, types.UnionType):
            return self._one_of(get_args(hint), given, path)
        if get_origin(hint) is Literal:
            return self._choice(get_args(hint), given, path)
        if get_origin(hint) is list:
            return self._list(hint, given, path)
        if is_typeddict(hint):
            return self.typed(hint, given, path)
        if hint is Any:
            return given
        if hint in (int, bool, float, str):
            return self._scalar(hint, given, path)
        return self._mapping(given, path)

    def _one_of(self, hints: tuple[Any, ...], given: Any, path: str) -> Any:
        choices = [choice for hint in hints if get_origin(hint) is Literal for choice in get_args(hint)]
        named = [choice for choice in choices if choice != ""]
        if given == "" and "" in choices:
            return ""
        # ``Literal[...] | str`` lists what is known today: in a request the sandbox takes only that.
        rest = [hint for hint in hints if get_origin(hint) is not Literal and not (named and hint is str)]
        if named and not isinstance(given, dict | list):
            return self._choice(tuple(named), given, path)
        return self._first(rest, given, path)

    def _first(self, hints: list[Any], given: Any, path: str) -> Any:
        refusal: ApiError | None = None
        for hint in hints:
            try:
                return self.value(hint, given, path)
            except ApiError as error:
                refusal = refusal or error
        raise refusal or invalid(f"Invalid value for {path}", param=path)

    def _choice(self, choices: tuple[Any, ...], given: Any, path: str) -> Any:
        if given in choices:
            return given
        known = ", ".join(str(choice) for choice in choices)
        raise invalid(f"Invalid {path}: must be one of {known}", param=path)

    def _list(self, hint: Any, given: Any, path: str) -> list[Any]:
        if not isinstance(given, list):
            raise invalid(f"Invalid array: {path}", param=path)
        return [self.value(get_args(hint)[0], item, f"{path}[{at}]") for at, item in enumerate(given)]

    def _mapping(self, given: Any, path: str) -> Any:
        if not isinstance(given, dict):
            raise invalid(f"Invalid object: {path}", param=path)
        return given

    def _scalar(self, kind: type, given: Any, path: str) -> Any:
        if self.from_text and isinstance(given, str):
            given = _read(kind, given)
        right = isinstance(given, kind) and not (kind is int and isinstance(given, bool))
        if not right:
            name = {int: "integer", bool: "boolean", float: "decimal", str: "string"}[kind]
            raise invalid(f"Invalid {name}: {given}", param=path, code=f"parameter_invalid_{name}")
        return given


def _read(kind: type, text: str) -> Any:
    if kind is int and text.removeprefix("-").isdecimal() and text.isascii():
        return int(text)
    if kind is bool and text in ("true", "false"):
        return text == "true"
    if kind is float:
        return float(text) if text.replace(".", "", 1).isdecimal() else text
    return text


def unknown(path: str) -> ApiError:
    return invalid(f"Received unknown parameter: {path}", code="parameter_unknown", param=path)


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name
