from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from accounts.models import User
from gigs.favourites import items
from gigs.favourites.target import GIG, Target
from gigs.models import Gig, SavedItem
from tests.gigs.conftest import *  # noqa: F403 - its fixtures

Keep = Callable[..., SavedItem]


@pytest.fixture
def keep(buyer: User, at: datetime) -> Keep:
    """Somebody saves a gig; the buyer, now, into their first list."""

    def run(gig: Gig, *, by: User | None = None, when: datetime = at, **options: object) -> SavedItem:
        owner = by or buyer
        items.save(owner_id=owner.pk, target=Target(GIG, gig.pk), at=when, **options)  # type: ignore[arg-type]
        return SavedItem.objects.get(owner=owner, gig=gig)

    return run
