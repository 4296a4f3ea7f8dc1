"""Reads of talks and notices."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import Enum
from functools import cache

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import api as accounts
from accounts.contracts import Unread
from inbox import kinds
from inbox.cards import cards_of
from inbox.contracts import ConversationSummary, FileLink, FirstAnswer, MessageView, NoticeGroup, ThreadEntry
from inbox.models import Conversation, Message, MessageFile, Notification, Participant, Report
from inbox.screening import DOUBTS
from inbox.services import page_of
from marketplace.kernel.errors import NotFound
from marketplace.kernel.models import StoredFile
from marketplace.kernel.postgresql.statements import Statement
from marketplace.kernel.prepared import Prepared, prepared

Reader = Callable[[str, int], bool]


class Which(Enum):
    """Parts of somebody's conversations."""

    INBOX = "inbox"
    UNREAD = "unread"
    ARCHIVE = "archive"


_readers: dict[str, Reader] = {}


def allow_readers(prefix: str, may_read: Reader) -> None:
    """Lets an app say who else reads conversations of ``prefix`` ("order:"): ``may_read(reference, user_id)``."""
    _readers[prefix] = may_read


def messages(reference: str, newest: int | None = None, before: int | None = None) -> list[MessageView]:
    """Everything said, or the ``newest`` (of those ``before`` an id); oldest first, in two queries.

    The caller has checked who reads.
    """
    if newest is None:
        rows = _MESSAGES.all(reference)
    elif before is None:
        rows = _newest(newest).all(reference)[::-1]
    else:
        rows = list(_said(reference).filter(pk__lt=before).order_by("-id")[:newest])[::-1]
    return _with_files(rows)


def messages_after(reference: str, last: int, most: int = 100) -> list[MessageView]:
    """What was said after a message, the oldest first; two queries, one where nothing was."""
    return _with_files(list(_said(reference).filter(pk__gt=last).order_by("id")[:most]))


def _said(reference: str) -> QuerySet[Message]:
    return Message.objects.filter(conversation__reference=reference).defer("doc")


def _with_files(rows: Sequence[Message]) -> list[MessageView]:
    if not rows:
        return []
    files: defaultdict[int, list[StoredFile]] = defaultdict(list)
    for row in _FILES.all([row.pk for row in rows]):
        files[row.message_id].append(row.file)
    return [_view(row, tuple(files[row.pk])) for row in rows]


_MESSAGES = prepared(lambda reference: _said(reference).order_by("id"))


@cache
def _newest(count: int) -> Prepared[Message]:
    return prepared(lambda reference: _said(reference).order_by("-id")[:count])


_FILES = prepared(lambda ids: MessageFile.objects.filter(message__in=ids).select_related("file").order_by("pk"))


def _view(row: Message, files: tuple[StoredFile, ...]) -> MessageView:
    card = (row.card_kind, row.card_ref) if row.card_kind else None
    return MessageView(
        row.pk, row.author_id, row.body, row.sent_at, files, card, tuple(DOUBTS[name] for name in row.doubts)
    )


def summaries(
    user_id: int, before: datetime | None = None, limit: int = 30, *, which: Which = Which.INBOX
) -> list[ConversationSummary]:
    """A person's conversations in which something was said, newest first; ``before``: the last row's ``last_at``."""
    rows = Participant.objects.filter(user_id=user_id, last_at__isnull=False)
    rows = rows.filter(archived_at__isnull=which != Which.ARCHIVE)
    if which == Which.UNREAD:
        rows = rows.filter(unread_messages__gt=0)
    if before:
        rows = rows.filter(last_at__lt=before)
    return _summaries(rows.order_by("-last_at", "-id")[:limit], user_id)


def summaries_of(user_id: int, conversation_ids: Iterable[uuid.UUID]) -> list[ConversationSummary]:
    """The same for some of their conversations."""
    rows = Participant.objects.filter(user_id=user_id, conversation__in=list(conversation_ids))
    return _summaries(rows.order_by("-last_at", "-id"), user_id)


def _summaries(rows: QuerySet[Participant], user_id: int) -> list[ConversationSummary]:
    page = list(rows.select_related("conversation"))
    others = _others([row.conversation_id for row in page], user_id)
    return [_summary(row, others.get(row.conversation_id, row.user_id)) for row in page]


def _others(conversation_ids: list[uuid.UUID], user_id: int) -> dict[uuid.UUID, int]:
    rows = Participant.objects.filter(conversation_id__in=conversation_ids).exclude(user_id=user_id)
    return dict(rows.values_list("conversation_id", "user_id"))


def _summary(row: Participant, other_id: int) -> ConversationSummary:
    talk = row.conversation
    return ConversationSummary(
        id=talk.pk,
        reference=talk.reference,
        title=talk.title,
        url=page_of(talk.pk, talk.url),
        other_id=other_id,
        last_body=talk.last_body,
        last_at=talk.last_at,
        unread=row.unread_messages > 0,
        archived=row.archived_at is not None,
    )


def first_answers(user_id: int, limit: int) -> list[FirstAnswer]:
    """The latest conversations that somebody else began with this person, the newest first; one query."""
    said = Message.objects.filter(conversation=OuterRef("conversation")).order_by("id")
    rows = Participant.objects.filter(user_id=user_id, last_at__isnull=False).annotate(
        begun_by=Subquery(said.values("author")[:1]),
        asked_at=Subquery(said.values("sent_at")[:1]),
        answered_at=Subquery(said.filter(author=user_id).values("sent_at")[:1]),
    )
    begun = rows.exclude(begun_by=user_id).order_by("-asked_at", "-id")
    return [
        FirstAnswer(*row) for row in begun.values_list("conversation__reference", "asked_at", "answered_at")[:limit]
    ]


def talking_since(moment: datetime) -> list[int]:
    """Everybody in a conversation in which something was said after a moment."""
    rows = Participant.objects.filter(last_at__gt=moment).order_by()
    return list(rows.values_list("user_id", flat=True).distinct())


def conversation_for(conversation_id: uuid.UUID, user_id: int) -> Conversation:
    """A conversation they take part in. Raises NotFound: a stranger does not learn that it exists."""
    found = Conversation.objects.filter(pk=conversation_id, participants__user_id=user_id).first()
    if found is None:
        raise NotFound(_("There is no such conversation."))
    return found


def sides_of(conversation_id: uuid.UUID, user_id: int) -> tuple[int, int]:
    """Somebody in a conversation and who is on its other side. Raises NotFound for a stranger."""
    conversation_for(conversation_id, user_id)
    return user_id, other_participant(conversation_id, user_id)


def have_talked(user_id: int, others: Iterable[int]) -> bool:
    """Whether they take part in a conversation with one of the others. One query."""
    mine = Participant.objects.filter(user_id=user_id).values("conversation_id")
    return Participant.objects.filter(conversation_id__in=mine, user_id__in=set(others) - {user_id}).exists()


def other_participant(conversation_id: uuid.UUID, user_id: int) -> int:
    return _others([conversation_id], user_id).get(conversation_id, user_id)


def file_of_message(file_id: uuid.UUID, user_id: int) -> StoredFile:
    """A file that somebody may open: they take part, or the conversation's app lets them read.

    Raises NotFound in every other case, so that nothing tells a stranger which files exist.
    """
    row = MessageFile.objects.select_related("file", "message__conversation").filter(file_id=file_id).first()
    if row is None or not _may_read(row.message.conversation, user_id):
        raise NotFound(_("There is no such file."))
    return row.file


def _may_read(conversation: Conversation, user_id: int) -> bool:
    if conversation.participants.filter(user_id=user_id).exists():
        return True
    if accounts.is_moderator(user_id) and Report.objects.filter(conversation=conversation).exists():
        return True
    prefix = conversation.reference.partition(":")[0] + ":"
    return prefix in _readers and _readers[prefix](conversation.reference, user_id)


def unread(user_id: int) -> Unread:
    """Both numbers of the bell in one query. It is on every page: written out, it is put together in no time."""
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD.on(connection), [user_id, user_id])
        notices, talks = cursor.fetchone()
    return Unread(messages=talks, notices=notices)


_UNREAD = Statement(
    "inbox_unread",
    """
SELECT (SELECT count(*) FROM inbox_notification told WHERE recipient_id = %s AND read_at IS NULL AND NOT EXISTS (
           SELECT FROM inbox_noticesetting chosen
           WHERE chosen.user_id = told.recipient_id AND chosen.kind = told.kind AND NOT chosen.bell)),
       (SELECT count(*) FROM inbox_participant WHERE user_id = %s AND unread_messages > 0)
""",
    places=2,
)


def has_unread_notices(user_id: int, group: NoticeGroup | None) -> bool:
    """Of a group, where it is given; what does not count at the bell, too."""
    return kinds.of_group(Notification.objects.filter(recipient_id=user_id, read_at=None), group).exists()


def notices(
    user_id: int, before: int | None = None, limit: int = 30, group: NoticeGroup | None = None
) -> list[Notification]:
    """What the site told somebody (of one group, where it is given), newest first; ``before``: the last row's id."""
    mine = Notification.objects.filter(recipient_id=user_id)
    rows = kinds.of_group(mine, group)
    last = mine.filter(pk=before).values_list("created_at", "pk").first() if before else None
    if last:
        rows = rows.filter(Q(created_at__lt=last[0]) | Q(created_at=last[0], pk__lt=last[1]))
    return list(rows.order_by("-created_at", "-id")[:limit])


def thread(
    reference: str, reader_id: int, *, newest: int | None = None, before: int | None = None
) -> list[ThreadEntry]:
    """A conversation as a page shows it, in three queries and those of its cards. The caller has checked who reads."""
    return entries_of(messages(reference, newest, before), reader_id)


def entries_of(views: Sequence[MessageView], reader_id: int) -> list[ThreadEntry]:
    """Messages with what a page shows of them: authors, and cards as their reader sees them."""
    authors = accounts.people(view.author_id for view in views)
    known = cards_of((view.card for view in views if view.card), reader_id)
    return [
        ThreadEntry(
            view,
            authors[view.author_id],
            view.author_id == reader_id,
            _links(view.files),
            known.get(view.card) if view.card else None,
        )
        for view in views
    ]


def is_archived(conversation_id: uuid.UUID, user_id: int) -> bool:
    rows = Participant.objects.filter(conversation_id=conversation_id, user_id=user_id)
    return rows.filter(archived_at__isnull=False).exists()


def seen_at(conversation_id: uuid.UUID, other_id: int) -> datetime | None:
    """When the other side had everything before them; None while something waits for them."""
    rows = Participant.objects.filter(conversation_id=conversation_id, user_id=other_id, unread_messages=0)
    return rows.values_list("read_at", flat=True).first()


def _links(files: Iterable[StoredFile]) -> tuple[FileLink, ...]:
    return tuple(FileLink(file.name, file.size_bytes, reverse("inbox:file", args=[file.pk])) for file in files)
