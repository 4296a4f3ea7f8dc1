"""Letters about the account itself: into the outbox, a worker sends them. They reach people who are kept out, too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.translation import get_language

from accounts.models import User
from marketplace.kernel import identity, languages, outbox


def post(
    *, key: str, template: str, email: str, user: User | None, url: str, context: dict[str, Any], at: datetime
) -> None:
    """Renders ``<template>_subject.txt``, ``_message.txt`` and, where there is one, ``_message.html``; once per key.

    In the language that ``user`` has chosen, else in the one that is spoken now.
    """
    full = {
        **context,
        "email": email,
        "recipient": user.as_person() if user and user.pk else None,
        "site_name": identity.name(),
        "site_url": settings.SITE_URL,
        "url": url,
    }
    with languages.spoken((user and user.language) or get_language() or ""):
        payload = {
            "to": email,
            "subject": " ".join(render_to_string(f"{template}_subject.txt", full).split()),
            "text": render_to_string(f"{template}_message.txt", full).strip() + "\n",
            "html": _html(template, full),
        }
    outbox.enqueue(topic="mail", key=key, payload=payload, at=at)


def _html(template: str, context: dict[str, Any]) -> str:
    try:
        return render_to_string(f"{template}_message.html", context)
    except TemplateDoesNotExist:
        return ""
