from datetime import datetime, timedelta

from celery import shared_task

from gigs.portfolio import preparing
from marketplace.kernel import clock
from marketplace.kernel.periodic import periodic, take_steps


@shared_task(ignore_result=True)
def prepare_portfolio() -> None:
    """What the outbox asks for after files were added."""
    prepare_waiting_pieces(clock.now())


@periodic(every=timedelta(seconds=20))
def prepare_waiting_pieces(at: datetime) -> int:
    """Files of pieces that wait, also those of a worker that died."""
    return take_steps(lambda: preparing.prepare_next(clock.now()), seconds=20)
