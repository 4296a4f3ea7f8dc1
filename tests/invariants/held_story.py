"""What an order's log says, and what never runs backwards from one step of the walk to the next."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from orders.models import Fault, Order, OrderEvent, PaymentState, SellerRecord
from orders.states import NEW, TABLE, State
from tests.invariants.order_seen import Seen, grouped

_BLAME = (Fault.SELLER, Fault.DECISION)


@dataclass(frozen=True, slots=True)
class _Before:
    """What was true of an order after the step before."""

    version: int
    state: str
    last_event_at: datetime
    due_at: datetime | None
    deadline_of: tuple[int, int]  # step and revision
    price_minor: int
    done_price_minor: int
    payments: dict[int, str]
    answers: dict[int, datetime]


class Memory:
    """Kept over the steps of one run."""

    def __init__(self) -> None:
        self._before: dict[uuid.UUID, _Before] = {}
        self._last_entry = -1

    def is_posted(self, last_entry: int) -> bool:
        """Whether anything was posted since the last look: else the books are as they were."""
        was, self._last_entry = self._last_entry, last_entry
        return was != last_entry

    def check(self, seen: Seen) -> None:
        assert set(self._before) <= {order.pk for order in seen.orders}
        for order in seen.orders:
            before = self._before.get(order.pk)
            _story(order, seen.stories[order.pk], before.version if before else 0)
            now = _now(order, seen)
            if before:
                _forward(order, before, now)
            self._before[order.pk] = now
        _records(seen)


def _now(order: Order, seen: Seen) -> _Before:
    return _Before(
        version=order.version,
        state=order.state,
        last_event_at=order.last_event_at,
        due_at=order.due_at,
        deadline_of=(order.step, order.revisions_used),
        price_minor=order.price_minor,
        done_price_minor=order.done_price_minor,
        payments={row.pk: row.state for row in seen.payments[order.pk]},
        answers={row.pk: row.answer_by for row in seen.proposals[order.pk]},
    )


def _story(order: Order, story: list[OrderEvent], known: int) -> None:
    """Whole, in order, and each step of it in the table; what was checked before is not looked at again."""
    assert len(story) == order.version
    for number, event in enumerate(story[known:], start=known + 1):
        before = story[number - 2] if number > 1 else None
        assert event.version == number
        assert event.state_before == (before.state if before else NEW), f"{order}: {event}"
        assert before is None or event.at >= before.at, f"{order}: {event} runs backwards"
        row = TABLE.find(event.state_before, event.action, event.actor)
        assert event.state in (row.targets or (event.state_before,)), f"{order}: {event} leads to {event.state}"
    assert (story[-1].at, story[-1].state) == (order.last_event_at, order.state)


def _forward(order: Order, before: _Before, now: _Before) -> None:
    name = f"{order} in {now.state}, before in {before.state}"
    assert now.version >= before.version, name
    assert now.last_event_at >= before.last_event_at, name
    assert now.version > before.version or now.state == before.state, f"{name} without an event"
    assert now.done_price_minor >= before.done_price_minor, name
    if before.due_at and now.deadline_of == before.deadline_of:
        assert now.due_at, f"{name}: nothing is promised any more"
        assert now.due_at >= before.due_at, f"{name}: promised {before.due_at}, now {now.due_at}"
    if order.paid_at:
        assert now.price_minor >= before.price_minor, name
    for pk, state in before.payments.items():
        is_final = state in (PaymentState.PAID, PaymentState.RETURNED)
        assert not is_final or now.payments[pk] == state, f"{name}: a payment was {state}, now {now.payments[pk]}"
    for pk, answer_by in before.answers.items():
        assert now.answers[pk] >= answer_by, f"{name}: the answer was awaited until {answer_by}"


def _records(seen: Seen) -> None:
    """What is counted of a seller is what their orders say."""
    for seller_id, mine in grouped(seen.orders, lambda order: order.seller_id).items():
        record = seen.records.get(seller_id) or SellerRecord(seller_id=seller_id)
        reviews = [one for order in mine for one in seen.reviews[order.pk]]
        shown = [one for one in reviews if one.revealed_at and one.role == "buyer"]
        done = {order.pk for order in mine if order.state == State.COMPLETED}
        blamed = [order for order in mine if order.state == State.CANCELLED and order.fault in _BLAME]
        broken = [o for o in blamed if o.fault == Fault.SELLER and o.is_late and not o.was_delivered]
        delivered = [step for order in mine for step in seen.delivered[order.pk]]
        assert record.completed == len(done)
        assert record.promised == len(delivered) + len(broken)
        assert record.on_time <= record.promised
        assert (record.review_count, record.stars_total) == (len(shown), sum(one.stars for one in shown))
        finished = {order.pk for order in mine} & seen.finished
        assert finished == done | {order.pk for order in blamed}
