from datetime import datetime, timedelta

from marketplace.kernel import outbox
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
