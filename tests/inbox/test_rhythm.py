"""Quiet hours and collected letters by the clock on somebody's wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inbox.rhythm import Pace, Rhythm


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NIGHT = Rhythm("Europe/Dublin", quiet_from=22 * 60, quiet_to=7 * 60)


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-01-10T21:59", None),
        ("2026-01-10T22:00", "2026-01-11T07:00"),
        ("2026-01-10T23:30", "2026-01-11T07:00"),
        ("2026-01-11T06:59", "2026-01-11T07:00"),
        ("2026-01-11T07:00", None),
        ("2026-07-10T21:00", "2026-07-11T06:00"),  # 22:00 in summer there
        ("2026-10-24T22:00", "2026-10-25T07:00"),  # the clock goes back that night
    ],
)
def test_a_night(at: str, end: str | None) -> None:
    assert NIGHT.quiet_until(utc(at)) == (utc(end) if end else None)


def test_within_a_day() -> None:
    noon = Rhythm("UTC", quiet_from=12 * 60, quiet_to=13 * 60 + 30)
    assert noon.quiet_until(utc("2026-01-10T12:00")) == utc("2026-01-10T13:30")
    assert noon.quiet_until(utc("2026-01-10T13:30")) is None
    assert Rhythm("UTC").quiet_until(utc("2026-01-10T03:00")) is None


@pytest.mark.parametrize(
    ("pace", "at", "due"),
    [
        (Pace.DAILY, "2026-01-10T07:59", "2026-01-10T08:00"),
        (Pace.DAILY, "2026-01-10T08:00", "2026-01-11T08:00"),
        (Pace.DAILY, "2026-07-10T07:30", "2026-07-11T07:00"),
        (Pace.WEEKLY, "2026-01-10T08:00", "2026-01-14T08:00"),  # a Saturday, to Wednesday
        (Pace.WEEKLY, "2026-01-14T07:00", "2026-01-14T08:00"),
        (Pace.WEEKLY, "2026-01-14T08:00", "2026-01-21T08:00"),
    ],
)
def test_the_next_collected_letter(pace: Pace, at: str, due: str) -> None:
    assert Rhythm("Europe/Dublin", pace, 8, 2).collected_at(utc(at)) == utc(due)


@pytest.mark.parametrize("pace", [Pace.AT_ONCE, Pace.NEVER])
def test_no_collected_letter(pace: Pace) -> None:
    assert Rhythm("UTC", pace).collected_at(utc("2026-01-10T08:00")) is None


@pytest.mark.parametrize(
    ("pace", "hour", "at", "comes"),
    [
        (Pace.AT_ONCE, 8, "2026-01-10T12:00", None),
        (Pace.AT_ONCE, 8, "2026-01-10T23:00", "2026-01-11T07:00"),
        (Pace.DAILY, 8, "2026-01-10T23:00", "2026-01-11T08:00"),
        (Pace.DAILY, 6, "2026-01-10T12:00", "2026-01-11T07:00"),  # collected while it is quiet
        (Pace.WEEKLY, 23, "2026-01-10T12:00", "2026-01-13T07:00"),  # from Monday night on
    ],
)
def test_when_a_letter_comes_that_can_wait(pace: Pace, hour: int, at: str, comes: str | None) -> None:
    rhythm = Rhythm("Europe/Dublin", pace, hour, 0, NIGHT.quiet_from, NIGHT.quiet_to)
    assert rhythm.waits_until(utc(at)) == (utc(comes) if comes else None)


def test_it_is_always_ahead_and_never_far() -> None:
    rhythm, at = Rhythm("America/New_York", Pace.DAILY, 2), utc("2026-03-07T00:00")
    for _step in range(24 * 4):  # 02:00 does not exist on 8 March there
        due = rhythm.collected_at(at)
        assert due is not None
        assert timedelta(0) < due - at <= timedelta(hours=25)
        at += timedelta(minutes=30)
