"""The moment at which a page is looked at, for the site and for the words on its pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest import mock

from marketplace.kernel import clock


class FrozenClock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    @contextmanager
    def shown(self) -> Iterator[None]:
        """To everything in this process; afterwards the database tells the time again."""
        before = clock._source
        assert before
        with mock.patch.object(clock, "display_now", self.now):
            clock.use(self.now)
            try:
                yield
            finally:
                clock.use(before)
