"""The pages of a seller's earnings, beside each other."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _


def earnings_tabs(current: str) -> list[dict[str, object]]:
    """``current`` is the name of the page's address."""
    labels = {
        "earnings": _("Overview"),
        "calendar": _("Calendar"),
        "forecast": _("Forecast"),
        "pockets": _("Set aside"),
        "hours": _("Per hour"),
    }
    return [
        {"label": label, "url": reverse(f"payments:{name}"), "is_current": name == current}
        for name, label in labels.items()
    ]
