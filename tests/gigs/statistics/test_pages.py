"""What a seller sees of their gigs' figures, and nobody else does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gigs.models import Gig, GigDay
from gigs.statistics.selectors import Figures, counted_since, first_day, totals_of
from marketplace.kernel import clock
from tests.gigs.conftest import NOON, MakeGig

TODAY = date(2026, 5, 13)


@pytest.fixture(autouse=True)
def _wednesday(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("now", "display_now"):
        monkeypatch.setattr(clock, name, lambda: NOON)


def counted(gig: Gig, days_ago: int, impressions: int = 0, views: int = 0, orders: int = 0) -> None:
    day = TODAY - timedelta(days=days_ago)
    GigDay.objects.create(gig=gig, day=day, impressions=impressions, views=views, orders=orders)


def long_ago(gig: Gig) -> None:
    Gig.objects.filter(pk=gig.pk).update(published_at=NOON - timedelta(days=100))
    gig.refresh_from_db()


@pytest.mark.parametrize(
    ("moment", "first"),
    [
        (datetime(2026, 5, 13, 23, 59, 59, tzinfo=UTC), date(2026, 4, 14)),
        (datetime(2026, 5, 14, 0, 0, 0, tzinfo=UTC), date(2026, 4, 15)),
        (datetime.fromisoformat("2026-05-14T13:59:59+14:00"), date(2026, 4, 14)),
        (datetime.fromisoformat("2026-05-13T12:00:00-12:00"), date(2026, 4, 15)),
    ],
)
def test_the_first_day_goes_by_utc(moment: datetime, first: date) -> None:
    assert first_day(moment) == first


@pytest.mark.parametrize(
    ("figures", "view_rate", "order_rate"),
    [
        (Figures(), "", ""),
        (Figures(0, 3, 0), "", "0.0"),
        (Figures(1_000, 25, 1), "2.5", "4.0"),
        (Figures(2_000, 1, 2), "0.1", "200.0"),  # 0.05 is rounded up
        (Figures(10, 25, 0), "250.0", "0.0"),
    ],
)
def test_rates(figures: Figures, view_rate: str, order_rate: str) -> None:
    assert (figures.view_rate, figures.order_rate) == (view_rate, order_rate)


def test_since_when(make_gig: MakeGig) -> None:
    first = first_day(NOON)
    gig, draft = make_gig(), make_gig(published=False)
    assert counted_since(gig, first) is None  # nothing was counted of anybody yet
    other = make_gig()
    counted(other, 10, 1)
    assert counted_since(gig, first) == TODAY  # published today
    long_ago(gig)
    assert counted_since(gig, first) == TODAY - timedelta(days=10)  # the site has counted since then
    assert counted_since(draft, first) is None


def test_three_numbers_in_each_row_of_the_list_by_one_query(
    as_seller: Client, make_gig: MakeGig, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    gigs = [make_gig() for _number in range(3)]
    counted(gigs[0], 0, 40, 5, 1)
    counted(gigs[0], 29, 2, 1, 1)
    counted(gigs[0], 30, 900, 900, 900)
    with django_assert_num_queries(1):
        assert totals_of([gig.pk for gig in gigs], NOON) == {gigs[0].pk: Figures(42, 6, 2)}
    html = " ".join(as_seller.get("/sell/gigs/").content.decode().split())
    assert '<b class="num">42</b> shown · <b class="num">6</b> opened · <b class="num">2</b> ordered' in html
    assert html.count('<b class="num">0</b> shown') == 2
