"""Whoever closes their account has no order running and no money waiting; the copy of their data tells of both."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from accounts.leaving import closing, registry
from accounts.models import User
from marketplace.kernel.errors import Conflict
from orders.models import Order
from payments.models import Refund, RefundState
from tests.orders.scenes import Desk

pytestmark = pytest.mark.django_db


def read(name: str, user: User) -> list[dict[str, object]]:
    return [dict(row) for row in registry.chapters()[name](user.pk)]


@pytest.mark.parametrize("state", ["pending", "in_progress", "delivered", "disputed", "requested"])
def test_a_running_order_keeps_both_sides(desk: Desk, at: datetime, state: str) -> None:
    getattr(desk, state)()
    for who in (desk.buyer, desk.seller):
        with pytest.raises(Conflict, match="1 order of yours is running"):
            closing.close(user_id=who.pk, at=at)


def test_money_that_clears_keeps_the_seller_and_not_the_buyer(desk: Desk, at: datetime) -> None:
    desk.completed()
    with pytest.raises(Conflict, match="is not paid out yet"):
        closing.close(user_id=desk.seller.pk, at=at)
    closing.close(user_id=desk.buyer.pk, at=at)


def test_a_refund_on_its_way_keeps_the_buyer_until_it_is_there(desk: Desk, at: datetime) -> None:
    desk.cancelled()
    refund = Refund.objects.get()
    assert refund.state == RefundState.ASKED
    with pytest.raises(Conflict, match="refund is on its way"):
        closing.close(user_id=desk.buyer.pk, at=at)
    Refund.objects.update(state=RefundState.SUCCEEDED, succeeded_at=at)
    closing.close(user_id=desk.buyer.pk, at=at)


def test_the_order_stays_without_the_name(desk: Desk, as_seller: Client, at: datetime) -> None:
    order = desk.completed()
    closing.close(user_id=desk.buyer.pk, at=at + timedelta(days=1))
    page = as_seller.get(f"/orders/{order.pk}/").content.decode()
    assert "Closed account" in page
    assert "Bea Buyer" not in page
    assert Order.objects.get(pk=order.pk).buyer_id == desk.buyer.pk


def test_a_copy_tells_of_orders_money_and_talks(desk: Desk) -> None:
    order = desk.completed()
    [bought] = read("orders", desk.buyer)
    [sold] = read("orders", desk.seller)
    assert (bought["you_are"], sold["you_are"]) == ("buyer", "seller")
    assert bought["code"] == sold["code"] == order.code
    assert bought["events"]
    [paid] = read("payments", desk.buyer)
    [earned] = read("earnings", desk.seller)
    assert paid["captured_minor"] == order.price_minor + order.buyer_fee_minor
    assert earned["price_minor"] == order.price_minor
    assert read("earnings", desk.buyer) == read("payments", desk.seller) == []
