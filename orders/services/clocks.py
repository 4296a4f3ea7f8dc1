"""Which timers an order has in a state: kinds are actions of the table, moments come from ``deadlines``."""

from __future__ import annotations

from datetime import datetime

from orders import deadlines
from orders.contracts import Terms
from orders.states import Action


def payment_window(placed: datetime, terms: Terms) -> dict[str, datetime]:
    return {Action.ASK_EXPIRY: placed + terms.rules.payment_window}


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


def acceptance(delivered: datetime, until: datetime, terms: Terms) -> dict[str, datetime]:
    reminder = deadlines.acceptance_reminder(until, delivered, terms.rules)
    timers: dict[str, datetime] = {Action.REMIND_ACCEPTANCE: reminder} if reminder else {}
    return {**timers, Action.AUTO_ACCEPT: until}
