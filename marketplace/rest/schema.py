"""What the schema says that only a request can know."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from marketplace.kernel import identity


def title() -> str:
    return f"{identity.name()} API"


def named_as_the_site(result: dict[str, Any], request: HttpRequest | None, **_given: Any) -> dict[str, Any]:
    """A hook of drf-spectacular. Checks, which have no request, need no database."""
    if request is not None:
        result["info"]["title"] = title()
    return result
