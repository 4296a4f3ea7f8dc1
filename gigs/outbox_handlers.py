import uuid

from gigs.bulk import services as bulk
from gigs.services.repricing import reprice_all
from marketplace.kernel import outbox
from marketplace.kernel.models import OutboxMessage
from orders import api as orders


@outbox.handler("reprice-gigs")
def reprice(message: OutboxMessage) -> None:
    """The buyer's fee is another one: what filters and sorts go by follows."""
    orders.reread_rules()
    reprice_all()


@outbox.handler(bulk.TOPIC)
def go_on_with_import(message: OutboxMessage) -> None:
    bulk.work_on(uuid.UUID(message.payload["import"]))
