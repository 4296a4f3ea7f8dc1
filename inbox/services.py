"""Writes: talks, messages, notices. Each function is one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts import api as accounts
from inbox import blocking, kinds, screening
from inbox.contracts import CardRef, Notice, NoticeGroup
from inbox.models import (
    Conversation,
    Message,
    MessageFile,
    Notification,
    Participant,
)
from marketplace.kernel import languages, outbox
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.live.hints import hint
from marketplace.kernel.models import OutboxMessage, StoredFile
from marketplace.kernel.uploads import places
from marketplace.kernel.uploads.places import Place

MESSAGE_RECEIVED = "message_received"
MAX_BODY = 5000
MAX_FILES = 10
_LONGEST_TITLE = 300


def open_conversation(
    *,
    reference: str,
    title: str,
    url: str,
    participant_ids: Iterable[int],
    at: datetime,
) -> uuid.UUID:
    """The talk that belongs to ``reference``; made at the first call. An empty ``url``: its own page."""
    with transaction.atomic():
        conversation, _made = Conversation.objects.get_or_create(
            reference=reference,
            defaults={"title": title[:200], "url": url, "created_at": at},
        )
        rows = [Participant(conversation=conversation, user_id=user_id) for user_id in sorted(set(participant_ids))]
        Participant.objects.bulk_create(rows, ignore_conflicts=True)
    return conversation.pk


def post_message(
    *,
    conversation_id: uuid.UUID,
    author_id: int,
    body: str,
    files: list[StoredFile],
    key: str,
    at: datetime,
    card: CardRef | None = None,
) -> int:
    """Says something, and tells the others; the same author and key again return the first message.

    A message with a ``card`` needs no words; its owner tells the others about it. Raises NotFound for somebody who is
    not in the conversation, NotAllowed where one has blocked the other (in an order, the app says when), InvalidInput
    for an empty or too long text.
    """
    body = body.replace("\x00", "").strip()
    check_message(body or (card.preview if card else ""), len(files))
    with transaction.atomic():
        # The lock orders messages within a conversation and makes the key's check safe.
        conversation = Conversation.objects.select_for_update().filter(pk=conversation_id).first()
        sides = list(conversation.participants.values_list("user_id", flat=True)) if conversation else []
        if conversation is None or author_id not in sides:
            raise NotFound(_("There is no such conversation."))
        known = Message.objects.filter(conversation=conversation, author_id=author_id, key=key).first()
        if known:
            return known.pk
        if not conversation.url:
            blocking.check(author_id, sides)
        message = Message.objects.create(
            conversation=conversation,
            author_id=author_id,
            body=body,
            key=key,
            sent_at=at,
            card_kind=card.kind if card else "",
            card_ref=card.ref if card else "",
            doubts=screening.doubts_of(body),
        )
        MessageFile.objects.bulk_create([MessageFile(message=message, file=file) for file in files])
        _note_last(conversation, _preview(card.preview if card else body, files), at)
        # Who answers has the conversation before them.
        mark_read(reference=conversation.reference, user_id=author_id, at=at)
        fresh = _count_unread(conversation, message)
        if card is None:
            _tell(fresh, conversation, message, at)
        hint(sides, page_of(conversation.pk, conversation.url))
    return message.pk


def check_message(body: str, file_count: int) -> None:
    """Raises InvalidInput at ``body`` or ``files``. Called before uploads are stored, too."""
    if not body and not file_count:
        raise _refused("body", _("Write something or add a file."))
    if len(body) > MAX_BODY:
        raise _refused(
            "body",
            _("Keep a message under %(limit)s characters.") % {"limit": MAX_BODY},
        )
    if file_count > MAX_FILES:
        raise _refused(
            "files",
            _("Add at most %(limit)s files to one message.") % {"limit": MAX_FILES},
        )


def _refused(field: str, message: str) -> InvalidInput:
    return InvalidInput(message, fields={field: message})


def _preview(body: str, files: list[StoredFile]) -> str:
    return Truncator(" ".join(body.split())).chars(140) or Truncator(files[0].name).chars(140)


def _note_last(conversation: Conversation, preview: str, at: datetime) -> None:
    conversation.last_body, conversation.last_at = preview, at
    conversation.save(update_fields=["last_body", "last_at"])
    conversation.participants.update(last_at=at, archived_at=None)


def _count_unread(conversation: Conversation, message: Message) -> list[int]:
    """One more for the others; returns those who had read everything before."""
    others = conversation.participants.exclude(user_id=message.author_id)
    fresh = list(others.filter(unread_messages=0).values_list("user_id", flat=True))
    others.update(unread_messages=F("unread_messages") + 1)
    return fresh


def _tell(fresh: list[int], conversation: Conversation, message: Message, at: datetime) -> None:
    """One notice per run of unread messages: ten messages in a row are one mail."""
    if not fresh:
        return
    people = accounts.people([message.author_id, *fresh])
    author = people[message.author_id]
    for user_id in fresh:
        with languages.spoken(people[user_id].language):
            title = _("%(name)s wrote to you: %(title)s") % {"name": author.name, "title": conversation.title}
        notify(
            Notice(
                recipient_id=user_id,
                kind=MESSAGE_RECEIVED,
                key=f"message:{message.pk}",
                title=title,
                url=page_of(conversation.pk, conversation.url),
                context={
                    "author": author.name,
                    "about": conversation.title,
                    "preview": conversation.last_body,
                },
            ),
            at,
        )


def page_of(conversation_id: uuid.UUID, url: str) -> str:
    return url or reverse("inbox:conversation", args=[conversation_id])


def say(
    *, conversation_id: uuid.UUID, author_id: int, body: str, uploads: Sequence[uuid.UUID], key: str, at: datetime
) -> int:
    """``post_message`` with files that wait; said again, it takes none and drops this copy of them."""
    check_message(body.strip(), len(uploads))
    known = Message.objects.filter(conversation_id=conversation_id, author_id=author_id, key=key).first()
    if known:
        Place(author_id, "", at).drop(uploads)
        return known.pk
    if not Participant.objects.filter(conversation_id=conversation_id, user_id=author_id).exists():
        raise NotFound(_("There is no such conversation."))
    with transaction.atomic():
        stored = places.take(uploads, owner_id=author_id, at=at)
        return post_message(
            conversation_id=conversation_id, author_id=author_id, body=body, files=stored, key=key, at=at
        )


def mark_read(*, reference: str, user_id: int, at: datetime) -> None:
    """They have the whole conversation before them now."""
    mine = Participant.objects.filter(conversation__reference=reference, user_id=user_id, unread_messages__gt=0)
    if not mine.update(unread_messages=0, read_at=at):
        return  # the notices of messages were read with them
    talk = Conversation.objects.filter(reference=reference).first()
    if talk:
        page = page_of(talk.pk, talk.url)
        notices = Notification.objects.filter(recipient_id=user_id, kind=MESSAGE_RECEIVED, read_at=None)
        notices.filter(url=page).update(read_at=at)
        # The author sees that it was read; other tabs of the reader count anew.
        hint(talk.participants.values_list("user_id", flat=True), page)


def archive(*, conversation_id: uuid.UUID, user_id: int, at: datetime | None) -> None:
    """Out of the inbox until somebody says something again; None: back into it. Raises NotFound for a stranger."""
    if not Participant.objects.filter(conversation_id=conversation_id, user_id=user_id).update(archived_at=at):
        raise NotFound(_("There is no such conversation."))


def notify(notice: Notice, at: datetime) -> None:
    """Tells one person once: a row on their notices page and, as far as its kind leaves the site, a mail and a push."""
    notify_all([(notice, at)])


def notify_all(notices: Sequence[tuple[Notice, datetime]]) -> None:
    """The same for many, each at its own moment, in two statements."""
    rows = [_row(notice, at) for notice, at in notices]
    letters = [_letter(notice, at) for notice, at in notices if kinds.leaves(notice.kind)]
    # Nothing is caught between the two, so that one transaction needs no savepoint inside of another.
    with transaction.atomic(savepoint=False):
        Notification.objects.bulk_create(rows, ignore_conflicts=True)
        outbox.enqueue_all(letters)
        for page, people in _by_page(notices).items():
            hint(people, page)


def _by_page(notices: Sequence[tuple[Notice, datetime]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for notice, _at in notices:
        found.setdefault(notice.url, []).append(notice.recipient_id)
    return found


def _row(notice: Notice, at: datetime) -> Notification:
    title = notice.title if len(notice.title) <= _LONGEST_TITLE else Truncator(notice.title).chars(_LONGEST_TITLE)
    return Notification(
        recipient_id=notice.recipient_id,
        kind=notice.kind,
        key=notice.key,
        title=title,
        url=notice.url,
        context=notice.context,
        created_at=at,
        due_at=notice.due_at,
    )


def _letter(notice: Notice, at: datetime) -> OutboxMessage:
    return OutboxMessage(
        topic="notice-mail",
        key=f"notice:{notice.recipient_id}:{notice.key}",
        payload={"recipient_id": notice.recipient_id, "key": notice.key},
        created_at=at,
        due_at=at,
    )


def read_all_notices(
    *, user_id: int, at: datetime, until: datetime | None = None, group: NoticeGroup | None = None
) -> int:
    """Marks a person's notices as read, those up to a moment and of a group where it is given; returns how many were
    unread.
    """
    unread = kinds.of_group(Notification.objects.filter(recipient_id=user_id, read_at=None), group)
    if until:
        unread = unread.filter(created_at__lte=until)
    if count := unread.update(read_at=at):
        hint([user_id])
    return count


def read_notice(*, notice_id: int, user_id: int, at: datetime) -> str:
    """Marks one notice read and says where it leads. Raises NotFound for somebody else's."""
    notice = Notification.objects.filter(pk=notice_id, recipient_id=user_id).first()
    if notice is None:
        raise NotFound(_("There is no such notice."))
    Notification.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)
    return notice.url
