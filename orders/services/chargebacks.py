"""The buyer's bank takes a payment back (rows 43 to 46): the order rests until it is decided."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from orders.models import Dispute, Fault, Order, Outcome, Phase, Purpose
from orders.services import clearing, funds, notices, resting, waiting
from orders.services.transition import PAYMENT, Change, apply, lock
from orders.splits import Piece
from orders.stakes import stake_of
from orders.states import ENDED, Action, State
from payments import api as payments
from payments.events import ChargebackLost, ChargebackOpened, ChargebackWon


def record_opened(fact: ChargebackOpened, order_id: uuid.UUID) -> None:
    """Row 43: every clock stops, nothing moves."""
    with transaction.atomic():
        order, at = lock(order_id, fact.at)
        if order.charged_back_at is not None or order.paid_at is None:
            return
        data = {"reason": fact.reason, "amount_minor": fact.amount.amount_minor, "currency": fact.amount.currency}
        fields = resting.begin(order, "charged_back_at", at)
        change = apply(order, Action.CHARGE_BACK, PAYMENT, at, data=data, fields=fields)
        claims = payments.bank_claims(order.reference)
        until = min((claim.told_until for claim in claims if claim.told_until), default=None)
        notices.tell_both(change, "order_charged_back", amount=fact.amount, until=until)


def record_won(fact: ChargebackWon, order_id: uuid.UUID) -> None:
    """Row 44: the clocks go on with what was left of them."""
    with transaction.atomic():
        order, at = lock(order_id, fact.at)
        if order.charged_back_at is None:
            return
        waiting.release(order, fact.charge_id, at)
        change = apply(order, Action.WIN_CHARGEBACK, PAYMENT, at, fields=_unfrozen(order, at))
        notices.tell_both(change, "order_chargeback_won", amount=fact.amount)


def record_lost(fact: ChargebackLost, order_id: uuid.UUID) -> None:
    """Row 45: an order that ran is over, what the hold still has goes back to the buyer. Row 46: one that had ended
    stays as it is; payments has settled who bears it. What the bank left of a release that waits goes on waiting.
    """
    with transaction.atomic():
        order, at = lock(order_id, fact.at)
        if order.paid_at is None:
            return
        data = {
            "amount_minor": fact.amount.amount_minor, "currency": fact.amount.currency,
            "released_minor": fact.released.amount_minor, "purpose": fact.purpose,
        }  # fmt: skip
        waits = waiting.shrink(order, fact.charge_id, fact.left, at)
        if not (fact.released if waits is None else waits):
            clearing.lose(order, fact.charge_id, at)
        if order.state in ENDED:
            change = apply(order, Action.LOSE_CHARGEBACK, PAYMENT, at, data=data, fields=_unfrozen(order, at))
        else:
            others = [piece for piece in _held(order) if piece.charge_id != fact.charge_id]
            change = _end(order, at, data)
            for piece in others:
                funds.refund(change, piece.charge_id, piece.price + piece.buyer_fee)
        if order.state == State.CANCELLED and fact.left and not waits:
            funds.refund(change, fact.charge_id, fact.left)
        kept = {"keeps": bool(fact.released), "waits": bool(waits)}
        notices.tell_both(change, "order_chargeback_lost", amount=fact.amount, **kept)


def _held(order: Order) -> tuple[Piece, ...]:
    """Between two steps nothing is: what was accepted stays accepted."""
    return () if order.state == State.AWAITING_FUNDING else stake_of(order).pieces


def _unfrozen(order: Order, at: datetime) -> dict[str, Any]:
    """Where the bank still holds another payment of the order, it goes on resting; for a tip it does not wait."""
    others = order.payments.exclude(purpose=Purpose.TIP).values_list("charge_id", flat=True)
    if any(payments.is_claimed(charge_id) for charge_id in others):
        return {}
    return resting.end(order, "charged_back_at", at)


def _end(order: Order, at: datetime, data: dict[str, Any]) -> Change:
    claimed = Dispute.objects.filter(order=order, closed_at=None).first()
    fields: dict[str, Any] = {**resting.over(order, at), "fault": Fault.NEUTRAL}
    timers: dict[str, datetime] = {}
    if order.state == State.AWAITING_FUNDING and data["released_minor"]:  # accepted, and the site bears it
        fields["kept_minor"] = order.price_at_stake.amount_minor
    if order.review_until:  # it had ended before it was claimed: who has reviewed it, or may, is heard in the end
        fields["review_until"] = timers[Action.REVEAL_REVIEWS] = at + order.terms.rules.review_window
    change = apply(
        order, Action.LOSE_CHARGEBACK, PAYMENT, at,
        target=State.CANCELLED, data=data, fields=fields, timers=timers,
    )  # fmt: skip
    if claimed:
        claimed.phase, claimed.outcome, claimed.closed_at = Phase.CLOSED, Outcome.BANK, at
        claimed.save(update_fields=["phase", "outcome", "closed_at"])
    return change
