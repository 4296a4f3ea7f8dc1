"""The one function that changes an order's state, and the lock that comes before it.

Every service is one transaction: lock the order, look the action up in the table, check its guard,
write state, event and timers, then move money and tell people. Nothing leaves the database here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from marketplace.kernel import events
from marketplace.kernel.errors import Conflict, NotAllowed, NotFound
from marketplace.kernel.prepared import prepared, prepared_change
from orders import guards, sources
from orders.contracts import OrderFact
from orders.models import Order, OrderEvent, Proposal, Timer
from orders.services import conflicts, resting
from orders.situations import Known, known_of, situation_of
from orders.states import ACTIVE, ENDED, NEW, OUTLIVES_A_STEP, OUTLIVES_THE_END, TABLE, Action, Actor, State


@dataclass(frozen=True, slots=True)
class By:
    """Who acts: a role, and the person behind it where there is one."""

    role: Actor
    user_id: int | None = None


SYSTEM = By(Actor.SYSTEM)
PAYMENT = By(Actor.PAYMENT)


def lock(order_id: uuid.UUID, at: datetime) -> tuple[Order, datetime]:
    """The order, locked until the transaction ends, and its own time, which never runs backwards."""
    try:
        order = _LOCKED.get(order_id)
    except Order.DoesNotExist:
        raise NotFound(_("There is no such order.")) from None
    return order, max(at, order.last_event_at)


_LOCKED = prepared(lambda pk: Order.objects.select_for_update().filter(pk=pk))


def party(order: Order, actor_id: int) -> By:
    """The side a person is on. Raises NotFound: a stranger does not learn that the order exists."""
    role = order.role_of(actor_id)
    if role is None:
        raise NotFound(_("There is no such order."))
    return By(role, actor_id)


@dataclass(frozen=True, slots=True)
class Change:
    """What an applied transition leaves for the service to finish."""

    order: Order
    event: OrderEvent

    @property
    def key(self) -> str:
        """Names this one step of this one order, for keys of money and notices."""
        return f"order:{self.order.pk}:{self.event.version}"


def check(order: Order, action: Action, by: By, at: datetime, known: Known | None = None) -> None:
    """Raises IllegalTransition or Conflict exactly as ``apply`` would, and changes nothing.

    What has passed stands until the order moves on: a service asks before it works, and ``apply`` asks again.
    """
    asked = (action, by.role, at, order.version)
    if order.passed == asked:
        return
    TABLE.find(order.state, action, by.role)
    known = known or known_of([order])[order.pk]
    reason = guards.reason_against(action, situation_of(order, by.role, at, known))
    if reason:
        raise Conflict(reason, code="guard")
    order.passed, order.had_proposals = asked, bool(known.proposals)


def apply(
    order: Order,
    action: Action,
    by: By,
    at: datetime,
    *,
    target: State | None = None,
    data: dict[str, Any] | None = None,
    fields: dict[str, Any] | None = None,
    timers: dict[str, datetime] | None = None,
    drop: Iterable[str] = (),
) -> Change:
    """Applies one action to a locked order.

    Raises IllegalTransition where the table has no row and Conflict where its guard says no; then
    nothing has changed. A change of state replaces every timer by ``timers``; where the state stays,
    ``timers`` are put beside the others and ``drop`` are taken away.
    """
    row = TABLE.find(order.state, action, by.role)
    check(order, action, by, at)
    before, after = order.state, _target(order, row.targets, target)
    order.state, order.version, order.last_event_at = after, order.version + 1, at
    if before != after:
        order.paused_at = None
    for name, value in (fields or {}).items():
        setattr(order, name, value)
    if after in ENDED and before not in ENDED:
        order.closed_at = at
    resting.end_of_hold(order, after, at)
    order.save_changes()
    event = event_of(order, action, by, before, data)
    event.save(force_insert=True)
    _set_timers(order, timers or {}, drop, before, after)
    resting.keep_still(order, at)
    if before != after:
        _close_proposals(order, before, after, at)
        _publish(order, action, before, at)
    return Change(order, event)


def event_of(order: Order, action: Action, by: By, before: str, data: dict[str, Any] | None = None) -> OrderEvent:
    """The event of a change that the order carries already, not saved."""
    return OrderEvent(
        order=order, version=order.version, action=action, actor=by.role, person_id=by.user_id,
        state_before=before, state=order.state, data=data or {}, at=order.last_event_at,
    )  # fmt: skip


def _target(order: Order, allowed: tuple[str, ...], wanted: State | None) -> str:
    if not allowed:
        return order.state
    if wanted is None and len(allowed) == 1:
        return allowed[0]
    if wanted not in allowed:
        raise ValueError(f"{wanted} is not among {allowed}")
    return wanted


def _set_timers(order: Order, timers: dict[str, datetime], drop: Iterable[str], before: str, after: str) -> None:
    if before != after and before != NEW:
        outliving = OUTLIVES_A_STEP if after in ACTIVE else OUTLIVES_THE_END
        _END_TIMERS.run(order.pk, list(outliving))
    elif drop:
        Timer.objects.drop(order, drop)
    Timer.objects.put(order, timers)


_END_TIMERS = prepared_change(lambda order, ids: Timer.objects.filter(order=order).exclude(kind__in=ids))


def _close_proposals(order: Order, before: str, after: str, at: datetime) -> None:
    """What was proposed about a state that is over closes; the clock of what stays open goes on."""
    if before not in ACTIVE or not order.had_proposals:
        return
    if not Proposal.objects.close_left_behind(order, after, at) or after not in ACTIVE:
        return
    first = Proposal.objects.first_answer(order)
    if first is None:
        Timer.objects.drop(order, [Action.EXPIRE_PROPOSAL])
    else:
        Timer.objects.put(order, {Action.EXPIRE_PROPOSAL: first})


def _publish(order: Order, action: Action, before: str, at: datetime) -> None:
    fact = OrderFact(
        order_id=order.pk,
        source_kind=order.source_kind,
        source_ref=order.source_ref,
        action=action,
        state_before=before,
        state=order.state,
        buyer_id=order.buyer_id,
        seller_id=order.seller_id,
        at=at,
    )
    sources.tell(fact)
    events.publish(fact)


def staff(user_id: int, order: Order, is_moderator: Callable[[int], bool]) -> By:
    """A moderator who has nothing to do with either side. Raises NotAllowed."""
    if not is_moderator(user_id):
        raise NotAllowed(_("This page is for moderators."))
    reason = conflicts.conflict_of(user_id, order)
    if reason:
        raise NotAllowed(reason)
    return By(Actor.STAFF, user_id)
