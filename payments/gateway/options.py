"""What every call has: the idempotency key, the connected account that it acts as, our marks on the object."""

from __future__ import annotations

from typing import Any

from stripe import RequestOptions


def options(key: str = "", account: str = "") -> RequestOptions:
    chosen: RequestOptions = {}
    if key:
        chosen["idempotency_key"] = key
    if account:
        chosen["stripe_account"] = account
    return chosen


def metadata_of(found: Any) -> dict[str, str]:
    """Our own marks on an object; empty where it has none."""
    metadata = getattr(found, "metadata", None)
    if metadata is None:
        return {}
    plain = metadata if isinstance(metadata, dict) else metadata.to_dict()
    return {str(name): str(value) for name, value in plain.items()}
