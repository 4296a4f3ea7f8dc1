"""What one transition of the table is shown to do: reached as its users reach it, its state, its money, its timers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.test import Client
from django.urls import reverse

from marketplace.kernel import clock
from orders import api
from orders.models import Order, Timer
from orders.states import TABLE, Action, Actor, State
from payments.contracts import Position
from tests.orders.scenes import Desk, get, money

BACKEND = "django.contrib.auth.backends.ModelBackend"
PAGE, SWEEP, FACT = "page", "sweep", "payment fact"


@dataclass(frozen=True, slots=True)
class Cell:
    """One transition: a row of the table may hold many."""

    number: str
    source: str
    action: str
    actor: str
    target: str

    def __str__(self) -> str:
        moved = f"-{self.target}" if self.target != self.source else ""
        return f"{self.number}-{self.source or 'new'}-{self.actor}{moved}"


def cells() -> Iterator[Cell]:
    """Every transition of the table."""
    for row in TABLE.rows:
        for source in sorted(row.sources):
            for actor in sorted(row.actors):
                for target in row.targets or (source,):
                    yield Cell(row.number, source, row.action, actor, target)


@dataclass(frozen=True, slots=True)
class Scene:
    """An order in which the transition is possible now, and everything that is needed to make it."""

    desk: Desk
    order: Order
    cell: Cell

    @property
    def client(self) -> Client:
        person = {Actor.BUYER: self.desk.buyer, Actor.SELLER: self.desk.seller, Actor.STAFF: self.desk.moderator}
        client = Client()
        client.force_login(person[Actor(self.cell.actor)], backend=BACKEND)
        return client

    def post(self, address: str, data: dict[str, object]) -> None:
        """Sends a form of the order's pages; a refusal is shown with its words."""
        answer = self.client.post(address, {"version": self.order.version, **data})
        assert answer.status_code == 302, answer.content.decode()[:5_000]

    def act(self, **data: object) -> None:
        self.post(reverse("orders:act", args=[self.order.pk, self.cell.action]), data)

    def sweep(self) -> None:
        """The system's action, when its timer says so."""
        due = Timer.objects.get(order=self.order, kind=self.cell.action).due_at
        assert due
        api.run_due(max(due, clock.now()), self.order.pk)


Arrange = Callable[[Desk, Cell], Order]
Effect = Callable[[Order, Position, Position], None]


@dataclass(frozen=True, slots=True)
class Case:
    """How the transitions of one row are shown.

    ``never``: cells that the table's guard rules out, with the reason in words. ``timers``: the exact kinds that run
    or stand still afterwards, by the state that was reached.
    """

    arrange: Arrange
    act: Callable[[Scene], None]
    money: Effect
    timers: Callable[[Cell], set[str]]
    never: Callable[[Cell], str] = field(default=lambda cell: "")


def way_of(cell: Cell) -> str:
    return {Actor.SYSTEM: SWEEP, Actor.PAYMENT: FACT}.get(Actor(cell.actor), PAGE)


def timers_of(order: Order) -> set[str]:
    return set(Timer.objects.filter(order=order).values_list("kind", flat=True))


def show(case: Case, desk: Desk, cell: Cell) -> None:
    """Makes the transition and looks at everything that it is to change."""
    order = case.arrange(desk, cell)
    if order is None or not cell.source:
        before = None
    else:
        order = get(order.pk)
        assert order.state == cell.source, f"arranged {order.state}"
        before = money(order)
    case.act(Scene(desk, order, cell))
    after = Order.objects.get(pk=order.pk) if cell.source else Order.objects.latest("placed_at")
    assert after.state == cell.target
    made = after.events.filter(action=cell.action).latest("version")
    assert (made.actor, made.state_before) == (cell.actor, cell.source)
    case.money(after, before or money(after), money(after))
    assert timers_of(after) == case.timers(cell)


def state(name: str) -> State:
    return State(name)


def is_action(name: str) -> Action:
    return Action(name)
