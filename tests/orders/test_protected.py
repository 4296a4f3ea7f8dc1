"""What payments is told of the money held for a seller's running orders, and on which days it may come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from orders import api
from orders.models import Order
from orders.owner import Orders
from payments.documents.months import Month
from payments.outlook.calendar import Happening, calendar_of
from payments.outlook.coming import coming
from tests.orders.scenes import DAY, HOUR, NET, STEPS, Desk, eur, get
from tests.orders.scenes_further import claimed_back, held, late, warn
from tests.orders.scenes_proposals import paused

pytestmark = pytest.mark.django_db
# Of the terms: 22 hours of work, three days to check, seven until it clears.
DUE, CHECK, CLEARING = 22 * HOUR, 3 * DAY, 7 * DAY


def days(desk: Desk) -> list[tuple[timedelta | None, timedelta | None]]:
    """When each is to be delivered and when it becomes theirs, from the desk's moment on."""

    def since(moment: datetime | None) -> timedelta | None:
        return moment - desk.at if moment else None

    return [(since(one.expected_at), since(one.theirs_at)) for one in Orders().protected_for(desk.seller.pk)]


def test_work_that_runs_has_both_days(desk: Desk) -> None:
    order = desk.in_progress()
    (one,) = Orders().protected_for(desk.seller.pk)
    assert (one.reference, one.amount) == (order.reference, eur(NET))
    assert days(desk) == [(DUE, DUE + CHECK + CLEARING)]
    assert Orders().protected_for(desk.buyer.pk) == []


def test_what_is_delivered_is_not_to_be_delivered(desk: Desk) -> None:
    order = desk.delivered()
    assert days(desk) == [(None, HOUR + CHECK + CLEARING)]
    api.extend_review(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + DAY)
    assert days(desk) == [(None, HOUR + CHECK + 7 * DAY + CLEARING)]


def test_a_change_is_checked_without_the_time_that_was_taken_once(desk: Desk) -> None:
    order = desk.delivered()
    api.extend_review(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + HOUR)
    desk.revise(order, desk.at + 2 * HOUR)
    due = get(order.pk).due_at
    assert due
    assert days(desk) == [(due - desk.at, due - desk.at + CHECK + CLEARING)]


@pytest.mark.parametrize("scene", [Desk.waiting, Desk.disputed, paused, held, claimed_back])
def test_a_clock_that_stands_still_has_no_day(desk: Desk, scene: Callable[[Desk], Order]) -> None:
    scene(desk)
    assert days(desk) == [(None, None)]


def test_a_payment_that_is_being_checked_clears_on_no_day(desk: Desk) -> None:
    warn(desk.in_progress())
    assert days(desk) == [(DUE, None)]


def test_between_two_steps_nothing_is_held(desk: Desk) -> None:
    desk.awaiting_funding()
    assert Orders().protected_for(desk.seller.pk) == []
    api.fund_step(order_id=Order.objects.get().pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR)
    desk.pay_asked(Order.objects.get(), desk.at + 3 * HOUR)
    (one,) = Orders().protected_for(desk.seller.pk)
    assert one.amount == eur(STEPS[1].price_minor * 9 // 10)


def test_late_work_is_delivered_today_at_the_earliest(desk: Desk) -> None:
    late(desk)
    at = desk.at + 5 * DAY
    (one,) = coming(desk.seller.pk, at)
    assert (one.promised_on, one.clears_on) == (at.date(), (at + CHECK + CLEARING).date())


def test_the_calendar_names_each_stage(desk: Desk) -> None:
    desk.in_progress()
    desk.delivered()
    desk.disputed()
    found = calendar_of(desk.seller.pk, Month.of(desk.at), desk.at + 2 * HOUR)
    assert [(day.day, [item.happening for item in day.items]) for day in found.days] == [
        ((desk.at + DUE).date(), [Happening.PROMISED]),
        ((desk.at + HOUR + CHECK + CLEARING).date(), [Happening.DELIVERED]),
    ]
    assert [(item.happening, item.amount) for item in found.undated] == [(Happening.HELD, eur(NET))]


@pytest.mark.parametrize("count", [1, 6])
def test_many_orders_take_one_query(desk: Desk, count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(count):
        desk.in_progress()
    with django_assert_num_queries(1):
        assert len(Orders().protected_for(desk.seller.pk)) == count
