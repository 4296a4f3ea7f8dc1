from gigs.gallery.services import TOPIC
from gigs.gallery.tasks import prepare_gallery
from gigs.services.repricing import reprice_all
from marketplace.kernel import outbox
from marketplace.kernel.hurry import hurry
from marketplace.kernel.models import OutboxMessage
from orders import api as orders


@outbox.handler("reprice-gigs")
def reprice(message: OutboxMessage) -> None:
    """The buyer's fee is another one: what filters and sorts go by follows."""
    orders.reread_rules()
    reprice_all()


@outbox.handler(TOPIC)
def prepare(_message: OutboxMessage) -> None:
    """A task of its own: re-encoding takes seconds, and mails wait in this queue, too."""
    if not hurry(prepare_gallery):
        raise RuntimeError("the broker is away")
