"""What a run does, stage by stage: each function does one page and returns where the next one begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from payments.gateway import listings
from payments.gateway.listings import Window
from payments.models import Difference, DifferenceState, ReconciliationRun
from payments.reconciliation import balance, comparing, operations, statement
from payments.reconciliation.nouns import BY_NAME, NOUNS

# What is younger is left to the next run: its own answer, or its webhook, may just be on its way.
SETTLED_AFTER = timedelta(minutes=10)
_PAGE = 50

_OPEN, _OPERATIONS, _STATEMENT, _UNMATCHED, _BALANCE = "open", "operations", "statement", "unmatched", "balance"
# Operations first: what an operation's own answer explains is no repair of a list's.
STAGES = (_OPERATIONS, _OPEN, *(noun.name for noun in NOUNS), _STATEMENT, _UNMATCHED, _BALANCE)

Page = Callable[[ReconciliationRun, datetime], str]


def page_of(stage: str) -> Page:
    """The function that does a page of a stage; it returns an empty text after the last one."""
    return _SPECIAL.get(stage, _list_page)


def _list_page(run: ReconciliationRun, at: datetime) -> str:
    noun = BY_NAME[run.stage]
    page = noun.listing.page(Window(run.since, run.until), run.after)
    comparing.compare(noun, page.items, at)
    run.objects_seen += len(page.items)
    return page.after


def _operations_page(run: ReconciliationRun, at: datetime) -> str:
    found = operations.unknown_after(run.after, at, limit=_PAGE)
    for op in found:
        operations.look_for(op, at)
    if len(found) < _PAGE:
        operations.close_settled(at)
        return ""
    return str(found[-1].pk)


def _open_page(run: ReconciliationRun, at: datetime) -> str:
    found = comparing.open_after(int(run.after or 0), limit=_PAGE)
    for difference in found:
        comparing.look_again(difference, at)
    return str(found[-1].pk) if len(found) == _PAGE else ""


def _statement_page(run: ReconciliationRun, at: datetime) -> str:
    page = listings.movements_page(Window(run.since), run.after)
    statement.keep(page.items)
    run.objects_seen += len(page.items)
    return page.after


def _unmatched_page(run: ReconciliationRun, at: datetime) -> str:
    lines = statement.unmatched_after(run.after, limit=_PAGE)
    statement.mend(lines, at, settled=run.until)
    if len(lines) < _PAGE:
        statement.close_explained(at)
        statement.report_unexplained(at, settled=run.until)
        return ""
    return lines[-1].pk


def _balance_page(run: ReconciliationRun, at: datetime) -> str:
    found = balance.compare(run.started_at - SETTLED_AFTER, at)
    run.balances = [each.row for each in found]
    nothing_open = not Difference.objects.filter(state=DifferenceState.OPEN).exists()
    run.is_equal = bool(found) and nothing_open and all(each.is_equal for each in found)
    return ""


_SPECIAL: dict[str, Page] = {
    _OPERATIONS: _operations_page,
    _OPEN: _open_page,
    _STATEMENT: _statement_page,
    _UNMATCHED: _unmatched_page,
    _BALANCE: _balance_page,
}
