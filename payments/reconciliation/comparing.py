"""Compare, catch up, compare again: what is still different then is written down with both sides."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from payments.gateway.errors import Busy, GatewayError, Missing, NoAnswer, ServerFailed, Unauthorised
from payments.gateway.listings import Listed, Side
from payments.models import Difference, DifferenceKind, DifferenceState, StatementLine
from payments.reconciliation import differences
from payments.reconciliation.differences import Finding
from payments.reconciliation.nouns import BY_NAME, Noun
from payments.webhooks.handlers.parts import MARK
from payments.webhooks.processing import catch_up

logger = logging.getLogger(__name__)

# Not about the object: everything else would fail as well, so the run waits.
AWAY = (NoAnswer, ServerFailed, Busy, Unauthorised)


def compare(noun: Noun, found: Sequence[Listed], at: datetime) -> None:
    """One page of a list. Outside any transaction. Raises those GatewayErrors that are about nobody's object."""
    ours = noun.ours(found)
    equal = [item.id for item in found if ours.get(item.id) == item.side]
    differences.gone(noun.name, equal, at)
    for item in found:
        if item.id not in equal:
            _settle(noun, item, ours.get(item.id), at)


def look_again(difference: Difference, at: datetime) -> None:
    """An open difference about an object that may be older than what the run lists."""
    noun = BY_NAME.get(difference.noun)
    if noun is None:
        return  # looked at as a whole, at the end of each run
    try:
        compare(noun, [noun.listing.read(difference.object_id)], at)
    except Missing:
        note = "Stripe knows no such object any more."
        Difference.objects.filter(pk=difference.pk).update(theirs_minor=None, note=note, seen_at=at)


def open_after(number: int, *, limit: int) -> list[Difference]:
    waiting = Difference.objects.filter(state=DifferenceState.OPEN, noun__in=BY_NAME, pk__gt=number)
    return list(waiting.order_by("pk")[:limit])


def _settle(noun: Noun, item: Listed, before: Side | None, at: datetime) -> None:
    trouble = _catch_up(noun, item, at)
    now, item = _look(noun, item)
    if now is None and MARK in item.metadata and noun.adopt(item, at):
        now, item = _look(noun, item)
    if now == item.side:
        differences.gone(noun.name, [item.id], at)
        if now != before and (before or item.side.amount_minor):
            differences.note_repair(_finding(noun, item, before, "Applied as its webhook would have been."), at)
    elif now is None and _is_of_no_account(item):
        return
    else:
        differences.report(_finding(noun, item, now, trouble or _words(now, item)), at)


def _catch_up(noun: Noun, item: Listed, at: datetime) -> str:
    """Returns why it could not be recorded, if it could not."""
    try:
        catch_up(noun.follows, item.id, at)
    except AWAY:
        raise
    except GatewayError as error:
        return f"Stripe: {error}"
    except Exception as error:
        logger.exception("what Stripe says of %s could not be recorded", item.id)
        return f"{type(error).__name__}: {error}"
    return ""


def _look(noun: Noun, item: Listed) -> tuple[Side | None, Listed]:
    """Our side once more, and theirs as well where they differ: the page may be older than what was read since."""
    now = noun.ours([item]).get(item.id)
    return (now, item) if now == item.side else (now, noun.listing.read(item.id))


def _is_of_no_account(item: Listed) -> bool:
    """Nothing moved, or all that moved stands in suspense already."""
    if not item.side.amount_minor:
        return True
    lines = StatementLine.objects.filter(source=item.id).values_list("is_matched", flat=True)
    return MARK not in item.metadata or (bool(lines) and all(lines))


def _finding(noun: Noun, item: Listed, ours: Side | None, note: str) -> Finding:
    return Finding(
        kind=DifferenceKind.MISSING_HERE if ours is None else DifferenceKind.AMOUNT,
        noun=noun.name,
        object_id=item.id,
        ours_minor=ours.amount_minor if ours else None,
        theirs_minor=item.side.amount_minor,
        currency=item.side.currency,
        note=note,
        reference=item.metadata.get("reference", ""),
    )


def _words(ours: Side | None, item: Listed) -> str:
    if ours is None:
        return "It bears our mark, and no row here knows it: made before a backup was restored, or by another site."
    return f"Ours is {ours.state or 'there'}, theirs {item.side.state or 'there'}."
