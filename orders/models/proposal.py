"""What one side proposes to the other about a running order, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.money import LARGEST_MINOR, Money
from marketplace.kernel.prepared import prepared
from orders.models.order import Order
from orders.models.payment import OrderPayment, PaymentState
from orders.states import State

LONGEST_MINUTES = 30 * 24 * 60


class Kind(models.TextChoices):
    EXTENSION = "extension", _("more time")
    EXTRA = "extra", _("a paid extra")
    CANCEL = "cancel", _("to cancel")
    REFUND = "refund", _("a part of the price back")


class ProposalState(models.TextChoices):
    OPEN = "open", _("waits for an answer")
    ACCEPTED = "accepted", _("accepted")  # an extra: its payment is asked for, or made
    DECLINED = "declined", _("declined")
    TAKEN_BACK = "taken_back", _("taken back")
    EXPIRED = "expired", _("not answered in time")
    CLOSED = "closed", _("closed: the order moved on")


# Those that end an order: while one is open, silence accepts nothing.
ENDINGS = (Kind.CANCEL, Kind.REFUND)
FAILED = (ProposalState.DECLINED, ProposalState.TAKEN_BACK, ProposalState.EXPIRED)
# What can stay open in a state; anything else closes when an order gets there.
STAYS: dict[str, tuple[Kind, ...]] = {
    State.AWAITING_REQUIREMENTS: (Kind.EXTRA, Kind.CANCEL, Kind.REFUND),
    State.IN_PROGRESS: tuple(Kind),
    State.IN_REVISION: tuple(Kind),
    State.DELIVERED: (Kind.EXTRA, Kind.CANCEL, Kind.REFUND),
}


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open_of(self, order: Order) -> Self:
        return self.filter(order=order, state=ProposalState.OPEN)

    def open_since(self, moment: datetime) -> Self:
        """Those whose windows were open then and run: what rests with its order is put off when it goes on."""
        return self.filter(state=ProposalState.OPEN, answer_by__gt=moment, order__rests_since__isnull=True)

    def first_answer(self, order: Order, *, but: int = 0) -> datetime | None:
        """When the first of the open ones ends."""
        first: datetime | None = self.open_of(order).exclude(pk=but).aggregate(first=models.Min("answer_by"))["first"]
        return first

    def last_ending(self, order: Order) -> datetime | None:
        """Until when an open proposal to end the order may be answered."""
        endings = self.open_of(order).filter(kind__in=ENDINGS)
        last: datetime | None = endings.aggregate(last=models.Max("answer_by"))["last"]
        return last

    def close_left_behind(self, order: Order, state: str, at: datetime) -> int:
        """Closes what makes no sense in a state, also an extra that waits for its payment; how many."""
        if not _WAITING.first(order.pk):
            return 0
        left = self.waiting().filter(order=order).exclude(kind__in=STAYS.get(state, ()))
        return left.update(state=ProposalState.CLOSED, closed_at=at)

    def waiting(self) -> Self:
        """For an answer, or for the payment of an extra that was agreed."""
        agreed = Q(state=ProposalState.ACCEPTED, payment__state=PaymentState.ASKED)
        return self.filter(Q(state=ProposalState.OPEN) | agreed)

    def put_off(self, order: Order, span: timedelta) -> None:
        """The windows of the open ones end that much later."""
        self.open_of(order).update(answer_by=F("answer_by") + span)

    def minutes_paid(self, order: Order) -> int:
        """Time that paid extras add."""
        paid = self.filter(order=order, kind=Kind.EXTRA, payment__state=PaymentState.PAID)
        return paid.aggregate(total=models.Sum("minutes"))["total"] or 0


def _carries(kind: Kind, amount: Q, minutes: Q) -> Q:
    return Q(kind=kind) & amount & minutes


_AMOUNT = Q(amount_minor__range=(1, LARGEST_MINOR))
_NO_AMOUNT, _NO_MINUTES = Q(amount_minor__isnull=True), Q(minutes=0)


class Proposal(models.Model):
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=10, choices=Kind)
    by_role = models.CharField(max_length=10)  # whose it is; an extra that the seller agreed to becomes theirs
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=100, blank=True)  # of an extra, as its receipt calls it
    text = models.TextField(blank=True)
    amount_minor = models.BigIntegerField(null=True)  # an extra's price before fees; of the price, back to the buyer
    minutes = models.PositiveIntegerField(default=0)  # more time
    opened_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)  # the buyer asked for this extra, the seller said yes
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    closed_at = models.DateTimeField(null=True)
    payment = models.OneToOneField(OrderPayment, on_delete=models.PROTECT, related_name="proposal", null=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "kind"], name="one_open_proposal_of_a_kind", condition=Q(state=ProposalState.OPEN)
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.OPEN, closed_at__isnull=True)
                | ~Q(state=ProposalState.OPEN) & Q(closed_at__isnull=False),
                name="proposal_closed_when",
            ),
            models.CheckConstraint(
                condition=_carries(Kind.EXTENSION, _NO_AMOUNT, Q(minutes__range=(1, LONGEST_MINUTES)))
                | _carries(Kind.EXTRA, _AMOUNT, Q(minutes__range=(0, LONGEST_MINUTES)))
                | _carries(Kind.CANCEL, _NO_AMOUNT, _NO_MINUTES)
                | _carries(Kind.REFUND, _AMOUNT, _NO_MINUTES),
                name="proposal_carries_what_its_kind_needs",
            ),
            models.CheckConstraint(condition=Q(by_role__in=["buyer", "seller"]), name="proposal_by_a_side"),
            models.CheckConstraint(
                condition=Q(kind=Kind.EXTRA) & ~Q(title="") | ~Q(kind=Kind.EXTRA) & Q(title=""),
                name="extra_has_a_title",
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=True, agreed_at__isnull=True) | Q(kind=Kind.EXTRA),
                name="only_extras_are_paid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id} {self.state}"

    @property
    def amount(self) -> Money | None:
        return None if self.amount_minor is None else Money(self.amount_minor, self.order.currency)

    @property
    def is_open(self) -> bool:
        return self.state == ProposalState.OPEN

    @property
    def has_failed(self) -> bool:
        """It came to nothing by what people did or left."""
        return self.state in FAILED

    @property
    def waits_for_payment(self) -> bool:
        payment = self.payment
        return self.state == ProposalState.ACCEPTED and payment is not None and payment.state == PaymentState.ASKED

    def settle(self, state: ProposalState, at: datetime) -> None:
        self.state, self.closed_at = state, at
        self.save(update_fields=["state", "closed_at"])


_WAITING = prepared(lambda order: Proposal.objects.waiting().filter(order=order).values_list("pk")[:1])
