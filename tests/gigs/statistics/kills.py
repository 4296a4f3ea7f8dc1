"""Jobs for processes that are killed."""

from __future__ import annotations

import uuid
from datetime import datetime

from gigs.statistics import counting, services
from gigs.statistics.hooks import Hits


def hit(at: datetime, gig_id: int, views: int) -> None:
    for _view in range(views):
        assert counting.count(Hits(at.date(), uuid.uuid4().hex, None, {gig_id: None}, gig_id))


def take(_at: datetime) -> None:
    counting.take()


def fold(at: datetime) -> None:
    services.fold(at)


def forget(_at: datetime) -> None:
    store = counting.client()
    for name in store.scan_iter(counting.key("*")):
        store.delete(name)
