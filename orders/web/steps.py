"""The five steps under the sentence: Paid, Briefed, Working, Check it, Done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.kernel import words
from orders.models import Order
from orders.states import State


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    note: str = ""
    tone: str = ""  # done, now, or empty


_NOW = {
    State.REQUESTED: 0,
    State.PENDING_PAYMENT: 0,
    State.AWAITING_REQUIREMENTS: 1,
    State.IN_PROGRESS: 2,
    State.IN_REVISION: 2,
    State.DELIVERED: 3,
    State.AWAITING_FUNDING: 4,
    State.COMPLETED: 5,
}
_STOPPED = frozenset({State.CANCELLED, State.EXPIRED, State.DECLINED})


def steps(order: Order, states: list[str], now: datetime) -> list[Step]:
    """A dispute stands where it interrupted the order; an order that was stopped ends there."""
    reached = _NOW.get(State(order.state))
    if reached is None:
        reached = max((_NOW[State(state)] for state in states if State(state) in _NOW), default=0)
    labels = _labels(order, now)
    if order.state == State.REQUESTED:
        labels[reached] = (_("Asked"), "")
    if order.state == State.AWAITING_FUNDING:
        labels[reached] = (_("Next step"), "")
    if order.state == State.DISPUTED:
        reached = min(reached, len(labels) - 1)  # a claim after the end takes the end back
        labels[reached] = (_("Dispute"), "")
    if order.state in _STOPPED:
        done = [Step(label, note, "done") for label, note in labels[:reached]]
        return [*done, Step(_("Stopped"), _note(order.closed_at, now), "now")]
    return [
        Step(label, _shown(position, reached, note), _tone(position, reached))
        for position, (label, note) in enumerate(labels)
    ]


def _tone(position: int, reached: int) -> str:
    if position == reached:
        return "now"
    return "done" if position < reached else ""


def _shown(position: int, reached: int, note: str) -> str:
    if position == reached:
        return _("now")
    return note if position < reached else ""


def _labels(order: Order, now: datetime) -> list[tuple[str, str]]:
    worked = ""
    if order.started_at and order.delivered_at and order.delivered_at > order.started_at:
        worked = words.duration(max(1, int((order.delivered_at - order.started_at).total_seconds()) // 60))
    return [
        (_("Paid") if order.paid_at else _("Pay"), _note(order.paid_at, now)),
        (_("Briefed"), _note(order.started_at, now)),
        (_("Working"), worked),
        (_("Check it"), ""),
        (_("Done"), _note(order.completed_at, now)),
    ]


def _note(moment: datetime | None, now: datetime) -> str:
    return words.when(moment, now) if moment else ""
