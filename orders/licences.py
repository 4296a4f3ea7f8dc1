"""What a buyer may do with the work. A gig chooses one; its words are frozen into the terms of each order."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.models import Order, OrderEvent
from orders.states import Action, State

TRANSFER, COMMERCIAL, PERSONAL = "transfer", "commercial", "personal"
CHOICES: tuple[tuple[str, str | Promise], ...] = (
    (TRANSFER, _("Full transfer")),
    (COMMERCIAL, _("Commercial use")),
    (PERSONAL, _("Personal use")),
)
_LABELS = dict(CHOICES)
# Of the kinds; what the law gives and nobody can give away, such as being named as the author, stays.
_TEXTS: dict[str, str | Promise] = {
    TRANSFER: _(
        "With the acceptance all rights in the delivered work go to the buyer: to use, change, publish and sell it, "
        "alone and for ever. The seller may show it as an example of their work unless the buyer objects."
    ),
    COMMERCIAL: _(
        "With the acceptance the buyer may use, change and publish the delivered work for ever and everywhere, also "
        "to earn money with it. The rights stay with the seller, who may use it again."
    ),
    PERSONAL: _(
        "With the acceptance the buyer may use the delivered work for themselves, not to earn money. The rights stay "
        "with the seller."
    ),
}
_REVOKED: str | Promise = _(
    "If all of the price goes back to the buyer, the licence ends, and the buyer deletes the files."
)


def label(kind: str) -> str:
    """For people; "" for a kind that is none."""
    return str(_LABELS.get(kind, ""))


def text(kind: str) -> str:
    """The words that an order freezes. Raises KeyError for a kind that is none."""
    return f"{_TEXTS[kind]} {_REVOKED}"


def has_ended(order: Order, events: Iterable[OrderEvent]) -> bool:
    """All of what was paid went back: by an end that keeps nothing for the seller, or by the buyer's bank."""
    if order.state == State.CANCELLED:
        return order.paid_at is not None and not order.done_price_minor
    taken = (int(event.data["amount_minor"]) for event in events if event.action == Action.LOSE_CHARGEBACK)
    return sum(taken) >= order.all_in.amount_minor
