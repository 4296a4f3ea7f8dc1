"""One row's trouble is its own, and what happens in between two looks is seen at the second."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from payments import api
from payments.contracts import ChargeState
from payments.errors import ProviderAway
from payments.models import Charge, OperationKind, OperationState, Release, ReleaseState, StripeOperation
from payments.operations import executor
from payments.reconciliation import still_open
from payments.services import books, charges, session_operations, transfers
from payments.webhooks.handlers import sessions
from tests.payments.scenes import Scene
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


def paid_unheard(scene: Scene, sandbox: SandboxProcess, reference: str) -> Charge:
    charge = scene.pending(reference)
    api.checkout_url(charge.id, scene.at)
    charge.refresh_from_db()
    sandbox.pay(charge.session_id)
    return charge


def test_a_session_that_stripe_does_not_know_holds_up_no_other(live_scene: Scene, sandbox: SandboxProcess) -> None:
    lost, paid = (paid_unheard(live_scene, sandbox, f"order:{number}") for number in range(2))
    early = live_scene.at - HOUR
    Charge.objects.update(created_at=early, synced_at=early)
    Charge.objects.filter(pk=lost.pk).update(session_id="cs_of_another_account", synced_at=early - HOUR)
    still_open.ask(live_scene.at)
    paid.refresh_from_db()
    assert paid.state == ChargeState.CAPTURED
    # It goes to the back of the queue, and not round and round at its head.
    assert Charge.objects.get(pk=lost.pk).synced_at == live_scene.at


def test_a_payment_that_cannot_be_recorded_holds_up_no_other(
    live_scene: Scene, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, paid = (paid_unheard(live_scene, sandbox, f"order:{number}") for number in range(2))
    Charge.objects.update(created_at=live_scene.at - HOUR, synced_at=live_scene.at - HOUR)
    record = sessions.record_session

    def fail(charge_id: uuid.UUID, *given: object) -> object:
        if charge_id == broken.pk:
            raise RuntimeError("a bug here")
        return record(charge_id, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(sessions, "record_session", fail)
    still_open.ask(live_scene.at)
    assert dict(Charge.objects.values_list("pk", "state")) == {
        broken.pk: ChargeState.PENDING,
        paid.pk: ChargeState.CAPTURED,
    }


def test_where_stripe_does_not_answer_the_rest_waits(live_scene: Scene, settings: object) -> None:
    """Each try may take twenty seconds: fifty of them would outlast the tick."""
    for number in range(3):
        api.checkout_url(live_scene.pending(f"order:{number}").id, live_scene.at)
    early = live_scene.at - HOUR
    Charge.objects.update(created_at=early, synced_at=early)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    assert still_open.ask(live_scene.at) == 0
    assert Charge.objects.filter(synced_at=early).count() == 2


def test_a_share_that_cannot_be_sent_keeps_back_no_other(live_scene: Scene) -> None:
    broken, healthy = (live_scene.released(f"order:{number}") for number in range(2))
    for number in range(2):
        api.clear(f"order:{number}", live_scene.at - number * HOUR)
    StripeOperation.objects.create(
        kind=OperationKind.CREATE_TRANSFER, subject=str(broken.id), state=OperationState.PARKED,
        due_at=live_scene.at, created_at=live_scene.at,
    )  # fmt: skip
    Release.objects.filter(pk=broken.pk).update(available_at=live_scene.at - 2 * HOUR)
    live_scene.open_account()
    transfers.send_waiting(live_scene.at)
    live_scene.run()
    assert dict(Release.objects.values_list("pk", "state")) == {
        broken.pk: ReleaseState.AVAILABLE,
        healthy.pk: ReleaseState.TRANSFERRED,
    }


def test_a_page_made_while_the_window_closes_is_closed_as_well(
    live_scene: Scene, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An order must never be over while somebody can still pay for it."""
    charge = live_scene.pending()
    withdraw = session_operations._withdraw

    def in_between(op: StripeOperation) -> None:
        withdraw(op)
        api.checkout_url(charge.id, live_scene.at)  # the buyer, in another process

    api.request_expiry(charge.id, live_scene.at)
    with monkeypatch.context() as patch:
        patch.setattr(session_operations, "_withdraw", in_between)
        expiry = StripeOperation.objects.get(kind=OperationKind.EXPIRE_SESSION)
        executor.execute(expiry.id, live_scene.at)
    charge.refresh_from_db()
    assert (charge.state, bool(charge.session_id)) == (ChargeState.PENDING, True)
    live_scene.run(HOUR)
    charge.refresh_from_db()
    assert charge.state == ChargeState.EXPIRED
    with pytest.raises(AssertionError):
        sandbox.pay(charge.session_id)


def test_nobody_is_sent_to_pay_for_what_is_over(live_scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    charge = live_scene.pending()
    make = charges._make_session

    def too_late(found: Charge, *given: object) -> None:
        make(found, *given)  # type: ignore[arg-type]
        Charge.objects.filter(pk=found.pk).update(state=ChargeState.EXPIRED)

    monkeypatch.setattr(charges, "_make_session", too_late)
    assert api.checkout_url(charge.id, live_scene.at) == charge.cancel_path


def test_after_an_outage_the_first_click_opens_the_page(live_scene: Scene, sandbox: SandboxProcess) -> None:
    """The end of the page was frozen at the first try, and has come too near since."""
    charge = live_scene.pending()
    sandbox.faults("POST /v1/checkout/sessions", "drop_before")
    with pytest.raises(ProviderAway):
        api.checkout_url(charge.id, live_scene.at - 2 * HOUR)
    assert api.checkout_url(charge.id, live_scene.at).startswith("http")
    assert books.differences() == []
