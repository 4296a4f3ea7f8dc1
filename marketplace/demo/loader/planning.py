"""What the demo's seller has noted for themselves: a goal, two pockets, and how long two of their gigs take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import payments.api
from marketplace.kernel.money import Money
from payments.api import PocketDraft, Rhythm

_SINCE = timedelta(days=120)
_USUAL_MINUTES = (50, 35)


def plan(seller_id: int, gig_ids: Sequence[int], now: datetime) -> None:
    """The tax's reminder is on the last day of the year, or of the next one where that is near."""
    payments.api.save_goals(user_id=seller_id, goals=[Money(25_000, "EUR")])
    tax_day = date((now + timedelta(days=2)).year, 12, 31)
    tax = PocketDraft("Tax", 30, Rhythm.QUARTERLY, tax_day)
    for draft in (tax, PocketDraft("Holiday", 5)):
        payments.api.add_pocket(user_id=seller_id, draft=draft, at=now - _SINCE)
    for gig_id, minutes in zip(gig_ids, _USUAL_MINUTES, strict=False):
        payments.api.note_typical(seller_id=seller_id, subject=f"gig:{gig_id}", minutes=minutes)
