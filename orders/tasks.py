from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings

from marketplace.kernel import clock
from marketplace.kernel.hurry import hurry
from marketplace.kernel.periodic import periodic
from orders.services import outages, reputation, timers

_EVERY = timedelta(seconds=5)
_SLICE_SECONDS = 1.0
_MOST = 10_000  # timers in a slice


@periodic(every=_EVERY)
def sweep(at: datetime) -> int:
    """Whatever has fallen due. While there is more, several workers go on with it until the next tick comes."""
    outages.make_up(f"{__name__}.sweep", at)
    return _sweep_until(at + _EVERY, at, sweepers=settings.SWEEPERS)


@shared_task(ignore_result=True)
def sweep_on(until: str) -> None:
    """One worker's next slice; each sends itself again while there is more."""
    _sweep_until(datetime.fromisoformat(until), clock.now(), sweepers=1)


def _sweep_until(end: datetime, at: datetime, *, sweepers: int) -> int:
    """A slice, after which others' jobs have their turn; in this process alone where the broker is away."""
    fired = 0
    while at < end:
        swept = timers.sweep(at, limit=_MOST, seconds=_SLICE_SECONDS)
        fired += swept.fired
        if not swept.more or all(hurry(sweep_on, end.isoformat()) for _ in range(sweepers)):
            break
        at = clock.now()
    return fired


@periodic(every=timedelta(minutes=1))
def fold_reputation(at: datetime) -> int:
    """Sellers whose orders ended or came back since the last run."""
    return reputation.fold(at)


@periodic(every=timedelta(hours=1))
def mark_talkers(at: datetime) -> int:
    """Sellers whose answer times may have changed; the next fold counts them."""
    return reputation.mark_talkers(at)
