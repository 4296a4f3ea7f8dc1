"""A gig's content as JSON and back. What an older row lacks gets its default."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cattrs import Converter

from gigs.contracts import GigContent

_converter = Converter()
_converter.register_unstructure_hook(datetime, datetime.isoformat)
_converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))


def to_json(content: GigContent) -> dict[str, Any]:
    result: dict[str, Any] = _converter.unstructure(content)
    return result


def from_json(data: dict[str, Any]) -> GigContent:
    return _converter.structure(data, GigContent)
