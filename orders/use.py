"""What a buyer may do with the work, how it is made, and when they get the files: as every page says it."""

from __future__ import annotations

from orders import declarations, licences, locks
from orders.contracts import Terms, Use


def use_of(terms: Terms) -> Use:
    """Of an order's frozen terms."""
    return offered(
        licence_kind=terms.licence_kind,
        licence=terms.licence,
        ai_use=terms.ai_use,
        ai_note=terms.ai_note,
        preview=terms.preview,
    )


def offered(*, licence_kind: str, licence: str, ai_use: str, ai_note: str, preview: str) -> Use:
    """Of an offer."""
    return Use(
        licence=licences.label(licence_kind),
        licence_text=licence,
        ai=declarations.label(ai_use),
        ai_note=ai_note,
        waits_for_acceptance=preview == locks.WATERMARKED,
    )
