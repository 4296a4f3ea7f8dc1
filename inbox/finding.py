"""Search in what somebody may read: words of messages, and names of the people they talk with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db.models import F

from accounts import api as accounts
from inbox.models import Message, Participant
from inbox.services import page_of

TALKS = 2_000  # the latest conversations that are looked through
FOUND = 30
_AROUND = 70


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """``before``, ``hit``, ``after``: the place in the text."""

    url: str
    title: str
    author_id: int
    sent_at: object
    before: str
    hit: str
    after: str


def conversations_with(user_id: int, words: str) -> list[UUID]:
    """Among the latest: those with somebody whose name, or whose title, has all the words in it. Two queries."""
    wanted = words.casefold().split()
    talks = _latest(user_id)
    others = Participant.objects.filter(conversation__in=talks).exclude(user_id=user_id)
    rows = others.values_list("conversation_id", "conversation__title", "user_id")
    found = [(talk, title, other) for talk, title, other in rows]
    known = accounts.people({other for _talk, _title, other in found})
    return [
        talk
        for talk, title, other in found
        if all(word in f"{known[other].name} {known[other].handle} {title}".casefold() for word in wanted)
    ]


def messages_with(user_id: int, words: str) -> list[FoundMessage]:
    """Messages with all the words (the last may be the beginning of one), the latest first. Two queries."""
    terms = re.findall(r"\w+", words)[:10]
    if not terms:
        return []
    query = SearchQuery(" & ".join([*terms[:-1], f"{terms[-1]}:*"]), config="simple", search_type="raw")
    rows = Message.objects.filter(conversation__in=_latest(user_id), doc=query).order_by("-id")
    rows = rows.select_related("conversation").defer("doc")[:FOUND]
    return [_found(row, terms) for row in rows]


def _latest(user_id: int) -> list[UUID]:
    mine = Participant.objects.filter(user_id=user_id, last_at__isnull=False)
    return list(mine.order_by(F("last_at").desc(), "-id").values_list("conversation_id", flat=True)[:TALKS])


def _found(row: Message, terms: list[str]) -> FoundMessage:
    text = " ".join(row.body.split())
    match = re.search("|".join(rf"\b{re.escape(term)}" for term in terms), text, re.IGNORECASE)
    start, end = match.span() if match else (0, 0)
    return FoundMessage(
        url=f"{page_of(row.conversation_id, row.conversation.url)}#message-{row.pk}",
        title=row.conversation.title,
        author_id=row.author_id,
        sent_at=row.sent_at,
        before=("…" if start > _AROUND else "") + text[max(0, start - _AROUND) : start],
        hit=text[start:end],
        after=text[end : end + _AROUND] + ("…" if end + _AROUND < len(text) else ""),
    )
