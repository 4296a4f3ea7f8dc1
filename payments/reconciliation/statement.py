"""Stripe's statement, line by line: each is explained by exactly our postings, or it is a difference."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from payments.gateway.errors import GatewayError
from payments.gateway.movements import Movement
from payments.models import Difference, DifferenceKind, DifferenceState, MatchedPosting, StatementLine
from payments.reconciliation import differences, posted, suspense
from payments.reconciliation.comparing import AWAY
from payments.reconciliation.differences import Finding
from payments.reconciliation.expected import FOLLOWED, Expected, is_somebodys, postings_of, suspense_of
from payments.reconciliation.posted import Posted
from payments.services import platform
from payments.webhooks.processing import catch_up

logger = logging.getLogger(__name__)

NOUN = "statement"
POSTINGS = "postings"
_MOST_AT_ONCE = 500


def keep(found: Sequence[Movement]) -> None:
    """Stores lines that are new and matches them with what was posted."""
    lines = [_line(one) for one in found]
    StatementLine.objects.bulk_create(lines, ignore_conflicts=True)
    match(list(StatementLine.objects.filter(pk__in=[line.pk for line in lines], is_matched=False)))


def match(lines: Sequence[StatementLine]) -> list[StatementLine]:
    """Marks those that our postings explain to the minor unit; returns the others."""
    wanted = postings_of(lines)
    options = {line.pk: [wanted.get(line.pk, []), [suspense_of(line)]] for line in lines}
    known = posted.by_key({each.op_key for choices in options.values() for choice in choices for each in choice})
    explained: dict[str, list[Posted]] = {}
    for line in lines:
        for choice in options[line.pk]:
            if choice and _is_met(choice, known, line.currency):
                explained[line.pk] = [known[each.op_key] for each in choice]
    _mark(explained)
    still = set(StatementLine.objects.filter(pk__in=explained, is_matched=False).values_list("pk", flat=True))
    return [line for line in lines if line.pk not in explained or line.pk in still]


def mend(lines: Sequence[StatementLine], at: datetime, *, settled: datetime) -> None:
    """Applies what is missing here for lines that nothing explained, and reports what is older than ``settled``
    and still unexplained. Outside any transaction."""
    for line in lines:
        try:
            _apply(line, at)
        except AWAY:
            raise
        except GatewayError as error:
            logger.warning("Stripe does not tell of %s: %s", line, error)
        except Exception:
            logger.exception("%s could not be recorded", line)
    still = {line.pk for line in match(lines)}
    for line in lines:
        if line.created_at > settled:
            continue  # its own answer, or its webhook, may just be on its way
        if line.pk in still:
            _report(line, at)
        else:
            differences.note_repair(_finding(line, None, "Applied as its webhook would have been."), at)


def unmatched_after(text: str, *, limit: int) -> list[StatementLine]:
    return list(StatementLine.objects.filter(is_matched=False, pk__gt=text).order_by("pk")[:limit])


def close_explained(at: datetime) -> None:
    """Differences about lines that something has explained since: the posting came, and ``keep`` matched the two."""
    waiting = Difference.objects.filter(noun=NOUN, state=DifferenceState.OPEN).values("object_id")
    explained = StatementLine.objects.filter(pk__in=waiting, is_matched=True)
    differences.gone(NOUN, explained.values_list("pk", flat=True), at)


def report_unexplained(at: datetime, *, settled: datetime) -> None:
    """Postings that moved Stripe's balance here and not there."""
    named = _named_by_unmatched_lines()
    found = [entry for entry in posted.long_unmatched(settled, limit=_MOST_AT_ONCE) if entry.op_key not in named]
    for entry in found:
        note = "Posted here; no line of Stripe's statement says so."
        differences.report(
            Finding(
                DifferenceKind.MISSING_THERE, POSTINGS, entry.op_key, entry.amount_minor, None, entry.currency, note,
                entry.reference,
            ),
            at,
        )  # fmt: skip
    differences.gone_but(POSTINGS, [entry.op_key for entry in found], at)


def _named_by_unmatched_lines() -> set[str]:
    """Postings that a line names with other amounts: that is told of the line, once."""
    lines = StatementLine.objects.filter(is_matched=False).order_by("pk")[:_MOST_AT_ONCE]
    return {each.op_key for some in postings_of(list(lines)).values() for each in some}


def movement_of(line: StatementLine) -> Movement:
    return Movement(line.pk, line.type, line.source, line.amount_minor, line.fee_minor, line.currency, line.created_at)


def _line(found: Movement) -> StatementLine:
    return StatementLine(
        id=found.id,
        type=found.type,
        source=found.source,
        amount_minor=found.amount_minor,
        fee_minor=found.fee_minor,
        net_minor=found.net_minor,
        currency=found.currency,
        created_at=found.created_at,
    )


def _is_met(choice: Sequence[Expected], known: dict[str, Posted], currency: str) -> bool:
    return all(
        each.op_key in known
        and (known[each.op_key].amount_minor, known[each.op_key].currency) == (each.amount_minor, currency)
        for each in choice
    )


@transaction.atomic
def _mark(explained: dict[str, list[Posted]]) -> None:
    """A posting explains one line: a second line that names it stays unexplained."""
    rows = [MatchedPosting(transfer_id=each.transfer_id, line_id=pk) for pk, some in explained.items() for each in some]
    MatchedPosting.objects.bulk_create(rows, ignore_conflicts=True)
    taken = dict(
        MatchedPosting.objects.filter(transfer_id__in=[row.transfer_id for row in rows]).values_list(
            "transfer_id", "line_id"
        )
    )
    whole = [pk for pk, some in explained.items() if all(taken[each.transfer_id] == pk for each in some)]
    StatementLine.objects.filter(pk__in=whole).update(is_matched=True)


def _apply(line: StatementLine, at: datetime) -> None:
    if line.type in platform.OWN:
        with transaction.atomic():
            platform.book(movement_of(line), at)
    elif not is_somebodys(line):
        with transaction.atomic():
            suspense.book(line.source or line.pk, [movement_of(line)], at)
    elif line.type in FOLLOWED and line.source:
        catch_up(FOLLOWED[line.type], line.source, at)


def _report(line: StatementLine, at: datetime) -> None:
    told = Difference.objects.filter(state=DifferenceState.OPEN, object_id=line.source)
    if told.exists():
        return  # its object was found to differ, which says the same
    wanted = postings_of([line]).get(line.pk)
    known = posted.by_key([each.op_key for each in wanted or []])
    ours = sum(entry.amount_minor for entry in known.values()) if known else None
    reference = next((entry.reference for entry in known.values()), "")
    differences.report(_finding(line, ours, f"{line.type} of {line.source or 'Stripe itself'}", reference), at)


def _finding(line: StatementLine, ours: int | None, note: str, reference: str = "") -> Finding:
    kind = DifferenceKind.MISSING_HERE if ours is None else DifferenceKind.AMOUNT
    return Finding(kind, NOUN, line.pk, ours, line.net_minor, line.currency, note, reference)
