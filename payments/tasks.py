"""The jobs of money. Each is one call, may run twice at once, and finds by its rows what there is to do."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings

from marketplace.kernel import clock
from marketplace.kernel.periodic import periodic
from payments.documents import jobs as document_jobs  # noqa: F401 - declares its periodic jobs
from payments.ledger import balances
from payments.operations import executor
from payments.pockets import reminding
from payments.reconciliation import books, runs, still_open
from payments.services import (  # noqa: F401 - some register their handlers
    ages,
    alerts,
    evidence,
    goodwill,
    manual,
    payouts,
    releases,
    reminders,
    reversals,
    session_operations,
    transfers,
    withdrawals,
)
from payments.webhooks import inbox, processing


@periodic(every=timedelta(seconds=5))
def run_operations(at: datetime) -> int:
    """Whatever is to be said to Stripe; also shares that waited: for their account to open, a reserve, a freeze."""
    releases.clear_reserves(at)
    transfers.send_waiting(at)
    return executor.run_due(at)


@periodic(every=timedelta(seconds=5))
def process_webhooks(at: datetime) -> int:
    return processing.process_due(at)


@periodic(every=timedelta(hours=1))
def forget_webhooks(at: datetime) -> int:
    """What webhooks said of people is not kept for ever."""
    return inbox.forget(at)


@periodic(every=settings.PAYOUT_RUN_EVERY)
def run_payouts(at: datetime) -> int:
    return payouts.run_payouts(at)


@periodic(every=timedelta(hours=1))
def grow_old(at: datetime) -> int:
    """Money that has been here for long: reminders, warnings, and what follows."""
    return reminders.remind(at) + ages.run(at)


@periodic(every=timedelta(hours=1))
def remind_of_pockets(at: datetime) -> int:
    """What sellers asked to be reminded of, on its day."""
    return reminding.remind(at)


@periodic(every=timedelta(minutes=1))
def ask_about_open(at: datetime) -> int:
    """Makes good the webhooks that never came, for what is waited for."""
    return still_open.ask(at)


@periodic(every=timedelta(minutes=1))
def reconcile(at: datetime) -> None:
    """Goes on with the comparison that is under way, or begins the next when it is due."""
    runs.go_on(at)


@periodic(every=timedelta(minutes=10))
def submit_evidence(at: datetime) -> int:
    return evidence.submit_due(at)


@periodic(every=timedelta(minutes=1))
def take_snapshots(at: datetime) -> int:
    """Keeps balances of accounts without a row quick to read; what is posted meanwhile waits for nothing."""
    return balances.take_snapshots(at)


@periodic(every=timedelta(minutes=10))
def check_ledger(at: datetime) -> int:
    """Number of differences; each is logged as critical, and told once."""
    return len(books.check(at))


@periodic(every=timedelta(minutes=5))
def tell_treasurers(at: datetime) -> int:
    """What is new on the money desk, each thing once."""
    return alerts.tell_new(at)


@periodic(every=timedelta(minutes=15))
def expire_deeds(at: datetime) -> int:
    """Deeds by hand that nobody confirmed in time."""
    return manual.expire(at)


@shared_task(ignore_result=True)
def execute_operation(operation_id: str) -> None:
    """The hurry after a commit; the sweep does the same where it is lost."""
    executor.execute(uuid.UUID(operation_id), clock.now())


@shared_task(ignore_result=True)
def process_webhooks_now() -> None:
    processing.process_due(clock.now())


@shared_task(ignore_result=True)
def reconcile_now() -> None:
    runs.go_on(clock.now())
