"""Where the number at the bell comes from: the inbox, which stands above this app, registers it."""

from __future__ import annotations

from collections.abc import Callable

from accounts.contracts import Unread

Counter = Callable[[int], Unread]
_counter: Counter | None = None


def register_unread_counter(counter: Counter) -> None:
    """Installs what counts a person's unread things by user id, in one query."""
    global _counter
    _counter = counter


def count_unread(user_id: int) -> Unread:
    return _counter(user_id) if _counter else Unread()
