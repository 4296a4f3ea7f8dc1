"""From Redis into rows: nothing lost, nothing twice, whatever is killed when."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from gigs.models import FoldedBatch, Gig, GigDay
from gigs.source import GigSource
from gigs.statistics import counting, services
from gigs.statistics.hooks import Hits
from gigs.tasks import fold_gig_figures
from orders.contracts import OrderFact
from tests.gigs.conftest import NOON, MakeGig
from tests.gigs.statistics.test_counting import another_redis, forget_all

TODAY, TOMORROW = date(2026, 5, 13), date(2026, 5, 14)
Rows = dict[tuple[int, date], tuple[int, int, int]]


@pytest.fixture(autouse=True)
def _emptied(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(counting, "_rests_until", 0.0)
    forget_all()
    yield
    forget_all()


def hit(gig_id: int, *, cards: int = 0, views: int = 0, day: date = TODAY) -> None:
    for _card in range(cards):
        assert counting.count(Hits(day, "", None, {gig_id: None}))
    for _view in range(views):
        assert counting.count(Hits(day, uuid.uuid4().hex, opened=gig_id))


def rows() -> Rows:
    found = GigDay.objects.values_list("gig_id", "day", "impressions", "views", "orders")
    return {(gig_id, day): (cards, views, orders) for gig_id, day, cards, views, orders in found}


def test_folds_add_up(make_gig: MakeGig) -> None:
    one, two = make_gig(), make_gig()
    hit(one.pk, cards=3, views=2)
    hit(two.pk, cards=1, day=TOMORROW)
    assert services.fold(NOON) == 1
    hit(one.pk, cards=4)
    hit(one.pk, views=1, day=TOMORROW)
    assert services.fold(NOON) == 1
    assert services.fold(NOON) == 0
    assert rows() == {(one.pk, TODAY): (7, 2, 0), (one.pk, TOMORROW): (0, 1, 0), (two.pk, TOMORROW): (1, 0, 0)}
    assert FoldedBatch.objects.count() == 2


def test_gigs_that_are_gone_are_left_out(gig: Gig) -> None:
    hit(gig.pk, cards=1)
    hit(999_999_999_999, cards=1)
    services.fold(NOON)
    assert rows() == {(gig.pk, TODAY): (1, 0, 0)}


class Killed(BaseException):
    pass


def _before(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    def die(*_given: Any, **_named: Any) -> None:
        raise Killed

    monkeypatch.setattr(owner, name, die)


def _after(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    plain: Callable[..., Any] = getattr(owner, name)

    def work_and_die(*given: Any, **named: Any) -> None:
        plain(*given, **named)
        raise Killed

    monkeypatch.setattr(owner, name, work_and_die)


@pytest.mark.parametrize(
    ("how", "owner", "name"),
    [
        (_before, counting, "take"),
        (_after, counting, "take"),
        (_before, counting, "read"),
        (_before, services, "_add"),
        (_after, services, "_add"),
        (_after, services, "_fold"),
        (_before, counting, "drop"),
        (_after, counting, "drop"),
    ],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_cut_short_anywhere_it_is_made_up_for(gig: Gig, how: Callable[..., None], owner: Any, name: str) -> None:
    hit(gig.pk, cards=5, views=2)
    with pytest.MonkeyPatch.context() as patch:
        how(patch, owner, name)
        with pytest.raises(Killed):
            services.fold(NOON)
    hit(gig.pk, cards=1)  # goes on while a batch waits
    for _run in range(3):
        services.fold(NOON)
    assert rows() == {(gig.pk, TODAY): (6, 2, 0)}
    assert set(counting.client().scan_iter(counting.key("[bl]*"))) == set()  # neither a batch nor anything that waits


def test_two_that_fold_the_same_batch_add_it_once(gig: Gig) -> None:
    hit(gig.pk, cards=5)
    (batch,) = counting.take()
    for _worker in range(2):
        services._fold(batch, NOON)
    assert rows() == {(gig.pk, TODAY): (5, 0, 0)}


def test_a_redis_that_comes_back_as_it_was_is_not_counted_again(gig: Gig) -> None:
    hit(gig.pk, cards=5)
    (batch,) = counting.take()
    store, name = counting.client(), counting.key(f"batch:{batch}")
    saved = store.dump(name)
    services.fold(NOON)
    store.restore(name, 0, saved)
    store.rpush(counting.key("waiting"), str(batch))
    services.forget(NOON + timedelta(days=29))
    assert services.fold(NOON + timedelta(days=29)) == 1
    assert rows() == {(gig.pk, TODAY): (5, 0, 0)}


def test_where_redis_is_away_the_job_waits(gig: Gig) -> None:
    hit(gig.pk, cards=2)
    with another_redis("127.0.0.1", 1):
        assert fold_gig_figures(NOON) == 0
    assert fold_gig_figures(NOON) == 1
    assert rows() == {(gig.pk, TODAY): (2, 0, 0)}


def test_a_fold_takes_as_many_statements_whatever_it_holds(
    make_gig: MakeGig, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    gigs = [make_gig() for _number in range(12)]
    hit(gigs[0].pk, cards=1)
    with django_assert_num_queries(7):  # savepoints, the id (looked for, written), the rows
        services.fold(NOON)
    for gig in gigs:
        hit(gig.pk, cards=1, views=1)
    with django_assert_num_queries(7):
        services.fold(NOON)


def _fact(gig: Gig, before: str, after: str, at: datetime) -> OrderFact:
    return OrderFact(uuid.uuid4(), "gig", str(gig.pk), "x", before, after, 1, gig.seller_id, at)


def test_an_order_counts_on_the_day_by_utc_on_which_it_was_paid(gig: Gig) -> None:
    last = datetime(2026, 5, 13, 23, 59, 59, 999_999, tzinfo=UTC)
    far = last.astimezone(datetime.fromisoformat("2026-05-13T00:00:00+14:00").tzinfo)  # the 14th there
    for at in (last, far, last + timedelta(microseconds=1)):
        GigSource().on_state_changed(_fact(gig, "pending_payment", "in_progress", at))
    assert rows() == {(gig.pk, TODAY): (0, 0, 2), (gig.pk, TOMORROW): (0, 0, 1)}


def test_an_order_counts_once(gig: Gig) -> None:
    life = ["", "requested", "pending_payment", "expired", "awaiting_requirements", "in_progress", "delivered"]
    life += ["in_revision", "delivered", "completed", "disputed", "cancelled"]
    for before, after in zip(life, life[1:], strict=False):
        GigSource().on_state_changed(_fact(gig, before, after, NOON))
    assert rows() == {(gig.pk, TODAY): (0, 0, 1)}


def test_orders_and_folds_meet_in_one_row(gig: Gig) -> None:
    services.count_order(gig.pk, NOON)
    hit(gig.pk, cards=9, views=3)
    services.fold(NOON)
    services.count_order(gig.pk, NOON)
    assert rows() == {(gig.pk, TODAY): (9, 3, 2)}


def test_old_days_are_forgotten(gig: Gig) -> None:
    kept = NOON.date() - timedelta(days=services.KEPT_DAYS)
    for day in (kept, kept - timedelta(days=1), kept - timedelta(days=300)):
        GigDay.objects.create(gig=gig, day=day, views=1)
    FoldedBatch.objects.create(folded_at=NOON - timedelta(days=31))
    assert services.forget(NOON) == 2
    assert rows() == {(gig.pk, kept): (0, 1, 0)}
    assert not FoldedBatch.objects.exists()
