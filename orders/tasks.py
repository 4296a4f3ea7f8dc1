from datetime import datetime, timedelta

from marketplace.kernel.periodic import periodic
from orders.services import timers


@periodic(every=timedelta(seconds=5))
def sweep(at: datetime) -> int:
    """Whatever has fallen due. Bounded well under its period, so that ticks do not pile up."""
    return timers.run_due(at, seconds=4)
