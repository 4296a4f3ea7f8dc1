"""Settings of mail and web push that would fail only when something is sent."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from inbox.push import keys


@register()
def push_key_is_one(**_: Any) -> list[CheckMessage]:
    if keys.is_on() and not keys.is_readable(settings.VAPID_PRIVATE_KEY):
        hint = "Make one with manage.py make_vapid_key."
        return [Error("VAPID_PRIVATE_KEY is not a key for web push.", hint=hint, id="inbox.E001")]
    if keys.is_on() and not keys.signs_for(settings.VAPID_SUBJECT):
        return [Error("VAPID_SUBJECT is neither mailto:somebody@… nor https://….", id="inbox.E002")]
    return []


@register()
def mail_provider_is_known(**_: Any) -> list[CheckMessage]:
    name = settings.EMAIL_PROVIDER
    if not name:
        return []
    if not name.isidentifier() or not find_spec(f"anymail.backends.{name}"):
        return [Error(f"django-anymail knows no EMAIL_PROVIDER {name!r}.", id="inbox.E003")]
    found: list[CheckMessage] = []
    if not settings.EMAIL_WEBHOOK_SECRET:
        hint = "Set it to user:password, and give the provider the address https://user:password@…/mail/events/."
        found.append(Warning("Without EMAIL_WEBHOOK_SECRET nothing is heard of bounces.", hint=hint, id="inbox.W001"))
    if settings.EMAIL_URL:
        hint = "Leave EMAIL_URL empty to send by the provider's API."
        found.append(Warning("Mail goes by EMAIL_URL: EMAIL_PROVIDER is only heard.", hint=hint, id="inbox.W002"))
    return found
