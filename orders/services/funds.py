"""What transitions do with the held money. Rows only: payments carries them to the provider afterwards."""

from __future__ import annotations

from marketplace.kernel.money import Money
from orders.services.transition import Change
from orders.splits import WHOLE, Split, split
from payments import api as payments
from payments.contracts import RefundRequest, ReleaseRequest


def release(change: Change, part: Split) -> None:
    """Hold → the seller's clearing, with both fees."""
    order = change.order
    assert order.charge_id is not None  # noqa: S101 - the database allows no paid order without a charge
    request = ReleaseRequest(
        key=f"{change.key}:release",
        charge_id=order.charge_id,
        payee_id=order.seller_id,
        price=part.price,
        seller_fee=part.seller_fee,
        buyer_fee=part.buyer_fee,
    )
    payments.release(request, change.event.at)


def refund(change: Change, amount: Money, reason: str) -> None:
    order = change.order
    assert order.charge_id is not None  # noqa: S101
    request = RefundRequest(key=f"{change.key}:refund", charge_id=order.charge_id, amount=amount, reason=reason)
    payments.refund(request, change.event.at)


def release_whole(change: Change) -> None:
    release(change, split(change.order.terms, WHOLE))


def refund_whole(change: Change) -> None:
    refund(change, change.order.all_in, change.event.action)


def divide(change: Change, part: Split) -> None:
    """One refund and one release, each only where it is more than nothing."""
    if part.refund:
        refund(change, part.refund, change.event.action)
    if part.price:
        release(change, part)


def undo_release(change: Change) -> None:
    """A claim takes the seller's share back out of clearing, into the hold."""
    order = change.order
    assert order.charge_id is not None  # noqa: S101
    payments.undo_releases(order.charge_id, change.event.at)
