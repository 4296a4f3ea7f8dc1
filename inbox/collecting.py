"""Collected letters: what could wait, and was not read on the site meanwhile, in one letter and once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import api as accounts
from inbox import choices, troubles
from inbox.letters import collected_letter, letter_for
from inbox.models import NoticeSetting, Notification
from inbox.rhythm import Pace
from marketplace.kernel import mail, outbox
from marketplace.kernel.models import OutboxMessage
from marketplace.kernel.periodic import take_steps

TOPIC = "notice-letter"
# A run: everybody who is due, but it ends before the next one begins.
_PEOPLE, _SECONDS = 20_000, 45


def collect_due(at: datetime) -> int:
    """Writes a letter of everybody for whom it is time into the outbox, as far as its seconds go; returns how many.

    A notice leaves the waiting rows in the transaction that writes its letter: killed in between, nothing is lost
    and nothing is told twice.
    """
    due = Notification.objects.filter(collect_at__lte=at).order_by().values_list("recipient_id", flat=True)
    people = iter(due.distinct()[:_PEOPLE])
    return take_steps(lambda: any(_collect(user_id, at) for user_id in people), seconds=_SECONDS)


def _collect(user_id: int, at: datetime) -> bool:
    with transaction.atomic():
        rows = Notification.objects.filter(recipient_id=user_id, collect_at__lte=at)
        ids = sorted(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
        if not ids:  # another worker was here
            return False
        payload = {"recipient_id": user_id, "ids": ids}
        outbox.enqueue(topic=TOPIC, key=f"{TOPIC}:{user_id}:{ids[-1]}", payload=payload, at=at)
        Notification.objects.filter(pk__in=ids).update(collect_at=None)
    return True


@outbox.handler(TOPIC)
def send_letter(message: OutboxMessage) -> None:
    """One notice that is left comes as a letter of its own."""
    if mail.was_sent(message):
        return
    user_id = message.payload["recipient_id"]
    notices = _still_wanted(user_id, message.payload["ids"])
    pace = choices.rhythm_of(user_id).pace
    is_wanted = notices and pace != Pace.NEVER and accounts.is_active(user_id)
    if not is_wanted or troubles.is_stopped(accounts.email_of(user_id)):
        mail.note_sent(message)
    elif len(notices) == 1:
        mail.send_once(message, letter_for(notices[0]))
    else:
        mail.send_once(message, collected_letter(user_id, notices, pace))


def _still_wanted(user_id: int, ids: list[int]) -> list[Notification]:
    refused = NoticeSetting.objects.filter(user_id=user_id, mail=False).values("kind")
    rows = Notification.objects.filter(recipient_id=user_id, pk__in=ids, read_at=None)
    return list(rows.exclude(kind__in=refused).order_by("-pk"))
