from accounts.leaving import exporting
from marketplace.kernel import clock, outbox
from marketplace.kernel.models import OutboxMessage


@outbox.handler(exporting.TOPIC)
def make_data_export(message: OutboxMessage) -> None:
    exporting.make(message.payload["id"], clock.now())
