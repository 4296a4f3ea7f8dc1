import uuid

from gigs.bulk import services as bulk
from gigs.gallery.services import TOPIC
from gigs.gallery.tasks import prepare_gallery
from gigs.portfolio import hiding
from gigs.portfolio.services import HIDDEN
from gigs.portfolio.services import TOPIC as PIECES
from gigs.portfolio.tasks import prepare_portfolio
from gigs.services import categories
from gigs.services.repricing import reprice_all
from marketplace.kernel import clock, outbox
from marketplace.kernel.hurry import hurry
from marketplace.kernel.models import OutboxMessage
from orders import api as orders


@outbox.handler("reprice-gigs")
def reprice(message: OutboxMessage) -> None:
    """The buyer's fee is another one: what filters and sorts go by follows."""
    orders.reread_rules()
    reprice_all()


@outbox.handler(categories.MERGE)
@outbox.handler(categories.SETTLE)
def carry_on_with_category(message: OutboxMessage) -> None:
    """Gigs of a category that goes into another, or that stands somewhere else, a few batches for each message."""
    given = message.payload
    categories.carry_on(message.topic, given["category"], given["after"], clock.now())


@outbox.handler(TOPIC)
def prepare(_message: OutboxMessage) -> None:
    """A task of its own: re-encoding takes seconds, and mails wait in this queue, too."""
    if not hurry(prepare_gallery):
        raise RuntimeError("the broker is away")


@outbox.handler(PIECES)
def prepare_pieces(_message: OutboxMessage) -> None:
    if not hurry(prepare_portfolio):
        raise RuntimeError("the broker is away")


@outbox.handler(HIDDEN)
def move_hidden_piece(message: OutboxMessage) -> None:
    hiding.move_away(message.payload["piece"], clock.now())


@outbox.handler(bulk.TOPIC)
def go_on_with_import(message: OutboxMessage) -> None:
    bulk.work_on(uuid.UUID(message.payload["import"]))
