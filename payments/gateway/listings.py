"""Stripe's lists, a page at a time: what each object came to, in one form for all of them.

Amounts are minor units as seen from the platform's balance: positive came in, negative went out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

import stripe

from payments.gateway.client import call
from payments.gateway.movements import Movement, movement
from payments.gateway.options import metadata_of

T = TypeVar("T")
PAGE = 100


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two sides holds of an object."""

    amount_minor: int
    currency: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    id: str
    side: Side
    metadata: dict[str, str] = field(default_factory=dict)
    charge: str = ""  # the payment behind it
    destination: str = ""  # the connected account that it went to


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: list[T]
    after: str  # where the next page begins; empty: this was the last


@dataclass(frozen=True, slots=True)
class Window:
    """By time of creation, both ends included; None: no end."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def params(self) -> dict[str, Any]:
        bounds = {"gte": self.since, "lte": self.until}
        created = {name: int(moment.timestamp()) for name, moment in bounds.items() if moment}
        return {"created": created} if created else {}


Show = Callable[[Any], Listed]


@dataclass(frozen=True, slots=True)
class Listing:
    """One of Stripe's lists: newest first, by pages, and its objects one by one."""

    service: Callable[[stripe.StripeClient], Any]
    show: Show

    def page(self, window: Window, after: str) -> Page[Listed]:
        return _page(self.service, self.show, window, after)

    def read(self, object_id: str) -> Listed:
        """Raises Missing."""
        return self.show(call(lambda client: self.service(client).retrieve(object_id)))


def movements_page(window: Window, after: str) -> Page[Movement]:
    return _page(lambda client: client.v1.balance_transactions, movement, window, after)


def _page(
    service: Callable[[stripe.StripeClient], Any], show: Callable[[Any], T], window: Window, after: str
) -> Page[T]:
    params = {"limit": PAGE, **window.params, **({"starting_after": after} if after else {})}
    found = call(lambda client: service(client).list(params))
    return Page([show(item) for item in found.data], found.data[-1].id if found.has_more and found.data else "")


def _session(found: Any) -> Listed:
    paid = found.payment_status == "paid"
    state = "paid" if paid else "expired" if found.status == "expired" else "open"
    currency = (found.currency or "").upper()
    return Listed(found.id, Side(found.amount_total or 0 if paid else 0, currency, state), metadata_of(found))


def _charge(found: Any) -> Listed:
    amount = found.amount_captured if found.paid else 0
    return Listed(found.id, Side(amount, found.currency.upper()), metadata_of(found))


_REFUND_STATES = {"succeeded": "done", "failed": "returned", "canceled": "returned"}


def _refund(found: Any) -> Listed:
    state = _REFUND_STATES.get(found.status or "", "pending")
    amount = 0 if state == "returned" else -found.amount
    return Listed(found.id, Side(amount, found.currency.upper(), state), metadata_of(found), charge=_id(found.charge))


def _transfer(found: Any) -> Listed:
    side = Side(found.amount_reversed - found.amount, found.currency.upper())
    charge, destination = _id(found.source_transaction), _id(found.destination)
    return Listed(found.id, side, metadata_of(found), charge=charge, destination=destination)


def _payout(found: Any) -> Listed:
    amount = 0 if found.status in ("failed", "canceled") else -found.amount
    return Listed(found.id, Side(amount, found.currency.upper()), metadata_of(found))


def _dispute(found: Any) -> Listed:
    moved = sum(booked.amount for booked in found.balance_transactions)
    return Listed(
        found.id, Side(moved, found.currency.upper(), found.status), metadata_of(found), charge=_id(found.charge)
    )


def _id(linked: Any) -> str:
    return linked if isinstance(linked, str) else str(getattr(linked, "id", "") or "")


SESSIONS = Listing(lambda client: client.v1.checkout.sessions, _session)
CHARGES = Listing(lambda client: client.v1.charges, _charge)
REFUNDS = Listing(lambda client: client.v1.refunds, _refund)
TRANSFERS = Listing(lambda client: client.v1.transfers, _transfer)
PAYOUTS = Listing(lambda client: client.v1.payouts, _payout)
DISPUTES = Listing(lambda client: client.v1.disputes, _dispute)
