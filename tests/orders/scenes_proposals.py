"""Orders that stand still, and orders in which somebody proposes something."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from orders import api
from orders.models import Kind, Order, OrderPayment, Proposal, Purpose
from payments.models import Charge, OperationKind, StripeOperation
from payments.operations import executor
from tests.orders.scenes import DAY, HOUR, Desk, eur, expired_session, get, paid_session

WHY = "The sheet has twice as many rows as we both thought."
# An extra of 12.00 on 58.00: the buyer's fee on 70.00 is 2.10, of which 1.74 is paid.
EXTRA, EXTRA_FEE, EXTRA_NET = 1_200, 36, 1_080


def ask(desk: Desk, order: Order, at: datetime) -> None:
    question = "Which of the two logos is the right one?"
    api.need_information(order_id=order.pk, actor_id=desk.seller.pk, question=question, at=at)


def paused(desk: Desk) -> Order:
    """Two hours in, 20 hours left."""
    order = desk.in_progress()
    ask(desk, order, desk.at + 2 * HOUR)
    return get(order.pk)


def propose(desk: Desk, order: Order, kind: str, by: User, at: datetime, **changes: Any) -> Proposal:
    given: dict[str, Any] = {"order_id": order.pk, "actor_id": by.pk, "text": WHY, "at": at}
    more: dict[str, dict[str, Any]] = {
        Kind.EXTENSION: {"minutes": 24 * 60},
        Kind.EXTRA: {"title": "Ten more", "price": eur(EXTRA), "minutes": 5 * 60},
        Kind.REFUND: {"amount": eur(1_000)},
    }
    call = {
        Kind.EXTENSION: api.propose_extension,
        Kind.EXTRA: api.propose_extra,
        Kind.CANCEL: api.propose_cancel,
        Kind.REFUND: api.propose_refund,
    }
    call[Kind(kind)](**{**given, **more.get(kind, {}), **changes})
    return Proposal.objects.get(order=order, kind=kind, state="open")


def answer(desk: Desk, proposal: Proposal, by: User, at: datetime, *, how: str = "accept") -> None:
    calls = {
        "decline": api.decline_proposal,
        "take back": api.take_back_proposal,
        "extension": api.accept_extension,
        "extra": api.accept_extra,
        "cancel": api.accept_cancel,
        "refund": api.accept_refund,
    }
    call = calls[proposal.kind if how == "accept" else how]
    call(order_id=proposal.order_id, actor_id=by.pk, proposal_id=proposal.pk, at=at)


def extra_charge(order: Order) -> Charge:
    asked = OrderPayment.objects.filter(order=order, purpose=Purpose.EXTRA).latest("id")
    return Charge.objects.get(pk=asked.charge_id)


def session_of(charge: Charge) -> StripeOperation:
    return StripeOperation.objects.get(kind=OperationKind.CREATE_SESSION, subject=str(charge.pk))


def pay_extra(order: Order, at: datetime, minor: int | None = None) -> Order:
    charge = extra_charge(order)
    executor.complete(session_of(charge).id, paid_session(charge, charge.amount_minor if minor is None else minor), at)
    return get(order.pk)


def lapse_extra(order: Order, at: datetime) -> Order:
    charge = extra_charge(order)
    executor.complete(session_of(charge).id, expired_session(charge), at)
    return get(order.pk)


def with_extra(desk: Desk, order: Order, at: datetime, **changes: Any) -> Order:
    """The seller offers one, the buyer accepts and pays it."""
    proposal = propose(desk, order, Kind.EXTRA, desk.seller, at, **changes)
    answer(desk, proposal, desk.buyer, at)
    return pay_extra(order, at)


def proposed(kind: str, role: str = "seller") -> Any:
    """A scene: work runs, and one side proposes this."""

    def scene(desk: Desk) -> Order:
        order = desk.in_progress()
        propose(desk, order, kind, desk.seller if role == "seller" else desk.buyer, desk.at + HOUR)
        return get(order.pk)

    return scene


def paying_for_an_extra(desk: Desk) -> Order:
    order = desk.in_progress()
    answer(desk, propose(desk, order, Kind.EXTRA, desk.seller, desk.at + HOUR), desk.buyer, desk.at + HOUR)
    return get(order.pk)


def part_refunded(desk: Desk) -> Order:
    order = desk.delivered()
    answer(desk, propose(desk, order, Kind.REFUND, desk.buyer, desk.at + 2 * HOUR), desk.seller, desk.at + 3 * HOUR)
    return get(order.pk)


def declined(desk: Desk) -> Order:
    order = desk.delivered()
    proposal = propose(desk, order, Kind.REFUND, desk.buyer, desk.at + 2 * HOUR)
    answer(desk, proposal, desk.seller, desk.at + 3 * HOUR, how="decline")
    return get(order.pk)


def cancelled_by_silence(desk: Desk) -> Order:
    order = desk.in_progress()
    propose(desk, order, Kind.CANCEL, desk.seller, desk.at + HOUR)
    api.run_due(desk.at + 2 * DAY, order.pk)
    return get(order.pk)
