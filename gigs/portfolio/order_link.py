"""On the page of an accepted order: its seller may ask to show the work."""

from __future__ import annotations

import uuid

from django.urls import reverse
from django.utils.translation import gettext as _

from orders.contracts import SideLink


def portfolio_link(order_id: uuid.UUID, *, is_seller: bool, is_accepted: bool) -> SideLink | None:
    if not (is_seller and is_accepted):
        return None
    return SideLink(
        title=_("Show this work"),
        text=_("Put it into your portfolio. The buyer sees what would stand there, and decides."),
        label=_("Ask to show it"),
        url=reverse("gigs:piece_of_order", args=[order_id]),
    )
