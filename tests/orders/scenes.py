"""Orders in the stages that the tests start from, made through the doors that the product uses.

Money is real: what Stripe would have said is handed to payments as it was read.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts import api as accounts
from accounts.models import User
from marketplace.kernel import files
from marketplace.kernel.models import StoredFile
from marketplace.kernel.money import Money
from orders import api
from orders.contracts import OrderDraft, PriceLine, Question, Step, Terms
from orders.models import Appeal, CaseNote, CaseQuestion, Order, OrderEvent, OrderPayment, PaymentState, Timer
from orders.rules import Rules
from orders.states import State
from payments import api as payments
from payments.contracts import Position
from payments.gateway import objects
from payments.models import Charge, OperationKind, StripeOperation
from payments.operations import executor
from payments.services.chargebacks import record_dispute

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
QUESTIONS = (
    Question("shop", "Your shop", "link"),
    Question("tone", "How should it sound?", "choice", True, ("Warm", "Dry")),
    Question("more", "Anything else?", "long_text", False),
)
TERMS = Terms(
    version=1,
    title="Write 50 product descriptions",
    scope="Fifty, 60 to 90 words each",
    currency="EUR",
    lines=(PriceLine("Fifty", 1, 5_000), PriceLine("Titles", 1, 800)),
    promised_minutes=22 * 60,
    revisions=2,
    questions=(),
    checklist=("50 descriptions", "Spreadsheet"),
    hours=None,
    rules=Rules(),
)
# Of the terms above: P 58.00, b 1.74, s 5.80.
PRICE, BUYER_FEE, SELLER_FEE, ALL_IN, NET = 5_800, 174, 580, 5_974, 5_220


# The same in three steps. The fee of each is what the fee on the sum grows by.
STEPS = (Step("Outline", 2_000, 6 * 60), Step("Draft", 3_000, 22 * 60), Step("Polish", 800, 3 * 24 * 60))
STEP_TERMS = replace(
    TERMS,
    lines=tuple(PriceLine(step.title, 1, step.price_minor) for step in STEPS),
    promised_minutes=sum(step.promised_minutes for step in STEPS),
    checklist=(),
    steps=STEPS,
)
STEP_FEES = (60, 90, 24)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


@dataclass
class Desk:
    """A buyer, a seller and a moderator, and everything they do with an order."""

    buyer: User
    seller: User
    moderator: User
    at: datetime
    terms: Terms = TERMS
    placed: int = field(default=0)

    def draft(self, **changes: Any) -> OrderDraft:
        self.placed += 1
        given: dict[str, Any] = {
            "form_key": f"form-{self.placed}",
            "source_kind": "toy",
            "source_ref": "7",
            "buyer_id": self.buyer.pk,
            "seller_id": self.seller.pk,
            "terms": self.terms,
        }
        return OrderDraft(**{**given, **changes})

    def pending(self, at: datetime | None = None, **changes: Any) -> Order:
        return get(api.place_order(self.draft(**changes), at or self.at))

    def pay(self, order: Order, at: datetime, minor: int | None = None) -> Order:
        """What is asked first: the order."""
        assert order.charge_id
        return self.pay_charge(order, order.charge_id, at, minor)

    def pay_asked(self, order: Order, at: datetime, minor: int | None = None) -> Order:
        """What is asked on top of a running order."""
        asked = OrderPayment.objects.get(order=order, state=PaymentState.ASKED)
        return self.pay_charge(order, asked.charge_id, at, minor)

    def pay_charge(self, order: Order, charge_id: uuid.UUID, at: datetime, minor: int | None = None) -> Order:
        charge = Charge.objects.get(pk=charge_id)
        amount = charge.amount_minor if minor is None else minor
        op = StripeOperation.objects.get(kind=OperationKind.CREATE_SESSION, subject=str(charge.pk))
        executor.complete(op.id, paid_session(charge, amount), at)
        return get(order.pk)

    def in_progress(self, at: datetime | None = None) -> Order:
        moment = at or self.at
        return self.pay(self.pending(moment), moment)

    def waiting(self, at: datetime | None = None) -> Order:
        """Paid, with the questions open."""
        moment = at or self.at
        return self.pay(self.pending(moment, terms=replace(self.terms, questions=QUESTIONS)), moment)

    def delivered(self, at: datetime | None = None) -> Order:
        order = self.in_progress()
        self.deliver(order, at or self.at + HOUR)
        return get(order.pk)

    def in_revision(self) -> Order:
        order = self.delivered()
        self.revise(order, self.at + 2 * HOUR)
        return get(order.pk)

    def completed(self) -> Order:
        order = self.delivered()
        api.accept(order_id=order.pk, actor_id=self.buyer.pk, at=self.at + 2 * HOUR)
        return get(order.pk)

    def disputed(self) -> Order:
        order = self.delivered()
        self.dispute(order, self.at + 2 * HOUR)
        return get(order.pk)

    def heard(self) -> Order:
        order = self.disputed()
        self.answer(order, self.at + 3 * HOUR)
        return get(order.pk)

    def decided(self, percent: int = 70) -> Order:
        order = self.heard()
        self.decide(order, percent, self.at + 4 * HOUR)
        return get(order.pk)

    def requested(self) -> Order:
        return self.pending(terms=replace(self.terms, asks_first=True))

    def agreed(self) -> Order:
        order = self.requested()
        api.accept_request(order_id=order.pk, actor_id=self.seller.pk, at=self.at + HOUR)
        return get(order.pk)

    def declined(self) -> Order:
        order = self.requested()
        reason = "I am away until Thursday."
        api.decline_request(order_id=order.pk, actor_id=self.seller.pk, reason=reason, at=self.at + HOUR)
        return get(order.pk)

    def first_step(self, terms: Terms = STEP_TERMS) -> Order:
        return self.pay(self.pending(terms=terms), self.at)

    def awaiting_funding(self, terms: Terms = STEP_TERMS) -> Order:
        order = self.first_step(terms)
        self.deliver(order, self.at + HOUR)
        api.accept(order_id=order.pk, actor_id=self.buyer.pk, at=self.at + 2 * HOUR)
        return get(order.pk)

    def funding(self, terms: Terms = STEP_TERMS) -> Order:
        """On the payment page of the second step."""
        order = self.awaiting_funding(terms)
        api.fund_step(order_id=order.pk, actor_id=self.buyer.pk, at=self.at + 3 * HOUR)
        return get(order.pk)

    def second_step(self, terms: Terms = STEP_TERMS) -> Order:
        order = self.funding(terms)
        return self.pay_asked(order, self.at + 3 * HOUR)

    def appealed(self, percent: int = 70) -> Order:
        order = self.decided(percent)
        self.appeal(order, self.at + 5 * HOUR)
        return get(order.pk)

    def cancelled(self) -> Order:
        order = self.in_progress()
        api.seller_cancel(
            order_id=order.pk, actor_id=self.seller.pk, reason="My machine broke down.", at=self.at + HOUR
        )
        return get(order.pk)

    # Steps

    def deliver(self, order: Order, at: datetime, **changes: Any) -> None:
        given: dict[str, Any] = {
            "note": "All fifty are in the sheet.",
            "files": [stored("descriptions.xlsx", self.seller, at)],
            "checklist": frozenset(range(len(order.terms.checklist))),
        }
        handover = api.Handover(**{**given, **changes})
        api.deliver(order_id=order.pk, actor_id=self.seller.pk, handover=handover, at=at)

    def revise(self, order: Order, at: datetime) -> None:
        reason = "Please shorten rows 31 to 42."
        api.request_revision(order_id=order.pk, actor_id=self.buyer.pk, reason=reason, at=at)

    def case(self, minor: int = 2_000, ground: str = "not_as_described", **changes: Any) -> api.Case:
        given: dict[str, Any] = {"statement": "Twelve of fifty are too short.", "back": eur(minor), "ground": ground}
        return api.Case(**{**given, **changes})

    def dispute(self, order: Order, at: datetime, by: User | None = None, **changes: Any) -> None:
        case = self.case(**changes)
        file = api.claim if get(order.pk).state == State.COMPLETED else api.open_dispute
        file(order_id=order.pk, actor_id=(by or self.buyer).pk, case=case, at=at)

    def answer(self, order: Order, at: datetime, by: User | None = None) -> None:
        api.answer_dispute(
            order_id=order.pk, actor_id=(by or self.seller).pk, case=self.case(1_000, "", unmet=frozenset({0})), at=at
        )

    def decide(self, order: Order, percent: int, at: datetime, by: User | None = None) -> None:
        reason = "Twelve of fifty miss the promised length."
        api.decide(order_id=order.pk, moderator_id=(by or self.moderator).pk, percent=percent, reason=reason, at=at)

    def appeal(self, order: Order, at: datetime, by: User | None = None) -> None:
        who = by or self.buyer
        files = [stored("second-sheet.csv", who, at)]
        text = "The second sheet was overlooked."
        api.appeal(order_id=order.pk, actor_id=who.pk, text=text, files=files, at=at)

    def offer(self, order: Order, minor: int, at: datetime, by: User | None = None) -> bool:
        return api.offer(order_id=order.pk, actor_id=(by or self.buyer).pk, back=eur(minor), at=at)

    def suspend(self, who: User, at: datetime) -> None:
        accounts.suspend(user_id=who.pk, by_id=self.moderator.pk, reason="They write to people elsewhere.", at=at)

    def reinstate(self, who: User, at: datetime) -> None:
        accounts.reinstate(user_id=who.pk, by_id=self.moderator.pk, at=at)


def get(order_id: uuid.UUID) -> Order:
    return Order.objects.get(pk=order_id)


def paid_session(charge: Charge, minor: int) -> objects.Session:
    return objects.Session(
        id=f"cs_{charge.id.hex}",
        url="https://checkout.test/pay",
        status="complete",
        is_paid=True,
        livemode=False,
        payment_intent_id=f"pi_{charge.id.hex}",
        charge_id=f"ch_{charge.id.hex}",
        received=Money(minor, charge.currency),
        fee=None,
        metadata={},
    )


def expired_session(charge: Charge) -> objects.Session:
    return replace(
        paid_session(charge, 0), status="expired", is_paid=False, received=None, payment_intent_id="", charge_id=""
    )


def stored(name: str, owner: User, at: datetime, content: bytes = b"a,b\n1,2\n") -> StoredFile:
    return files.store(SimpleUploadedFile(name, content), uploaded_by_id=owner.pk, at=at)


def money(order: Order) -> Position:
    return payments.position(order.reference, order.currency)


def timers(order: Order) -> dict[str, datetime]:
    return dict(Timer.objects.filter(order=order).values_list("kind", "due_at"))


def last_event(order: Order) -> OrderEvent:
    return OrderEvent.objects.filter(order=order).latest("version")


def snapshot(order: Order) -> tuple[object, ...]:
    """Everything about an order that a refused action must leave alone."""
    return (
        tuple(Order.objects.filter(pk=order.pk).values_list()),
        tuple(OrderEvent.objects.filter(order=order).order_by("pk").values_list("pk", "action")),
        tuple(Timer.objects.filter(order=order).order_by("kind").values_list("kind", "due_at")),
        tuple(order.disputes.order_by("pk").values_list()),
        tuple(order.reviews.order_by("pk").values_list()),
        tuple(order.deliveries.order_by("pk").values_list("pk", "number")),
        tuple(order.answers.order_by("pk").values_list()),
        tuple(order.proposals.order_by("pk").values_list()),
        tuple(order.payments.order_by("pk").values_list()),
        tuple(Appeal.objects.filter(dispute__order=order).values_list()),
        tuple(CaseNote.objects.filter(dispute__order=order).values_list()),
        tuple(CaseQuestion.objects.filter(dispute__order=order).values_list()),
        tuple(order.waiting_releases.values_list()),
        tuple(Charge.objects.filter(reference=order.reference).values_list()),
        tuple(StripeOperation.objects.order_by("pk").values_list("pk", "state")),
        money(order),
    )


# A chargeback: the bank takes all of it, and gives it back.
TAKEN, BACK = objects.Movement("txn_1", eur(-ALL_IN), 1_500), objects.Movement("txn_2", eur(ALL_IN), 0)


def bank(
    order: Order,
    status: str,
    *movements: objects.Movement,
    reason: str = "fraudulent",
    after: timedelta,
    amount: Money | None = None,
    heard_until: datetime | None = None,
) -> Order:
    """What Stripe tells of the dispute, that much later than the order's last event."""
    order.refresh_from_db()
    amount = amount or eur(ALL_IN)
    movements = tuple(replace(movement, id=f"{movement.id}_{order.code}") for movement in movements)
    charge = Charge.objects.get(pk=order.charge_id)
    found = objects.Dispute(
        f"dp_{order.code}", charge.stripe_charge_id, status, reason, amount, movements, heard_until, False, 0, False, {}
    )
    with transaction.atomic():
        record_dispute(charge.id, found, order.last_event_at + after)
    return get(order.pk)
