"""Nothing is ordered from a seller whose money has waited for a month because they cannot be paid."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from marketplace.kernel.errors import Conflict
from orders import api
from orders.models import Order
from payments.contracts import PayoutGate
from payments.models import Charge, ConnectedAccount
from tests.orders.scenes import Desk

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


def test_orders_stop_a_month_after_the_oldest_payment_and_begin_again(desk: Desk, seller: User, at: datetime) -> None:
    desk.completed()
    captured = Charge.objects.get().captured_at
    assert captured
    placed = desk.draft(form_key="before")
    api.place_order(placed, captured + MONTH - timedelta(microseconds=1))
    count = Order.objects.count()
    with pytest.raises(Conflict, match="takes no new orders just now"):
        api.place_order(desk.draft(form_key="after"), captured + MONTH)
    assert (Order.objects.count(), Charge.objects.count()) == (count, count)
    # The same form again is the same order, whatever has happened since.
    assert api.place_order(placed, captured + MONTH) == Order.objects.get(form_key="before").pk
    ConnectedAccount.objects.create(
        user=seller, stripe_id="acct_1Test", email=seller.email, country="PT", gate=PayoutGate.OPEN,
        gate_since=at, created_at=at,
    )  # fmt: skip
    api.place_order(desk.draft(form_key="after"), captured + MONTH)
    assert Order.objects.count() == count + 1
