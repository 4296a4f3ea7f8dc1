from datetime import datetime, timedelta

from celery import shared_task
from django.core.management import call_command

from marketplace.kernel import clock, outbox, tidying
from marketplace.kernel.periodic import periodic


@periodic(every=timedelta(seconds=5))
def deliver_outbox(at: datetime) -> int:
    """Sends what waits in the outbox; a full batch is followed by another within the tick."""
    sent = 0
    for _ in range(10):
        count = outbox.deliver_due(at)
        sent += count
        if count < 100:
            break
    return sent


@shared_task(ignore_result=True)
def deliver_outbox_now() -> None:
    """The hurry after a commit; the tick does the same where it is lost."""
    deliver_outbox(clock.now())


@periodic(every=timedelta(hours=6))
def tidy_up(at: datetime) -> int:
    """Files that nothing points at, and sessions that have ended; both are left by visitors, without limit."""
    call_command("clearsessions")
    return tidying.drop_orphans(at)
