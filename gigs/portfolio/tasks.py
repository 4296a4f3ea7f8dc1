import time
from datetime import datetime, timedelta

from celery import shared_task

from gigs.portfolio import preparing
from marketplace.kernel import clock
from marketplace.kernel.periodic import periodic

_SECONDS = 20  # of one task; what is left goes to the next


@shared_task(ignore_result=True)
def prepare_portfolio() -> None:
    """What the outbox asks for after files were added."""
    prepare_waiting_pieces(clock.now())


@periodic(every=timedelta(seconds=20))
def prepare_waiting_pieces(at: datetime) -> int:
    """Files of pieces that wait, also those of a worker that died."""
    prepared, started = 0, time.monotonic()
    while time.monotonic() - started < _SECONDS and preparing.prepare_next(clock.now()):
        prepared += 1
    return prepared
