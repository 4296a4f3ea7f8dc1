"""What transitions do with the held money. Rows only: payments carries them to the provider afterwards."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel.money import Money
from orders.models import Order, OrderPayment, PaymentState, Purpose, Timer, WaitingRelease
from orders.services import clearing, waiting
from orders.services.transition import Change
from orders.splits import WHOLE, Part, Split, split
from orders.stakes import stake_of
from orders.states import Action
from payments import api as payments
from payments.contracts import ChargeLine, ChargeRequest, RefundRequest, ReleaseRequest


def ask(
    order: Order, *, key: str, purpose: str, price: Money, buyer_fee: Money, lines: list[ChargeLine],
    at: datetime, address: str = "", email: str = "", step: int | None = None,
) -> OrderPayment:  # fmt: skip
    """Asks the buyer for a payment of its own, for the step that runs or another. The same ``key`` is the same payment.

    What is asked on top of the order is closed by a timer when its window is over.
    """
    page = reverse("orders:detail", args=[order.pk])
    is_first = purpose == Purpose.ORDER
    window: timedelta = order.terms.payment_window if is_first else order.terms.rules.payment_window
    fee = [ChargeLine(_("Service fee"), 1, buyer_fee)] if buyer_fee else []
    request = ChargeRequest(
        key=f"{order.reference}:{key}",
        reference=order.reference,
        purpose=purpose,
        payer_id=order.buyer_id,
        payer_email=email or accounts.email_of(order.buyer_id),
        lines=(*lines, *fee),
        window=window,
        success_path=f"{page}?paid={purpose}",
        cancel_path=page,
        address=address,
    )
    charge = payments.request_charge(request, at)
    asked = OrderPayment.objects.create(
        order=order,
        charge_id=charge.id,
        purpose=purpose,
        step=order.step if step is None else step,
        price_minor=price.amount_minor,
        buyer_fee_minor=buyer_fee.amount_minor,
        asked_at=at,
        closes_at=at + window,
    )
    if not is_first:
        open_ones = order.payments.filter(state=PaymentState.ASKED).aggregate(first=Min("closes_at"))
        Timer.objects.put(order, {Action.CLOSE_PAYMENT: open_ones["first"]})
    return asked


def further_fee(order: Order, price: Money) -> Money:
    """The buyer's fee on another price of a running order: the fee on the sum, less what was paid already."""
    rules = order.terms.rules
    return rules.buyer_fee(order.price + price) - rules.buyer_fee(order.price)


def divide(change: Change, division: Split) -> None:
    """For each payment one refund and one release, each only where it is more than nothing."""
    for part in division.parts:
        if part.refund:
            refund(change, part.charge_id, part.refund)
        if part.price:
            _release(change, part)
    released = [part.charge_id for part in division.parts if part.price]
    if released:
        assert change.order.clears_at is not None  # noqa: S101 - whoever ends an order says when it clears
        clearing.begin(change, released, change.order.clears_at, fast=change.order.cleared_fast)


def _release(change: Change, part: Part) -> None:
    """Hold → the seller's clearing, with both fees; of a payment that is being checked, as soon as it has been."""
    key = f"{change.key}:release:{part.charge_id}"
    if payments.is_doubted(part.charge_id):
        WaitingRelease.objects.create(
            order=change.order, key=key, charge_id=part.charge_id, decided_at=change.event.at,
            price_minor=part.price.amount_minor, seller_fee_minor=part.seller_fee.amount_minor,
            buyer_fee_minor=part.buyer_fee.amount_minor,
        )  # fmt: skip
        return
    request = ReleaseRequest(
        key=key,
        charge_id=part.charge_id,
        payee_id=change.order.seller_id,
        price=part.price,
        seller_fee=part.seller_fee,
        buyer_fee=part.buyer_fee,
    )
    payments.release(request, change.event.at)


def refund(change: Change, charge_id: uuid.UUID, amount: Money) -> None:
    key = f"{change.key}:refund:{charge_id}"
    request = RefundRequest(key=key, charge_id=charge_id, amount=amount, reason=change.event.action)
    payments.refund(request, change.event.at)


def release_whole(change: Change) -> None:
    divide(change, split(stake_of(change.order), WHOLE))


def refund_whole(change: Change) -> None:
    divide(change, split(stake_of(change.order), 0))


def undo_release(change: Change) -> None:
    """A claim takes the seller's share back out of clearing, into the hold."""
    for piece in stake_of(change.order).pieces:
        waiting.drop(change.order, piece.charge_id)
        payments.undo_releases(piece.charge_id, change.event.at)
    clearing.take_back(change.order, change.event.at)
