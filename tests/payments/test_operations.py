"""The error table of the outbox, against the sandbox's faults: one object at Stripe, one posting here."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from payments import api
from payments.events import TransferSucceeded
from payments.gateway import transfers
from payments.models import OperationState, Release, ReleaseState, StripeOperation
from payments.operations import executor, queue
from payments.services import books
from tests.payments.scenes import NET, Scene, entries, eur, ledger_size
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)

CREATE = "POST /v1/transfers"
HOUR = timedelta(hours=1)


@pytest.fixture
def op(live_scene: Scene) -> StripeOperation:
    """A transfer that is intended and not sent."""
    live_scene.open_account()
    live_scene.released()
    api.clear("order:1", live_scene.at)
    return StripeOperation.objects.get(kind="create_transfer")


def made(sandbox: SandboxProcess) -> list[int]:
    return [transfer.amount for transfer in sandbox.client().v1.transfers.list().data]


def assert_done_once(op: StripeOperation, sandbox: SandboxProcess) -> None:
    op.refresh_from_db()
    assert (op.state, made(sandbox)) == (OperationState.DONE, [NET])
    assert entries(f"transfer_done:{op.id}") == {("transfer_clearing", 0, ""): -NET, ("stripe_balance", 0, ""): NET}
    assert Release.objects.get().stripe_transfer_id == op.stripe_id
    assert books.differences() == []


def test_it_is_sent_once(op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess, facts: list[object]) -> None:
    live_scene.run()
    live_scene.run(HOUR)
    assert_done_once(op, sandbox)
    assert len(sandbox.requests(CREATE)) == 1
    assert facts == [TransferSucceeded("order:1", live_scene.seller.pk, eur(NET), live_scene.at)]


@pytest.mark.parametrize(
    "fault", ["500_before", "500_after", "drop_answer", "drop_before", "409", "429", "lock_timeout"]
)
def test_a_failure_that_says_nothing_is_repeated(
    op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess, fault: str
) -> None:
    sandbox.faults(CREATE, fault)
    live_scene.run()
    op.refresh_from_db()
    assert op.state == OperationState.PENDING
    assert api.position("order:1", "EUR").sending == eur(NET)
    for hours in range(1, 6):
        live_scene.run(hours * HOUR)
    assert_done_once(op, sandbox)


def test_nothing_is_repeated_before_its_pause(op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess) -> None:
    sandbox.faults(CREATE, "429")
    assert live_scene.run() == 1
    assert live_scene.run() == 0


def test_the_key_stays_while_the_outcome_is_unknown(
    op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess
) -> None:
    sandbox.faults(CREATE, "drop_answer", times=2)
    for hours in range(3):
        live_scene.run(hours * HOUR)
    keys = {request["idempotency_key"] for request in sandbox.requests(CREATE)}
    assert keys == {f"op:{op.id}:1"}
    assert_done_once(op, sandbox)


def test_an_old_key_is_never_sent_again_without_looking(
    op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess
) -> None:
    sandbox.faults(CREATE, "drop_answer")
    live_scene.run()
    sent = len(sandbox.requests(CREATE))
    live_scene.run(timedelta(hours=24))
    assert len(sandbox.requests(CREATE)) == sent
    assert_done_once(op, sandbox)


def test_an_old_key_that_made_nothing_becomes_a_new_attempt(
    op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess
) -> None:
    sandbox.faults(CREATE, "drop_before")
    live_scene.run()
    live_scene.run(timedelta(hours=24))
    live_scene.run(timedelta(hours=25))
    assert [request["idempotency_key"] for request in sandbox.requests(CREATE)][-1] == f"op:{op.id}:2"
    assert_done_once(op, sandbox)


def test_a_saved_500_is_looked_into_and_then_tried_anew(
    op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess
) -> None:
    sandbox.faults(CREATE, "500_before", times=3)
    for hours in range(7):
        live_scene.run(hours * HOUR)
    assert_done_once(op, sandbox)


def test_too_little_balance_waits_for_a_new_attempt(live_scene: Scene, sandbox: SandboxProcess) -> None:
    charge = live_scene.captured()
    sandbox.control("refunds/policy", policy="refuse")
    sandbox.control("funds/add", amount=-15_000, currency="eur")
    refund = live_scene.refund(charge, 1_000)
    live_scene.run()
    op = StripeOperation.objects.get(kind="create_refund")
    assert (op.state, op.error_code, op.attempt) == (OperationState.PENDING, "balance_insufficient", 2)
    sandbox.control("funds/add", amount=15_000, currency="eur")
    live_scene.run(HOUR)
    refund.refresh_from_db()
    assert refund.state == "succeeded"


def test_a_definite_refusal_gives_the_share_back(
    op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess
) -> None:
    StripeOperation.objects.filter(pk=op.pk).update(params={**op.frozen, "destination": "acct_nobody"})
    live_scene.run()
    op.refresh_from_db()
    release = Release.objects.get()
    assert (op.state, release.state) == (OperationState.FAILED, ReleaseState.AVAILABLE)
    assert "acct_nobody" in release.note
    assert api.position("order:1", "EUR").available == eur(NET)
    live_scene.run(HOUR)
    assert made(sandbox) == []
    assert books.differences() == []


def test_one_key_with_other_parameters_is_parked(
    op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess
) -> None:
    transfers.create(op.frozen, op.idempotency_key)
    StripeOperation.objects.filter(pk=op.pk).update(params={**op.frozen, "amount": NET - 1})
    live_scene.run()
    op.refresh_from_db()
    assert (op.state, made(sandbox)) == (OperationState.PARKED, [NET])


def test_a_wrong_key_stops_the_queue(op: StripeOperation, live_scene: Scene, settings: object) -> None:
    settings.STRIPE_SECRET_KEY = "not a key"  # type: ignore[attr-defined]
    live_scene.run()
    op.refresh_from_db()
    assert (op.state, op.tries) == (OperationState.PENDING, 1)


def test_two_workers_after_a_lease_ended_record_once(
    op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess
) -> None:
    slow = queue.claim(StripeOperation.objects.get(pk=op.pk), live_scene.at, {})
    assert slow is not None
    assert queue.claim(StripeOperation.objects.get(pk=op.pk), live_scene.at, {}) is None
    executor.execute(op.id, live_scene.at + HOUR)
    executor._carry_out(slow, live_scene.at)
    assert_done_once(op, sandbox)
    assert len(sandbox.requests(CREATE)) == 2


def test_a_webhook_closes_it_before_the_answer_is_recorded(
    op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess
) -> None:
    claimed = queue.claim(StripeOperation.objects.get(pk=op.pk), live_scene.at, {})
    assert claimed is not None
    found = transfers.create(op.frozen, op.idempotency_key)
    assert executor.complete(op.id, found, live_scene.at)
    before = ledger_size()
    executor._record(claimed, found, live_scene.at)
    assert not executor.complete(op.id, found, live_scene.at)
    assert ledger_size() == before
    assert_done_once(op, sandbox)


def test_no_call_leaves_inside_a_transaction(op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess) -> None:
    with pytest.raises(RuntimeError, match="transaction"), transaction.atomic():
        transfers.read("tr_1")
    with transaction.atomic(), pytest.raises(RuntimeError, match="transaction"):
        executor.execute(op.id, live_scene.at)
    assert sandbox.requests(CREATE) == []


def test_a_broken_operation_does_not_stop_the_others(
    op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess
) -> None:
    StripeOperation.objects.create(
        kind="create_refund", subject="00000000-0000-0000-0000-000000000000", params={},
        due_at=live_scene.at - HOUR, created_at=live_scene.at,
    )  # fmt: skip
    live_scene.run()
    op.refresh_from_db()
    assert op.state == OperationState.DONE
