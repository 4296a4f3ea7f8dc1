"""What was released clears payment by payment (row 42): a step that was accepted waits for no other, a tip for nobody.

The moments stand on the payments. The order has one timer, at the earliest of them; it outlives steps, disputes
and the end. Whatever changes a moment lets the timer follow.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Value
from django.db.models.functions import Greatest

from marketplace.kernel.money import Money, total
from marketplace.kernel.prepared import prepared, prepared_change
from orders.models import Order, OrderPayment, PaymentState, Purpose, Stopped, Timer, WaitingRelease
from orders.services import notices, waiting
from orders.services.transition import SYSTEM, Change, apply
from orders.splits import WHOLE, split
from orders.stakes import division_of, stake_of_step
from orders.states import Action, Actor
from payments import api as payments

_LOOK_AGAIN = timedelta(hours=1)  # at a payment that is doubted, while others of its order clear


def begin(change: Change, charge_ids: Collection[uuid.UUID], until: datetime, *, fast: bool) -> None:
    """These payments were released just now."""
    order, at = change.order, change.event.at
    _BEGIN.run(order.pk, list(charge_ids), at, until, fast)
    follow(order, at)


_BEGIN = prepared_change(
    lambda order, charge_ids, at, until, fast: (
        OrderPayment.objects.filter(order=order, charge_id__in=charge_ids),
        {"released_at": at, "clears_at": until, "cleared_at": None, "cleared_fast": fast},
    )
)


def take_back(order: Order, at: datetime) -> None:
    """What is at stake is held again: nothing of it clears."""
    _forget(OrderPayment.objects.at_stake(order).values_list("charge_id", flat=True))
    follow(order, at)


def lose(order: Order, charge_id: uuid.UUID, at: datetime) -> None:
    """The buyer's bank has taken this payment."""
    _forget([charge_id])
    follow(order, at)


def _forget(charge_ids: Collection[uuid.UUID]) -> None:
    gone = OrderPayment.objects.clearing().filter(charge_id__in=charge_ids)
    gone.update(released_at=None, clears_at=None, cleared_fast=False)


def follow(order: Order, at: datetime) -> None:
    """The timer as the payments say; it stands still where the order rests."""
    _put_timer(order)
    if order.rests:
        Timer.objects.filter(kind=Action.CLEAR).stop(order, Stopped.REST, at)


def _put_timer(order: Order) -> None:
    first = _NEXT.first(order.pk)
    if first is None or first[0] is None:
        Timer.objects.drop(order, [Action.CLEAR])
    else:
        Timer.objects.put(order, {Action.CLEAR: first[0]})


_NEXT = prepared(
    lambda order: (
        OrderPayment.objects.filter(order=order, doubted_at=None)
        .clearing()
        .order_by("clears_at")
        .values_list("clears_at")[:1]
    )
)
_WAITS = Exists(WaitingRelease.objects.filter(charge_id=OuterRef("charge_id")))
_DUE = prepared(
    lambda order, at: (
        OrderPayment.objects.filter(order=order, doubted_at=None, clears_at__lte=at).clearing().annotate(waits=_WAITS)
    )
)


def resume(order: Order, at: datetime) -> dict[str, datetime]:
    """The order has rested until now: every payment waits that much longer. Returns the order's own moment."""
    assert order.rests_since is not None  # noqa: S101 - only what rests goes on
    still = Value(at, DateTimeField()) - Greatest(F("released_at"), Value(order.rests_since, DateTimeField()))
    order.payments.clearing().update(
        clears_at=ExpressionWrapper(F("clears_at") + still, output_field=DateTimeField()),
    )
    _put_timer(order)
    mine = OrderPayment.objects.at_stake(order).clearing().values_list("clears_at", flat=True).first()
    return {"clears_at": mine} if mine else {}


def doubt(order: Order, charge_id: uuid.UUID, at: datetime) -> None:
    """This payment is being checked: it does not clear meanwhile."""
    order.payments.filter(charge_id=charge_id, doubted_at=None).update(doubted_at=at)
    follow(order, at)


def trust(order: Order, charge_id: uuid.UUID, at: datetime) -> dict[str, datetime]:
    """It has been checked, and waits as much longer as that took. Returns the order's own moment, where it moved."""
    mine = order.payments.filter(charge_id=charge_id, doubted_at__isnull=False)
    still = Value(at, DateTimeField()) - Greatest(F("released_at"), F("doubted_at"))
    mine.clearing().update(clears_at=ExpressionWrapper(F("clears_at") + still, output_field=DateTimeField()))
    mine.update(doubted_at=None)
    follow(order, at)
    moved = OrderPayment.objects.at_stake(order).clearing().filter(charge_id=charge_id).first()
    return {"clears_at": moved.clears_at} if moved and moved.clears_at else {}


def clear(order: Order, at: datetime) -> None:
    """Row 42: what has waited long enough is the seller's; payments sends it on."""
    cleared = _send(order, _DUE.all(order.pk, at), at)
    if not cleared:
        follow(order, at)
        return
    for payment in cleared:
        payment.order = order
    mine = any(payment.is_at_stake(order) for payment in cleared)
    amount = receives(order, cleared)
    data = {"amount_minor": amount.amount_minor, "purposes": sorted({payment.purpose for payment in cleared})}
    change = apply(order, Action.CLEAR, SYSTEM, at, data=data, fields={"cleared_at": at} if mine else {})
    follow(order, at)
    notices.tell(change, Actor.SELLER, "order_cleared", amount=amount)


def _send(order: Order, due: list[OrderPayment], at: datetime) -> list[OrderPayment]:
    """Those that cleared. One that is doubted does not keep the others; alone, it is tried again by the sweep."""
    cleared, stuck = [], []
    for payment in due:
        try:
            with transaction.atomic(savepoint=len(due) > 1):
                waits = payment.waits  # type: ignore[attr-defined]
                if waits and not waiting.release(order, payment.charge_id, at):
                    raise payments.ChargebackOpen
                payments.clear_charge(payment.charge_id, at)
        except (payments.PaymentDoubted, payments.ChargebackOpen) as error:
            stuck.append((payment, error))
        else:
            cleared.append(payment)
    if stuck and not cleared:
        raise stuck[0][1]
    _CLEARED.run([payment.pk for payment in cleared], at)
    if stuck:
        OrderPayment.objects.filter(pk__in=[payment.pk for payment, _ in stuck]).update(clears_at=at + _LOOK_AGAIN)
    return cleared


_CLEARED = prepared_change(lambda ids, at: (OrderPayment.objects.filter(pk__in=ids), {"cleared_at": at}))


def receives(order: Order, rows: list[OrderPayment]) -> Money:
    """What the seller gets of some payments, after their fee."""
    tips = [row.price for row in rows if row.purpose == Purpose.TIP]
    wanted = {row.charge_id for row in rows if row.purpose != Purpose.TIP and row.state == PaymentState.PAID}
    shares = []
    for step in {row.step for row in rows if row.charge_id in wanted}:
        division = division_of(order) if step == order.step else split(stake_of_step(order, step), WHOLE)
        shares += [part.price - part.seller_fee for part in division.parts if part.charge_id in wanted]
    return total([*tips, *shares], order.currency)
