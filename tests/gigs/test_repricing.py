"""When an operator changes the buyer's fee: copies of prices follow, and nobody pays what they did not see."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from accounts.models import User
from gigs.models import Gig
from gigs.services.ordering import OrderRequest, order
from gigs.services.repricing import reprice_all
from gigs.services.terms import Selection
from marketplace.kernel import outbox
from orders import site_rules
from orders.models import Order
from orders.services import operating
from tests.gigs.conftest import MakeGig
from tests.gigs.test_checkout import _form, _send

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> User:
    return User.objects.create_superuser("op@example.org", password="x" * 12, display_name="Op Operator")


def raise_fee(operator: User, at: datetime) -> None:
    operating.change_rules({("buyer_fee_bp", ""): 1_000}, by_id=operator.pk, at=at)
    site_rules.reread()


def test_all_in_copies_follow_the_fee(operator: User, at: datetime, make_gig: MakeGig) -> None:
    gigs = [make_gig(), make_gig()]
    raise_fee(operator, at)
    assert outbox.deliver_due(at) >= 1
    for gig in gigs:
        gig.refresh_from_db()
        assert (gig.from_price_minor, gig.from_all_in_minor) == (1_500, 1_650)
        assert list(gig.packages.values_list("all_in_minor", flat=True)) == [1_650, 6_160, 20_350]
    assert reprice_all() == 0


def test_other_rules_leave_prices_alone(operator: User, at: datetime, gig: Gig) -> None:
    operating.change_rules({("seller_fee_bp", ""): 2_000}, by_id=operator.pk, at=at)
    assert outbox.deliver_due(at) == 0


def test_a_price_that_nobody_saw_is_not_ordered(
    operator: User, at: datetime, as_buyer: Client, buyer: User, gig: Gig
) -> None:
    form = _form(as_buyer, gig)
    raise_fee(operator, at)
    html = _send(as_buyer, gig, form).content.decode()
    assert "The price was €15.50 and is now €16.50, all in." in html
    assert not Order.objects.exists()
    request = OrderRequest(gig.pk, gig.version, buyer.pk, Selection(), "a" * 32, seen_total_minor=1_650)
    order(request, at)
    assert Order.objects.get().all_in.amount_minor == 1_650
