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
from orders.states import Action, Actor, State

SHORTEST_REASON = 10
LONGEST_TEXT = 5_000


@dataclass(frozen=True, slots=True)
class Ending:
    """What a completed order carries from then on."""

    fields: dict[str, Any]
    timers: dict[str, datetime]


def ending(order: Order, at: datetime, *, accepted_by_buyer: bool) -> Ending:
    """Clearing and review windows from now; the rule for their length is in ``deadlines.clearing``.

    The timer for clearing comes with the release itself (``funds.divide``).
    """
    rules = order.terms.rules
    standing = records.standing(order.seller_id, order.currency, at, rules)
    price = order.price_at_stake
    is_fast = accepted_by_buyer and deadlines.clears_fast(price, standing, rules)
    clears = at + deadlines.clearing(price, accepted_by_buyer=accepted_by_buyer, standing=standing, rules=rules)
    until = at + rules.review_window
    return Ending(
        fields={"completed_at": at, "clears_at": clears, "review_until": until, "cleared_fast": is_fast},
        timers={Action.REVEAL_REVIEWS: until},
    )


def _between(end: Ending, order: Order, at: datetime) -> Ending:
    """The same where another step may follow: what is accepted clears, the order waits for the next payment."""
    fields = {name: end.fields[name] for name in ("clears_at", "cleared_fast")}
    return Ending(fields, {Action.LAPSE_FUNDING: at + order.terms.rules.step_funding})


def accept(*, order_id: uuid.UUID, actor_id: int, at: datetime) -> None:
    """Row 26: the money becomes the seller's and clears; with steps left the next one may be paid for."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        change = _complete(order, Action.ACCEPT, party(order, actor_id), at)
        notices.tell_all(_accepted(change, automatic=False))


def auto_accept(order: Order, at: datetime) -> None:
    """Row 27: the buyer said nothing in time."""
    change = _complete(order, Action.AUTO_ACCEPT, SYSTEM, at)
    said = _accepted(change, automatic=True)
    if order.state == State.COMPLETED:
        context = {"automatic": True, "clears": order.clears_at}
        said.append(notices.Word(change, Actor.BUYER, "order_accepted", context))
    notices.tell_all(said)


def _complete(order: Order, action: Action, by: By, at: datetime) -> Change:
    check(order, action, by, at)
    end, target = ending(order, at, accepted_by_buyer=action == Action.ACCEPT), State.COMPLETED
    if order.has_next_step:
        end, target = _between(end, order, at), State.AWAITING_FUNDING
    change = apply(order, action, by, at, target=target, fields=end.fields, timers=end.timers)
    funds.release_whole(change)
    if target == State.COMPLETED:
        records.count(order.seller_id, completed=1)
    return change


def _accepted(change: Change, *, automatic: bool) -> list[notices.Word]:
    order = change.order
    context = {"automatic": automatic, "amount": order.receives_at_stake, "clears": order.clears_at}
    if order.state == State.COMPLETED:
        return [notices.Word(change, Actor.SELLER, "order_accepted", context)]
    context |= {
        "number": order.step + 1,
        "following": order.terms.steps[order.step + 1].title,
        "until": change.event.at + order.terms.rules.step_funding,
    }
    return [notices.Word(change, role, "order_step_accepted", context) for role in (Actor.BUYER, Actor.SELLER)]


def request_revision(*, order_id: uuid.UUID, actor_id: int, reason: str, at: datetime) -> None:
    """Row 29: one of the included changes; a new deadline begins. Raises InvalidInput without a reason."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.REQUEST_REVISION, by, at)
        reason = written(reason, "reason", _("Say what should be different, so that one round is enough."))
        due = deadlines.revision_due(at, order.running_terms)
        fields = {"revisions_used": order.revisions_used + 1, "due_at": due, "is_late": False, "is_very_late": False}
        timers = clocks.work(at, due, order.running_terms)
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
        until = Timer.objects.due_of(order, Action.AUTO_ACCEPT) + order.terms.rules.acceptance_extension
        change = apply(
            order, Action.EXTEND_REVIEW, by, at,
            data={"until": until.isoformat()}, fields={"review_extended": True},
            timers=clocks.acceptance(at, until, order.terms),
        )  # fmt: skip
        notices.tell(change, Actor.SELLER, "order_extended", until=until)
