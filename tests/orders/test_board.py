"""The seller's board: every open state in a column, badges, pages by key, a fixed number of queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from marketplace.kernel import clock
from orders import api, board
from orders.models import Kind, Order
from orders.states import ACTIVE, State
from tests.orders.conftest import signed_in
from tests.orders.scenes import HOUR, TAKEN, Desk, bank
from tests.orders.scenes_proposals import proposed

pytestmark = pytest.mark.django_db
URL = "/orders/?role=seller&tab=open"


@pytest.fixture
def at() -> datetime:
    return clock.now() - 8 * HOUR


def codes(client: Client, name: str, url: str = URL) -> list[str]:
    column = next(one for one in client.get(url).context["columns"] if one.name == name)
    return [row.code for row in column.rows]


def test_every_open_state_has_its_column() -> None:
    shown = [state for states in board.COLUMNS.values() for state in states]
    assert sorted(shown) == sorted({*ACTIVE, State.REQUESTED, State.PENDING_PAYMENT, State.DISPUTED})


def test_columns_by_what_they_wait_for(desk: Desk, as_seller: Client) -> None:
    found = {
        "turn": {desk.in_progress().code, desk.in_revision().code},
        "answers": {desk.waiting().code},
        "buyer": {desk.delivered().code},
        "disputed": {desk.disputed().code},
    }
    desk.completed()
    desk.cancelled()
    desk.pending()
    assert {name: set(codes(as_seller, name)) for name in found} == found
    columns = as_seller.get(URL).context["columns"]
    assert [column.count for column in columns] == [2, 1, 1, 1]


def test_badges_none_over_a_day_yellow_under_red_late(desk: Desk, as_seller: Client) -> None:
    from dataclasses import replace

    now = clock.now()
    plain = desk.terms
    desk.terms = replace(plain, promised_minutes=5 * 24 * 60)
    far = desk.in_progress()
    desk.terms = replace(plain, promised_minutes=20 * 60)
    soon = desk.in_progress()
    desk.terms = replace(plain, promised_minutes=60)
    late = desk.in_progress()
    api.run_due(now - HOUR)
    rows = {row.code: row for row in as_seller.get(URL).context["columns"][0].rows}
    assert [rows[order.code].due_tone for order in (far, soon, late)] == ["", "soon", "late"]
    assert rows[soon.code].due_text.endswith("left")
    assert rows[late.code].due_text.endswith("late")
    assert codes(as_seller, "turn") == [late.code, soon.code, far.code]


def test_each_column_has_its_own_pages(desk: Desk, as_seller: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "PER_COLUMN", 2)
    orders = [desk.in_progress(desk.at + number * timedelta(minutes=1)) for number in range(5)]
    Order.objects.filter(pk__in=[order.pk for order in orders[1:4]]).update(due_at=orders[1].due_at)
    waiting = [desk.waiting(desk.at + number * timedelta(minutes=1)).code for number in range(3)]
    seen, url = [], URL
    while url:
        columns = {column.name: column for column in as_seller.get(url).context["columns"]}
        seen += [row.code for row in columns["turn"].rows]
        assert [row.code for row in columns["answers"].rows] == waiting[:2]
        assert columns["turn"].count == 5
        url = columns["turn"].next_url.partition("#")[0]
    assert sorted(seen) == sorted(order.code for order in orders)
    assert (seen[0], seen[-1]) == (orders[0].code, orders[4].code)
    assert columns["turn"].first_url.endswith("#column-turn")


@pytest.mark.parametrize("cursor", ["x", ",", "2026-01-01,1", "2026-01-01T00:00:00+00:00,zz"])
def test_a_wrong_cursor_is_the_first_page(desk: Desk, as_seller: Client, cursor: str) -> None:
    order = desk.in_progress()
    assert codes(as_seller, "turn", f"{URL}&turn={cursor}") == [order.code]


@pytest.mark.parametrize("many", [1, 4])
def test_a_fixed_number_of_queries(
    desk: Desk, as_seller: Client, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(many):
        desk.in_progress()
        desk.waiting()
        desk.delivered()
    as_seller.get(URL)
    with django_assert_num_queries(8):
        assert as_seller.get(URL).status_code == 200


def test_others_orders_are_not_there(desk: Desk, as_seller: Client, stranger: User) -> None:
    desk.pay(desk.pending(seller_id=stranger.pk), desk.at)
    assert as_seller.get(URL).context["columns"] == []
    assert "No open orders" in as_seller.get(URL).content.decode()


def test_the_desk_shows_the_same(desk: Desk, as_seller: Client) -> None:
    User.objects.filter(pk=desk.seller.pk).update(hat="selling")
    order = desk.in_progress()
    html = as_seller.get(reverse("pages:desk")).content.decode()
    assert order.title in html
    assert re.search(r"Your turn <span>1</span>", html)


@pytest.mark.parametrize("why", ["the bank decides", "on hold"])
def test_what_rests_is_due_by_nobody(desk: Desk, as_seller: Client, as_buyer: Client, why: str) -> None:
    orders = [desk.in_progress(), desk.delivered(), desk.disputed()]
    if why == "on hold":
        desk.suspend(desk.buyer, desk.at + 3 * HOUR)
    else:
        for order in orders:
            bank(order, "needs_response", TAKEN, after=HOUR)
    shown = [row for column in as_seller.get(URL).context["columns"] for row in column.rows]
    if why != "on hold":  # who is suspended is not let in
        shown += as_buyer.get("/orders/?role=buyer").context["rows"]
        assert as_buyer.get(orders[0].get_absolute_url()).content.decode().count("the clock stands still") == 1
    assert {(row.due_text, row.word) for row in shown} == {(why, "Stopped")}


@pytest.mark.parametrize(
    ("make", "who", "word", "badge"),
    [
        (proposed(Kind.EXTENSION), "buyer", "Your turn", "needs your answer"),
        (proposed(Kind.EXTENSION, "buyer"), "buyer", "Working", ""),
        (proposed(Kind.CANCEL, "buyer"), "seller", "Your turn", "min left"),  # the deadline says more
        (Desk.disputed, "seller", "Your turn", "needs your answer"),
        (Desk.disputed, "buyer", "Working", "next step"),
    ],
)
def test_a_list_says_whose_answer_is_waited_for(
    desk: Desk, make: Callable[[Desk], Order], who: str, word: str, badge: str
) -> None:
    make(desk)
    client = signed_in(desk.buyer if who == "buyer" else desk.seller)
    shown = client.get(f"/orders/?role={who}&tab=open").context
    (row,) = [row for column in shown.get("columns") or [] for row in column.rows] or shown["rows"]
    assert row.word == word
    assert badge in row.due_text
