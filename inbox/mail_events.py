"""What a mail provider tells by its webhook (django-anymail, whichever provider it is)."""

from __future__ import annotations

from typing import Any

from anymail.signals import EventType, RejectReason, tracking
from django.dispatch import receiver

from inbox import troubles
from inbox.models import MailTrouble
from marketplace.kernel import clock

_HARD = {RejectReason.BOUNCED, RejectReason.INVALID}
# Where a provider calls a bounce by its own name: Postmark's Type, Amazon's bounceType.
_SOFT_NAMES = {"SoftBounce", "Transient", "DnsError", "Undetermined"}


@receiver(tracking)
def mail_event(event: Any, **_more: Any) -> None:
    address = str(event.recipient or "")
    if "@" not in address or len(address) > 254 or "\x00" in address:
        return
    at, said = clock.now(), str(event.mta_response or event.description or "")
    if event.event_type == EventType.DELIVERED:
        troubles.note_arrival(address)
    elif event.event_type == EventType.COMPLAINED or _is_refused_for(event, {RejectReason.SPAM}):
        troubles.stop(address, MailTrouble.Reason.COMPLAINED, said, at)
    elif _is_refused_for(event, _HARD) and not _is_soft(event):
        troubles.stop(address, MailTrouble.Reason.BOUNCED, said, at)
    elif event.event_type in (EventType.BOUNCED, EventType.DEFERRED):
        troubles.note_soft_bounce(address, said, at)


def _is_refused_for(event: Any, reasons: set[str]) -> bool:
    return event.event_type in (EventType.BOUNCED, EventType.REJECTED) and event.reject_reason in reasons


def _is_soft(event: Any) -> bool:
    raw = event.esp_event if isinstance(event.esp_event, dict) else {}
    bounce = raw.get("bounce")
    names = {str(raw.get("Type", "")), str(bounce.get("bounceType", "")) if isinstance(bounce, dict) else ""}
    return bool(names & _SOFT_NAMES)
