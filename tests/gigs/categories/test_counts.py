"""What tasks keep of each category, and what pages say of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from gigs import api, tasks
from gigs.models import Category, CategoryActivity, Gig
from gigs.selectors import categories as tree
from gigs.source import GigSource
from marketplace.kernel import periodic
from orders.models import FinishedOrder, Order
from tests.gigs.conftest import MakeGig


def activity(slug: str) -> CategoryActivity:
    return CategoryActivity.objects.get(category__slug=slug)


def finish(gig: Gig, buyer: User, at: datetime, *, minutes: int, on_time: bool = True) -> Order:
    """An order as it stands in the books when it is over."""
    order_id = api.order(api.OrderRequest(gig.pk, gig.version, buyer.pk, api.Selection(), uuid4().hex), at)
    begun = at - timedelta(days=1)
    Order.objects.filter(pk=order_id).update(
        state="completed", paid_at=begun, started_at=begun, delivered_at=begun + timedelta(minutes=minutes),
        completed_at=at, closed_at=at,
    )  # fmt: skip
    category, name = GigSource().category_of(str(gig.pk))
    FinishedOrder.objects.create(
        order_id=order_id, seller_id=gig.seller_id, buyer=buyer, category=category, category_name=name, ended_at=at,
        is_completed=True, was_promised=True, was_on_time=on_time, was_disputed=False,
    )  # fmt: skip
    return Order.objects.get(pk=order_id)


def test_gigs_are_counted_with_everything_below(make_gig: MakeGig, at: datetime) -> None:
    make_gig(category_slug="product-texts", attributes=("tone:warm",))
    make_gig(category_slug="web-copy", title="Write a page that sells", packages=(), extras=(), published=False)
    make_gig(category_slug="writing", title="Write something for you", attributes=("format:word", "tone:warm"))
    make_gig(category_slug="design", title="Draw something for you")
    Gig.objects.filter(title="Draw something for you").update(is_private=True, share_key="k")
    assert tasks.count_gigs_of_categories(at) == 89
    assert [activity(slug).gigs_by_currency for slug in ("product-texts", "web-copy", "writing", "design")] == [
        {"EUR": 1}, {"EUR": 1}, {"EUR": 2}, {},
    ]  # fmt: skip
    assert activity("writing").lowest_by_currency == {"EUR": 1_550}
    assert activity("writing").wanted_values == [["tone", "warm", "Warm"], ["format", "word", "Word"]]
    assert activity("web-copy").wanted_values == [["tone", "warm", "Warm"]]


def test_the_most_ordered_values_stand_first(make_gig: MakeGig, at: datetime) -> None:
    for number in range(2):
        make_gig(title=f"Write something, number {number}", attributes=("tone:warm",))
    wanted = make_gig(title="Write something funny", attributes=("tone:funny",))
    Gig.objects.filter(pk=wanted.pk).update(completed_orders=3)
    tasks.count_gigs_of_categories(at)
    assert [row[1] for row in activity("writing").wanted_values] == ["funny", "warm"]


def test_orders_are_counted_with_everything_below_and_under_every_name(
    make_gig: MakeGig, buyer: User, at: datetime
) -> None:
    gig = make_gig(category_slug="product-texts")
    for minutes in (60, 120, 540):
        finish(gig, buyer, at, minutes=minutes, on_time=minutes < 500)
    Category.objects.filter(slug="product-texts").update(slug="shop-texts")
    later = at + timedelta(days=29)
    assert tasks.count_orders_of_categories(later) == 89
    for slug in ("shop-texts", "web-copy", "writing"):
        found = activity(slug)
        assert (found.finished, found.median_minutes, found.median_by_currency) == (3, 120, {"EUR": 1_550})
        assert (found.promised, found.on_time) == (3, 2)
    assert activity("design").finished == 0
    tasks.count_orders_of_categories(at + timedelta(days=31))
    assert activity("writing").finished == 0


def test_counting_takes_few_statements_and_leaves_the_other_count_alone(
    make_gig: MakeGig, buyer: User, at: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    finish(make_gig(), buyer, at, minutes=30)
    with django_assert_max_num_queries(8):
        tasks.count_orders_of_categories(at)
    with django_assert_max_num_queries(8):
        tasks.count_gigs_of_categories(at)
    assert (activity("writing").finished, activity("writing").gigs_by_currency) == (1, {"EUR": 1})


@pytest.mark.usefixtures("db")
def test_both_tasks_run_by_themselves() -> None:
    every = {job.name: job.every for job in periodic.jobs()}
    assert every["gigs.tasks.count_gigs_of_categories"] == timedelta(minutes=10)
    assert every["gigs.tasks.count_orders_of_categories"] == timedelta(hours=1)
    assert tasks.count_gigs_of_categories(datetime.now().astimezone()) == 0


@pytest.mark.parametrize(
    ("finished", "promised", "on_time", "age", "said"),
    [
        (120, 120, 116, 0, "120 orders finished in the last 30 days, half of them within 9 h. 96 % were on time."),
        (12, 9, 9, 0, "12 orders finished in the last 30 days, half of them within 9 h."),
        (9, 9, 9, 0, "Fewer than 10 orders finished in the last 30 days: too few to say how fast it goes."),
        (120, 120, 116, 3, "The orders of the last 30 days are not counted yet."),
    ],
)
def test_what_is_said_is_honest(at: datetime, finished: int, promised: int, on_time: int, age: int, said: str) -> None:
    counted = at - timedelta(days=age)
    row = CategoryActivity(
        finished=finished, median_minutes=540, promised=promised, on_time=on_time, orders_counted_at=counted
    )
    assert tree.activity_sentence(row, at) == said


def test_before_the_first_count_it_says_so(at: datetime) -> None:
    assert "not counted yet" in tree.activity_sentence(CategoryActivity(), at)
