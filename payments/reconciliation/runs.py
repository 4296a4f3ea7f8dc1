"""One comparison from its beginning to its end, page by page: whoever has a moment goes on where the last one stood.

Objects are listed by creation, from before the end of the last run, because lists lag and payments follow their
sessions. What was created in the last minutes is left to the next run: its own answer may still be on its way here.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.utils import IntegrityError
from django.utils.translation import gettext as _

from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict
from marketplace.kernel.hurry import hurry
from payments.gateway.errors import Unauthorised
from payments.models import Brake, CheckName, Difference, DifferenceKind, DifferenceState, ReconciliationRun
from payments.operations import brakes
from payments.reconciliation import alerts, comparing, stages
from payments.selectors.reconciliation import open_differences
from payments.services import books

logger = logging.getLogger(__name__)

_OVERLAP = timedelta(hours=3)
_LEASE = timedelta(minutes=5)
_FULL_EVERY = timedelta(days=7)
_AGAIN_WHILE_FROZEN = timedelta(minutes=2)


def start(at: datetime, *, since: datetime | None = None, is_full: bool = False) -> ReconciliationRun:
    """A new run; one that is not finished is given up for it. Raises Conflict while a worker is at that one."""
    try:
        with transaction.atomic():
            _give_up(at)
            return _make(at, since=None if is_full else since or _since())
    except IntegrityError as error:
        raise Conflict(_("A reconciliation is just beginning."), code="running") from error


@transaction.atomic
def ask_for(at: datetime, *, is_full: bool = False) -> None:
    """Begins one at somebody's wish; a worker is asked to take it up at once. Raises Conflict while one is at work."""
    start(at, is_full=is_full or _must_be_full(at))
    transaction.on_commit(_soon, robust=True)


def _soon() -> None:
    from payments.tasks import reconcile_now

    hurry(reconcile_now)


def go_on(at: datetime, *, seconds: float = 20) -> ReconciliationRun | None:
    """Begins a run where one is due, and works on the present one for about so long; None: there is nothing to do.

    Outside any transaction. Where Stripe is away the run stays where it is.
    """
    run = _claim(at) or _begin_due(at)
    if run is None:
        return None
    end = time.monotonic() + seconds
    try:
        while run.ended_at is None and time.monotonic() < end:
            _step(run, at)
    except comparing.AWAY as error:
        run.trouble = f"Stripe is away: {error}"[:300]
        logger.log(
            logging.CRITICAL if isinstance(error, Unauthorised) else logging.WARNING, "reconciliation: %s", error
        )
    run.leased_until = None
    run.save()
    alerts.tell(at)
    return run


def to_the_end(*, since: datetime | None = None, is_full: bool = False) -> ReconciliationRun:
    """A run of its own from beginning to end, for a command. Raises Conflict while a worker is at one."""
    run = start(clock.now(), since=since, is_full=is_full)
    while run.ended_at is None and not run.trouble:
        run = go_on(clock.now(), seconds=60) or run
    return run


def _since() -> datetime | None:
    until = ReconciliationRun.objects.exclude(is_equal=None).order_by("-until").values_list("until", flat=True).first()
    return until - _OVERLAP if until else None


def _give_up(at: datetime) -> None:
    unfinished = ReconciliationRun.objects.select_for_update().filter(ended_at=None).first()
    if unfinished is None:
        return
    if unfinished.leased_until and unfinished.leased_until > at:
        raise Conflict(_("A reconciliation is running just now."), code="running")
    unfinished.ended_at, unfinished.trouble = at, "given up for a new one"
    unfinished.save(update_fields=["ended_at", "trouble"])


def _claim(at: datetime) -> ReconciliationRun | None:
    with transaction.atomic():
        run = ReconciliationRun.objects.select_for_update(skip_locked=True).filter(ended_at=None).first()
        if run is None or (run.leased_until and run.leased_until > at):
            return None
        run.leased_until, run.trouble = at + _LEASE, ""
        run.save(update_fields=["leased_until", "trouble"])
    return run


def _begin_due(at: datetime) -> ReconciliationRun | None:
    last = ReconciliationRun.objects.order_by("-started_at").first()
    if last and (last.ended_at is None or last.started_at + _pause() > at):
        return None
    try:
        with transaction.atomic():
            return _make(at, since=None if _must_be_full(at) else _since(), leased_until=at + _LEASE)
    except IntegrityError:
        return None  # another worker was first


def _make(at: datetime, *, since: datetime | None, leased_until: datetime | None = None) -> ReconciliationRun:
    return ReconciliationRun.objects.create(
        is_full=since is None,
        since=since,
        until=at - stages.SETTLED_AFTER,
        started_at=at,
        leased_until=leased_until,
        stage=stages.STAGES[0],
    )


def _pause() -> timedelta:
    frozen = Brake.objects.filter(until_reconciled=True).exists()
    return _AGAIN_WHILE_FROZEN if frozen else settings.RECONCILE_EVERY


def _must_be_full(at: datetime) -> bool:
    """The first, one a week, whenever the sums disagree, and while the outflows wait for it."""
    recent = ReconciliationRun.objects.filter(is_full=True, is_equal__isnull=False, started_at__gt=at - _FULL_EVERY)
    wrong = Difference.objects.filter(kind=DifferenceKind.BALANCE, state=DifferenceState.OPEN)
    frozen = Brake.objects.filter(until_reconciled=True)
    return not recent.exists() or wrong.exists() or frozen.exists()


def _step(run: ReconciliationRun, at: datetime) -> None:
    """One page. The cursor is kept with it, so that a killed worker repeats a page and loses none."""
    run.after = stages.page_of(run.stage)(run, at)
    if not run.after:
        following = stages.STAGES.index(run.stage) + 1
        if following == len(stages.STAGES):
            _finish(run, at)
        else:
            run.stage = stages.STAGES[following]
    run.leased_until = at + _LEASE
    run.save()


@transaction.atomic
def _finish(run: ReconciliationRun, at: datetime) -> None:
    run.ended_at, run.leased_until = at, None
    books.keep(CheckName.STRIPE, [str(one) for one in open_differences().exclude(kind=DifferenceKind.BOOKS)], at)
    waiting = list(Brake.objects.select_for_update().filter(until_reconciled=True))
    if run.is_full and run.is_equal and waiting and all(brake.pulled_at <= run.started_at for brake in waiting):
        brakes.lift_reconciled()
        logger.warning("both sides are equal to the minor unit: outflows run again")
