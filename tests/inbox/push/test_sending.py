"""Pushes arrive once, sealed, only where they should, and not at night."""

from __future__ import annotations

import socket
import time
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.core import mail

from accounts.models import User
from inbox import api, choices, tasks, troubles
from inbox.contracts import Notice
from inbox.models import MailTrouble, NoticeSetting, Notification, PushDevice
from inbox.push import addresses, sending, transport
from inbox.rhythm import Rhythm
from marketplace.kernel import clock, outbox
from marketplace.kernel.models import OutboxMessage
from tests.accounts.conftest import AT
from tests.inbox.push.conftest import HOST, Browser, Service, allowed

pytestmark = pytest.mark.django_db


def tell(user: User, key: str = "k", **more: Any) -> Notification:
    context = {"author": "Bob", "about": "Rows", "preview": "Hi"}
    api.notify(Notice(user.pk, "message_received", key, f"Bob wrote {key}", "/messages/", context, **more), clock.now())
    return Notification.objects.get(key=key)


def deliver(hours: int = 0) -> None:
    outbox.deliver_due(clock.now() + timedelta(hours=hours))
    tasks.deliver_pushes(clock.now() + timedelta(hours=hours))


def endpoint(service: Service, path: str = "one") -> str:
    return f"https://{HOST}:{service.port}/{path}"


def test_it_arrives_sealed_and_once(seller: User, browser: Browser, service: Service) -> None:
    allowed(seller, browser, endpoint(service))
    notice = tell(seller)
    deliver()
    [(path, headers, body)] = service.got
    assert path == "/one"
    assert browser.read(body) == {
        "title": "Artisan",
        "body": "Bob wrote k",
        "url": f"/notices/{notice.pk}/",
        "page": "/messages/",
        "tag": f"notice-{notice.pk}",
    }
    assert headers["ttl"] == "86400"
    assert headers["authorization"].startswith("vapid t=")
    deliver()
    assert len(service.got) == 1
    assert PushDevice.objects.get().told_at


def test_each_device_and_nobody_elses(seller: User, buyer: User, service: Service) -> None:
    for user, path in ((seller, "a"), (seller, "b"), (buyer, "c")):
        allowed(user, Browser(), endpoint(service, path))
    tell(seller)
    deliver()
    assert sorted(path for path, _headers, _body in service.got) == ["/a", "/b"]


def test_that_mail_comes_back_is_pushed(seller: User, browser: Browser, service: Service) -> None:
    allowed(seller, browser, endpoint(service))
    troubles.stop(seller.email, MailTrouble.Reason.BOUNCED, "550 no such user", clock.now())
    deliver()
    [(_path, _headers, body)] = service.got
    assert "comes back" in browser.read(body)["body"]
    assert mail.outbox == []


def test_not_what_is_switched_off_or_was_read(seller: User, browser: Browser, service: Service) -> None:
    allowed(seller, browser, endpoint(service))
    Notification.objects.filter(pk=tell(seller).pk).update(read_at=AT)
    deliver()
    NoticeSetting.objects.create(user=seller, kind="message_received", push=False)
    tell(seller, "second")
    deliver()
    assert service.got == []


def test_at_night_it_waits_unless_a_deadline_does_not(seller: User, browser: Browser, service: Service) -> None:
    allowed(seller, browser, endpoint(service))
    now = clock.now()
    minute = 60 * now.hour + now.minute
    User.objects.filter(pk=seller.pk).update(time_zone="UTC")
    quiet = Rhythm("UTC", quiet_from=(minute - 60) % 1440, quiet_to=(minute + 60) % 1440)
    choices.set_rhythm(user_id=seller.pk, rhythm=quiet, at=now)
    tell(seller, "night")
    tell(seller, "urgent", due_at=now + timedelta(minutes=10))
    deliver()
    assert [browser.read(body)["body"] for _path, _headers, body in service.got] == ["Bob wrote urgent"]
    deliver(hours=2)
    assert [browser.read(body)["body"] for _path, _headers, body in service.got][1:] == ["Bob wrote night"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(seller: User, browser: Browser, service: Service, status: int) -> None:
    allowed(seller, browser, endpoint(service))
    service.status = status
    tell(seller)
    deliver()
    assert not PushDevice.objects.exists()
    assert not OutboxMessage.objects.filter(done_at=None).exists()


def test_a_service_that_is_busy_is_asked_again(seller: User, browser: Browser, service: Service) -> None:
    allowed(seller, browser, endpoint(service))
    service.status = 503
    tell(seller)
    deliver()
    message = OutboxMessage.objects.get(topic=sending.TOPIC)
    assert (message.done_at, PushDevice.objects.get().failures) == (None, 0)
    service.status = 201
    deliver(hours=1)
    assert len(service.got) == 2


def test_one_that_is_always_refused_is_let_go(seller: User, browser: Browser, service: Service) -> None:
    allowed(seller, browser, endpoint(service))
    service.status = 400
    for number in range(5):
        assert PushDevice.objects.get().failures == number
        tell(seller, str(number))
        deliver()
    assert not PushDevice.objects.exists()


def test_a_refusal_is_forgotten_when_one_arrives(seller: User, browser: Browser, service: Service) -> None:
    allowed(seller, browser, endpoint(service))
    for status in (400, 201):
        service.status = status
        tell(seller, str(status))
        deliver()
    assert PushDevice.objects.get().failures == 0


@pytest.mark.parametrize("status", [429, 503])
def test_an_outage_unsubscribes_nobody(seller: User, browser: Browser, service: Service, status: int) -> None:
    allowed(seller, browser, endpoint(service))
    service.status = status
    for number in range(6):
        tell(seller, str(number))
    deliver()
    assert len(service.got) == 6
    assert PushDevice.objects.exists()


def test_a_device_that_hangs_holds_up_no_letter(
    seller: User, browser: Browser, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "ALTOGETHER", 0.6)
    allowed(seller, browser, endpoint(service))
    service.seconds = 5
    tell(seller)
    outbox.deliver_due(clock.now())
    tell(seller, "second")
    begun = time.monotonic()
    assert outbox.deliver_due(clock.now()) == 1
    assert (len(mail.outbox), service.got) == (2, [])
    assert time.monotonic() - begun < 0.6
    tasks.deliver_pushes(clock.now())
    assert time.monotonic() - begun < 4
    assert OutboxMessage.objects.filter(topic=sending.TOPIC, done_at=None).count() == 2


def test_the_next_address_is_tried_where_one_does_not_answer(
    seller: User, browser: Browser, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "resolve", lambda _host: ["127.0.0.3", "127.0.0.1"])
    allowed(seller, browser, endpoint(service))
    tell(seller)
    deliver()
    assert len(service.got) == 1


def test_nobody_is_led_elsewhere(seller: User, browser: Browser, service: Service) -> None:
    allowed(seller, browser, endpoint(service))
    service.status, service.location = 302, "/elsewhere"
    tell(seller)
    deliver()
    assert [path for path, _headers, _body in service.got] == ["/one"]


def test_a_name_that_leads_within_by_now_is_not_called(
    seller: User, browser: Browser, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed(seller, browser, endpoint(service))
    monkeypatch.setattr(addresses, "is_public", lambda _address: False)
    tell(seller)
    deliver()
    assert service.got == []
    assert not PushDevice.objects.exists()


def test_nothing_after_the_session_ended(seller: User, browser: Browser, service: Service) -> None:
    client, _device = allowed(seller, browser, endpoint(service))
    client.session.delete()
    tell(seller)
    deliver()
    assert service.got == []
    assert not PushDevice.objects.exists()


def test_whoever_answers_a_byte_at_a_time_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """TLS that never ends its greeting: each drop comes in time, all of it does not."""
    monkeypatch.setattr(transport, "ALTOGETHER", 1.0)
    monkeypatch.setattr(addresses, "resolve", lambda _host: ["127.0.0.1"])
    monkeypatch.setattr(addresses, "is_public", lambda _address: True)
    listening = socket.create_server(("127.0.0.1", 0))
    monkeypatch.setattr(addresses, "PORT", listening.getsockname()[1])

    def drip() -> None:
        peer, _address = listening.accept()
        peer.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 KiB begins
        try:
            while True:
                peer.sendall(b"\x00")
                time.sleep(0.2)
        except OSError:
            return

    Thread(target=drip, daemon=True).start()
    begun = time.monotonic()
    with pytest.raises(OSError), transport.Session() as session:  # noqa: PT011 - any of requests' own
        session.post(f"https://{HOST}:{addresses.PORT}/x", data=b"x")
    assert time.monotonic() - begun < 4


def test_a_name_server_that_hangs_leaves_the_push_for_later(seller: User, browser: Browser, silence: None) -> None:
    allowed(seller, browser, f"https://{HOST}/one")
    tell(seller)
    begun = time.monotonic()
    deliver()
    assert time.monotonic() - begun < 5
    assert PushDevice.objects.get().failures == 0
    assert OutboxMessage.objects.get(topic=sending.TOPIC).done_at is None
