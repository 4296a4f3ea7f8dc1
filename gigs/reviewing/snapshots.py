"""A gig's content as JSON and back. It follows the fields of ``GigContent`` by itself: a new one needs nothing here."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.core.serializers.json import DjangoJSONEncoder

from gigs.contracts import GigContent


def to_json(content: GigContent) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(json.dumps(asdict(content), cls=_Exact))
    return stored


class _Exact(DjangoJSONEncoder):
    """Moments to the microsecond: Django's own cuts them to milliseconds."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def from_json(stored: dict[str, Any]) -> GigContent:
    """Fields that this version does not know are left out, those that it did not know then are as in a new gig."""
    content: GigContent = _value(GigContent, stored)
    return content


def merged(base: GigContent, wanted: GigContent, live: GigContent) -> GigContent:
    """``live`` with what ``wanted`` changed of ``base``: what was set meanwhile by other ways stays."""
    changed = {
        field.name: getattr(wanted, field.name)
        for field in fields(GigContent)
        if getattr(wanted, field.name) != getattr(base, field.name)
    }
    return replace(live, **changed)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(kind: Any, stored: Any) -> Any:
    if stored is None or kind is Any:
        return stored
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        known = {field.name for field in fields(kind)} & stored.keys()
        return kind(**{name: _value(hints[name], stored[name]) for name in known})
    if get_origin(kind) in (Union, UnionType):
        (inner,) = (one for one in get_args(kind) if one is not NoneType)
        return _value(inner, stored)
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), stored)
    return datetime.fromisoformat(stored) if kind is datetime else stored


def _tuple(kinds: tuple[Any, ...], stored: list[Any]) -> tuple[Any, ...]:
    if kinds[-1] is Ellipsis:
        return tuple(_value(kinds[0], one) for one in stored)
    return tuple(_value(kind, one) for kind, one in zip(kinds, stored, strict=True))
