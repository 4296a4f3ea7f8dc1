"""One letter, sent once: the outbox may call a handler twice, the reader must not get two."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from marketplace.kernel import clock, identity
from marketplace.kernel.models import OutboxMessage


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    text: str
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def send_once(message: OutboxMessage, mail: Mail) -> bool:
    """Sends the letter of an outbox message unless it is gone already; False when it was.

    Afterwards the payload holds only when it was sent: codes and links do not stay in the database. If the
    process dies between sending and noting it, the second letter bears the same Message-ID.
    """
    if was_sent(message):
        return False
    headers = {"Message-ID": message_id(message.key), "Auto-Submitted": "auto-generated", **mail.headers}
    letter = EmailMultiAlternatives(
        " ".join(mail.subject.split()), mail.text, from_email=sender(), to=[mail.to], headers=headers
    )
    if mail.html:
        letter.attach_alternative(mail.html, "text/html")
    letter.send()
    note_sent(message)
    return True


def sender() -> str:
    """The configured address; where the settings sign with the site's name, with the one that it has now."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    by_site = settings.SITE_NAME, parseaddr(formataddr((settings.SITE_NAME, address)))[0]  # as typed, as encoded
    return formataddr((identity.name(), address)) if name in by_site else settings.DEFAULT_FROM_EMAIL


def was_sent(message: OutboxMessage) -> bool:
    payload = OutboxMessage.objects.values_list("payload", flat=True).get(pk=message.pk)
    return "sent_at" in payload


def note_sent(message: OutboxMessage) -> None:
    payload = {"sent_at": clock.now().isoformat()}
    OutboxMessage.objects.filter(pk=message.pk).update(payload=payload)


def message_id(key: str) -> str:
    """The same for the same outbox key, and of this site's domain."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"
