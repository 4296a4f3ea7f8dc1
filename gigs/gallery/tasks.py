from datetime import datetime, timedelta

from celery import shared_task

from gigs.gallery import preparing, tidying
from marketplace.kernel import clock
from marketplace.kernel.periodic import periodic, take_steps


@shared_task(ignore_result=True)
def prepare_gallery() -> None:
    """What the outbox asks for after files were added."""
    prepare_waiting(clock.now())


@periodic(every=timedelta(seconds=20))
def prepare_waiting(at: datetime) -> int:
    """Files of galleries that wait, also those of a worker that died."""
    return take_steps(lambda: preparing.prepare_next(clock.now()), seconds=20)


@periodic(every=timedelta(days=1))
def tidy_pictures(at: datetime) -> int:
    """Public files of covers and galleries that nothing shows any more."""
    tidying.hash_covers()
    return tidying.drop_orphans(at)
