"""The buyer's check: accept, ask for changes, take more time; and the end that follows (rows 26 to 29, 42)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel.errors import InvalidInput
from orders import deadlines
from orders.models import Order, Timer
from orders.services import clocks, funds, notices, records
from orders.services.transition import SYSTEM, By, Change, apply, check, lock, party
from orders.splits import WHOLE, split
from orders.states import Action, Actor
from payments import api as payments

SHORTEST_REASON = 10
LONGEST_TEXT = 5_000


@dataclass(frozen=True, slots=True)
class Ending:
    """What a completed order carries from then on."""

    fields: dict[str, Any]
    timers: dict[str, datetime]


def ending(order: Order, at: datetime, *, accepted_by_buyer: bool) -> Ending:
    """Clearing and review windows from now; the rule for their length is in ``deadlines.clearing``."""
    rules = order.terms.rules
    standing = records.standing(order.seller_id, order.currency, at)
    is_fast = accepted_by_buyer and deadlines.clears_fast(order.price, standing, rules)
    clears = at + deadlines.clearing(order.price, accepted_by_buyer=accepted_by_buyer, standing=standing, rules=rules)
    until = at + rules.review_window
    return Ending(
        fields={"completed_at": at, "clears_at": clears, "review_until": until, "cleared_fast": is_fast},
        timers={Action.CLEAR: clears, Action.REVEAL_REVIEWS: until},
    )


def accept(*, order_id: uuid.UUID, actor_id: int, at: datetime) -> None:
    """Row 26: the money becomes the seller's and clears."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        change = _complete(order, Action.ACCEPT, party(order, actor_id), at)
        _tell_accepted(change, automatic=False)


def auto_accept(order: Order, at: datetime) -> None:
    """Row 27: the buyer said nothing in time."""
    change = _complete(order, Action.AUTO_ACCEPT, SYSTEM, at)
    _tell_accepted(change, automatic=True)
    notices.tell(change, Actor.BUYER, "order_accepted", automatic=True, clears=order.clears_at)


def _complete(order: Order, action: Action, by: By, at: datetime) -> Change:
    check(order, action, by, at)
    end = ending(order, at, accepted_by_buyer=action == Action.ACCEPT)
    change = apply(order, action, by, at, fields=end.fields, timers=end.timers)
    funds.release_whole(change)
    records.count(order.seller_id, completed=1)
    return change


def _tell_accepted(change: Change, *, automatic: bool) -> None:
    order = change.order
    receives = order.terms.seller_receives
    notices.tell(change, Actor.SELLER, "order_accepted", automatic=automatic, amount=receives, clears=order.clears_at)


def request_revision(*, order_id: uuid.UUID, actor_id: int, reason: str, at: datetime) -> None:
    """Row 29: one of the included changes; a new deadline begins. Raises InvalidInput without a reason."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.REQUEST_REVISION, by, at)
        reason = written(reason, "reason", _("Say what should be different, so that one round is enough."))
        due = deadlines.revision_due(at, order.terms)
        fields = {"revisions_used": order.revisions_used + 1, "due_at": due, "is_late": False, "is_very_late": False}
        timers = clocks.work(at, due, order.terms)
        change = apply(order, Action.REQUEST_REVISION, by, at, data={"reason": reason}, fields=fields, timers=timers)
        notices.tell(change, Actor.SELLER, "order_revision", reason=reason[:500], due=due)


def written(text: str, field: str, too_short: str) -> str:
    """A reason that the other side can work with. Raises InvalidInput at ``field``."""
    value = text.replace("\x00", "").strip()
    if len(value) < SHORTEST_REASON:
        raise InvalidInput(too_short, fields={field: too_short})
    if len(value) > LONGEST_TEXT:
        message = _("Keep it under %(limit)s characters.") % {"limit": LONGEST_TEXT}
        raise InvalidInput(message, fields={field: message})
    return value


def extend_review(*, order_id: uuid.UUID, actor_id: int, at: datetime) -> None:
    """Row 28: once, the buyer takes more time to check."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.EXTEND_REVIEW, by, at)
        running = Timer.objects.get(order=order, kind=Action.AUTO_ACCEPT).due_at
        until = running + order.terms.rules.acceptance_extension
        change = apply(
            order, Action.EXTEND_REVIEW, by, at,
            data={"until": until.isoformat()}, fields={"review_extended": True},
            timers=clocks.acceptance(at, until, order.terms),
        )  # fmt: skip
        notices.tell(change, Actor.SELLER, "order_extended", until=until)


def remind(order: Order, at: datetime) -> None:
    until = Timer.objects.get(order=order, kind=Action.AUTO_ACCEPT).due_at
    change = apply(order, Action.REMIND_ACCEPTANCE, SYSTEM, at, drop=[Action.REMIND_ACCEPTANCE])
    notices.tell(change, Actor.BUYER, "order_check", until=until)


def clear(order: Order, at: datetime) -> None:
    """Row 42: the seller's share has waited long enough; payments sends it on."""
    change = apply(order, Action.CLEAR, SYSTEM, at, fields={"cleared_at": at}, drop=[Action.CLEAR])
    payments.clear(order.reference, at)
    share = split(order.terms, WHOLE if order.percent is None else order.percent)
    notices.tell(change, Actor.SELLER, "order_cleared", amount=share.seller_receives)
