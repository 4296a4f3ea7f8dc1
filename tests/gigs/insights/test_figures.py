"""Periods, sums, and what they are compared with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from gigs.insights import listing, ranks
from gigs.insights.charts import charts_of
from gigs.insights.figures import Change, Insight, insights_of_gig, insights_of_seller
from gigs.insights.periods import Period, period_of
from gigs.models import Gig, GigRank, SearchEntry
from gigs.search import entries
from gigs.statistics.selectors import Figures
from marketplace.kernel.money import Money
from tests.gigs.conftest import CONTENT, NOON, MakeGig
from tests.gigs.insights.conftest import TODAY, Counted


@pytest.mark.parametrize(
    ("asked", "days"), [("7", 7), ("30", 30), ("90", 90), ("", 30), ("8", 30), ("-7", 30), ("٧", 30), ("7 ", 30)]
)
def test_the_lengths_that_there_are(asked: str, days: int) -> None:
    period = period_of(asked, datetime(2026, 5, 14, 1, 30, tzinfo=UTC).astimezone())
    assert (period.days, period.last) == (days, date(2026, 5, 14))


def test_a_period_and_the_one_before() -> None:
    period = Period(7, TODAY)
    assert (period.first_before, period.first) == (date(2026, 4, 30), date(2026, 5, 7))
    assert [period.all_days[0], period.all_days[-1], len(period.all_days)] == [period.first, TODAY, 7]


@pytest.mark.parametrize(
    ("now", "before", "percent", "fall"),
    [
        (3, 2, 50, 0),
        (2, 3, -33, 33),
        (0, 4, -100, 100),
        (4, 4, 0, 0),
        (4, 0, None, 0),
        (0, 0, None, 0),
        (201, 200, 1, 0),
    ],
)
def test_changes(now: int, before: int, percent: int | None, fall: int) -> None:
    assert (Change(now, before).percent, Change(now, before).fall) == (percent, fall)


def test_sums_of_a_gig_and_of_all(
    gig: Gig, make_gig: MakeGig, stranger: User, counted: Counted, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    other, foreign = make_gig(), make_gig(by=stranger)
    counted(gig, 0, 100, 10, 2, EUR=5_040, JPY=900)
    counted(gig, 6, 50, 5, 0, EUR=1_000)
    counted(gig, 7, 20, 4, 1, EUR=3_000)  # the last day of the period before
    counted(gig, 13, 1, 1, 1)  # its first
    counted(gig, 14, 999, 999, 999, EUR=99)  # in neither
    counted(other, 3, 7, 0, 0, EUR=60)
    counted(foreign, 0, 1_000, 1_000, 1_000, EUR=1_000)
    with django_assert_num_queries(2):
        found = insights_of_gig(gig, Period(7, TODAY))
    assert found.total == Insight(Figures(150, 15, 2), {"EUR": 6_040, "JPY": 900})
    assert found.before == Insight(Figures(21, 5, 2), {"EUR": 3_000})
    assert found.days[-1].insight == Insight(Figures(100, 10, 2), {"EUR": 5_040, "JPY": 900})
    assert found.days[1].insight == Insight()
    assert [(one.now, one.change.before) for one in found.received] == [
        (Money(6_040, "EUR"), 3_000),
        (Money(900, "JPY"), 0),
    ]
    with django_assert_num_queries(2):
        everything = insights_of_seller(gig.seller_id, Period(7, TODAY))
    assert everything.total == Insight(Figures(157, 15, 2), {"EUR": 6_100, "JPY": 900})


def test_charts_by_day_and_by_week(gig: Gig, counted: Counted) -> None:
    counted(gig, 0, 40, 4, 1, EUR=5_040, JPY=900)
    counted(gig, 8, 10, 2, 0, EUR=60)
    looks, cards, euros, yen = charts_of(insights_of_gig(gig, Period(7, TODAY)), "/x.csv")
    assert ([len(one.rows) for one in (looks, cards, euros, yen)], looks.csv_url) == ([7] * 4, "/x.csv")
    assert [(cell.text, cell.value) for cell in looks.rows[-1].cells] == [("4", 4), ("1", 1), ("25.0", None)]
    assert [(one.currency, one.rows[-1].cells[0].value) for one in (euros, yen)] == [("EUR", 5_040), ("JPY", 900)]
    looks, _cards, euros, _yen = charts_of(insights_of_gig(gig, Period(90, TODAY)), "")
    assert (len(looks.rows), looks.rows[-1].short, looks.row_heading) == (13, "7 May", "Week from")
    assert [row.cells[0].value for row in euros.rows[-2:]] == [60, 5_040]  # weeks end today
    assert sum(row.cells[0].value or 0 for row in looks.rows) == 6


def test_ranks_by_the_score_within_category_and_currency(make_gig: MakeGig, stranger: User) -> None:
    best, middle, full = make_gig(), make_gig(by=stranger), make_gig()
    elsewhere = make_gig(category_slug="design")
    private = make_gig()
    entries.refresh_changed(NOON)
    SearchEntry.objects.filter(pk=best.pk).update(standing=700, price_fit=100)
    SearchEntry.objects.filter(pk=middle.pk).update(standing=800, price_fit=85)  # 1,105 against 1,200
    SearchEntry.objects.filter(pk=full.pk).update(standing=999, price_fit=100, is_open=False)
    SearchEntry.objects.filter(pk=private.pk).delete()
    assert ranks.count_ranks() == 4
    found = listing.ranks_of([best.pk, middle.pk, full.pk, elsewhere.pk, private.pk])
    assert {pk: (one.rank, one.among) for pk, one in found.items()} == {
        best.pk: (1, 3), middle.pk: (2, 3), full.pk: (3, 3), elsewhere.pk: (1, 1),
    }  # fmt: skip
    assert ranks.count_ranks() == 0  # nothing changed, nothing is written
    SearchEntry.objects.filter(pk=best.pk).update(currency="USD")
    SearchEntry.objects.filter(pk=full.pk).delete()
    assert ranks.count_ranks() == 3
    assert listing.ranks_of([middle.pk])[middle.pk] == listing.Rank(1, 1)
    assert not GigRank.objects.filter(pk=full.pk).exists()


def test_the_list_is_paged_by_what_was_opened(
    make_gig: MakeGig, seller: User, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    gigs = [make_gig() for _number in range(5)]
    make_gig(published=False)
    for gig, opened in zip(gigs, (1, 9, 1, 0, 1), strict=True):
        counted(gig, 1, 10, opened)
    period, seen, after = Period(7, TODAY), [], ""
    for _page in range(3):
        page = listing.gigs_page(seller.pk, period, NOON, after)
        seen += [row.gig.pk for row in page.rows]
        after = page.next_cursor
    assert (seen, after) == ([gigs[n].pk for n in (1, 4, 2, 0, 3)], "")
    nonsense = listing.gigs_page(seller.pk, period, NOON, "nonsense")
    assert nonsense.rows[0].gig.pk == gigs[1].pk


def test_reasons_of_a_place(gig: Gig, seller: User) -> None:
    entries.refresh_changed(NOON)
    found = listing.reasons_of(seller.pk, [gig.pk], NOON)[gig.pk]
    assert (found.helps, found.costs.name) == (None, "Rating, 40 %")  # as any new seller
    assert found.move is not None
    assert found.move.percent > 0
    Gig.objects.filter(pk=gig.pk).update(stars=[0, 0, 0, 0, 30], review_count=30)
    found = listing.reasons_of(seller.pk, [gig.pk], NOON)[gig.pk]
    assert found.helps is not None
    assert (found.helps.name, found.costs.name) == ("Rating, 40 %", "Buyers who came back, 10 %")


def test_as_many_queries_for_one_gig_as_for_many(as_seller: Client, make_gig: MakeGig, counted: Counted) -> None:
    counted(make_gig(), 1, 10, 2, 1, EUR=100)
    entries.refresh_changed(NOON)
    ranks.count_ranks()
    as_seller.get("/sell/insights/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert as_seller.get("/sell/insights/?days=90").status_code == 200
    for number in range(8):
        counted(make_gig(title=f"{CONTENT.title} {number}"), 2, 10, 2, 1, EUR=100, JPY=5)
    entries.refresh_changed(NOON)
    ranks.count_ranks()
    with CaptureQueriesContext(connection) as many:
        page = as_seller.get("/sell/insights/?days=90")
    assert page.content.decode().count("Would move it most") == 9
    assert len(many) == len(one) <= 14


def test_long_before(gig: Gig) -> None:
    assert not insights_of_gig(gig, Period(7, TODAY - timedelta(days=1_000))).has_any
