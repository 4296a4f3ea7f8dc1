"""A seller is suspended while the payout run is at work, with the provider's sandbox as a process of its own.

What they have earned is paid as always, and once; what their running orders hold stays where it is until they are
back. That an order is held or paid, never both, has its own races and control in ``test_races.py``.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from orders import api
from orders.models import Order
from orders.states import State
from payments import api as payments
from payments import locks
from payments.models import Charge, ConnectedAccount, Payout, Release
from payments.operations import executor
from payments.services import books
from payments.services.payouts import asking, look_now, run_payouts, running
from tests.orders.scenes import ALL_IN, DAY, HOUR, NET, Desk, eur, get, money
from tests.orders.test_checkout import at, sandbox, sandbox_process
from tests.orders.test_proposal_races import meet
from tests.payments.scenes import Scene
from tests.support.sandbox import SandboxProcess

__all__ = ["at", "sandbox", "sandbox_process"]  # fixtures

pytestmark = pytest.mark.django_db(transaction=True)

CLEARED = 8 * DAY  # after the acceptance, and after the last payout


@dataclass
class Run:
    """The moment of a payout run: one order's money lies in the seller's account, another order was delivered."""

    desk: Desk
    stripe: SandboxProcess
    account: ConnectedAccount
    earned: Order
    delivered: Order
    at: datetime

    def run(self) -> int:
        return run_payouts(self.at)

    def try_now(self) -> int:
        """A treasurer's button, which asks for no lease."""
        return look_now(self.account.pk, self.at)

    def suspend(self) -> None:
        self.desk.suspend(self.desk.seller, self.at)

    def accept(self, later: Any = HOUR) -> None:
        api.accept(order_id=self.delivered.pk, actor_id=self.desk.buyer.pk, at=self.at + later)

    def at_the_bank(self) -> list[int]:
        """What was paid out at the provider."""
        account = {"stripe_account": self.account.stripe_id}
        return [payout.amount for payout in self.stripe.client().v1.payouts.list({}, account).data]


def paid(desk: Desk, sandbox: SandboxProcess) -> Order:
    """At the provider, too: only that money can be sent on."""
    order = desk.pending()
    assert order.charge_id
    payments.checkout_url(order.charge_id, desk.at)
    sandbox.pay(Charge.objects.get(pk=order.charge_id).session_id)
    payments.sync_charge(order.charge_id, desk.at)
    return get(order.pk)


def clear(order: Order, at: datetime) -> None:
    """Cleared, and sent to the seller's account."""
    api.run_due(at, order.pk)
    executor.run_due(at)
    assert Release.objects.get(charge=order.charge_id).state == "transferred"


@pytest.fixture
def scene(desk: Desk, sandbox: SandboxProcess) -> Run:
    sandbox.control("funds/add", amount=10_000, currency="eur")  # Stripe's fees
    account = Scene(desk.buyer, desk.seller, desk.at, sandbox).open_account()
    earned, delivered = paid(desk, sandbox), paid(desk, sandbox)
    desk.deliver(earned, desk.at + HOUR)
    api.accept(order_id=earned.pk, actor_id=desk.buyer.pk, at=desk.at + 2 * HOUR)
    moment = desk.at + CLEARED
    clear(earned, moment)
    desk.deliver(delivered, moment - HOUR)
    return Run(desk, sandbox, account, earned, delivered, moment)


def assert_paid_once(scene: Run) -> None:
    """The one order's money, whole, however many looked."""
    payout = Payout.objects.get()
    assert (payout.amount_minor, payout.state) == (NET, "asked")
    assert list(payout.releases.values_list("charge_id", flat=True)) == [scene.earned.charge_id]
    executor.run_due(scene.at)
    executor.run_due(scene.at)
    assert scene.at_the_bank() == [NET]
    assert books.differences() == []


def assert_held(scene: Run) -> None:
    order = get(scene.delivered.pk)
    assert (order.state, order.on_hold_at) == (State.DELIVERED, scene.at)
    assert money(order).held == eur(ALL_IN)
    assert not Release.objects.filter(charge=order.charge_id).exists()


def assert_all_is_paid_after_the_return(scene: Run) -> None:
    """What was held is accepted and paid out, once; nothing is left."""
    scene.desk.reinstate(scene.desk.seller, scene.at + HOUR)
    if get(scene.delivered.pk).state == State.DELIVERED:
        scene.accept(later=2 * HOUR)
    later = scene.at + HOUR + CLEARED
    clear(scene.delivered, later)
    assert [run_payouts(later), run_payouts(later + CLEARED)] == [1, 0]
    executor.run_due(later + CLEARED)
    assert scene.at_the_bank() == [NET, NET]
    assert Release.objects.exclude(payout=None).count() == 2
    assert books.differences() == []


def test_a_suspension_meets_the_payout_run(scene: Run) -> None:
    """With the buyer's acceptance, a second run and a treasurer's button, all at once."""
    start = threading.Barrier(5)
    deeds: list[Callable[[], object]] = [scene.run, scene.run, scene.try_now, scene.suspend, scene.accept]

    def from_start(deed: Callable[[], object]) -> Callable[[], object]:
        return lambda: (start.wait(timeout=20), deed())[1]

    results = meet(*[from_start(deed) for deed in deeds])
    assert len(results) == len(deeds)
    assert not [result for result in results if isinstance(result, DatabaseError)], results
    assert_paid_once(scene)
    if get(scene.delivered.pk).on_hold_at:
        assert_held(scene)
    else:
        assert get(scene.delivered.pk).state == State.COMPLETED
    assert_all_is_paid_after_the_return(scene)


def test_suspended_between_the_look_and_the_payout(scene: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run has seen what lies there; the suspension is committed before it intends anything."""
    ask, looked, suspended = running.ask, threading.Event(), threading.Event()

    def ask_afterwards(account_id: uuid.UUID, *given: Any) -> Any:
        looked.set()
        assert suspended.wait(timeout=20)
        return ask(account_id, *given)

    def suspend() -> None:
        assert looked.wait(timeout=20)
        scene.suspend()
        suspended.set()

    monkeypatch.setattr(running, "ask", ask_afterwards)
    assert sorted(map(str, meet(scene.run, suspend))) == ["1", "None"]
    assert_held(scene)
    assert_paid_once(scene)
    assert_all_is_paid_after_the_return(scene)


def test_the_run_waits_for_no_suspension_that_is_being_written(scene: Run) -> None:
    written, ran = threading.Event(), threading.Event()

    def suspend() -> None:
        with transaction.atomic():
            scene.suspend()
            written.set()
            assert ran.wait(timeout=20)

    def run() -> int:
        assert written.wait(timeout=20)
        made = scene.run()
        ran.set()
        return made

    assert sorted(map(str, meet(suspend, run))) == ["1", "None"]
    assert_held(scene)
    assert_paid_once(scene)
    assert_all_is_paid_after_the_return(scene)


def test_while_they_are_out_the_run_pays_what_was_earned_and_nothing_else(scene: Run) -> None:
    scene.suspend()
    assert [scene.run(), scene.run(), scene.try_now()] == [1, 0, 0]
    assert_held(scene)
    assert_paid_once(scene)
    assert run_payouts(scene.at + CLEARED) == 0
    assert_all_is_paid_after_the_return(scene)


def test_control_without_the_lock_of_the_account_the_same_money_is_asked_for_twice(
    scene: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both see that nothing is under way; only the rule of one at a time is left to stop the second."""
    both, standing_of, looked = threading.Barrier(2), asking.standing_of, threading.Event()
    failed: list[object] = []

    def stand_together(*given: Any, **more: Any) -> Any:
        found = standing_of(*given, **more)
        looked.set()
        both.wait(timeout=20)
        return found

    def once_looked(deed: Callable[[], object]) -> Callable[[], object]:
        """The run passes over an account whose row another holds: they begin when it has its claim."""
        return lambda: (looked.wait(timeout=20), deed())[1]

    monkeypatch.setattr(locks, "lock_account", lambda pk: ConnectedAccount.objects.get(pk=pk))
    monkeypatch.setattr(asking, "standing_of", stand_together)
    monkeypatch.setattr(running.logger, "exception", lambda *given: failed.append(given))
    results = meet(scene.run, once_looked(scene.try_now), once_looked(scene.suspend))
    refused = [result for result in results if isinstance(result, DatabaseError)]
    assert (len(results), len(failed) + len(refused), Payout.objects.count()) == (3, 1, 1)
