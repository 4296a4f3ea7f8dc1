"""The end of an order by which its money is divided: what goes to the seller, what goes back (rows 38, 41, 46b)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from orders.models import Dispute, Fault, Order, Outcome, Phase
from orders.services import funds, records
from orders.services.acceptance import ending
from orders.services.transition import By, Change, apply
from orders.splits import Split
from orders.states import Action, State


def end(
    order: Order, action: Action, by: By, part: Split, at: datetime, *,
    fault: Fault, fields: dict[str, Any] | None = None,
) -> Change:  # fmt: skip
    """Completed where the seller keeps something, else cancelled by ``fault``; the money moves payment by payment."""
    ending_ = ending(order, at, accepted_by_buyer=False)
    data = {"percent": part.percent, "refund_minor": part.refund.amount_minor, "price_minor": part.price.amount_minor}
    written = {**ending_.fields, "kept_minor": part.price.amount_minor, **(fields or {})}
    timers, target = ending_.timers, State.COMPLETED
    if part.price:
        records.count(order.seller_id, completed=1)
    else:
        target = State.CANCELLED
        written |= {"fault": fault, "completed_at": None, "clears_at": None}
        timers = {Action.REVEAL_REVIEWS.value: timers[Action.REVEAL_REVIEWS]}
    change = apply(order, action, by, at, target=target, data=data, fields=written, timers=timers)
    funds.divide(change, part)
    return change


def close(dispute: Dispute, outcome: Outcome, at: datetime) -> None:
    """A case that needs nobody any more; who read it is free for the next."""
    dispute.phase, dispute.outcome, dispute.closed_at = Phase.CLOSED, outcome, at
    dispute.claimed_by_id, dispute.claimed_until = None, None
    dispute.save()
