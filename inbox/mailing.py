"""Which way a notice leaves the site, and when: as a push, as a letter now, in a collected letter, or not at all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import api as accounts
from inbox import choices, kinds, troubles
from inbox.letters import letter_for
from inbox.models import Notification
from inbox.push import sending
from inbox.rhythm import Pace, Rhythm
from marketplace.kernel import mail
from marketplace.kernel.models import OutboxMessage


def send(message: OutboxMessage, notice: Notification, at: datetime) -> None:
    """Carries out the outbox message of a notice. Called twice, it does nothing the second time."""
    ways, rhythm = choices.ways_of(notice.recipient_id, notice.kind), choices.rhythm_of(notice.recipient_id)
    kind = kinds.kind_of(notice.kind)
    if ways.push and kind.by_push:
        sending.push(notice, at=at, due_at=push_at(notice, rhythm, at))
    is_wanted = ways.mail and kind.by_mail and not _is_never(notice, rhythm)
    if not is_wanted or troubles.is_stopped(accounts.email_of(notice.recipient_id)):
        mail.note_sent(message)
    elif moment := collect_at(notice, rhythm, at):
        with transaction.atomic():  # both or none: a second run must not put it into a second letter
            Notification.objects.filter(pk=notice.pk).update(collect_at=moment)
            mail.note_sent(message)
    else:
        mail.send_once(message, letter_for(notice))


def _is_never(notice: Notification, rhythm: Rhythm) -> bool:
    return rhythm.pace == Pace.NEVER and kinds.can_wait(notice.kind)


def collect_at(notice: Notification, rhythm: Rhythm, at: datetime) -> datetime | None:
    """When its mail comes, together with others; None: now."""
    if not kinds.can_wait(notice.kind):
        return None
    moment = rhythm.waits_until(at)
    return None if _is_due_before(notice, moment) else moment


def push_at(notice: Notification, rhythm: Rhythm, at: datetime) -> datetime:
    """Now, or when the quiet hours end."""
    moment = rhythm.quiet_until(at)
    return at if moment is None or _is_due_before(notice, moment) else moment


def _is_due_before(notice: Notification, moment: datetime | None) -> bool:
    return notice.due_at is not None and moment is not None and notice.due_at <= moment
