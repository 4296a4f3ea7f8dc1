"""Every clock of an order stands still while a bank decides or a side is suspended, and goes on where it stood."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from orders.models import Order, Proposal, Stopped, Timer
from orders.services import clearing, clocks
from orders.states import ENDED, OUTLIVES_THE_END, Action, State

_OVERLAYS = ("charged_back_at", "on_hold_at")


def begin(order: Order, overlay: str, at: datetime, *, but: Iterable[str] = ()) -> dict[str, Any]:
    """Stops the timers (all ``but`` some kinds) and returns the fields of an order that rests for one more reason."""
    Timer.objects.stop(order, Stopped.REST, at, but=but)
    return {overlay: at, "rests_since": order.rests_since or at}


def end(order: Order, overlay: str, at: datetime) -> dict[str, Any]:
    """One reason less: the fields that change. With the last reason the timers run again."""
    others = [name for name in _OVERLAYS if name != overlay and getattr(order, name)]
    if "on_hold_at" in others:  # the bank has decided; what runs in a suspension runs again
        Timer.objects.filter(kind__in=runs_on_hold(order)).go_on(order, Stopped.REST, at)
    if others or order.rests_since is None:
        return {overlay: None}
    Timer.objects.go_on(order, Stopped.REST, at)
    Proposal.objects.put_off(order, at - order.rests_since)
    return {overlay: None, "rests_since": None, **clocks.shown(order), **clearing.resume(order, at)}


def over(order: Order, at: datetime) -> dict[str, Any]:
    """The fields of an order that ends while it rests, or is disputed instead."""
    if order.rests:
        _outlive(order, at)
    return {"charged_back_at": None, "on_hold_at": None, "rests_since": None}


def _outlive(order: Order, at: datetime) -> None:
    """What outlives the end goes on: pages that are still open, and what earlier steps have released."""
    Timer.objects.filter(kind__in=OUTLIVES_THE_END).go_on(order, Stopped.REST, at)
    clearing.resume(order, at)


def runs_on_hold(order: Order) -> tuple[str, ...]:
    """The one clock that a suspension leaves running: where nothing is held, the end by itself; else staff's."""
    return (Action.LAPSE_FUNDING,) if order.state == State.AWAITING_FUNDING else (Action.DISPOSE,)


def end_of_hold(order: Order, after: str, at: datetime) -> None:
    """An order that has ended is not on hold any more; what a bank decides goes on."""
    if after not in ENDED or order.on_hold_at is None:
        return
    if order.charged_back_at is None:
        _outlive(order, at)
    order.on_hold_at, order.rests_since = None, order.charged_back_at


def keep_still(order: Order, at: datetime) -> None:
    """Timers that a step has just set stand still where the order does."""
    if order.rests:
        Timer.objects.stop(order, Stopped.REST, at, but=() if order.charged_back_at else runs_on_hold(order))
