"""A person tries an operation again: never blindly, and one object comes of it whatever happened before."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from payments import api
from payments.errors import NothingToMend, ProviderAway
from payments.models import OperationState, Outflow, StripeOperation
from payments.operations import brakes, executor, mending, queue
from payments.services import books
from tests.payments.scenes import NET, Scene, entries
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
    assert books.differences() == []


def park(op: StripeOperation) -> StripeOperation:
    op.refresh_from_db()
    queue.park(op, RuntimeError("somebody has to look"))
    return StripeOperation.objects.get(pk=op.pk)


def test_one_that_waits_is_tried_at_once(op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess) -> None:
    sandbox.faults(CREATE, "429")
    live_scene.run()
    assert live_scene.run() == 0  # it rests
    assert mending.retry(op.id, live_scene.at).state == OperationState.DONE
    assert_done_once(op, sandbox)


def test_a_parked_one_that_was_never_sent_is_sent(
    op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess
) -> None:
    park(op)
    assert mending.retry(op.id, live_scene.at).state == OperationState.DONE
    assert_done_once(op, sandbox)


def test_a_parked_one_that_stripe_carried_out_is_found(
    op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess
) -> None:
    sandbox.faults(CREATE, "drop_answer")
    live_scene.run()
    park(op)
    sent = len(sandbox.requests(CREATE))
    assert mending.retry(op.id, live_scene.at).state == OperationState.DONE
    assert len(sandbox.requests(CREATE)) == sent
    assert_done_once(op, sandbox)


def test_a_parked_one_that_stripe_does_not_have_keeps_its_key(
    op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess
) -> None:
    sandbox.faults(CREATE, "drop_before")
    live_scene.run()
    key = park(op).idempotency_key
    done = mending.retry(op.id, live_scene.at + HOUR)
    assert (done.state, done.idempotency_key) == (OperationState.DONE, key)
    assert_done_once(op, sandbox)


def test_after_the_keys_life_the_object_is_looked_for_twice_before_a_new_key(
    op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess
) -> None:
    sandbox.faults(CREATE, "drop_before")
    live_scene.run()
    park(op)
    late = live_scene.at + executor.KEY_LIFETIME + HOUR
    tried = mending.retry(op.id, late)
    assert (tried.state, tried.attempt, made(sandbox)) == (OperationState.PENDING, 2, [])
    assert executor.execute(op.id, late).state == OperationState.DONE
    assert_done_once(op, sandbox)


@pytest.mark.parametrize("state", [OperationState.DONE, OperationState.FAILED])
def test_what_has_ended_is_not_tried(
    state: OperationState, op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess
) -> None:
    StripeOperation.objects.filter(pk=op.pk).update(state=state)
    with pytest.raises(NothingToMend):
        mending.retry(op.id, live_scene.at)
    assert sandbox.requests(CREATE) == []


def test_what_a_worker_holds_is_not_tried(op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess) -> None:
    assert queue.claim(StripeOperation.objects.get(pk=op.pk), live_scene.at, {})
    with pytest.raises(NothingToMend):
        mending.retry(op.id, live_scene.at)
    assert sandbox.requests(CREATE) == []


@pytest.mark.parametrize("parked", [True, False])
def test_a_brake_holds_it(op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess, *, parked: bool) -> None:
    if parked:
        park(op)
    brakes.pull(Outflow.TRANSFERS, reason="odd", by_id=None, at=live_scene.at)
    with pytest.raises(NothingToMend):
        mending.retry(op.id, live_scene.at)
    assert sandbox.requests(CREATE) == []


def test_where_stripe_is_away_it_stays_parked(op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess) -> None:
    park(op)
    sandbox.faults("GET /v1/transfers", "drop_before")
    with pytest.raises(ProviderAway):
        mending.retry(op.id, live_scene.at)
    op.refresh_from_db()
    assert (op.state, sandbox.requests(CREATE)) == (OperationState.PARKED, [])


def test_unparking_is_for_one(op: StripeOperation, live_scene: Scene) -> None:
    parked = park(op)
    assert queue.unpark(parked, live_scene.at) is True
    assert queue.unpark(parked, live_scene.at) is False


def test_both_sides_are_shown(op: StripeOperation, live_scene: Scene, sandbox: SandboxProcess) -> None:
    assert mending.look(op.id).stripe_id == ""
    sandbox.faults(CREATE, "drop_answer")
    live_scene.run()
    found = mending.look(op.id)  # by our mark on it: its id is not known here
    assert found.stripe_id.startswith("tr_")
    fields = {field.name: (field.ours, field.theirs) for field in found.fields}
    assert fields["amount"] == (NET, NET)
    assert fields["metadata.op_id"] == (str(op.id), str(op.id))
    assert found.differs is False
    StripeOperation.objects.filter(pk=op.pk).update(params={**op.frozen, "amount": NET + 1})
    differing = [field.name for field in mending.look(op.id).fields if field.differs]
    assert differing == ["amount"]


def test_looking_at_one_that_makes_nothing_sends_nothing(live_scene: Scene, sandbox: SandboxProcess) -> None:
    charge = live_scene.pending()
    api.checkout_url(charge.id, live_scene.at)
    api.request_expiry(charge.id, live_scene.at)
    expire = StripeOperation.objects.get(kind="expire_session")
    charge.refresh_from_db()
    found = mending.look(expire.id)
    fields = {field.name: field.theirs for field in found.fields}
    assert (found.stripe_id, fields["status"]) == (charge.session_id, "open")


def test_nobody_asks_stripe_inside_a_transaction(op: StripeOperation, live_scene: Scene) -> None:
    from django.db import transaction

    park(op)
    for ask in (lambda: mending.look(op.id), lambda: mending.retry(op.id, live_scene.at)):
        with pytest.raises(RuntimeError), transaction.atomic():
            ask()
    assert not connection.in_atomic_block


def test_the_page_tries_and_tells(op: StripeOperation, client: Client, live_scene: Scene) -> None:
    page = client.get(reverse("money:operation", args=[op.pk])).content.decode()
    assert f"op:{op.id}:1" in page
    assert "transfer_group" in page
    page = client.post(reverse("money:operation_retry", args=[op.pk]), follow=True).content.decode()
    assert "It is done." in page
    page = client.post(reverse("money:operation_retry", args=[op.pk]), follow=True).content.decode()
    assert "It has ended" in page
    page = client.get(reverse("money:operation_look", args=[op.pk])).content.decode()
    assert "everything that we asked for is as we asked" in page
    op.refresh_from_db()
    page = client.get(reverse("money:stripe_object", args=[op.stripe_id])).content.decode()
    assert "What we know of it" in page
    assert str(op.id) in page


def test_the_page_says_that_stripe_is_away(
    op: StripeOperation, client: Client, live_scene: Scene, sandbox: SandboxProcess
) -> None:
    sandbox.faults("GET /v1/transfers", "drop_before", times=2)
    page = client.get(reverse("money:operation_look", args=[op.pk]), follow=True).content.decode()
    assert "does not answer just now" in page
    assert client.get(reverse("money:operation", args=[uuid.uuid4()])).status_code == 404
    sandbox.faults("GET /v1/charges/{id}", "drop_before")
    assert client.get(reverse("money:stripe_object", args=["ch_none"])).status_code in (404, 503)
