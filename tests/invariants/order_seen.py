"""Everything that the checks after a step look at, read in a fixed number of queries however many orders there are."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db.models import Max

from orders.models import (
    Delivery,
    Dispute,
    FinishedOrder,
    Order,
    OrderEvent,
    OrderPayment,
    Proposal,
    Review,
    SellerRecord,
    Timer,
    WaitingRelease,
)
from payments import api as payments
from payments.contracts import Position
from payments.models import Charge, Chargeback, Entry, Refund, RefundState, Release, SellerDebt

T = TypeVar("T")
K = TypeVar("K")


def grouped(rows: Iterable[T], key: Callable[[T], K]) -> defaultdict[K, list[T]]:
    found: defaultdict[K, list[T]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


class Seen:
    def __init__(self) -> None:
        self.orders = list(Order.objects.order_by("placed_at", "pk"))
        self.payments = grouped(OrderPayment.objects.order_by("pk"), lambda row: row.order_id)
        self.timers = grouped(Timer.objects.all(), lambda row: row.order_id)
        self.proposals = grouped(Proposal.objects.order_by("pk"), lambda row: row.order_id)
        self.disputes = {row.order_id: row for row in Dispute.objects.filter(closed_at=None)}
        self.reviews = grouped(Review.objects.all(), lambda row: row.order_id)
        self.stories = grouped(
            OrderEvent.objects.defer("data").order_by("order_id", "version"), lambda row: row.order_id
        )  # fmt: skip
        self._read_money()
        self._read_records()

    def _read_records(self) -> None:
        self.records = {row.seller_id: row for row in SellerRecord.objects.all()}
        self.finished = set(FinishedOrder.objects.values_list("order", flat=True))
        rows = Delivery.objects.order_by().values_list("order", "step").distinct()
        self.delivered = grouped(rows, lambda row: row[0])  # steps, also of orders in one

    def _read_money(self) -> None:
        self.last_entry = Entry.objects.aggregate(last=Max("pk"))["last"] or 0
        self.charges = {row.pk: row for row in Charge.objects.all()}
        self.releases = grouped(Release.objects.select_related("charge"), lambda row: row.charge_id)
        self.refunds = grouped(Refund.objects.all(), lambda row: row.charge_id)
        self.claims = grouped(Chargeback.objects.all(), lambda row: row.charge_id)
        self.debts = grouped(SellerDebt.objects.select_related("release"), lambda row: row.release.charge_id)
        self.waiting = {row.charge_id: row for row in WaitingRelease.objects.all()}
        self.positions: dict[str, Position] = payments.positions(
            {order.reference: order.currency for order in self.orders}
        )

    def refunded(self, charge_id: uuid.UUID, *states: RefundState, old: bool = False) -> int:
        """What refunds in these states, or in all, sum to; ``old``: of shares that could not be paid for 80 days."""
        found = [row for row in self.refunds[charge_id] if not states or row.state in states]
        return sum(row.amount_minor for row in found if not old or row.key.startswith("age:"))

    def was_claimed(self, charge_id: uuid.UUID) -> bool:
        """A bank has the money, for now or for good."""
        return any(claim.withdrawn_minor or claim.state == "lost" for claim in self.claims[charge_id])

    def is_claimed(self, charge_id: uuid.UUID) -> bool:
        """A bank has it, and it is not settled yet who bears that."""
        return any(claim.withdrawn_minor and claim.settled_at is None for claim in self.claims[charge_id])

    def waits(self, charge_id: uuid.UUID) -> int:
        """Of a release that waits until its payment has been checked."""
        row = self.waiting.get(charge_id)
        return row.price_minor + row.buyer_fee_minor if row else 0
