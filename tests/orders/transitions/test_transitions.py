"""Every transition of the table, made as its users make it; and the page of the docs that counts them."""

from __future__ import annotations

import os
from datetime import datetime

import pytest

from marketplace.kernel import clock
from tests.orders.scenes import HOUR, Desk
from tests.orders.transitions import coverage
from tests.orders.transitions.frame import Cell, cells, show
from tests.orders.transitions.rows import CASES

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> datetime:
    """Pages ask the clock: these orders live now."""
    return clock.now() - 8 * HOUR


POSSIBLE = [cell for cell in cells() if cell.number in CASES and not CASES[cell.number].never(cell)]


# These lead on to the payment page, and speaking to the provider refuses to happen inside of a transaction.
AWAY = pytest.mark.django_db(transaction=True)
PARAMETERS = [
    pytest.param(cell, marks=[AWAY] if cell.number in {"30", "47"} else [], id=str(cell)) for cell in POSSIBLE
]


@pytest.mark.parametrize("cell", PARAMETERS)
def test_each(desk: Desk, cell: Cell) -> None:
    show(CASES[cell.number], desk, cell)


def test_no_row_is_left_out() -> None:
    assert {cell.number for cell in cells()} == set(CASES)


def test_the_page_in_the_docs_is_in_step() -> None:
    if os.environ.get("WRITE_PAGES"):
        coverage.PAGE.write_text(coverage.page())
    assert coverage.PAGE.read_text() == coverage.page()
