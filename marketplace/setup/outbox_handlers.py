from marketplace.kernel import outbox
from marketplace.kernel.models import OutboxMessage
from marketplace.setup import pictures
from marketplace.setup.services import DROP


@outbox.handler(DROP)
def drop_look_files(message: OutboxMessage) -> None:
    """Deletes what no look shows any more: payload paths. Each upload has a name of its own, so none comes back."""
    pictures.drop(message.payload["paths"])
