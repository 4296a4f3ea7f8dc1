"""Every situation as rows of one database, with people of its own, and who looks at what, when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from accounts import api as accounts
from accounts.models import User
from accounts.web.suspended import let_in
from orders.contracts import OrderFact, SourceCard
from orders.models import Dispute, Order
from payments.contracts import PayoutGate
from payments.models import ConnectedAccount
from tests.orders.scenes import Desk
from tests.screens.situations import SITUATIONS, Situation

BACKEND = "django.contrib.auth.backends.ModelBackend"
BUYER, SELLER, MODERATOR = "buyer", "seller", "moderator"
# Monday noon in Lisbon.
AT = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
ZONES = {BUYER: "Europe/Lisbon", SELLER: "Europe/Helsinki", MODERATOR: "Europe/Lisbon"}
QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class View:
    """One page as one person sees it at one moment. ``is_order``: the order page, with its sentence."""

    situation: str
    side: str
    path: str
    at: datetime
    session: str
    is_order: bool = False


@dataclass(frozen=True, slots=True)
class Staged:
    """``states``, ``phases`` and ``proposals`` are what the orders really are in, as the database has it."""

    views: dict[str, list[View]]
    states: frozenset[str]
    phases: frozenset[str]
    proposals: frozenset[str]


class Shelf:
    """What was ordered still stands on a shelf, so that it can be ordered again."""

    def describe(self, source_refs: list[str]) -> dict[str, SourceCard]:
        return {ref: SourceCard("Write 50 product descriptions", "/", "", "/") for ref in source_refs}

    def on_state_changed(self, fact: OrderFact) -> None:
        return


def stage() -> Staged:
    reader = _person("mona", "Mona Field", MODERATOR, is_moderator=True)
    orders: list[Order] = []
    views: dict[str, list[View]] = {}
    for number, situation in sorted(enumerate(SITUATIONS, start=1), key=lambda one: not one[1].is_first):
        desk = _desk(number)
        order = _named(situation.make(desk), number)
        orders.append(order)
        views[situation.name] = list(_views(situation, desk, order, reader))
    views[QUEUE] = [
        View(QUEUE, MODERATOR, reverse("orders:moderation"), AT + timedelta(hours=8), session_of(reader))
    ]  # fmt: skip
    proposals = {one.kind for order in orders for one in order.proposals.all() if one.is_open}
    phases = frozenset(Dispute.objects.values_list("phase", flat=True))
    return Staged(views, frozenset(order.state for order in orders), phases, frozenset(proposals))


def _desk(number: int) -> Desk:
    """A buyer and a seller who have nothing but this order; the seller can be paid."""
    buyer = _person(f"bea-{number}", "Bea Lund", BUYER)
    seller = _person(f"tom-{number}", "Tom Oliveira", SELLER)
    accounts.become_seller(user_id=seller.pk, country="PT", at=AT)
    ConnectedAccount.objects.create(
        user=seller, stripe_id=f"acct_{number}", email=seller.email, country="PT", gate=PayoutGate.OPEN,
        gate_since=AT, created_at=AT,
    )  # fmt: skip
    staff = _person(f"mo-{number}", "Mo Moderator", MODERATOR, is_moderator=True)
    return Desk(buyer, seller, staff, AT, placed=10 * number)


def _person(handle: str, name: str, side: str, **more: bool) -> User:
    return User.objects.create_user(
        f"{handle}@example.org", display_name=name, handle=handle, time_zone=ZONES[side], **more
    )


def _named(order: Order, number: int) -> Order:
    """Under a number of its own instead of a random one, so that pictures can be taken again."""
    order.refresh_from_db()
    order.code = f"7K2M{number:04}"
    Order.objects.filter(pk=order.pk).update(code=order.code)
    return order


def _views(situation: Situation, desk: Desk, order: Order, reader: User) -> Iterator[View]:
    at = order.last_event_at + situation.later
    for side, person in ((BUYER, desk.buyer), (SELLER, desk.seller)):
        if situation.out == side:
            path, session = reverse("accounts:suspended"), _session_outside(person)
            yield View(situation.name, side, path, at, session)
        else:
            yield View(situation.name, side, order.get_absolute_url(), at, session_of(person), is_order=True)
    if situation.is_case:
        yield View(situation.name, MODERATOR, reverse("orders:dispute", args=[order.pk]), at, session_of(reader))


def session_of(person: User) -> str:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client.cookies["sessionid"].value


def _session_outside(person: User) -> str:
    """As signing in leaves it for somebody who is suspended."""
    request = HttpRequest()
    request.session = Client().session
    let_in(request, person.pk)
    request.session.save()
    return str(request.session.session_key)
