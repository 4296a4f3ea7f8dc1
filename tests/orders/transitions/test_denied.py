"""Every state, every action, every actor: what the table does not hold is refused, and nothing changes."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from marketplace.kernel import clock
from marketplace.kernel.transitions import IllegalTransition
from orders.models import Order
from orders.services.transition import By, apply
from orders.states import TABLE, Action, Actor, State
from tests.orders.conftest import signed_in
from tests.orders.scenes import HOUR, Desk, snapshot
from tests.orders.transitions.arranging import STATES
from tests.orders.transitions.rows import FORMS

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> datetime:
    return clock.now() - 8 * HOUR


def is_listed(state: str, action: str, actor: str) -> bool:
    try:
        TABLE.find(state, action, actor)
    except IllegalTransition:
        return False
    return True


@pytest.mark.parametrize("state", State)
def test_the_one_function_that_changes_a_state(desk: Desk, state: State) -> None:
    order = STATES[state](desk)
    before, denied = snapshot(order), 0
    for action in Action:
        for actor in Actor:
            if not is_listed(state, action, actor):
                with pytest.raises(IllegalTransition), transaction.atomic():
                    apply(Order.objects.get(pk=order.pk), action, By(actor), clock.now())
                denied += 1
    assert snapshot(order) == before
    assert denied > len(Action) * len(Actor) // 2


@pytest.mark.parametrize("state", State)
def test_the_pages(desk: Desk, stranger: User, state: State) -> None:
    """Each form that a page knows, filled in rightly, sent by everybody who may not."""
    order = STATES[state](desk)
    people = {
        Actor.BUYER: signed_in(desk.buyer), Actor.SELLER: signed_in(desk.seller),
        Actor.STAFF: signed_in(desk.moderator), "stranger": signed_in(stranger), "visitor": Client(),
    }  # fmt: skip
    before = snapshot(order)
    for action, data in FORMS.items():
        for actor, client in people.items():
            # After the end a dispute is a claim, which has its own name.
            if not is_listed(state, action, actor):
                address = reverse("orders:act", args=[order.pk, action])
                answer = client.post(address, {"version": order.version, **data()})
                assert answer.status_code in (302, 403, 404, 422), f"{actor} {action}: {answer.status_code}"
    assert snapshot(order) == before
