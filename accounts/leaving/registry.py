"""What other apps say of somebody who leaves: what has to end first, and what they have written down of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from accounts.contracts import StillOpen

Reasons = Callable[[int], Iterable[StillOpen]]
Chapter = Callable[[int], Iterable[Mapping[str, object]]]

_reasons: list[Reasons] = []
_chapters: dict[str, Chapter] = {}


def register_reasons_to_stay(reasons: Reasons) -> None:
    """Adds ``reasons(user_id)``: what keeps this account from being closed just now."""
    if reasons not in _reasons:
        _reasons.append(reasons)


def register_chapter(name: str, rows: Chapter) -> None:
    """Adds ``rows(user_id)`` to the copy of somebody's data, as the file ``<name>.json``: plain values only."""
    _chapters[name] = rows


def reasons_to_stay(user_id: int) -> list[StillOpen]:
    return [reason for reasons in _reasons for reason in reasons(user_id)]


def chapters() -> dict[str, Chapter]:
    return dict(sorted(_chapters.items()))
