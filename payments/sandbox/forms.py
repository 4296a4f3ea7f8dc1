"""Form-encoded bodies with nested names: ``a[b]=c``, ``a[0][b]=c`` and ``a[]=c``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from payments.sandbox.errors import invalid

NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, value in pairs:
        found = NAME.match(name)
        if not found:
            raise invalid(f"Invalid parameter name: {name}", param=name)
        _put(tree, [found[1], *re.findall(r"\[([^\[\]]*)\]", found[2])], value, name)
    return {name: _lists(value) for name, value in tree.items()}


def _put(tree: dict[str, Any], keys: list[str], value: str, name: str) -> None:
    for key in keys[:-1]:
        tree = tree.setdefault(_position(tree, key), {})
        if not isinstance(tree, dict):
            raise invalid(f"Invalid parameter: {name}", param=name)
    tree[_position(tree, keys[-1])] = value


def _position(tree: dict[str, Any], key: str) -> str:
    return key or str(len(tree))


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdecimal() for key in value):
        return [_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _lists(item) for key, item in value.items()}
