"""When a payout is due, and why it is not made: pure functions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from marketplace.kernel.money import Money
from payments.contracts import PayoutGate, Schedule
from payments.payability import Hindrance, Standing, why_not, why_not_by_hand
from payments.reasons import failure_words, words_of
from payments.schedules import next_due
from payments.services.payouts.outcomes import BANK_FAULTS
from tests.payments.scenes import eur

AT = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)  # a Monday
FREE = Standing(
    gate=PayoutGate.OPEN,
    was_open=True,
    bank_refused=False,
    stopped_until=None,
    is_braked=False,
    is_under_way=False,
    available=eur(1_000),
    pending=eur(0),
    minimum=eur(1_000),
    schedule=Schedule.WEEKLY,
    due_at=AT,
)


@pytest.mark.parametrize(
    ("schedule", "weekday", "after", "zone", "due"),
    [
        (Schedule.DAILY, 0, "2026-11-02T12:00Z", "Europe/Dublin", "2026-11-03T00:00Z"),
        (Schedule.DAILY, 0, "2026-11-02T23:59Z", "Europe/Berlin", "2026-11-03T23:00Z"),  # it is the 3rd there
        (Schedule.DAILY, 0, "2026-11-02T04:59Z", "America/New_York", "2026-11-02T05:00Z"),
        (Schedule.WEEKLY, 0, "2026-11-02T00:00Z", "Europe/Dublin", "2026-11-09T00:00Z"),  # not the same Monday again
        (Schedule.WEEKLY, 1, "2026-11-02T12:00Z", "Europe/Dublin", "2026-11-03T00:00Z"),
        (Schedule.WEEKLY, 6, "2026-11-02T12:00Z", "Europe/Dublin", "2026-11-08T00:00Z"),
        (Schedule.WEEKLY, 0, "2027-03-22T12:00Z", "Europe/Berlin", "2027-03-28T22:00Z"),  # over the change of clocks
        (Schedule.WEEKLY, 0, "2026-10-19T12:00Z", "Europe/Berlin", "2026-10-25T23:00Z"),  # and back
        (Schedule.MANUAL, 0, "2026-11-02T12:00Z", "Europe/Dublin", "2026-11-03T00:00Z"),
    ],
)
def test_the_next_day_of_business(schedule: Schedule, weekday: int, after: str, zone: str, due: str) -> None:
    assert next_due(schedule, weekday, datetime.fromisoformat(after), ZoneInfo(zone)) == datetime.fromisoformat(due)


def test_nothing_keeps_a_payout_that_is_due() -> None:
    assert why_not(FREE, AT) == why_not_by_hand(FREE, AT) == ()
    assert why_not(replace(FREE, due_at=None), AT) == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"gate": PayoutGate.NONE}, Hindrance.NO_ACCOUNT),
        ({"gate": PayoutGate.CLOSED}, Hindrance.CLOSED),
        ({"gate": PayoutGate.INCOMPLETE, "was_open": False}, Hindrance.REQUIREMENTS),
        ({"gate": PayoutGate.INCOMPLETE}, Hindrance.CAPABILITY_LOST),
        ({"bank_refused": True}, Hindrance.BANK_REFUSED),
        ({"stopped_until": AT + timedelta(microseconds=1)}, Hindrance.BANK_CHANGED),
        ({"is_braked": True}, Hindrance.BRAKE),
        ({"is_under_way": True}, Hindrance.UNDER_WAY),
        ({"available": eur(0)}, Hindrance.NOTHING),
        ({"available": eur(-1)}, Hindrance.NOTHING),
        ({"available": eur(0), "pending": eur(1)}, Hindrance.PENDING),
        ({"available": eur(999)}, Hindrance.BELOW_MINIMUM),
        ({"available": Money(999, "USD"), "minimum": Money(1_000, "USD")}, Hindrance.BELOW_MINIMUM),
    ],
)
def test_what_keeps_every_payout(change: dict[str, object], reason: Hindrance) -> None:
    standing = replace(FREE, **change)  # type: ignore[arg-type]
    assert why_not(standing, AT) == why_not_by_hand(standing, AT) == (reason,)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"schedule": Schedule.MANUAL}, Hindrance.MANUAL),
        ({"due_at": AT + timedelta(microseconds=1)}, Hindrance.NOT_DUE),
    ],
)
def test_the_schedule_keeps_nobody_from_asking(change: dict[str, object], reason: Hindrance) -> None:
    standing = replace(FREE, **change)  # type: ignore[arg-type]
    assert (why_not(standing, AT), why_not_by_hand(standing, AT)) == ((reason,), ())
    # Old money asks neither for the schedule nor for the smallest payout.
    assert why_not(replace(standing, is_aged=True, available=eur(1)), AT) == ()


def test_the_stop_ends_at_its_moment() -> None:
    assert why_not(replace(FREE, stopped_until=AT), AT) == ()


def test_several_reasons_come_in_the_order_of_dealing_with_them() -> None:
    standing = replace(FREE, gate=PayoutGate.CLOSED, is_braked=True, available=eur(5), due_at=AT + timedelta(days=1))
    expected = (Hindrance.CLOSED, Hindrance.BRAKE, Hindrance.BELOW_MINIMUM, Hindrance.NOT_DUE)
    assert why_not(standing, AT) == expected


def test_every_reason_has_words() -> None:
    assert all(words_of(reason).title and words_of(reason).advice for reason in Hindrance)


def test_every_fault_of_a_bank_says_what_to_do() -> None:
    assert all("Change the bank account" in failure_words(code).advice for code in BANK_FAULTS)
    assert "next payout" in failure_words("could_not_process").advice
