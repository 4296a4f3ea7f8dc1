"""Notices as letters: rendered when they are sent, in the reader's language and time zone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.template.loader import select_template
from django.urls import reverse

from accounts import api as accounts
from accounts.contracts import Person
from inbox import kinds, unsubscribe
from inbox.models import Notification
from marketplace.kernel import identity
from marketplace.kernel.mail import Mail

_NAMED = 40


def letter_for(notice: Notification) -> Mail:
    """The mail of a notice, from ``templates/emails/<kind>*``; a kind without templates gets the plain ones."""
    person = accounts.person(notice.recipient_id)
    link = unsubscribe.link(person.id, notice.kind) if kinds.may_refuse(notice.kind) else ""
    context = {"title": notice.title, **notice.context, "url": settings.SITE_URL + notice.url}
    return _letter(person, notice.kind, context, link)


def collected_letter(user_id: int, notices: Sequence[Notification], pace: str) -> Mail:
    """Many notices in one, the newest first; its link out stops letters of this sort, and knows what they were."""
    shown = [
        {
            "title": notice.title,
            "at": notice.created_at,
            "url": settings.SITE_URL + reverse("inbox:open_notice", args=[notice.pk]),
        }
        for notice in notices[:_NAMED]
    ]
    context = {
        "notices": shown,
        "count": len(notices),
        "more": len(notices) - len(shown),
        "url": settings.SITE_URL + reverse("inbox:notices"),
    }
    link = unsubscribe.link(user_id, unsubscribe.collected(pace))
    return _letter(accounts.person(user_id), "collected", context, link)


def _letter(person: Person, kind: str, context: dict[str, Any], unsubscribe_url: str) -> Mail:
    full = {
        **context,
        "recipient": person,
        "site_name": identity.name(),
        "site_url": settings.SITE_URL,
        "settings_url": settings.SITE_URL + reverse("inbox:notice_settings"),
    }
    if unsubscribe_url:
        full["unsubscribe_url"] = unsubscribe_url
    with accounts.speaking_to(person.id):
        return Mail(
            to=accounts.email_of(person.id),
            subject=_render(kind, "-subject.txt", full),
            text=_render(kind, ".txt", full) + "\n",
            html=_render(kind, ".html", full),
            headers=_unsubscribe_headers(unsubscribe_url) if unsubscribe_url else {},
        )


def _unsubscribe_headers(link: str) -> dict[str, str]:
    """RFC 8058: mail programs show their own button and post to the link."""
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _render(kind: str, ending: str, context: dict[str, Any]) -> str:
    template = select_template([f"emails/{kind}{ending}", f"emails/notice{ending}"])
    return str(template.render(context)).strip()
