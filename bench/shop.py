"""A shop with people and gigs, and orders in the stages that fall due, made through the doors the product uses.

What Stripe would have answered is handed to payments. Every id that it would give, and every key, holds the id of a
row here, so that copies of the rows have ids of their own.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts import api as accounts
from accounts.models import User
from bench.stories import complete, paid
from gigs import api as gigs
from gigs.contracts import GigContent, PackageContent
from gigs.models import Gig
from orders import api as orders
from orders.contracts import Question
from orders.models import Order
from payments.contracts import PayoutGate
from payments.models import Charge, ConnectedAccount, OperationKind

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# A promise of 22 hours has a warning 4 h and 1 h before.
_PACKAGE = PackageContent("Fifty", 5_800, 22 * 60, 2, (("Descriptions", "50"),))
_QUESTION = Question("shop", "What do you sell?", "text")
_WORDS = "You send what you have; I do exactly what the package says, and tell you at once if it is not possible. "


@dataclass(frozen=True, slots=True)
class Stall:
    """A seller with two gigs, one of which asks something before it begins, and a buyer who orders there."""

    seller_id: int
    buyer_id: int
    gig_id: int
    asking_id: int

    def placed(self, at: datetime, *, asks: bool = False) -> Order:
        gig = Gig.objects.get(pk=self.asking_id if asks else self.gig_id)
        asked = gigs.OrderRequest(gig.pk, gig.version, self.buyer_id, gigs.Selection(), form_key=str(uuid.uuid4()))
        return Order.objects.get(pk=gigs.order(asked, at))

    def paid(self, at: datetime, *, asks: bool = False) -> Order:
        """The clock runs, or the seller's question is open."""
        order = self.placed(at, asks=asks)
        charge = Charge.objects.get(pk=order.charge_id or "")
        complete(OperationKind.CREATE_SESSION, charge.id, paid(charge), at)
        return Order.objects.get(pk=order.pk)

    def delivered(self, at: datetime) -> Order:
        order = self.paid(at)
        handover = orders.Handover(note="All fifty are in the sheet.", links=["https://example.org/sheet"])
        orders.deliver(order_id=order.pk, actor_id=self.seller_id, handover=handover, at=at)
        return order

    def accepted(self, at: datetime) -> Order:
        order = self.delivered(at)
        orders.accept(order_id=order.pk, actor_id=self.buyer_id, at=at)
        return order


def open_stall(number: int, at: datetime) -> Stall:
    """The seller can be paid; ``number`` tells them from others."""
    seller, buyer = _person(f"seller{number}", at), _person(f"buyer{number}", at)
    accounts.become_seller(user_id=seller, country="IE", at=at)
    email = User.objects.get(pk=seller).email
    ConnectedAccount.objects.create(
        user_id=seller, stripe_id=f"acct_bench{number}", email=email, country="IE", gate=PayoutGate.OPEN,
        gate_since=at, created_at=at,
    )  # fmt: skip
    return Stall(seller, buyer, _gig(seller, number, at), _gig(seller, number, at, _QUESTION))


def _person(name: str, at: datetime) -> int:
    return accounts.register_person(email=f"{name}@bench.invalid", name=name.title(), password=None, at=at)


def _gig(seller_id: int, number: int, at: datetime, *questions: Question) -> int:
    content = GigContent(
        category_slug="writing",
        title=f"Write fifty product descriptions for your shop, no. {number}",
        description=_WORDS * 3,
        tags=("small", "careful"),
        packages=(_PACKAGE,),
        questions=questions,
    )
    gig_id = gigs.create_gig(seller_id=seller_id, content=content, at=at)
    gigs.publish(gig_id=gig_id, seller_id=seller_id, at=at)
    return gig_id
