"""A payment arrives at the instant at which its window ends, with the provider's sandbox as a process of its own.

Whoever comes first, there is one end: the order begins and its money is held, or it has expired and nothing was kept.
The controls run the same without the locks of charge and order.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse

from marketplace.kernel.prepared import Prepared
from orders import api, owner
from orders.models import Order, OrderEvent
from orders.services import timers as sweep
from orders.states import Action, State
from payments import api as payments
from payments import locks
from payments.contracts import ChargeState
from payments.gateway import objects, sessions
from payments.models import Charge, OperationKind, Refund, StripeOperation
from payments.operations import executor
from payments.services import books, captures
from payments.webhooks import processing
from tests.orders.scenes import ALL_IN, Desk, eur, get, money
from tests.orders.test_checkout import at, sandbox, sandbox_process
from tests.orders.test_proposal_races import meet
from tests.orders.test_races import unlock
from tests.payments.webhooks.events import event, send
from tests.support.processes import wait_until
from tests.support.sandbox import SECRET, SandboxProcess

__all__ = ["at", "sandbox", "sandbox_process", "unlock"]  # fixtures

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS, LATER_SECONDS = 6, 0.008
DONE: list[object] = [None, None]  # both came to their end
ENDED = {ChargeState.CAPTURED: State.IN_PROGRESS, ChargeState.EXPIRED: State.EXPIRED}


@dataclass
class Page:
    """A payment page that is open as the window of its order ends."""

    order: Order
    at: datetime
    stripe: SandboxProcess

    @property
    def charge(self) -> Charge:
        return Charge.objects.get(pk=self.order.charge_id)

    def pay(self) -> None:
        """The buyer's last click. Raises AssertionError where the page is closed by then."""
        self.stripe.pay(self.charge.session_id)

    def pay_unless_closed(self, late_seconds: float) -> None:
        time.sleep(late_seconds)
        with suppress(AssertionError):
            self.pay()

    def sweep(self) -> None:
        api.run_due(self.at, self.order.pk)

    def expire(self) -> None:
        """Carries the expiry out, where it is intended by now."""
        executor.run_due(self.at)

    def look(self) -> None:
        """The buyer comes back, and their session is read."""
        payments.sync_charge(self.charge.id, self.at)

    def hear(self) -> None:
        """Its webhook is worked on."""
        processing.process_due(self.at)

    def expired_after_all(self) -> None:
        """The expiry is answered as if nobody had paid: the two answers have crossed."""
        found = replace(self.read(), status="expired", is_paid=False, received=None, fee=None)
        op = StripeOperation.objects.get(kind=OperationKind.EXPIRE_SESSION)
        executor.complete(op.id, found, self.at)

    def read(self) -> objects.Session:
        return sessions.read(self.charge.session_id)

    def settle(self) -> None:
        """Whatever is still to be done, until nothing is."""
        self.hear()
        self.expire()
        self.expire()


@pytest.fixture
def open_page(desk: Desk, as_buyer: Client, sandbox: SandboxProcess, settings: Any) -> Callable[[], Page]:
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    sandbox.control("funds/add", amount=10_000, currency="eur")  # a refund gives back what Stripe's fee took

    def begin() -> Page:
        order = desk.pending()
        as_buyer.post(reverse("orders:pay", args=[order.pk]))
        page = Page(order, desk.at + timedelta(minutes=30), sandbox)
        told = event("checkout.session.completed", page.charge.session_id)
        assert send(told, desk.at) == 200
        return page

    return begin


@pytest.fixture
def paid(open_page: Callable[[], Page]) -> Page:
    """Paid at the provider, which nobody here knows; and its expiry is intended."""
    page = open_page()
    page.sweep()
    page.pay()
    return page


def assert_one_end(page: Page) -> State:
    """As the provider has it, once, and to the cent. Returns the order's state."""
    order, charge, stands = get(page.order.pk), page.charge, money(page.order)
    assert order.state == ENDED[ChargeState(charge.state)]
    is_paid = order.state == State.IN_PROGRESS
    assert page.read().is_paid == is_paid
    assert (stands.captured, stands.held) == ((eur(ALL_IN), eur(ALL_IN)) if is_paid else (eur(0), eur(0)))
    assert happened(order, Action.PAY, Action.EXPIRE) == [Action.PAY if is_paid else Action.EXPIRE]
    assert not Refund.objects.filter(charge=charge).exists()
    assert_sound(order)
    return State(order.state)


def happened(order: Order, *actions: Action) -> list[str]:
    found = OrderEvent.objects.filter(order=order, action__in=actions).order_by("version")
    return list(found.values_list("action", flat=True))


def assert_sound(order: Order) -> None:
    versions = list(OrderEvent.objects.filter(order=order).order_by("version").values_list("version", flat=True))
    assert versions == list(range(1, get(order.pk).version + 1))
    assert books.differences() == []


@pytest.mark.parametrize("learns", ["look", "hear"])
def test_a_payment_at_the_instant_of_expiry(open_page: Callable[[], Page], learns: str) -> None:
    """The last click, the sweep that closes the page, two who carry that out, and the news, all at once.

    From round to round the click comes a little later, so that either may be first at the provider.
    """
    for number in range(ROUNDS):
        page = open_page()
        if number % 2:
            page.sweep()
        start, pay = threading.Barrier(5), partial(page.pay_unless_closed, number * LATER_SECONDS)
        deeds = [page.sweep, page.expire, page.expire, getattr(page, learns), pay]
        results = meet(*[_from(start, deed) for deed in deeds])
        assert results == [None] * 5
        page.sweep()
        page.settle()
        assert_one_end(page)


def _from(start: threading.Barrier, deed: Callable[[], object]) -> Callable[[], object]:
    def run() -> object:
        start.wait(timeout=20)
        return deed()

    return run


# In a given order, with the second already waiting while the first still writes


@pytest.fixture
def in_turn(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[object]]:
    """Runs two deeds: the second begins once the first has locked the charge, which goes on once the second waits."""

    def run(first: Callable[[], object], second: Callable[[], object]) -> list[object]:
        locked, waited, learn = threading.Event(), threading.Event(), captures._learn

        def learn_slowly(*given: Any) -> None:
            if not locked.is_set():
                locked.set()
                wait_until(_somebody_waits_for_us, seconds=20, what="the second deed at our lock", every=0.02)
                waited.set()
            learn(*given)

        def follow() -> object:
            assert locked.wait(timeout=20)
            return second()

        monkeypatch.setattr(captures, "_learn", learn_slowly)
        results = meet(first, follow)
        assert waited.is_set()
        return results

    return run


def _somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])


BOTH_ORDERS = [("look", "expire"), ("expire", "look"), ("hear", "expire"), ("expire", "hear")]


@pytest.mark.parametrize(("first", "second"), BOTH_ORDERS)
def test_paid_in_the_last_second_in_both_orders(
    paid: Page, in_turn: Callable[..., list[object]], first: str, second: str
) -> None:
    """The provider closes no page that was paid: whoever records it first, the order begins once."""
    results = in_turn(getattr(paid, first), getattr(paid, second))
    assert results == DONE
    assert assert_one_end(paid) == State.IN_PROGRESS  # at once, not only when the webhook has come as well
    paid.settle()
    assert assert_one_end(paid) == State.IN_PROGRESS


def test_closed_in_the_last_second(open_page: Callable[[], Page], in_turn: Callable[..., list[object]]) -> None:
    """Nobody can pay any more; who looks while that is being recorded finds the same."""
    page = open_page()
    page.sweep()
    results = in_turn(page.expire, page.look)
    assert results == DONE
    with pytest.raises(AssertionError):
        page.pay()
    page.settle()
    assert assert_one_end(page) == State.EXPIRED


@pytest.mark.parametrize("news", ["look", "hear"])
def test_a_payment_that_is_known_first_stays(paid: Page, in_turn: Callable[..., list[object]], news: str) -> None:
    results = in_turn(getattr(paid, news), paid.expired_after_all)
    assert results == DONE
    assert assert_one_end(paid) == State.IN_PROGRESS  # at once, not only when the webhook has come as well
    paid.settle()
    assert assert_one_end(paid) == State.IN_PROGRESS


@pytest.mark.parametrize("news", ["look", "hear"])
def test_a_payment_that_is_known_too_late_goes_back_whole(
    paid: Page, in_turn: Callable[..., list[object]], news: str
) -> None:
    results = in_turn(paid.expired_after_all, getattr(paid, news))
    assert results == DONE
    paid.settle()
    order, stands = get(paid.order.pk), money(paid.order)
    assert (order.state, paid.charge.state) == (State.EXPIRED, ChargeState.CAPTURED)
    assert happened(order, Action.PAY, Action.EXPIRE, Action.RETURN_PAYMENT) == [Action.EXPIRE, Action.RETURN_PAYMENT]
    assert (stands.captured, stands.refunded, stands.held) == (eur(ALL_IN), eur(ALL_IN), eur(0))
    made = paid.stripe.client().v1.refunds.list().data
    assert [(refund.amount, refund.status) for refund in made] == [(ALL_IN, "succeeded")]
    assert_sound(order)


# The controls


@pytest.mark.parametrize("news", ["look", "hear"])
def test_control_without_the_lock_of_the_charge_the_books_lose_the_payment(
    paid: Page, monkeypatch: pytest.MonkeyPatch, news: str
) -> None:
    """Both read a charge that waits; who writes last overwrites that it was paid, and the books differ."""
    both, recorded, learn = threading.Barrier(2), threading.Event(), captures._learn

    def learn_together(charge: Charge, found: objects.Session, at: datetime) -> None:
        both.wait(timeout=20)
        if not found.is_paid:
            assert recorded.wait(timeout=20)
        learn(charge, found, at)

    def tell() -> None:
        getattr(paid, news)()
        recorded.set()

    monkeypatch.setattr(locks, "lock_charge_for_fact", lambda charge_id, _: Charge.objects.get(pk=charge_id))
    monkeypatch.setattr(captures, "_learn", learn_together)
    results = meet(tell, paid.expired_after_all)
    assert results == DONE
    assert (get(paid.order.pk).state, paid.charge.state) == (State.IN_PROGRESS, ChargeState.EXPIRED)
    assert paid.read().is_paid
    assert books.differences() != []


def test_control_without_the_lock_of_the_order_payment_and_sweep_both_pass(
    open_page: Callable[[], Page], unlock: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each goes on from the order as it was before the other; only a constraint stops the second."""
    page = open_page()
    page.pay()
    unlock()
    monkeypatch.setattr(owner, "_LOCKED", Prepared(owner._LOCKED.build))  # without the lock, now
    failed: list[object] = []
    monkeypatch.setattr(sweep.logger, "exception", lambda *given: failed.append(given))
    results = meet(page.look, page.sweep)
    assert failed or [result for result in results if isinstance(result, DatabaseError)]


def test_payment_and_sweep_at_once(open_page: Callable[[], Page]) -> None:
    for _round in range(ROUNDS):
        page = open_page()
        page.pay()
        start = threading.Barrier(2)
        results = meet(_from(start, page.look), _from(start, page.sweep))
        assert results == DONE
        page.settle()
        assert assert_one_end(page) == State.IN_PROGRESS
