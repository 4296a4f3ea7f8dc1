"""What a signed body must be to be an event. Nothing of it is believed but which object to look at."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn

from marketplace.kernel.errors import InvalidInput

_LONGEST = 100


class Source(StrEnum):
    """The endpoint that an event came to: each has a secret of its own and follows types of its own."""

    PLATFORM = "platform"
    CONNECT = "connect"  # what happens in sellers' accounts
    V2 = "v2"  # thin events: they name an object and carry none


@dataclass(frozen=True, slots=True)
class Envelope:
    event_id: str
    type: str
    account: str  # the connected account that it speaks of; empty: our own
    object_id: str  # empty: the object has none, like a balance
    livemode: bool
    api_version: str  # empty for thin events
    payload: dict[str, Any]


def parse(source: Source, body: bytes) -> Envelope:
    """Raises InvalidInput where the body is no event, or one that cannot belong to this endpoint."""
    event = _load(body)
    if event.get("object") != ("v2.core.event" if source == Source.V2 else "event"):
        raise InvalidInput("not an event of this endpoint", code="not_an_event")
    account = event.get("account")
    if source == Source.PLATFORM and account is not None:
        raise InvalidInput("an event of a connected account", code="other_endpoint")
    return Envelope(
        event_id=_text(event, "id"),
        type=_text(event, "type"),
        account=_text(event, "account") if source == Source.CONNECT else "",
        object_id=_object_id(event, source),
        livemode=_flag(event, "livemode"),
        api_version=_text(event, "api_version") if event.get("api_version") is not None else "",
        payload=event,
    )


def _load(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("not JSON", code="not_json") from error
    if not isinstance(event, dict):
        raise InvalidInput("not an event", code="not_an_event")
    return event


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _object_id(event: dict[str, Any], source: Source) -> str:
    found = event.get("related_object")
    if source != Source.V2:
        data = event.get("data")
        found = data.get("object") if isinstance(data, dict) else None
    value = found.get("id") if isinstance(found, dict) else None
    return value if isinstance(value, str) and len(value) <= _LONGEST else ""


def _text(holder: dict[str, Any], name: str) -> str:
    """Not cut where it is too long: two events would share what is left."""
    value = holder.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        raise InvalidInput(f"no {name}", code="not_an_event")
    return value


def _flag(holder: dict[str, Any], name: str) -> bool:
    value = holder.get(name)
    if not isinstance(value, bool):
        raise InvalidInput(f"no {name}", code="not_an_event")
    return value
