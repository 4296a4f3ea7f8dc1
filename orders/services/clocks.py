"""Which timers an order has in a state: kinds are actions of the table, moments come from ``deadlines``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orders import deadlines
from orders.contracts import Terms
from orders.models import Order, Proposal, Timer
from orders.states import Action

# Timers whose moment also stands on the order, for pages to show.
SHOWN = {Action.BECOME_LATE: "due_at", Action.CLEAR: "clears_at", Action.REVEAL_REVIEWS: "review_until"}


def shown(order: Order) -> dict[str, datetime]:
    """The order's moments as its timers have them now; what has passed, or stands still, is left out.

    What clears may be another payment than the order's own: ``clearing`` knows.
    """
    running = Timer.objects.filter(order=order, kind__in=SHOWN, due_at__isnull=False).exclude(kind=Action.CLEAR)
    return {SHOWN[Action(kind)]: due for kind, due in running.values_list("kind", "due_at") if due}


def request(asked: datetime, terms: Terms) -> dict[str, datetime]:
    return {Action.LAPSE_REQUEST: asked + terms.rules.request_answer}


def payment_window(placed: datetime, terms: Terms) -> dict[str, datetime]:
    return {Action.ASK_EXPIRY: placed + terms.payment_window}


def requirements(paid: datetime, terms: Terms) -> dict[str, datetime]:
    reminder = deadlines.next_requirements_reminder(paid, paid, terms.rules)
    timers: dict[str, datetime] = {Action.REMIND_REQUIREMENTS: reminder} if reminder else {}
    return {**timers, Action.GIVE_UP_WAITING: paid + terms.rules.requirements_timeout}


def work(start: datetime, due: datetime, terms: Terms) -> dict[str, datetime]:
    """In the order in which they fire, so that equal moments keep it."""
    warning = deadlines.next_warning(due, start, terms)
    timers: dict[str, datetime] = {Action.WARN_DEADLINE: warning} if warning else {}
    return {
        **timers,
        Action.BECOME_LATE: due,
        Action.BECOME_VERY_LATE: deadlines.very_late_at(due, terms),
        Action.HARD_STOP: deadlines.hard_stop_at(due, terms),
    }


_WORK = (Action.WARN_DEADLINE, Action.BECOME_LATE, Action.BECOME_VERY_LATE, Action.HARD_STOP)


@dataclass(frozen=True, slots=True)
class Moved:
    """What another deadline changes of an order in work."""

    fields: dict[str, Any]
    timers: dict[str, datetime]
    drop: list[str]


def moved(order: Order, due: datetime, at: datetime) -> Moved:
    """A clock that stands still takes the deadline with it; one that runs fires only what is still to come."""
    if order.is_paused:
        return Moved({"due_at": due}, {}, [])
    flags = {"is_late": at >= due, "is_very_late": at >= deadlines.very_late_at(due, order.running_terms)}
    moments = work(at, due, order.running_terms)
    ahead = {kind: moment for kind, moment in moments.items() if moment > at or kind == Action.HARD_STOP}
    return Moved({"due_at": due, **flags}, ahead, [kind for kind in _WORK if kind not in ahead])


def check_until(order: Order, moment: datetime) -> datetime:
    """When silence accepts: not before an open proposal to end the order was answered and a day has passed."""
    answered = Proposal.objects.last_ending(order)
    return max(moment, answered + order.terms.rules.resumed_minimum) if answered else moment


def acceptance(delivered: datetime, until: datetime, terms: Terms) -> dict[str, datetime]:
    reminder = deadlines.acceptance_reminder(until, delivered, terms.rules)
    timers: dict[str, datetime] = {Action.REMIND_ACCEPTANCE: reminder} if reminder else {}
    return {**timers, Action.AUTO_ACCEPT: until}
