"""The clock stands still while the buyer is asked for something (rows 11 and 12)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from orders import deadlines
from orders.models import Order, Stopped, Timer
from orders.services import clocks, notices, talk
from orders.services.acceptance import written
from orders.services.transition import SYSTEM, By, Change, apply, check, lock, party
from orders.states import OUTLIVES_A_STEP, Action, Actor


def need_information(*, order_id: uuid.UUID, actor_id: int, question: str, at: datetime) -> None:
    """Row 11: the seller cannot go on without an answer. Raises InvalidInput where nothing is asked."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.NEED_INFORMATION, by, at)
        question = written(question, "question", _("Say what you need, so that one answer is enough."))
        until = at + order.terms.rules.pause
        change = apply(
            order, Action.NEED_INFORMATION, by, at,
            data={"reason": question, "until": until.isoformat()},
            fields={"paused_at": at, "pauses_used": order.pauses_used + 1},
            timers={Action.RESUME: until},
        )  # fmt: skip
        Timer.objects.stop(order, Stopped.PAUSE, at, but=[Action.RESUME, *OUTLIVES_A_STEP])
        notices.tell(change, Actor.BUYER, "order_paused", question=question[:500], until=until)


def reply(*, order_id: uuid.UUID, actor_id: int, text: str, files: Sequence[uuid.UUID], at: datetime) -> None:
    """Row 12: the buyer answers, with a message of the order's talk and files that wait.

    Raises InvalidInput where it is empty.
    """
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.REPLY, by, at)
        talk.say(order, actor_id, body=text, files=files, key=f"reply-{order.version}", at=at)
        change = _go_on(order, Action.REPLY, by, at)
        notices.tell(change, Actor.SELLER, "order_resumed", answered=True, due=order.due_at)


def resume(order: Order, at: datetime) -> None:
    """Row 12b: no answer in time; the seller goes on with what is there."""
    change = _go_on(order, Action.RESUME, SYSTEM, at)
    notices.tell_both(change, "order_resumed", answered=False, due=order.due_at)


def _go_on(order: Order, action: Action, by: By, at: datetime) -> Change:
    """The deadline is as far away as it was, counted in working time."""
    assert order.due_at is not None  # noqa: S101 - only a clock that ran can stand still
    assert order.paused_at is not None  # noqa: S101 - the guard says so
    hours = order.terms.hours
    due = deadlines.ready_after(at, deadlines.open_time(order.paused_at, order.due_at, hours), hours)
    return apply(
        order, action, by, at,
        data={"due": due.isoformat()}, fields={"paused_at": None, "due_at": due},
        timers=clocks.work(at, due, order.running_terms), drop=[Action.RESUME, Action.WARN_DEADLINE],
    )  # fmt: skip
