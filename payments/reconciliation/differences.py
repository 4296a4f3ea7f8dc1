"""What does not agree, written down once with both sides and kept until it is gone or accepted (``decisions``)."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from payments.models import Difference, DifferenceKind, DifferenceState

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Finding:
    """Both sides in minor units, as seen from the platform's balance; None: that side has none."""

    kind: DifferenceKind
    noun: str
    object_id: str
    ours_minor: int | None = None
    theirs_minor: int | None = None
    currency: str = ""
    note: str = ""
    reference: str = ""


def report(found: Finding, at: datetime) -> None:
    """Opens a difference, or brings an open one up to date. One that a person accepted as it is stays accepted."""
    figures = {"kind": found.kind, "ours_minor": found.ours_minor, "theirs_minor": found.theirs_minor}
    same = Difference.objects.filter(noun=found.noun, object_id=found.object_id)
    if same.filter(state=DifferenceState.RESOLVED, closed_by_id__isnull=False, **figures).exists():
        return
    known = same.filter(state=DifferenceState.OPEN)
    if known.update(**figures, note=found.note[:500], seen_at=at):
        return
    made = _make(found, DifferenceState.OPEN, at)
    logger.critical("books and Stripe differ: %s (%s)", made, found.note)


def note_repair(found: Finding, at: datetime) -> None:
    """What was made good at once: kept to be read, told to nobody."""
    if gone(found.noun, [found.object_id], at, state=DifferenceState.REPAIRED, note=found.note):
        return
    made = _make(found, DifferenceState.REPAIRED, at, closed_at=at, told_at=at)
    logger.warning("made good: %s (%s)", made, found.note)


def gone(
    noun: str,
    object_ids: Iterable[str],
    at: datetime,
    *,
    state: DifferenceState = DifferenceState.RESOLVED,
    note: str = "equal when it was looked at again",
) -> int:
    """Closes what is no longer different; returns how many."""
    waiting = Difference.objects.filter(noun=noun, object_id__in=list(object_ids), state=DifferenceState.OPEN)
    return waiting.update(state=state, closed_at=at, note=note[:500])


def gone_but(noun: str, still: Iterable[str], at: datetime) -> None:
    """Closes all open ones of a noun that was looked at as a whole, but for those that are still there."""
    waiting = Difference.objects.filter(noun=noun, state=DifferenceState.OPEN).exclude(object_id__in=list(still))
    gone(noun, waiting.values_list("object_id", flat=True), at)


def _make(found: Finding, state: DifferenceState, at: datetime, **more: datetime) -> Difference:
    made = Difference(
        kind=found.kind,
        noun=found.noun,
        object_id=found.object_id[:200],
        ours_minor=found.ours_minor,
        theirs_minor=found.theirs_minor,
        currency=found.currency,
        note=found.note[:500],
        reference=found.reference[:120],
        state=state,
        found_at=at,
        seen_at=at,
        **more,
    )
    # A webhook may report the same in the same moment: one of the two writes it.
    Difference.objects.bulk_create([made], ignore_conflicts=True)
    return made
