"""The forecast's formula, with numbers worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.outlook.bands import Band, Habit, band, habit_of, quartile


@pytest.mark.parametrize(
    ("values", "first", "third"),
    [([10], 10, 10), ([0, 100], 25, 75), ([4, 1, 3, 2], 1, 3), ([5, 1, 4, 2, 3], 2, 4), ([0, 0, 0, 9], 0, 2)],
)
def test_quartiles(values: list[int], first: int, third: int) -> None:
    assert (quartile(values, 1), quartile(values, 3)) == (first, third)


def test_little_history_makes_no_habit() -> None:
    assert habit_of([100] * 5) is None
    assert habit_of([0, 0, 0, 100, 100, 100]) is None
    assert habit_of([0, 0, 100, 100, 100, 100]) == Habit(25, 100)


def test_only_the_last_twelve_weeks_count() -> None:
    assert habit_of([1_000_000, *[100] * 12]) == Habit(100, 100)


def test_a_week_with_less_than_was_taken_back_is_none() -> None:
    assert habit_of([-50, -50, 0, 10, 10, 10, 10]) == Habit(0, 10)


@pytest.mark.parametrize(
    ("clearing", "held", "expected"),
    [
        (0, 0, Band(100, 300)),  # habit alone
        (200, 0, Band(200, 300)),  # certain is more than a weak week
        (200, 500, Band(200, 700)),  # what is held is more than a strong week
        (900, 0, Band(900, 900)),
    ],
)
def test_the_band(clearing: int, held: int, expected: Band) -> None:
    assert band(Habit(100, 300), clearing_minor=clearing, held_minor=held) == expected


def test_days_count_their_part_of_a_week() -> None:
    assert band(Habit(700, 1_400), clearing_minor=0, held_minor=0, days=3) == Band(300, 600)


@given(
    st.lists(st.integers(-1_000, 10**9), min_size=6, max_size=20), st.integers(0, 10**9), st.integers(0, 10**9)
)  # fmt: skip
def test_a_band_is_never_upside_down(weeks: list[int], clearing: int, held: int) -> None:
    habit = habit_of(weeks)
    if habit:
        found = band(habit, clearing_minor=clearing, held_minor=held)
        assert clearing <= found.low_minor <= found.high_minor
