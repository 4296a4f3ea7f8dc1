"""Races in which Stripe takes part: whoever comes first, both sides tell the same story afterwards."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import transaction

from payments import api, locks
from payments.contracts import ChargeState, PayoutGate
from payments.gateway import objects
from payments.models import Charge, ConnectedAccount, Release, ReleaseState, StripeOperation
from payments.services import books, onboarding, transfers
from tests.payments.scenes import WHOLE, Scene
from tests.support import racing
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls: Callable[[], object]) -> list[BaseException]:
    """The errors among what became of them."""
    return [one for one in racing.meet(*calls, refusals=(Exception,)) if isinstance(one, BaseException)]


def test_a_payment_as_the_window_ends(live_scene: Scene, sandbox: SandboxProcess) -> None:
    """Captured and paid, or expired and unpaid; with the page open in two tabs, and everybody asking Stripe."""
    for number in range(6):
        charge = live_scene.pending(f"order:{number}")
        api.checkout_url(charge.id, live_scene.at)
        charge.refresh_from_db()
        with transaction.atomic():
            api.request_expiry(charge.id, live_scene.at)
        session = charge.session_id
        together(
            lambda session=session: sandbox.pay(session),  # type: ignore[misc]
            live_scene.run,
            lambda charge=charge: api.sync_charge(charge.id, live_scene.at),  # type: ignore[misc]
        )
        live_scene.run()
        found = sandbox.client().v1.checkout.sessions.retrieve(session)
        charge.refresh_from_db()
        paid = found.payment_status == "paid"
        assert (charge.state, charge.captured_minor) == (
            (ChargeState.CAPTURED, WHOLE) if paid else (ChargeState.EXPIRED, 0)
        )
    assert books.differences() == []


def _waiting(scene: Scene) -> ConnectedAccount:
    """A share in clearing whose seller cannot be paid yet."""
    scene.released()
    account = scene.open_account()
    ConnectedAccount.objects.update(gate=PayoutGate.INCOMPLETE)
    return account


def _open(account: ConnectedAccount, scene: Scene) -> None:
    found = objects.ConnectedAccount(account.stripe_id, True, (), False, {})
    with transaction.atomic():
        onboarding.record_account(account.id, found, scene.at)


def _clear_and_open_at_once(scene: Scene) -> list[BaseException]:
    account = _waiting(scene)
    return together(
        lambda: api.clear("order:1", scene.at),
        lambda: api.clear("order:1", scene.at),
        lambda: _open(account, scene),
        lambda: transfers.send_waiting(scene.at),
        lambda: transfers.send_waiting(scene.at),
    )


def test_it_clears_and_the_gate_opens_at_once(live_scene: Scene, sandbox: SandboxProcess) -> None:
    assert _clear_and_open_at_once(live_scene) == []
    transfers.send_waiting(live_scene.at)  # what the opening missed, the next tick sends
    together(live_scene.run, live_scene.run)
    assert len(sandbox.client().v1.transfers.list().data) == 1
    assert Release.objects.get().state == ReleaseState.TRANSFERRED
    assert books.differences() == []


def test_control_without_the_locks_a_share_is_sent_twice_or_refused(
    live_scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who both saw it available: only the rule of one open operation is left to stop the second."""
    account = _waiting(live_scene)
    api.clear("order:1", live_scene.at)
    _open(account, live_scene)
    both = threading.Barrier(2)

    def unlocked(charge: Charge) -> list[Release]:
        found = list(Release.objects.filter(charge=charge).select_related("charge"))
        both.wait(timeout=20)
        return found

    monkeypatch.setattr(locks, "lock_charge_for_fact", lambda charge_id, _: Charge.objects.get(pk=charge_id))
    monkeypatch.setattr(locks, "lock_releases", unlocked)
    failed: list[object] = []
    monkeypatch.setattr(transfers.logger, "exception", lambda *given: failed.append(given))
    together(lambda: transfers.send_waiting(live_scene.at), lambda: transfers.send_waiting(live_scene.at))
    assert (len(failed), StripeOperation.objects.filter(kind="create_transfer").count()) == (1, 1)
