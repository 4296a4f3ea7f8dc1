"""Figures and streaks as they would have been found: what orders say is tested in tests/orders/test_finished.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from gigs.models import Category, GuidanceFigure

Figure = Callable[..., GuidanceFigure]


@pytest.fixture
def figure(categories: None, at: datetime) -> Figure:
    def make(
        size: int = 1, quartiles: tuple[int, int, int] | None = (2_000, 3_000, 6_000), **changes: object
    ) -> GuidanceFigure:
        low, middle, high = quartiles or (None, None, None)
        given = {"currency": "EUR", "orders": 37 if quartiles else 7, "counted_at": at, **changes}
        return GuidanceFigure.objects.create(
            category=Category.objects.get(slug=given.pop("category", "writing")), size=size,
            p25_minor=low, p50_minor=middle, p75_minor=high, **given,
        )  # fmt: skip

    return make
