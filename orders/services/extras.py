"""An extra from the yes to the money: a payment of its own, then more time (rows 21 and 21b)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.kernel.money import Money
from orders import deadlines
from orders.models import Order, OrderPayment, PaymentState, Proposal, ProposalState, Purpose, Stopped, Timer
from orders.models.proposal import STAYS, Kind
from orders.services import clocks, funds, notices, proposals
from orders.services.transition import PAYMENT, By, apply, check, lock, party
from orders.states import Action, Actor, State
from payments.contracts import ChargeLine


def accept_extra(*, order_id: uuid.UUID, actor_id: int, proposal_id: int, at: datetime) -> None:
    """Row 21: the buyer's yes asks for the payment. The seller's yes makes the extra their offer to the buyer, so that
    the payment's half hour begins when somebody is there to pay.
    """
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.ACCEPT_EXTRA, by, at)
        proposal = proposals.asked_of(order, proposal_id, by, Kind.EXTRA)
        (_ask if by.role == Actor.BUYER else _agree)(order, proposal, by, at)


def _agree(order: Order, proposal: Proposal, by: By, at: datetime) -> None:
    until = proposals.answer_by(order, at)
    first = min(until, Proposal.objects.first_answer(order, but=proposal.pk) or until)
    change = apply(
        order, Action.ACCEPT_EXTRA, by, at, data=_data(proposal), timers={Action.EXPIRE_PROPOSAL: first}
    )  # fmt: skip
    proposal.by_role, proposal.agreed_at, proposal.answer_by = by.role, at, until
    proposal.save(update_fields=["by_role", "agreed_at", "answer_by"])
    proposals.tell_proposed(change, proposal.kind, proposal.title, proposal.text, until)


def _ask(order: Order, proposal: Proposal, by: By, at: datetime) -> None:
    price = _price(proposal)
    rest = proposals.without(order, proposal)
    closes = {Action.CLOSE_PAYMENT: at + order.terms.rules.payment_window}
    change = apply(
        order, Action.ACCEPT_EXTRA, by, at,
        data=_data(proposal), timers=closes | rest.get("timers", {}), drop=rest.get("drop", []),
    )  # fmt: skip
    proposal.payment = funds.ask(
        order, key=f"extra-{change.event.version}", purpose=Purpose.EXTRA, price=price,
        buyer_fee=funds.further_fee(order, price), lines=[ChargeLine(proposal.title, 1, price)], at=at,
    )  # fmt: skip
    proposal.save(update_fields=["payment"])
    proposal.settle(ProposalState.ACCEPTED, at)


def _data(proposal: Proposal) -> dict[str, Any]:
    return {"title": proposal.title, "amount_minor": proposal.amount_minor, "minutes": proposal.minutes}


def _price(proposal: Proposal) -> Money:
    assert proposal.amount is not None  # noqa: S101 - a constraint says so
    return proposal.amount


def take(order: Order, asked: OrderPayment, at: datetime) -> bool:
    """Row 21b: the extra is held like the rest and adds its time. False where nobody waits for it any more."""
    proposal = Proposal.objects.filter(payment=asked, state=ProposalState.ACCEPTED).first()
    if proposal is None or asked.state != PaymentState.ASKED or order.rests or order.state not in STAYS:
        return False
    proposal.order = order
    received = order.receives_at_stake
    target = State.IN_REVISION if order.state == State.DELIVERED else State(order.state)
    moved = _moved(order, proposal.minutes, at)
    due = moved.fields.get("due_at")
    change = apply(
        order, Action.PAY_EXTRA, PAYMENT, at,
        target=target, timers=moved.timers, drop=moved.drop,
        data=_data(proposal) | ({"due": due.isoformat()} if due else {}),
        fields={
            "price_minor": order.price_minor + asked.price_minor,
            "buyer_fee_minor": order.buyer_fee_minor + asked.buyer_fee_minor,
            **moved.fields,
        },
    )  # fmt: skip
    asked.settle(PaymentState.PAID, at)
    about = {"extra": proposal.title, "again": target == State.IN_REVISION, "due": due}
    notices.tell(change, Actor.SELLER, "order_extra_paid", amount=order.receives_at_stake - received, **about)
    notices.tell(change, Actor.BUYER, "order_extra_paid", amount=asked.all_in, **about)
    return True


def _moved(order: Order, minutes: int, at: datetime) -> clocks.Moved:
    """Due + the extra's time. Delivered work was done in time or not: what comes on top has at least a revision's."""
    if order.due_at is None:
        return clocks.Moved({}, {}, [])
    hours = order.terms.hours
    if order.state != State.DELIVERED:
        return clocks.moved(order, deadlines.ready_at(order.due_at, minutes, hours), at)
    later = deadlines.ready_at(max(order.due_at, at), minutes, hours)
    return clocks.moved(order, max(later, deadlines.revision_due(at, order.running_terms)), at)


def lapse(order: Order, asked: OrderPayment, at: datetime) -> None:
    """Not paid in its half hour: the offer stands again as long as it would have."""
    proposal = Proposal.objects.filter(payment=asked, state=ProposalState.ACCEPTED).first()
    if proposal is None:
        return
    if at >= proposal.answer_by:
        proposal.settle(ProposalState.EXPIRED, at)
        return
    proposal.state, proposal.closed_at, proposal.payment = ProposalState.OPEN, None, None
    proposal.save(update_fields=["state", "closed_at", "payment"])
    Timer.objects.put(order, {Action.EXPIRE_PROPOSAL: Proposal.objects.first_answer(order) or proposal.answer_by})
    if order.rests:
        Timer.objects.stop(order, Stopped.REST, at)
