"""Whether visitors can read whose site this is. The one place that knows where legal texts come from."""

from __future__ import annotations

from django.conf import settings

from marketplace.pages.legal import texts

_EXAMPLE = "help@localhost"


def lacking() -> list[str]:
    """The names of settings that documents and legal pages still miss; empty where nothing is missing."""
    said = {
        "OPERATOR_LEGAL_NAME": settings.OPERATOR_LEGAL_NAME,
        "OPERATOR_ADDRESS": settings.OPERATOR_ADDRESS,
        "OPERATOR_EMAIL": "" if settings.OPERATOR_EMAIL == _EXAMPLE else settings.OPERATOR_EMAIL,
    }
    return [name for name, value in said.items() if not value]


def skeletons() -> list[str]:
    """What the operator has not published in any language. One query."""
    return [str(kind.label) for kind in texts.unpublished()]
