"""Somebody closes their account at the moment when an order between them and another is placed: one comes first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from accounts.leaving import closing
from accounts.models import User
from gigs import api
from gigs.models import Gig, Piece
from gigs.offers import services as offers
from gigs.portfolio import services as portfolio
from gigs.portfolio.services import Content
from marketplace.kernel.errors import Conflict, NotFound
from orders.models import Order
from tests.gigs.conftest import picture
from tests.gigs.portfolio.conftest import upload
from tests.gigs.test_offers import HOUR, Send, send, talk
from tests.support.racing import one_after_the_other

__all__ = ["send", "talk"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order(gig: Gig, buyer: User, at: datetime) -> Callable[[], object]:
    return lambda: api.order(api.OrderRequest(gig.pk, gig.version, buyer.pk, api.Selection(), "k" * 32), at)


@pytest.mark.parametrize("who", ["buyer", "seller"])
def test_an_order_that_comes_first_keeps_the_account(
    order: Callable[[], object], who: str, seller: User, buyer: User, at: datetime
) -> None:
    leaver = {"buyer": buyer, "seller": seller}[who]
    refused = one_after_the_other(order, lambda: closing.close(user_id=leaver.pk, at=at))
    assert isinstance(refused, Conflict)
    assert "running" in refused.message
    assert User.objects.get(pk=leaver.pk).is_active
    assert Order.objects.count() == 1


@pytest.mark.parametrize("who", ["buyer", "seller"])
def test_who_has_left_orders_nothing_and_sells_nothing(
    order: Callable[[], object], who: str, seller: User, buyer: User, at: datetime
) -> None:
    leaver = {"buyer": buyer, "seller": seller}[who]
    refused = one_after_the_other(lambda: closing.close(user_id=leaver.pk, at=at), order)
    assert isinstance(refused, Conflict if who == "buyer" else NotFound)
    assert not Order.objects.exists()
    assert not User.objects.get(pk=leaver.pk).is_active


def test_an_offer_is_accepted_or_answered_by_who_leaves(send: Send, seller: User, buyer: User, at: datetime) -> None:
    offer = send()
    accept = lambda: offers.accept(offer_id=offer.pk, actor_id=buyer.pk, at=at + HOUR)  # noqa: E731
    refused = one_after_the_other(lambda: closing.close(user_id=seller.pk, at=at), accept)
    assert isinstance(refused, Conflict)
    assert not Order.objects.exists()


def test_who_leaves_adds_no_piece(seller: User, at: datetime) -> None:
    file = upload(seller, "jam.jpg", picture(), at)
    create = lambda: portfolio.create(seller_id=seller.pk, content=Content("Late", uploads=[file]), at=at)  # noqa: E731
    refused = one_after_the_other(lambda: closing.close(user_id=seller.pk, at=at), create)
    assert isinstance(refused, NotFound)
    assert "no such person" in refused.message
    assert not Piece.objects.exists()
