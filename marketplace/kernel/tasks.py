from datetime import datetime, timedelta

from celery import shared_task
from django.core.management import call_command

from marketplace.kernel import clock, outbox, scanning, tidying
from marketplace.kernel.periodic import periodic, take_steps
from marketplace.kernel.previews import making
from marketplace.kernel.uploads import places


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


@periodic(every=timedelta(hours=1))
def drop_abandoned_uploads(at: datetime) -> int:
    """Files that were begun or left, and never sent."""
    return places.drop_abandoned(at)


@periodic(every=timedelta(seconds=10))
def scan_uploads(at: datetime) -> int:
    """Asks the site's virus scanner, where it has one, about files that have arrived."""
    return take_steps(lambda: scanning.is_on() and scanning.scan_next(clock.now()), seconds=8)


@periodic(every=timedelta(seconds=10))
def make_previews(at: datetime) -> int:
    """Of what was delivered."""
    return take_steps(lambda: making.make_next(clock.now()), seconds=8)


@shared_task(ignore_result=True)
def make_previews_now() -> None:
    """The hurry after a delivery."""
    make_previews(clock.now())
