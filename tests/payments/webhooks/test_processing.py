"""An event is processed once however often it comes, by however many at once; poison is parked, and can be replayed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from payments import api
from payments.contracts import ChargeState
from payments.models import WebhookEvent
from payments.services import books
from payments.webhooks import inbox, processing
from payments.webhooks.handlers import sessions
from tests.payments.scenes import WHOLE, Scene, entries, ledger_size
from tests.payments.webhooks.events import MINUTE, event, pay, send, tell

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
FIVE = 5


def at_once(work: Callable[[int], object]) -> list[object]:
    """Five threads with a connection each, which begin together."""
    together = threading.Barrier(FIVE)

    def run(number: int) -> object:
        try:
            connection.ensure_connection()
            together.wait(20)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(FIVE) as pool:
        return list(pool.map(run, range(FIVE)))


def test_the_same_event_twice_is_one(live_scene: Scene) -> None:
    charge = pay(live_scene)
    for _ in range(2):
        tell("checkout.session.completed", charge.session_id, live_scene.at)
    charge.refresh_from_db()
    assert (WebhookEvent.objects.count(), charge.state) == (1, ChargeState.CAPTURED)
    assert ledger_size() == (2, 4)


def test_what_an_event_said_is_forgotten_but_not_that_it_came(live_scene: Scene) -> None:
    charge = pay(live_scene)
    tell("checkout.session.completed", charge.session_id, live_scene.at)
    processed = WebhookEvent.objects.get()
    assert processed.payload
    assert processed.processed_at
    assert inbox.forget(processed.processed_at + timedelta(days=89)) == 0
    assert inbox.forget(processed.processed_at + timedelta(days=91)) == 1
    assert inbox.forget(processed.processed_at + timedelta(days=91)) == 0
    tell("checkout.session.completed", charge.session_id, live_scene.at)
    assert WebhookEvent.objects.get().payload is None
    [again] = processing.replay(processed.event_id, live_scene.at)
    assert again.processed_at


def test_five_deliveries_at_once_are_one_row_and_one_effect(live_scene: Scene) -> None:
    charge = pay(live_scene)
    body = json.dumps(event("checkout.session.completed", charge.session_id)).encode()
    assert at_once(lambda _: send(body, live_scene.at)) == [200] * FIVE
    assert WebhookEvent.objects.count() == 1
    taken = at_once(lambda _: processing.process_due(live_scene.at + MINUTE))
    assert sorted(taken) == [0, 0, 0, 0, 1]  # type: ignore[type-var]
    assert (WebhookEvent.objects.get().attempts, ledger_size()) == (1, (2, 4))
    assert entries(f"capture:{charge.id}")["stripe_balance", 0, ""] == -WHOLE
    assert books.differences() == []


def test_five_events_of_one_payment_at_once_have_one_effect(live_scene: Scene) -> None:
    charge = pay(live_scene)
    for number in range(FIVE):
        sent = {**event("checkout.session.completed", charge.session_id), "id": f"evt_{number}"}
        assert send(sent, live_scene.at) == 200
    assert sum(at_once(lambda _: processing.process_due(live_scene.at + MINUTE))) == FIVE  # type: ignore[arg-type]
    assert set(WebhookEvent.objects.values_list("outcome", flat=True)) == {"done"}
    assert ledger_size() == (2, 4)


def test_two_workers_after_a_lease_ended_record_once(live_scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    charge = pay(live_scene)
    record, calls = sessions.record_session, []

    def slowly(*given: object) -> object:
        calls.append(given)
        if len(calls) == 1:  # meanwhile the lease has ended, and another worker is through
            other = threading.Thread(target=lambda: (processing.process_due(live_scene.at + HOUR), connection.close()))
            monkeypatch.undo()
            other.start()
            other.join(2)
        return record(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(sessions, "record_session", slowly)
    tell("checkout.session.completed", charge.session_id, live_scene.at)
    assert (ledger_size(), WebhookEvent.objects.get().outcome) == ((2, 4), "done")


def test_however_long_stripe_is_away_its_events_are_not_given_up(live_scene: Scene) -> None:
    charge = pay(live_scene)
    live_scene.sandbox.faults("GET /v1/checkout/sessions/*", "500_before", times=12)
    heard = tell("checkout.session.completed", charge.session_id, live_scene.at)
    assert (heard.processed_at, heard.attempts) == (None, 1)
    for hours in range(1, 13):
        processing.process_due(live_scene.at + hours * HOUR)
    heard.refresh_from_db()
    charge.refresh_from_db()
    assert (heard.attempts, heard.parked_at, charge.state) == (13, None, ChargeState.CAPTURED)


@pytest.fixture
def poison(live_scene: Scene, monkeypatch: pytest.MonkeyPatch) -> WebhookEvent:
    """An event that cannot be recorded for as long as the patch lasts."""
    charge = pay(live_scene)

    def fails(*_: object) -> None:
        raise RuntimeError("a bug here")

    with monkeypatch.context() as patch:
        patch.setattr(sessions, "record_session", fails)
        heard = tell("checkout.session.completed", charge.session_id, live_scene.at)
        for hours in range(1, 12):
            processing.process_due(live_scene.at + hours * HOUR)
    heard.refresh_from_db()
    return heard


def test_poison_is_parked_after_ten_attempts(poison: WebhookEvent, live_scene: Scene) -> None:
    assert (poison.attempts, poison.parked_at) == (10, live_scene.at + 9 * HOUR)
    assert (poison.outcome, ledger_size()) == ("RuntimeError: a bug here", (0, 0))
    assert processing.process_due(live_scene.at + 100 * HOUR) == 0


def test_poison_holds_up_no_other(live_scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    record, first = sessions.record_session, pay(live_scene)

    def fails(charge_id: object, *given: object) -> object:
        if charge_id == first.pk:
            raise RuntimeError("a bug here")
        return record(charge_id, *given)  # type: ignore[arg-type]

    second = pay(live_scene, "order:2")
    for charge in (first, second):
        send(event("checkout.session.completed", charge.session_id), live_scene.at)
    monkeypatch.setattr(sessions, "record_session", fails)
    assert processing.process_due(live_scene.at + MINUTE) == 2
    second.refresh_from_db()
    assert second.state == ChargeState.CAPTURED


def test_effect_and_mark_are_one_transaction(live_scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    charge = pay(live_scene)

    def fails(*_: object) -> None:
        raise RuntimeError("killed in between")

    with monkeypatch.context() as patch:
        patch.setattr(processing, "_finish", fails)
        tell("checkout.session.completed", charge.session_id, live_scene.at)
    assert ledger_size() == (0, 0)
    processing.process_due(live_scene.at + HOUR)
    assert ledger_size() == (2, 4)


def replay(*arguments: str) -> tuple[int, str]:
    printed = StringIO()
    try:
        call_command("replay_webhooks", *arguments, stdout=printed)
    except SystemExit as ended:
        return int(ended.code or 0), printed.getvalue()
    return 0, printed.getvalue()


def test_parked_events_are_replayed(poison: WebhookEvent) -> None:
    status, printed = replay("--parked")
    assert (status, printed.splitlines()) == (
        0,
        [f"platform checkout.session.completed {poison.event_id}: done", "1 events, 0 not processed"],
    )
    poison.refresh_from_db()
    assert (poison.attempts, poison.parked_at, ledger_size()) == (1, None, (2, 4))
    assert replay("--parked") == (0, "0 events, 0 not processed\n")


def test_one_event_is_replayed_however_often(live_scene: Scene) -> None:
    charge = pay(live_scene)
    heard = tell("checkout.session.completed", charge.session_id, live_scene.at)
    for _ in range(2):
        assert replay("--event", heard.event_id)[0] == 0
    assert (ledger_size(), books.differences()) == ((2, 4), [])
    with pytest.raises(CommandError, match="evt_unknown"):
        replay("--event", "evt_unknown")


def test_everything_since_a_moment_is_replayed(live_scene: Scene, now: datetime) -> None:
    charges = [pay(live_scene, f"order:{number}") for number in range(3)]
    for number, charge in enumerate(charges):
        api.sync_charge(charge.id, live_scene.at)
        tell("checkout.session.completed", charge.session_id, live_scene.at)
        WebhookEvent.objects.filter(object_id=charge.session_id).update(received_at=now - number * HOUR)
    assert replay("--since", (now - timedelta(minutes=90)).isoformat())[1].endswith("2 events, 0 not processed\n")
    with pytest.raises(CommandError):
        replay("--since", "yesterday")


def test_a_replay_that_fails_says_so(live_scene: Scene, settings: object) -> None:
    heard = tell("checkout.session.completed", pay(live_scene).session_id, live_scene.at)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    status, printed = replay("--event", heard.event_id)
    assert (status, printed.splitlines()[-1]) == (1, "1 events, 1 not processed")
    assert ledger_size() == (2, 4)
