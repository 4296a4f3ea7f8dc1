"""Many at once: the database lets exactly as much through as there is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.db import connection

from marketplace.kernel.errors import DomainError
from payments import api
from payments.ledger.kinds import Kind, Place
from payments.ledger.posting import credit, debit, post
from payments.models import Account, Charge, Refund, Release, StripeOperation
from payments.operations import queue
from payments.services import books
from tests.payments.scenes import PRICE, WHOLE, Scene, ledger_size

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 8


def at_once(work: Callable[[int], object]) -> list[object]:
    """Runs ``work(0..7)`` in threads with a connection each; a refusal is a result."""

    def run(number: int) -> object:
        try:
            return work(number)
        except DomainError as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(run, range(MANY)))


def test_one_key_posts_once_into_accounts_that_nobody_made_yet(at: datetime) -> None:
    def work(_: int) -> bool:
        legs = debit(Place(Kind.STRIPE_BALANCE), 5), credit(Place(Kind.HOLD, reference="c1"), 5)
        return post(op_key="k", kind="capture", reference="order:1", currency="EUR", legs=legs, at=at)

    assert sorted(at_once(work)) == [False] * (MANY - 1) + [True]  # type: ignore[type-var]
    assert (ledger_size(), Account.objects.count()) == ((1, 2), 2)


def test_different_keys_share_their_accounts(at: datetime) -> None:
    def work(number: int) -> bool:
        legs = debit(Place(Kind.STRIPE_BALANCE), 5), credit(Place(Kind.HOLD, reference="c1"), 5)
        return post(op_key=f"k{number}", kind="capture", reference="order:1", currency="EUR", legs=legs, at=at)

    assert at_once(work) == [True] * MANY
    assert (ledger_size(), Account.objects.count()) == ((MANY, 2 * MANY), 2)
    assert [d for d in books.differences() if d.invariant == "balance_is_sum_of_entries"] == []


def test_a_hold_is_released_once(scene: Scene) -> None:
    charge = scene.captured()
    results = at_once(lambda number: api.release(scene.release_request(charge, f"r{number}"), scene.at))
    assert sorted(map(str, results)) == sorted(map(str, [None] + [api.ExceedsHold] * (MANY - 1)))
    assert Release.objects.get().gross_minor == WHOLE
    assert books.differences() == []


def test_refunds_and_releases_at_once_stay_within_the_charge(scene: Scene) -> None:
    charge = scene.captured()

    def work(number: int) -> object:
        if number % 2:
            return scene.refund(charge, 2_000, f"refund{number}")
        return api.release(scene.release_request(charge, f"r{number}", PRICE // 2), scene.at)

    at_once(work)
    charge.refresh_from_db()
    assert charge.captured_minor >= charge.released_minor + charge.refunded_minor
    assert Refund.objects.count() * 2_000 == charge.refunded_minor
    assert books.differences() == []


def _in_every_tab(scene: Scene, charge: Charge) -> set[object]:
    """Their addresses, and refusals."""
    return set(at_once(lambda _: api.checkout_url(charge.id, scene.at)))


def test_paying_in_many_tabs_makes_one_session(live_scene: Scene) -> None:
    charge = live_scene.pending()
    assert _in_every_tab(live_scene, charge) == {Charge.objects.get().checkout_url}
    assert len(live_scene.stripe.requests("POST /v1/checkout/sessions")) == 1  # type: ignore[union-attr]


@pytest.fixture
def no_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wants an operation has it, after all have read that nobody does."""
    everybody = threading.Barrier(MANY)

    def take(read: StripeOperation, at: datetime, params: dict[str, Any]) -> StripeOperation:
        everybody.wait(timeout=20)
        read.params = params
        return read

    monkeypatch.setattr(queue, "claim", take)


def test_control_without_the_lease_every_tab_asks_the_provider(live_scene: Scene, no_lease: None) -> None:
    """One intent, so one key: the provider still answers all of them with one page."""
    _in_every_tab(live_scene, live_scene.pending())
    asked = live_scene.sandbox.requests("POST /v1/checkout/sessions")
    assert (len(asked), len(live_scene.sandbox.client().v1.checkout.sessions.list().data)) == (MANY, 1)


@pytest.fixture
def no_unique_intent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each who looks for the intent makes one of their own."""
    constraint = next(rule for rule in StripeOperation._meta.constraints if rule.name == "operation_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(StripeOperation, constraint)
    monkeypatch.setattr(queue, "current", partial(queue.enqueue, soon=False))
    yield
    StripeOperation.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(StripeOperation, constraint)


def test_control_without_lease_and_unique_intent_there_is_a_page_to_pay_on_in_every_tab(
    live_scene: Scene, no_lease: None, no_unique_intent: None
) -> None:
    """The buyer could pay as often as there are pages, and the charge knows only one of them."""
    charge = live_scene.pending()
    _in_every_tab(live_scene, charge)
    made = live_scene.sandbox.client().v1.checkout.sessions.list().data
    assert len(made) == len(live_scene.sandbox.requests("POST /v1/checkout/sessions")) == MANY
    for session in made:
        live_scene.sandbox.pay(session.id)
    api.sync_charge(charge.id, live_scene.at)
    assert api.position("order:1", "EUR").captured.amount_minor == WHOLE
    taken = live_scene.sandbox.client().v1.charges.list().data
    assert sum(payment.amount for payment in taken) == MANY * WHOLE


def test_clearing_at_once_intends_one_transfer(live_scene: Scene) -> None:
    live_scene.open_account()
    live_scene.released()
    at_once(lambda _: api.clear("order:1", live_scene.at))
    at_once(lambda _: live_scene.run())
    assert len(live_scene.stripe.client().v1.transfers.list().data) == 1  # type: ignore[union-attr]
    assert books.differences() == []
