"""The payments that an order's end divides, read from its rows."""

from __future__ import annotations

from marketplace.kernel.money import Money
from orders.models import Order, OrderPayment
from orders.splits import WHOLE, Piece, Split, Stake, keep, split


def stake_of(order: Order) -> Stake:
    """One query. Raises ValueError for an order that nothing was paid for."""
    return stake(order, OrderPayment.objects.now_at_stake(order))


def stake_of_step(order: Order, step: int) -> Stake:
    """What was paid for one step, also for one that is done."""
    return stake(order, list(OrderPayment.objects.of_step(order, step)))


def stake(order: Order, rows: list[OrderPayment]) -> Stake:
    """The same from rows that were read before."""
    if not rows:
        raise ValueError(f"nothing was paid for {order}")
    for row in rows:
        row.order = order
    return Stake(tuple(Piece(row.charge_id, row.price, row.buyer_fee) for row in rows), order.terms.rules)


def division_of(order: Order) -> Split:
    """How an order that ended was divided; one that runs, as if all of it were accepted."""
    return division(order, stake_of(order))


def division(order: Order, at_stake: Stake) -> Split:
    if order.kept_minor is None:
        return split(at_stake, WHOLE)
    return keep(at_stake, Money(order.kept_minor, order.currency))
