"""Rows of disputes, suspensions, doubts and old money: how their orders stand before, and what makes them move."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from marketplace.kernel import clock
from orders import api
from orders.models import Order
from orders.states import Action, Actor, State
from payments import api as payments
from payments.gateway.objects import FraudWarning as Found
from payments.models import Charge, FraudWarning
from payments.services import ages
from payments.services.warnings import record_warning
from tests.orders.scenes import DAY, HOUR, Desk, get
from tests.orders.transitions.arranging import in_state
from tests.orders.transitions.frame import Cell, Scene

UNDELIVERED = (State.AWAITING_REQUIREMENTS, State.IN_PROGRESS)
REASON = "They write to people elsewhere."


# Final offers and appeals.


def offered(desk: Desk, cell: Cell) -> Order:
    """The buyer's offer lies sealed; all of the price, where it is to be cancelled."""
    order = desk.heard()
    desk.offer(order, _amount(order, cell), desk.at + 4 * HOUR)
    return get(order.pk)


def _amount(order: Order, cell: Cell) -> int:
    return order.price_minor if cell.target == State.CANCELLED else 1_000


def offer_meets(scene: Scene) -> None:
    """The seller's meets it, on their page; the system settles."""
    seller = Scene(scene.desk, scene.order, Cell("38", scene.cell.source, Action.OFFER, Actor.SELLER, ""))
    seller.act(back=str(_amount(scene.order, scene.cell) // 100))


# Money that was held too long.


def old(desk: Desk, cell: Cell) -> Order:
    """Nobody's sweep was here for 85 days; a dispute that is to end with nothing was decided so."""
    if cell.source == State.DISPUTED and cell.target == State.CANCELLED:
        return desk.decided(0)
    return in_state(desk, cell)


def grow_older(scene: Scene) -> None:
    ages.run(scene.desk.at + 85 * DAY)


def by_the_terms(cell: Cell) -> str:
    """All to the seller who has delivered, nothing to one who has not."""
    if cell.source == State.DISPUTED:
        return ""
    if cell.source == State.AWAITING_FUNDING:
        return "between two steps nothing is held"
    ends = State.CANCELLED if cell.source in UNDELIVERED else State.COMPLETED
    return "" if cell.target == ends else "the terms say otherwise"


# Doubted payments.


def warn(scene: Scene) -> None:
    _warn(scene.order)


def _warn(order: Order) -> None:
    charge = Charge.objects.get(pk=order.charge_id)
    found = Found(f"issfr_{order.code}", charge.stripe_charge_id, "made_with_stolen_card", True, False)
    with transaction.atomic():
        record_warning(charge.id, found, clock.now())


def not_clearing(cell: Cell) -> set[str]:
    from tests.orders.transitions.rows import by_state

    return by_state(cell) - {Action.CLEAR}


def doubted(desk: Desk, cell: Cell) -> Order:
    """One that is to be completed is accepted after the warning, so that its release waits."""
    if cell.source != State.COMPLETED:
        order = in_state(desk, cell)
        _warn(order)
        return get(order.pk)
    order = desk.delivered()
    _warn(order)
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=clock.now())
    return get(order.pk)


def look(scene: Scene) -> None:
    payments.clear_warning(FraudWarning.objects.get().id, by_id=1, note="The buyer confirmed it.", at=clock.now())


# Suspensions.


def requested(desk: Desk, cell: Cell) -> Order:
    order = desk.pending()
    Order.objects.filter(pk=order.pk).update(state=State.REQUESTED)
    order.timers.all().delete()
    return get(order.pk)


def suspend(scene: Scene) -> None:
    """On the page for it, beside the admin."""
    scene.post(reverse("accounts:suspension", args=[scene.desk.seller.pk]), {"reason": REASON})


def on_hold(desk: Desk, cell: Cell) -> Order:
    order = in_state(desk, cell)
    desk.suspend(desk.seller, clock.now() - timedelta(minutes=5))
    return get(order.pk)


def reinstate(scene: Scene) -> None:
    scene.post(reverse("accounts:lift_suspension", args=[scene.desk.seller.pk]), {})


def and_disposal(cell: Cell) -> set[str]:
    """Everything that stands still, and the one clock that runs."""
    from tests.orders.transitions.rows import by_state

    nothing_held = cell.source == State.AWAITING_FUNDING
    return by_state(cell) if nothing_held else by_state(cell) | {Action.DISPOSE}


def only_undelivered(cell: Cell) -> str:
    return "" if cell.source in UNDELIVERED else "something was delivered"


def by_delivery(cell: Cell) -> str:
    if cell.source == State.AWAITING_FUNDING:
        return "nothing is held, it ends by itself"
    ends = State.CANCELLED if cell.source in UNDELIVERED else State.DISPUTED
    return "" if cell.target == ends else "what was delivered is decided, what was not goes back"


def disposed(cell: Cell) -> set[str]:
    return {Action.ESCALATE} if cell.target == State.DISPUTED else set()
