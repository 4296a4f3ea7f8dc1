"""An action with a page of its own: its words, its form, what it does with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from marketplace.kernel.uploads.places import Place
from orders.models import Order


@dataclass(frozen=True, slots=True)
class FormAct:
    title: Any
    submit: Any
    make: Callable[..., forms.Form]  # (order, role, data, files, initial) → form
    run: Callable[[Any, Order, int, datetime], Any]  # may return what the person reads afterwards in place of ``done``
    done: Any
    then: Callable[[Order, int, datetime], str] | None = None  # where to go, if not back to the order


def plain(form: type[forms.Form]) -> Callable[..., forms.Form]:
    """A form that needs to know nothing of the order."""

    def make(order: Order, role: str, *args: Any, **options: Any) -> forms.Form:
        return form(*args, **options)

    return make


def place(order: Order, role: str, form: str, at: datetime) -> Place:
    """Where one side's files for a form of this order wait."""
    return Place(order.person_of(role), f"order:{order.pk}:{form}", at)
