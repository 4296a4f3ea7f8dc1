"""Pushes: one outbox message for each device, delivered apart from others: strangers' addresses may hang."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from pywebpush import WebPushException, webpush

from accounts import api as accounts
from inbox.models import Notification, PushDevice
from inbox.push import keys
from inbox.push.addresses import Refused
from inbox.push.transport import Session
from marketplace.kernel import clock, identity, outbox
from marketplace.kernel.models import OutboxMessage

TOPIC = "notice-push"
# What nobody could be shown within a day is old: it stands on the site.
_WORTH = timedelta(days=1)
_REFUSALS = 5
_GONE = (404, 410)


def push(notice: Notification, *, at: datetime, due_at: datetime) -> None:
    """Writes a message for each device of the reader; the same notice again writes none."""
    if not keys.is_on():
        return
    devices = PushDevice.objects.filter(user_id=notice.recipient_id).values_list("pk", flat=True)
    outbox.enqueue_all(
        [
            OutboxMessage(
                topic=TOPIC,
                key=f"{TOPIC}:{notice.pk}:{device_id}",
                payload={"notice_id": notice.pk, "device_id": device_id},
                created_at=at,
                due_at=due_at,
            )
            for device_id in devices
        ]
    )


@outbox.handler(TOPIC, is_apart=True)
def send_push(message: OutboxMessage) -> None:
    """Leaves out what was read meanwhile, and devices whose session has ended. Raises where it is to be tried again.

    Sent twice by a worker that died in between, the browser replaces the first by its tag.
    """
    device = PushDevice.objects.filter(pk=message.payload["device_id"]).first()
    notice = Notification.objects.filter(pk=message.payload["notice_id"], read_at=None).first()
    if device is None or notice is None or not keys.is_on() or clock.now() - message.created_at > _WORTH:
        return
    if not accounts.session_lives(device.user_id, device.session_key):
        device.delete()
        return
    try:
        _call(device, _words(notice))
    except Refused:
        device.delete()
    except WebPushException as error:
        _note_refusal(device, error)
    else:
        PushDevice.objects.filter(pk=device.pk).update(told_at=clock.now(), failures=0)


def _words(notice: Notification) -> str:
    return json.dumps(
        {
            "title": identity.name(),
            "body": notice.title,
            "url": reverse("inbox:open_notice", args=[notice.pk]),
            "page": notice.url,
            "tag": f"notice-{notice.pk}",
        }
    )


def _call(device: PushDevice, words: str) -> None:
    with Session() as session:
        webpush(
            {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}},
            data=words,
            vapid_private_key=settings.VAPID_PRIVATE_KEY,
            vapid_claims={"sub": settings.VAPID_SUBJECT},
            ttl=int(_WORTH.total_seconds()),
            requests_session=session,
        )


def _note_refusal(device: PushDevice, error: WebPushException) -> None:
    """404 and 410: the browser does not listen any more. What was wrong with one message is not tried again, and after
    some of these in a row the device is let go of: its owner can allow it again. A service that is busy, or away like
    its name or our network, says nothing of the device.
    """
    status = error.response.status_code if error.response is not None else 0
    if status == 429 or status >= 500:
        raise error
    if status in _GONE:
        device.delete()
        return
    PushDevice.objects.filter(pk=device.pk).update(failures=F("failures") + 1)
    PushDevice.objects.filter(pk=device.pk, failures__gte=_REFUSALS).delete()
