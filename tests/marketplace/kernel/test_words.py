"""Amounts, durations and times as a reader sees them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from marketplace.kernel import words
from marketplace.kernel.money import Money

NOW = datetime(2026, 5, 12, 13, 20, tzinfo=UTC)  # a Tuesday


@pytest.fixture(autouse=True)
def _reader_in_lisbon():
    with timezone.override(ZoneInfo("Europe/Lisbon")), translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("language", "minor", "currency", "expected"),
    [
        ("en", 120_400, "EUR", "€1,204.00"),
        ("de", 120_400, "EUR", "1.204,00\N{NO-BREAK SPACE}€"),
        ("de", -5, "EUR", "−0,05\N{NO-BREAK SPACE}€"),
        ("de", 500, "JPY", "500\N{NO-BREAK SPACE}¥"),
        ("en", 500, "JPY", "¥500"),
        ("en", -120_400, "USD", "−$1,204.00"),
        ("en", 1_230, "KWD", "KWD\N{NO-BREAK SPACE}1.230"),
        ("en", 50_000, "ISK", "ISK\N{NO-BREAK SPACE}500"),
        ("en", 999_999_999_999, "EUR", "€9,999,999,999.99"),
        ("pt-br", 120_400, "BRL", "R$\N{NO-BREAK SPACE}1.204,00"),
    ],
)
def test_an_amount_is_written_as_in_the_language(language: str, minor: int, currency: str, expected: str) -> None:
    with translation.override(language):
        assert words.amount(Money(minor, currency)) == expected


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(40, "40 min"), (90, "1 h 30 min"), (1320, "22 h"), (1560, "26 h"), (2880, "2 days"), (3000, "2 days 2 h")],
)
def test_a_promise_is_written_in_the_largest_unit_that_fits(minutes: int, expected: str) -> None:
    assert words.duration(minutes) == expected


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(hours=3, minutes=20), "today 17:40"),
        (timedelta(days=1, hours=-2), "tomorrow 12:20"),
        (timedelta(days=-1), "yesterday 14:20"),
        (timedelta(days=4), "Sat 14:20"),
        (timedelta(days=30), "11 Jun"),
        (timedelta(days=300), "8 Mar 2027"),
    ],
)
def test_a_moment_is_a_time_of_day_where_it_is_near(after: timedelta, expected: str) -> None:
    assert words.when(NOW + after, NOW) == expected


@pytest.mark.parametrize(("basis_points", "expected"), [(1_000, "10"), (250, "2.5"), (5, "0.05"), (0, "0")])
def test_a_share_has_no_more_decimals_than_it_needs(basis_points: int, expected: str) -> None:
    assert words.percent(basis_points) == f"{expected}\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize(
    ("after", "until", "happens"),
    [
        (timedelta(hours=3, minutes=20), "17:40 today", "today at 17:40"),
        (timedelta(days=1, hours=-2), "12:20 tomorrow", "tomorrow at 12:20"),
        (timedelta(days=-1), "14:20 yesterday", "yesterday at 14:20"),
        (timedelta(days=4), "Saturday 14:20", "on Saturday at 14:20"),
        (timedelta(days=30), "11 Jun", "on 11 Jun"),
        (timedelta(days=300), "8 Mar 2027", "on 8 Mar 2027"),
    ],
)
def test_a_moment_fits_into_a_sentence(after: timedelta, until: str, happens: str) -> None:
    assert words.by(NOW + after, NOW) == until
    assert words.on(NOW + after, NOW) == happens


def test_the_day_is_the_readers_day() -> None:
    late = datetime(2026, 5, 12, 23, 30, tzinfo=UTC)
    assert words.when(late, NOW) == "tomorrow 00:30"


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(days=3), ("by Friday 14:20", "")),
        (timedelta(hours=2, minutes=10), ("2 h 10 min left", "soon")),
        (timedelta(0), ("1 min late", "late")),
        (timedelta(minutes=-40), ("40 min late", "late")),
    ],
)
def test_a_due_badge_turns_yellow_under_a_day_and_red_when_late(after: timedelta, expected: tuple[str, str]) -> None:
    assert words.due(NOW + after, NOW) == expected


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=9), "in 9 min"),
        (timedelta(days=-40, hours=-3), "40 d ago"),
    ],
)
def test_a_distance_has_two_units_at_most(after: timedelta, expected: str) -> None:
    assert words.relative(NOW + after, NOW) == expected


def test_the_exact_time_is_each_readers_own() -> None:
    """One moment is one key wherever it is looked up: the text has to know its zone."""
    read = {}
    for zone in ("Europe/Berlin", "Africa/Johannesburg", "Asia/Kolkata", "UTC"):
        with timezone.override(ZoneInfo(zone)):
            read[zone] = words.exact(NOW)
    assert read == {
        "Europe/Berlin": "Tue 12 May 2026, 15:20 CEST",
        "Africa/Johannesburg": "Tue 12 May 2026, 15:20 SAST",
        "Asia/Kolkata": "Tue 12 May 2026, 18:50 IST",
        "UTC": "Tue 12 May 2026, 13:20 UTC",
    }
