from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from marketplace.kernel import outbox
from marketplace.kernel.models import OutboxMessage

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
TOPIC = "test-topic"


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """Payloads that reached the topic's handler."""
    seen: list[dict[str, object]] = []

    def handle(message: OutboxMessage) -> None:
        if message.payload.get("fail"):
            raise ConnectionError("the other side is away")
        seen.append(message.payload)

    monkeypatch.setitem(outbox._handlers, TOPIC, handle)
    return seen


def enqueue(key: str, **payload: object) -> None:
    outbox.enqueue(topic=TOPIC, key=key, payload=payload, at=NOW)


@pytest.mark.django_db
def test_a_message_is_handled_once(handled: list[dict[str, object]]) -> None:
    enqueue("a", number=1)
    enqueue("a", number=2)
    assert outbox.deliver_due(NOW) == 1
    assert outbox.deliver_due(NOW + timedelta(days=1)) == 0
    assert handled == [{"number": 1}]


@pytest.mark.django_db
def test_a_rolled_back_decision_sends_nothing(handled: list[dict[str, object]]) -> None:
    with transaction.atomic():
        enqueue("a")
        transaction.set_rollback(True)
    assert outbox.deliver_due(NOW) == 0
    assert handled == []


@pytest.mark.django_db
def test_a_failure_is_tried_again_later_and_then_parked(handled: list[dict[str, object]]) -> None:
    enqueue("a", fail=True)
    assert outbox.deliver_due(NOW) == 0
    message = OutboxMessage.objects.get()
    assert (message.attempts, message.done_at, message.parked_at) == (1, None, None)
    assert message.due_at == NOW + timedelta(seconds=10)
    assert message.last_error == "ConnectionError: the other side is away"
    moment = NOW
    for _ in range(outbox.MAX_ATTEMPTS):
        moment += timedelta(hours=2)
        outbox.deliver_due(moment)
    message.refresh_from_db()
    assert message.attempts == outbox.MAX_ATTEMPTS
    assert message.parked_at is not None
    assert handled == []


@pytest.mark.django_db
def test_a_leased_message_is_left_alone_until_the_lease_ends(handled: list[dict[str, object]]) -> None:
    enqueue("a")
    assert len(outbox.claim(NOW, 10)) == 1  # this worker dies here
    assert outbox.deliver_due(NOW + timedelta(seconds=30)) == 0
    assert outbox.deliver_due(NOW + outbox.LEASE) == 1
    assert handled == [{}]
