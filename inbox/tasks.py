from datetime import datetime, timedelta

from inbox import collecting
from inbox.push import sending
from marketplace.kernel import outbox
from marketplace.kernel.periodic import periodic, take_steps


@periodic(every=timedelta(minutes=1))
def collect_letters(at: datetime) -> int:
    """Letters that hold what could wait."""
    return collecting.collect_due(at)


@periodic(every=timedelta(seconds=5))
def deliver_pushes(at: datetime) -> int:
    """One after the other, and not for long: of a browser's address that hangs, no more than this waits."""
    return take_steps(lambda: outbox.deliver_next(at, sending.TOPIC), seconds=4)
