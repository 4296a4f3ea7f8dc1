"""What is said between people, and what the site tells them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.contracts import Person

if TYPE_CHECKING:
    from marketplace.kernel.models import StoredFile


@dataclass(frozen=True, slots=True)
class MessageView:
    id: int
    author_id: int
    body: str
    sent_at: datetime
    files: tuple[StoredFile, ...] = ()


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """One row of the inbox."""

    id: uuid.UUID
    reference: str  # what it belongs to, opaque here: "order:<uuid>"
    title: str
    url: str
    other_id: int
    last_body: str
    last_at: datetime | None
    unread: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell one person: a row on the notices page and, where ``mail`` is set, an e-mail.

    ``kind`` names the templates ``emails/<kind>-{subject,text,html}``; ``context`` holds JSON values only.
    ``key`` makes it happen once.
    """

    recipient_id: int
    kind: str
    key: str
    title: str
    url: str  # path on this site
    context: dict[str, object]
    mail: bool = True


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file as components/file_list.html shows it."""

    name: str
    size_bytes: int
    url: str


@dataclass(frozen=True, slots=True)
class ThreadEntry:
    """One message with what a page shows of it."""

    message: MessageView
    author: Person
    mine: bool
    files: tuple[FileLink, ...]
