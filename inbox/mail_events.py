"""What a mail provider tells by its webhook (django-anymail, whichever provider it is)."""

from __future__ import annotations

from typing import Any

from anymail.signals import EventType, RejectReason, tracking
from django.dispatch import receiver

from inbox import troubles
from inbox.models import MailTrouble
from marketplace.kernel import clock

# What django-anymail makes of a hard bounce, and of a soft one of many providers as well; some it gives no reason.
_BOUNCED = {RejectReason.BOUNCED, RejectReason.INVALID, None}
# By which value in a provider's own words it says that a bounce is hard. One that is not known here is soft.
_HARD: tuple[tuple[str, str, tuple[object, ...]], ...] = (
    ("Amazon SES", "bounce.bounceType", ("Permanent",)),
    ("Brevo", "event", ("hard_bounce", "invalid_email")),
    ("MailerSend", "data.type", ("hard_bounced",)),
    ("Mailgun", "event-data.severity", ("permanent",)),
    ("Mailjet", "hard_bounce", (True,)),
    ("Mailtrap", "event", ("bounce",)),
    ("Mandrill", "event", ("hard_bounce",)),
    ("Postal", "event", ("MessageBounced",)),
    ("Postmark", "Type", ("HardBounce", "BadEmailAddress")),
    ("Postmark", "SuppressionReason", ("HardBounce",)),
    ("Resend", "data.bounce.type", ("Permanent",)),
    ("SendGrid", "type", ("bounce",)),
    ("SendGrid", "reason", ("Bounced Address", "Invalid")),
    ("SendinBlue", "event", ("hard_bounce", "invalid_email")),
    ("SparkPost", "msys.message_event.bounce_class", ("10", "30")),
    (
        "Unisender Go",
        "delivery_info.delivery_status",
        ("err_user_unknown", "err_user_inactive", "err_mailbox_discarded", "err_domain_inactive", "err_unreachable"),
    ),
)


@receiver(tracking)
def mail_event(event: Any, esp_name: str = "", **_more: Any) -> None:
    address = str(event.recipient or "")
    if "@" not in address or len(address) > 254 or "\x00" in address:
        return
    at, said = clock.now(), str(event.mta_response or event.description or "")
    if event.event_type == EventType.DELIVERED:
        troubles.note_arrival(address)
    elif event.event_type == EventType.COMPLAINED or _was_complained_about(event):
        troubles.stop(address, MailTrouble.Reason.COMPLAINED, said, at)
    elif _is_hard(event, esp_name):
        troubles.stop(address, MailTrouble.Reason.BOUNCED, said, at)
    elif event.event_type == EventType.BOUNCED:  # what is deferred is tried again: one letter would count many times
        troubles.note_soft_bounce(address, said, at)


def _was_complained_about(event: Any) -> bool:
    """The provider keeps back what it had a complaint for; a server that takes a letter for spam is none."""
    return bool(event.event_type == EventType.REJECTED and event.reject_reason == RejectReason.SPAM)


def _is_hard(event: Any, provider: str) -> bool:
    if event.event_type not in (EventType.BOUNCED, EventType.REJECTED) or event.reject_reason not in _BOUNCED:
        return False
    return any(_value(event.esp_event, path) in values for name, path, values in _HARD if name == provider)


def _value(told: Any, path: str) -> object:
    for name in path.split("."):
        told = told.get(name) if isinstance(told, dict) else None
    return told
