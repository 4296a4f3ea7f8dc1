"""The rows that every look at an order's page asks for, and what other apps know of it."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from accounts import api as accounts
from accounts.contracts import Person
from inbox import api as inbox
from inbox.contracts import MessageView
from marketplace.kernel.models import StoredFile
from marketplace.kernel.prepared import Prepared, prepared
from orders import selectors, sources
from orders.contracts import Reputation, SourceCard
from orders.models import (
    Answer,
    AnswerChange,
    CaseQuestion,
    Delivery,
    DeliveryFile,
    Dispute,
    Order,
    OrderEvent,
    OrderPayment,
    Proposal,
    Purpose,
    Review,
    Timer,
)
from orders.splits import Stake
from orders.stakes import stake
from orders.states import Action
from payments import api as payments
from payments.contracts import Position

T = TypeVar("T")

EVENTS = prepared(lambda order: OrderEvent.objects.filter(order=order).order_by("version"))
ANSWERS = prepared(lambda order: Answer.objects.filter(order=order).select_related("file"))
DELIVERIES = prepared(lambda order: Delivery.objects.filter(order=order).order_by("number"))
DELIVERED = prepared(
    lambda order: DeliveryFile.objects.filter(delivery__order=order).select_related("file__preview").order_by("pk")
)
REVIEWS = prepared(lambda order: Review.objects.filter(order=order))
PAYMENTS = prepared(lambda order: OrderPayment.objects.filter(order=order).order_by("id"))
PROPOSALS = prepared(lambda order: Proposal.objects.filter(order=order).select_related("payment"))
TIMERS = prepared(lambda order: Timer.objects.filter(order=order))
LATEST_DISPUTE = prepared(
    lambda order: Dispute.objects.filter(order=order).select_related("appeal").order_by("-opened_at", "-id")[:1]
)
QUESTIONS = prepared(lambda dispute: CaseQuestion.objects.filter(dispute=dispute))

STORY_SHOWN = 12
_PROPOSING = frozenset({Action.PROPOSE_EXTENSION, Action.PROPOSE_EXTRA, Action.PROPOSE_CANCEL, Action.PROPOSE_REFUND})


class OrderRows:
    """A part of ``OrderPage``: each kind is read at the first question, once, and knows its order."""

    order: Order
    is_whole: bool  # the story, or its latest part

    def _of(self, rows: Prepared[T]) -> list[T]:
        found: list[Any] = rows.all(self.order.pk)
        for row in found:
            row.order = self.order
        return found

    @cached_property
    def events(self) -> list[OrderEvent]:
        return self._of(EVENTS)

    @cached_property
    def answers(self) -> list[Answer]:
        return self._of(ANSWERS) if self.order.terms.questions else []

    @cached_property
    def answer_changes(self) -> list[AnswerChange]:
        if not self.order.terms.questions:
            return []
        return list(self.order.answer_changes.prefetch_related("files__file").order_by("pk"))

    @cached_property
    def deliveries(self) -> list[Delivery]:
        return self._of(DELIVERIES) if self.order.was_delivered else []

    @cached_property
    def delivered(self) -> dict[int, list[StoredFile]]:
        """The files of each delivery, by its id."""
        found: dict[int, list[StoredFile]] = {delivery.pk: [] for delivery in self.deliveries}
        for row in DELIVERED.all(self.order.pk) if found else []:
            found[row.delivery_id].append(row.file)
        return found

    @cached_property
    def reviews(self) -> list[Review]:
        return self._of(REVIEWS) if self.order.closed_at else []

    @cached_property
    def payments(self) -> list[OrderPayment]:
        """Everything the buyer was asked for, oldest first."""
        return self._of(PAYMENTS)

    @property
    def open_payments(self) -> list[OrderPayment]:
        """What the buyer can pay now on top of the order, the latest first."""
        return [one for one in reversed(self.payments) if one.is_open and one.purpose != Purpose.ORDER]

    @cached_property
    def proposals(self) -> list[Proposal]:
        return self._of(PROPOSALS) if any(event.action in _PROPOSING for event in self.events) else []

    @cached_property
    def stake(self) -> Stake:
        return stake(self.order, [one for one in self.payments if one.is_at_stake(self.order)])

    @cached_property
    def timer_rows(self) -> list[Timer]:
        return self._of(TIMERS)

    @property
    def timers(self) -> dict[str, datetime]:
        """Those that run."""
        return {timer.kind: timer.due_at for timer in self.timer_rows if timer.due_at}

    @cached_property
    def messages(self) -> list[MessageView]:
        """The newest, one more than the story shows."""
        return inbox.messages(self.order.reference, None if self.is_whole else STORY_SHOWN + 1)

    @cached_property
    def people(self) -> dict[int, Person]:
        return accounts.people([self.order.buyer_id, self.order.seller_id])

    @cached_property
    def position(self) -> Position:
        return payments.position(self.order.reference, self.order.currency)

    @cached_property
    def reputation(self) -> Reputation:
        return selectors.reputation([self.order.seller_id])[self.order.seller_id]

    @cached_property
    def source(self) -> SourceCard | None:
        thing = (self.order.source_kind, self.order.source_ref)
        return sources.describe([thing]).get(thing)
