"""When things fall due, with and without order hours, over the days on which the clocks change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.contracts import WeeklyHours
from marketplace.kernel.money import Money
from orders import deadlines
from orders.deadlines import Standing
from orders.rules import Rules
from tests.orders.scenes import DAY, HOUR, TERMS

MINUTE = timedelta(minutes=1)
MONDAY = datetime(2026, 5, 11, tzinfo=UTC)
NINE_TO_FIVE = WeeklyHours("Europe/Lisbon", tuple((day, 9 * 60, 17 * 60) for day in range(5)))


def lisbon(day: int, hour: int, minute: int = 0, month: int = 5) -> datetime:
    from zoneinfo import ZoneInfo

    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Lisbon")).astimezone(UTC)


def test_without_hours_minutes_just_pass() -> None:
    assert deadlines.ready_at(MONDAY, 90, None) == MONDAY + 90 * MINUTE
    assert deadlines.ready_at(MONDAY, 90, WeeklyHours("UTC", ())) == MONDAY + 90 * MINUTE


@pytest.mark.parametrize(
    ("start", "minutes", "ready"),
    [
        (lisbon(11, 10), 120, lisbon(11, 12)),  # within a day
        (lisbon(11, 16), 120, lisbon(12, 10)),  # over a night
        (lisbon(11, 3), 120, lisbon(11, 11)),  # ordered at night
        (lisbon(15, 16), 120, lisbon(18, 10)),  # over a weekend (15 May is a Friday)
        (lisbon(11, 9), 8 * 60, lisbon(11, 17)),  # exactly a day ends with it, not with the next
        (lisbon(11, 17), 1, lisbon(12, 9, 1)),  # at closing time
        (lisbon(16, 12), 60, lisbon(18, 10)),  # ordered on a Saturday
    ],
)
def test_hours_carry_a_promise_over_nights(start: datetime, minutes: int, ready: datetime) -> None:
    assert deadlines.ready_at(start, minutes, NINE_TO_FIVE) == ready


def test_a_span_may_end_at_midnight_and_go_on() -> None:
    night = WeeklyHours("UTC", ((0, 22 * 60, 24 * 60), (1, 0, 2 * 60)))
    assert deadlines.ready_at(MONDAY + 22 * HOUR, 180, night) == MONDAY + 25 * HOUR


def test_spring_forward_shortens_a_night_span() -> None:
    """On 29 March 2026 01:00 becomes 02:00 in Lisbon: a span 00:00-06:00 holds five hours."""
    nights = WeeklyHours("Europe/Lisbon", tuple((day, 0, 6 * 60) for day in range(7)))
    start = lisbon(29, 0, month=3)
    assert deadlines.ready_at(start, 300, nights) == lisbon(29, 6, month=3)
    assert deadlines.ready_at(start, 301, nights) == lisbon(30, 0, 1, month=3)


def test_autumn_gives_an_hour_back() -> None:
    """On 25 October 2026 02:00 becomes 01:00: the same span holds seven hours."""
    nights = WeeklyHours("Europe/Lisbon", tuple((day, 0, 6 * 60) for day in range(7)))
    start = lisbon(25, 0, month=10)
    assert deadlines.ready_at(start, 420, nights) == start + 7 * HOUR


@given(
    start=st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1)),  # noqa: DTZ001
    minutes=st.integers(1, 30 * 24 * 60),
    more=st.integers(1, 600),
)
def test_more_work_is_never_ready_sooner(start: datetime, minutes: int, more: int) -> None:
    moment = start.replace(tzinfo=UTC)
    ready = deadlines.ready_at(moment, minutes, NINE_TO_FIVE)
    assert ready >= moment + minutes * MINUTE
    assert deadlines.ready_at(moment, minutes + more, NINE_TO_FIVE) > ready


@pytest.mark.parametrize(
    ("promised", "after"),
    [(60, 2 * HOUR), (20 * 60, 5 * HOUR), (24 * 60, DAY), (9 * 24 * 60, DAY), (8 * 60, 2 * HOUR)],
)
def test_very_late(promised: int, after: timedelta) -> None:
    assert deadlines.very_late_at(MONDAY, replace(TERMS, promised_minutes=promised)) == MONDAY + after


def test_a_hard_stop_never_comes_before_very_late() -> None:
    terms = replace(TERMS, rules=replace(Rules(), late_hard_stop=MINUTE))
    assert deadlines.hard_stop_at(MONDAY, terms) == deadlines.very_late_at(MONDAY, terms)


@pytest.mark.parametrize(
    ("promised", "minutes"),
    [(60, 60), (23 * 60, 23 * 60), (24 * 60, 24 * 60), (48 * 60, 24 * 60), (96 * 60, 48 * 60)],
)
def test_revision(promised: int, minutes: int) -> None:
    assert deadlines.revision_due(MONDAY, replace(TERMS, promised_minutes=promised)) == MONDAY + minutes * MINUTE


def test_warnings_come_in_turn_and_only_those_shorter_than_the_promise() -> None:
    terms = replace(TERMS, promised_minutes=48 * 60)
    due = MONDAY + 48 * HOUR
    moments = []
    after = MONDAY
    while moment := deadlines.next_warning(due, after, terms):
        moments.append(due - moment)
        after = moment
    assert moments == [DAY, 4 * HOUR, HOUR]
    assert deadlines.next_warning(MONDAY + 30 * MINUTE, MONDAY, replace(TERMS, promised_minutes=30)) is None


def test_reminders_for_answers() -> None:
    rules, paid = Rules(), MONDAY
    first = deadlines.next_requirements_reminder(paid, paid, rules)
    assert first == paid + DAY
    assert deadlines.next_requirements_reminder(paid, paid + DAY, rules) == paid + 3 * DAY
    assert deadlines.next_requirements_reminder(paid, paid + 7 * DAY, rules) is None


@pytest.mark.parametrize(
    ("price", "accepted", "standing", "expected"),
    [
        (5_000, True, Standing(0, 0, 0), DAY),
        (5_001, True, Standing(0, 0, 0), 7 * DAY),
        (5_000, False, Standing(0, 0, 0), 7 * DAY),
        (5_000, True, Standing(0, 0, 15_000), DAY),
        (5_000, True, Standing(0, 0, 15_001), 7 * DAY),
        (5_000, True, Standing(10, 1, 99_999), DAY),
        (9_000, True, Standing(10, 1, 0), 3 * DAY),
        (9_000, True, Standing(9, 0, 0), 7 * DAY),
        (9_000, False, Standing(60, 2, 0), 7 * DAY),
        (9_000, False, Standing(60, 1, 0), 3 * DAY),
    ],
)
def test_clearing(price: int, accepted: bool, standing: Standing, expected: timedelta) -> None:
    found = deadlines.clearing(Money(price, "EUR"), accepted_by_buyer=accepted, standing=standing, rules=Rules())
    assert found == expected


def test_resumed_timers_keep_their_order_and_leave_a_day() -> None:
    rules = Rules()
    resumed = deadlines.resumed({"late": 3_600, "very_late": 7_200}, MONDAY, rules)
    assert resumed == {"late": MONDAY + DAY, "very_late": MONDAY + DAY + HOUR}
    assert deadlines.resumed({"clear": 5 * 86_400}, MONDAY, rules) == {"clear": MONDAY + 5 * DAY}
    assert deadlines.resumed({}, MONDAY, rules) == {}


def test_hours_that_are_never_open_do_not_stop_the_clock() -> None:
    start = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
    never = WeeklyHours("Europe/Lisbon", ((0, 600, 600), (3, 900, 540)))
    assert deadlines.ready_at(start, 90, never) == start + timedelta(minutes=90)
