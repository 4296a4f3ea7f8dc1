"""Who has blocked somebody gets no order from them; orders that run go on, with their talk."""

from __future__ import annotations

import pytest

from inbox import blocking
from marketplace.kernel.errors import NotAllowed
from orders import api
from orders.models import Order
from orders.services import talk
from orders.states import State
from tests.orders.scenes import HOUR, Desk, get

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("blocks", ["seller", "buyer"])
def test_no_new_order(desk: Desk, blocks: str) -> None:
    owner, other = (desk.seller, desk.buyer) if blocks == "seller" else (desk.buyer, desk.seller)
    blocking.block(owner_id=owner.pk, other_id=other.pk, at=desk.at)
    with pytest.raises(NotAllowed, match="no orders from you" if blocks == "seller" else "You have blocked"):
        api.place_order(desk.draft(form_key="after"), desk.at)
    assert not Order.objects.exists()
    blocking.unblock(owner_id=owner.pk, other_id=other.pk)
    assert api.place_order(desk.draft(form_key="after"), desk.at)


def test_what_was_placed_before_is_the_same_order(desk: Desk) -> None:
    placed = api.place_order(desk.draft(form_key="once"), desk.at)
    blocking.block(owner_id=desk.seller.pk, other_id=desk.buyer.pk, at=desk.at)
    assert api.place_order(desk.draft(form_key="once"), desk.at + HOUR) == placed


def test_an_order_that_runs_goes_on(desk: Desk) -> None:
    order = desk.delivered()
    blocking.block(owner_id=desk.seller.pk, other_id=desk.buyer.pk, at=desk.at)
    assert talk.say(order, desk.buyer.pk, body="Thank you", files=[], key="k", at=desk.at + HOUR)
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR)
    assert get(order.pk).state == State.COMPLETED


def test_an_order_that_has_ended_is_no_way_around(desk: Desk) -> None:
    order = desk.completed()
    assert talk.say(order, desk.buyer.pk, body="Thank you", files=[], key="1", at=desk.at + 3 * HOUR)
    blocking.block(owner_id=desk.seller.pk, other_id=desk.buyer.pk, at=desk.at)
    with pytest.raises(NotAllowed, match="takes no messages"):
        talk.say(order, desk.buyer.pk, body="Hello again", files=[], key="2", at=desk.at + 4 * HOUR)
    rests = desk.at + 5 * HOUR
    Order.objects.filter(pk=order.pk).update(charged_back_at=rests, rests_since=rests)
    assert talk.say(get(order.pk), desk.buyer.pk, body="About it", files=[], key="3", at=desk.at + 6 * HOUR)
