"""Notices as letters: rendered when they are sent, in the reader's language and time zone."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import select_template
from django.utils import timezone

from accounts import api as accounts
from inbox import kinds, unsubscribe
from inbox.models import Notification
from marketplace.kernel import languages
from marketplace.kernel.mail import Mail


def letter_for(notice: Notification) -> Mail:
    """The mail of a notice, from ``templates/emails/<kind>*``; a kind without templates gets the plain ones."""
    person = accounts.person(notice.recipient_id)
    context = {
        "title": notice.title,
        **notice.context,
        "recipient": person,
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "url": settings.SITE_URL + notice.url,
    }
    headers = {}
    if kinds.may_refuse(notice.kind):
        context["unsubscribe_url"] = unsubscribe.link(person.id, notice.kind)
        headers = _unsubscribe_headers(context["unsubscribe_url"])
    with languages.spoken(person.language), timezone.override(ZoneInfo(person.time_zone)):
        return Mail(
            to=accounts.email_of(person.id),
            subject=_render(notice.kind, "-subject.txt", context),
            text=_render(notice.kind, ".txt", context) + "\n",
            html=_render(notice.kind, ".html", context),
            headers=headers,
        )


def _unsubscribe_headers(link: str) -> dict[str, str]:
    """RFC 8058: mail programs show their own button and post to the link."""
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _render(kind: str, ending: str, context: dict[str, Any]) -> str:
    template = select_template([f"emails/{kind}{ending}", f"emails/notice{ending}"])
    return str(template.render(context)).strip()
