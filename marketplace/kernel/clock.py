"""The one place where time is asked. Services take ``at``; only views, tasks and commands call ``now``.

The source is PostgreSQL's clock (installed by the kernel's AppConfig), so that several machines
with drifting clocks agree on every deadline.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

_source: Callable[[], datetime] | None = None


def use(source: Callable[[], datetime]) -> None:
    """Installs where ``now`` comes from; called once when the application starts."""
    global _source
    _source = source


def now() -> datetime:
    """The database's time, aware, in UTC. Costs one round trip; take it once and pass it on."""
    if _source is None:
        raise RuntimeError("the kernel's clock has no source yet")
    return _source().astimezone(UTC)


def display_now() -> datetime:
    """This machine's time, for words on a page only ("in 20 min"); never for a decision."""
    return datetime.now(UTC)
