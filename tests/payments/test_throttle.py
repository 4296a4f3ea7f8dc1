"""Not more calls a second than Stripe allows, whoever makes them; and a call that hangs holds up nobody else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from payments import api
from payments.models import OperationKind, OperationState, StripeOperation
from payments.operations import executor, throttle
from tests.payments.scenes import WHOLE, Scene
from tests.support.processes import wait_until

CREATE = "POST /v1/transfers"


@pytest.fixture
def own_bucket(settings: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A key of ours at Stripe that no other test uses."""
    settings.STRIPE_SECRET_KEY = f"sk_test_{request.node.name}_{time.monotonic_ns()}"
    throttle._alone.cache_clear()
    yield settings
    throttle._alone.cache_clear()


def taken_within(seconds: float) -> int:
    """How many calls one busy process gets to make."""
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        wait = throttle.take()
        count += not wait
        time.sleep(min(wait, 0.02))
    return count


def test_no_second_sees_more_than_stripe_allows(own_bucket: Any) -> None:
    assert 20 <= taken_within(1) <= 25
    assert 18 <= taken_within(1) <= 21  # the burst is used up


def test_all_workers_share_one_bucket(own_bucket: Any) -> None:
    counts: list[int] = []

    def worker() -> None:
        counts.append(taken_within(1))

    workers = [threading.Thread(target=worker) for _ in range(4)]
    for thread in workers:
        thread.start()
    throttle._shared.cache_clear()  # as a process that has just started
    counts.append(taken_within(1))
    for thread in workers:
        thread.join()
    assert 20 <= sum(counts) <= 26


def test_another_key_of_ours_has_a_bucket_of_its_own(own_bucket: Any) -> None:
    while not throttle.take():
        pass
    own_bucket.STRIPE_SECRET_KEY += "_other"
    assert throttle.take() == 0


def test_without_redis_it_goes_on_slowly(own_bucket: Any) -> None:
    own_bucket.REDIS_URL = "redis://127.0.0.1:9/0"
    assert throttle.take() == 0
    assert 0.3 < throttle.take() <= 0.5
    assert taken_within(1.2) in (2, 3)


def test_a_redis_that_hangs_is_as_good_as_none(own_bucket: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        own_bucket.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        started = time.monotonic()
        assert throttle.take() == 0
        assert time.monotonic() - started < 1.5


def cleared(scene: Scene, *references: str) -> None:
    """Shares that may leave, their transfers written down and not sent."""
    for reference in references:
        scene.released(reference)
        api.clear(reference, scene.at)


@pytest.mark.django_db(transaction=True)
def test_what_is_held_back_was_not_tried_and_lets_others_go_first(live_scene: Scene, own_bucket: Any) -> None:
    own_bucket.STRIPE_OUTFLOWS_PER_SECOND = 1
    live_scene.open_account()
    cleared(live_scene, "order:1")
    live_scene.refund(live_scene.captured("order:2"), WHOLE)
    while not throttle.take():
        pass
    assert executor.run_due(live_scene.at, seconds=0.3) == 1
    transfer = StripeOperation.objects.get(kind=OperationKind.CREATE_TRANSFER)
    assert (transfer.state, transfer.tries, transfer.leased_until) == (OperationState.PENDING, 0, None)
    assert StripeOperation.objects.get(kind=OperationKind.CREATE_REFUND).state == OperationState.DONE
    assert executor.execute(transfer.pk, live_scene.at).tries == 0
    assert executor.run_due(live_scene.at, seconds=3) == 1
    transfer.refresh_from_db()
    assert (transfer.state, transfer.tries) == (OperationState.DONE, 1)


@pytest.mark.django_db(transaction=True)
def test_one_sellers_call_that_hangs_holds_up_that_seller_alone(live_scene: Scene, settings: Any) -> None:
    settings.OPERATION_LANES = 3
    sandbox = live_scene.stripe
    assert sandbox
    people = [
        User.objects.create_user(f"seller{number}@example.org", display_name="Sal", country="IE") for number in range(4)
    ]
    scenes = [Scene(live_scene.buyer, seller, live_scene.at, sandbox) for seller in people]
    for number, scene in enumerate(scenes):
        scene.open_account()
        cleared(scene, f"order:{number}a", f"order:{number}b")
    transfers = StripeOperation.objects.filter(kind=OperationKind.CREATE_TRANSFER)
    sandbox.faults(CREATE, "timeout_before", seconds=6)

    def sweep() -> None:
        executor.run_due(live_scene.at)
        connection.close()

    sweeping = threading.Thread(target=sweep)
    sweeping.start()
    try:
        wait_until(lambda: transfers.filter(state=OperationState.DONE).count() == 6, seconds=6, what="six transfers")
        assert sweeping.is_alive()
        left = transfers.filter(state=OperationState.PENDING)
        wait_until(lambda: left.filter(tries=1).exists(), seconds=3, what="the call that hangs")
        assert sorted(op.tries for op in left) == [0, 1]  # the other one waits without being tried
        assert len({op.lane for op in left}) == 1
    finally:
        sweeping.join()
    live_scene.run(timedelta(minutes=5))
    assert transfers.filter(state=OperationState.DONE).count() == 8


@pytest.mark.django_db(transaction=True)
def test_an_account_that_is_spoken_to_is_not_spoken_to_twice(live_scene: Scene) -> None:
    live_scene.open_account()
    cleared(live_scene, "order:1", "order:2")
    first, second = StripeOperation.objects.filter(kind=OperationKind.CREATE_TRANSFER).order_by("due_at", "id")
    StripeOperation.objects.filter(pk=first.pk).update(leased_until=live_scene.at + timedelta(minutes=1))
    assert executor.execute(second.pk, live_scene.at).tries == 0
    assert executor.run_due(live_scene.at) == 0
    StripeOperation.objects.filter(pk=first.pk).update(leased_until=None)
    assert executor.run_due(live_scene.at) == 2
