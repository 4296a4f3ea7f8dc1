"""Orders that are well on their way, so that short runs get far."""

from __future__ import annotations

from collections.abc import Callable

from orders import api
from orders.models import Order
from tests.invariants.order_acts import LINK, WHY
from tests.invariants.order_world import DAY, HOUR, OrderWorld
from tests.orders.scenes import eur, get

_Stage = Callable[[OrderWorld], object]


def _placed(world: OrderWorld, kind: str = "plain") -> Order:
    order = world.place(kind, 5_800)
    assert order
    return order


def _mismatch(world: OrderWorld) -> None:
    world.pay(_placed(world), 100)


def _cancelled(world: OrderWorld) -> None:
    order = world.bought("plain")
    reason = "My machine broke down."
    api.seller_cancel(order_id=order.pk, actor_id=order.seller_id, reason=reason, at=world.at)


def _delivered(world: OrderWorld, kind: str = "plain", price: int = 5_800) -> Order:
    order = world.bought(kind, price)
    world.desk(order).deliver(order, world.at, files=[], links=[LINK])
    return get(order.pk)


def _in_revision(world: OrderWorld) -> Order:
    order = _delivered(world)
    world.desk(order).revise(order, world.at)
    return order


def _completed(world: OrderWorld, kind: str = "plain") -> Order:
    """With steps left: waiting for the next one's payment."""
    order = _delivered(world, kind)
    api.accept(order_id=order.pk, actor_id=order.buyer_id, at=world.at)
    return get(order.pk)


def _cleared(world: OrderWorld) -> Order:
    order = _completed(world)
    world.gate(0, is_open=True)
    world.gate(1, is_open=True)
    world.time_passes(8 * DAY)
    api.run_due(world.at, order.pk)
    return get(order.pk)


def _tipped(world: OrderWorld) -> None:
    order = _completed(world)
    api.tip(order_id=order.pk, actor_id=order.buyer_id, amount=eur(500), at=world.at)
    world.pay(order)


def _next_step(world: OrderWorld) -> None:
    order = _completed(world, "steps")
    api.fund_step(order_id=order.pk, actor_id=order.buyer_id, at=world.at)
    world.pay(order)


def _with_extra(world: OrderWorld, *, paid: bool) -> None:
    order = world.bought("long")
    plain = {"order_id": order.pk, "at": world.at}
    seller, buyer = order.seller_id, order.buyer_id
    api.propose_extra(**plain, actor_id=seller, title="Ten more", price=eur(1_200), minutes=300, text="")  # type: ignore[arg-type]
    api.accept_extra(**plain, actor_id=buyer, proposal_id=order.proposals.get().pk)  # type: ignore[arg-type]
    if paid:
        world.pay(order)


def _proposed(world: OrderWorld) -> None:
    """The seller of work that is not delivered wants to stop: silence cancels."""
    order = world.bought("long")
    api.propose_cancel(order_id=order.pk, actor_id=order.seller_id, text=WHY, at=world.at)


def _very_late(world: OrderWorld, order: Order) -> None:
    api.run_due(world.at + 30 * HOUR, order.pk)


def _paused(world: OrderWorld) -> None:
    order = world.bought("plain")
    question = "Which of the two logos is it?"
    api.need_information(order_id=order.pk, actor_id=order.seller_id, question=question, at=world.at)


def _disputed(world: OrderWorld, price: int = 5_800) -> Order:
    order = _delivered(world, price=price)
    world.desk(order).dispute(order, world.at, minor=price)
    return get(order.pk)


def _heard(world: OrderWorld, price: int = 5_800) -> Order:
    order = _disputed(world, price)
    world.desk(order).answer(order, world.at)
    return get(order.pk)


def _decided(world: OrderWorld, price: int = 5_800) -> None:
    """Above the limit the decision waits for a second person."""
    order = _heard(world, price)
    world.desk(order).decide(order, 33, world.at)


def _second_look(world: OrderWorld) -> None:
    _decided(world, 70_001)


def _on_hold(world: OrderWorld) -> None:
    order = world.bought("plain")
    desk = world.desk(order)
    desk.suspend(desk.seller, world.at)


def _charged_back(world: OrderWorld) -> None:
    _claimed(world, world.bought("plain"))


def _charged_back_after(world: OrderWorld) -> None:
    """The share has left when the bank comes."""
    order = _cleared(world)
    world.work()
    _claimed(world, order)


def _claimed(world: OrderWorld, order: Order) -> None:
    charge = world.paid(order, 0)
    assert charge
    world.claim(charge)


def _doubted(world: OrderWorld) -> None:
    charge = world.paid(_delivered(world), 0)
    assert charge
    world.warn(charge)


STAGES: dict[str, _Stage] = {
    "requested": lambda world: _placed(world, "asked first"),
    "pending": _placed,
    "mismatch": _mismatch,
    "questions": lambda world: world.bought("questions"),
    "in progress": lambda world: world.bought("plain"),
    "very late": lambda world: _very_late(world, world.bought("plain")),
    "paused": _paused,
    "proposed": _proposed,
    "extra asked": lambda world: _with_extra(world, paid=False),
    "extra paid": lambda world: _with_extra(world, paid=True),
    "delivered": _delivered,
    "in revision": _in_revision,
    "revision very late": lambda world: _very_late(world, _in_revision(world)),
    "awaiting funding": lambda world: _completed(world, "steps"),
    "second step": _next_step,
    "completed": _completed,
    "tipped": _tipped,
    "cleared": _cleared,
    "cancelled": _cancelled,
    "disputed": _disputed,
    "heard": _heard,
    "decided": _decided,
    "second look": _second_look,
    "on hold": _on_hold,
    "charged back": _charged_back,
    "charged back after": _charged_back_after,
    "doubted": _doubted,
}
