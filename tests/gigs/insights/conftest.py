"""A Wednesday on which gigs have been counted for a while."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from gigs.models import Gig, GigDay, GigReceipt
from marketplace.kernel import clock
from tests.gigs.conftest import NOON

TODAY = date(2026, 5, 13)
Counted = Callable[..., None]


@pytest.fixture(autouse=True)
def _wednesday(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("now", "display_now"):
        monkeypatch.setattr(clock, name, lambda: NOON)


@pytest.fixture
def counted() -> Counted:
    """What happened to a gig so many days ago; keyword arguments are amounts in minor units by currency."""

    def count(gig: Gig, days_ago: int, shown: int = 0, opened: int = 0, ordered: int = 0, **received: int) -> None:
        day = TODAY - timedelta(days=days_ago)
        if shown or opened or ordered:
            GigDay.objects.create(gig=gig, day=day, impressions=shown, views=opened, orders=ordered)
        for code, minor in received.items():
            GigReceipt.objects.create(gig=gig, day=day, currency=code, received_minor=minor)

    return count
