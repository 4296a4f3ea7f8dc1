"""What was finished lately, by category: exact numbers from orders that really ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from orders import api, sources
from orders.contracts import Activity, OrderFact, PriceLine, SourceCard
from tests.orders.scenes import DAY, HOUR, Desk

MINUTE = timedelta(minutes=1)


class Toys:
    def describe(self, source_refs: list[str]) -> dict[str, SourceCard]:
        return {}

    def on_state_changed(self, fact: OrderFact) -> None:
        return

    def category_of(self, source_ref: str) -> tuple[str, str]:
        return (source_ref, source_ref.title())


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sources._sources, "toy", Toys())


def complete(desk: Desk, category: str, after: timedelta, minor: int = 2_000) -> None:
    terms = replace(desk.terms, lines=(PriceLine("A job", 1, minor),))
    order = desk.pay(desk.pending(source_ref=category, terms=terms), desk.at)
    api.run_due(desk.at + after, order.pk)
    desk.deliver(order, desk.at + after)
    api.accept(order_id=order.pk, actor_id=order.buyer_id, at=desk.at + after + MINUTE)


def test_orders_of_every_key_are_counted_once_for_each_group(
    desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for hours, minor in ((1, 1_000), (3, 3_000), (5, 2_000)):
        complete(desk, "kites", hours * HOUR, minor)
    complete(desk, "old-kites", 9 * HOUR, 5_000)
    complete(desk, "boats", 2 * HOUR)
    groups = {1: ["kites", "old-kites"], 2: ["boats"], 3: ["kites", "old-kites", "boats"], 4: ["trains"]}
    with django_assert_num_queries(1):
        found = api.activity(groups, desk.at - DAY)
    assert found[1] == Activity(4, 180, {"EUR": 2_060}, 4, 4)
    assert found[2] == Activity(1, 120, {"EUR": 2_060}, 1, 1)
    assert (found[3].finished, found[3].median_minutes) == (5, 180)
    assert 4 not in found


def test_only_what_ended_within_the_time_counts_and_late_ones_are_not_on_time(desk: Desk) -> None:
    complete(desk, "kites", HOUR)
    complete(desk, "kites", timedelta(minutes=desk.terms.promised_minutes) + HOUR)
    found = api.activity({1: ["kites"]}, desk.at)[1]
    assert (found.finished, found.promised, found.on_time) == (2, 2, 1)
    late = api.activity({1: ["kites"]}, desk.at + 2 * HOUR)[1]
    assert (late.finished, late.promised, late.on_time) == (1, 1, 0)
    assert api.activity({1: ["kites"]}, desk.at + 30 * DAY) == {}


def test_what_was_cancelled_is_promised_but_not_finished(desk: Desk) -> None:
    order = desk.pay(desk.pending(source_ref="kites"), desk.at)
    api.seller_cancel(order_id=order.pk, actor_id=desk.seller.pk, reason="I fell ill, sorry.", at=desk.at + 2 * HOUR)
    found = api.activity({1: ["kites"]}, desk.at - DAY)
    assert found == {1: Activity(0, None, {}, 0, 0)}


def test_nothing_is_asked_of_nothing(desk: Desk) -> None:
    assert api.activity({}, desk.at) == {}
