"""Messages and notices of somebody who leaves. What was said stays with the others it was said to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import api as accounts
from inbox.contracts import PEOPLE
from inbox.models import (
    Block,
    Conversation,
    MailTrouble,
    Message,
    NoticeSetting,
    NoticeTimes,
    Notification,
    Participant,
    PushDevice,
    QuickReply,
    Report,
)
from inbox.people import title_of
from marketplace.kernel import languages


def let_go(user_id: int) -> None:
    """In the transaction that closes the account."""
    _take_name_out(user_id)
    Notification.objects.filter(recipient_id=user_id).delete()
    NoticeSetting.objects.filter(user_id=user_id).delete()
    NoticeTimes.objects.filter(user_id=user_id).delete()
    PushDevice.objects.filter(user_id=user_id).delete()
    MailTrouble.objects.filter(address=accounts.email_of(user_id)).delete()
    QuickReply.objects.filter(owner_id=user_id).delete()
    Block.objects.filter(Q(owner_id=user_id) | Q(blocked_id=user_id)).delete()


def _take_name_out(user_id: int) -> None:
    """Conversations of two people are called by their names."""
    theirs = Conversation.objects.filter(reference__startswith=PEOPLE, participants__user_id=user_id)
    others = dict(
        Participant.objects.filter(conversation__in=theirs)
        .exclude(user_id=user_id)
        .values_list("conversation_id", "user_id")
    )
    known = accounts.people(set(others.values()))
    with languages.spoken(""):  # others read it, whatever this person read
        for talk in theirs:
            talk.title = title_of(_("Closed account"), known[others[talk.pk]].name)
    Conversation.objects.bulk_update(theirs, ["title"], batch_size=500)


def messages_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """For a copy of somebody's data: every talk that they are part of."""
    rows = Message.objects.filter(conversation__participants__user_id=user_id).order_by("conversation_id", "pk")
    rows = rows.defer("doc").select_related("conversation", "author").prefetch_related("files")
    for message in rows.iterator(chunk_size=500):
        yield {
            "talk": message.conversation.title,
            "from": f"@{message.author.handle}",
            "at": message.sent_at,
            "text": message.body,
            "files": [file.name for file in message.files.all()],
        }


def notices_of(user_id: int) -> Iterator[Mapping[str, object]]:
    rows = Notification.objects.filter(recipient_id=user_id).order_by("pk")
    yield from rows.values("title", "url", "created_at", "read_at").iterator()


def devices_of(user_id: int) -> Iterator[Mapping[str, object]]:
    rows = PushDevice.objects.filter(user_id=user_id).order_by("pk")
    yield from rows.values("name", "endpoint", "created_at", "told_at").iterator()


def notice_settings_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """Their times, then each kind that they chose the ways of."""
    fields = ("pace", "hour", "weekday", "quiet_from", "quiet_to")
    yield from NoticeTimes.objects.filter(user_id=user_id).values(*fields)
    rows = NoticeSetting.objects.filter(user_id=user_id).order_by("kind")
    yield from rows.values("kind", "bell", "mail", "push").iterator()


def own_words_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """Quick replies."""
    yield from QuickReply.objects.filter(owner_id=user_id).order_by("name").values("name", "body")


def blocked_by(user_id: int) -> Iterator[Mapping[str, object]]:
    rows = Block.objects.filter(owner_id=user_id).order_by("pk").select_related("blocked")
    for row in rows.iterator():
        yield {"blocked": f"@{row.blocked.handle}", "at": row.created_at}


def reports_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """What they reported of conversations."""
    rows = Report.objects.filter(reporter_id=user_id).order_by("pk").select_related("conversation", "about")
    for report in rows.iterator():
        yield {
            "talk": report.conversation.title,
            "about": f"@{report.about.handle}",
            "reason": report.reason,
            "text": report.text,
            "at": report.created_at,
        }
