"""What a seller sees of their gigs' figures, and nobody else does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from gigs.models import Gig, GigDay
from gigs.statistics.chart import bars_of
from gigs.statistics.selectors import Figures, figures_of, first_day, totals_of
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


def test_thirty_days_with_today(gig: Gig, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    long_ago(gig)
    for days_ago in (0, 29, 30, 90):
        counted(gig, days_ago, 200, 10, 1)
    with django_assert_num_queries(2):
        found = figures_of(gig, NOON)
    assert [one.day for one in found.days] == [date(2026, 4, 14) + timedelta(days=n) for n in range(30)]
    assert found.days[-1].figures == found.days[0].figures == Figures(200, 10, 1)
    assert found.days[1].figures == Figures()
    assert (found.total, found.since) == (Figures(400, 20, 2), date(2026, 4, 14))


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
    gig, draft = make_gig(), make_gig(published=False)
    assert figures_of(gig, NOON).since is None  # nothing was counted of anybody yet
    other = make_gig()
    counted(other, 10, 1)
    assert figures_of(gig, NOON).since == TODAY  # published today
    long_ago(gig)
    assert figures_of(gig, NOON).since == TODAY - timedelta(days=10)  # the site has counted since then
    assert figures_of(draft, NOON).since is None


def test_the_page_and_its_table(as_seller: Client, gig: Gig) -> None:
    long_ago(gig)
    counted(gig, 0, 1_234, 56, 7)
    counted(gig, 3, 66, 4, 0)
    page = as_seller.get(f"/sell/gigs/{gig.pk}/statistics/")
    html = page.content.decode()
    assert page.status_code == 200
    for text in ("Counted since 10 May 2026", "1300", "4.6", "11.7", "Wed 13 May", "<td>1234</td>", "at most 56 a day"):
        assert text in html, text
    assert html.count("<tr>") == 31
    assert "style=" not in html


def test_nothing_counted_yet(as_seller: Client, make_gig: MakeGig) -> None:
    assert "Nothing counted yet" in as_seller.get(f"/sell/gigs/{make_gig().pk}/statistics/").content.decode()
    draft = make_gig(published=False)
    assert "Nothing to count yet" in as_seller.get(f"/sell/gigs/{draft.pk}/statistics/").content.decode()


def test_the_csv(as_seller: Client, gig: Gig) -> None:
    long_ago(gig)
    counted(gig, 0, 1_234, 56, 7)
    answer = as_seller.get(f"/sell/gigs/{gig.pk}/statistics.csv")
    lines = answer.content.decode().splitlines()
    assert (answer["Content-Type"], len(lines)) == ("text/csv; charset=utf-8", 31)
    assert answer["Content-Disposition"] == f'attachment; filename="gig-{gig.pk}-2026-05-13.csv"'
    assert lines[:2] == ["day,impressions,views,orders", "2026-04-14,0,0,0"]
    assert lines[-1] == "2026-05-13,1234,56,7"


@pytest.mark.parametrize("name", ["statistics/", "statistics.csv"])
def test_others_learn_nothing(as_buyer: Client, stranger: User, gig: Gig, name: str) -> None:
    address = f"/sell/gigs/{gig.pk}/{name}"
    assert as_buyer.get(address).status_code == 404
    other = Client()
    other.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert other.get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert as_buyer.post(address).status_code in {403, 405}


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


def test_bars_stand_on_their_line() -> None:
    chart = bars_of([(TODAY, 0), (TODAY, 1), (TODAY, 1_000)])
    assert [(bar.x, bar.y, bar.width, bar.height) for bar in chart.bars] == [
        (0, 90, 196, 0),
        (200, 88, 196, 2),
        (400, 0, 196, 90),
    ]
    assert chart.most == 1_000
    assert [bar.height for bar in bars_of([(TODAY, 0)] * 30).bars] == [0] * 30
