"""What a seller says of the machines that help them; frozen into the terms of each order."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NONE, ASSISTED, GENERATED = "none", "assisted", "generated"
AI_USES: tuple[tuple[str, str | Promise], ...] = (
    (NONE, _("Made without AI")),
    (ASSISTED, _("Made by a person with the help of AI")),
    (GENERATED, _("Made by AI, chosen and checked by a person")),
)
_LABELS = dict(AI_USES)


def label(kind: str) -> str:
    """For people; "" where the seller has not said."""
    return str(_LABELS.get(kind, ""))
