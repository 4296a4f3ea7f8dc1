"""Which delivered files wait for the acceptance, and what is drawn over their previews.

Nobody accepts blind: where the seller chose it, the originals wait of those files alone whose preview shows all of
them. What has no preview, or one that leaves something out, is open; so is a file whose preview does not come.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.kernel import identity
from marketplace.kernel.models import Preview, StoredFile
from marketplace.kernel.previews import kinds
from orders.models import Delivery, Order
from orders.states import State

OPEN, WATERMARKED = "open", "watermarked"
CHOICES: tuple[tuple[str, str | Promise], ...] = (
    (OPEN, gettext_lazy("Buyers get the files when you deliver")),
    (WATERMARKED, gettext_lazy("Buyers see the work whole, and get the files when they accept")),
)
PATIENCE = timedelta(hours=1)  # with a preview that does not come


def watermark(order: Order) -> str:
    """Over pictures and pages of this order, or ""."""
    if order.terms.preview != WATERMARKED:
        return ""
    return _("PREVIEW · %(site)s %(code)s") % {"site": identity.name(), "code": order.code}


def is_accepted(order: Order, delivery: Delivery) -> bool:
    """Whether the work that a delivery belongs to was accepted; a claim afterwards takes nothing back."""
    is_done = order.state in {State.COMPLETED, State.AWAITING_FUNDING} or order.completed_at is not None
    return is_done or delivery.step < order.step


def is_locked(order: Order, delivery: Delivery, stored: StoredFile, at: datetime) -> bool:
    """Whether the buyer gets the preview of a delivered file only; ``preview`` of the file should have been read."""
    if order.terms.preview != WATERMARKED or is_accepted(order, delivery):
        return False
    if kinds.kind_of(stored.name) not in kinds.LOCKABLE:
        return False
    preview: Preview | None = getattr(stored, "preview", None)
    if preview is None:
        return False
    if preview.state == Preview.State.WAITING:
        return at < preview.asked_at + PATIENCE
    return preview.state == Preview.State.READY and preview.is_whole
