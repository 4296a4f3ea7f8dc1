"""What is said between people, and what the site tells them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from accounts.contracts import Person

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from marketplace.kernel.models import StoredFile


PEOPLE = "people:"  # how references of conversations begin that belong to two people and nothing else


@dataclass(frozen=True, slots=True)
class Doubt:
    """What to be careful with in a message, as both sides read it below it."""

    title: str | Promise
    text: str | Promise


@dataclass(frozen=True, slots=True)
class MessageView:
    id: int
    author_id: int
    body: str
    sent_at: datetime
    files: tuple[StoredFile, ...] = ()
    card: tuple[str, str] | None = None  # kind and reference, where the message carries one
    doubts: tuple[Doubt, ...] = ()


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
    archived: bool = False

    @property
    def about(self) -> str:
        """What they talk about; nothing where it belongs to the two alone."""
        return "" if self.reference.startswith(PEOPLE) else self.title


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """A conversation that somebody else began: when, and when this person first wrote in it."""

    reference: str
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class CardRef:
    """A card that a message carries, by the kind that its owner registered."""

    kind: str
    ref: str
    preview: str  # what lists say of it


@dataclass(frozen=True, slots=True)
class MessageCard:
    """How a card looks now to one reader: ``template`` is given ``content`` as ``card``."""

    template: str
    content: object
    asks: bool = False  # waits for its reader: its button is the filled one of the page


class MessageCards(Protocol):
    """A kind of card, registered by its owner when the application starts."""

    def cards(self, refs: list[str], reader_id: int) -> dict[str, MessageCard]:
        """Cards for many references at once, in a fixed number of queries; unknown ones left out."""


@dataclass(frozen=True, slots=True)
class TalkAct:
    """Something else that can be done in a conversation."""

    label: str
    url: str


class NoticeGroup(Enum):
    """Parts of the notices page and its settings."""

    ORDERS = "orders"
    DISPUTES = "disputes"
    MONEY = "money"
    TALKS = "messages"
    GIGS = "gigs"
    SAVED = "saved"
    SITE = "site"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell one person: a row on the notices page and, as far as its kind has them, an e-mail and a push.

    ``kind`` names the templates ``emails/<kind>-{subject,text,html}``; ``context`` holds JSON values only.
    ``key`` makes it happen once. Mail and push wait for no quiet hours that last longer than ``due_at``.
    """

    recipient_id: int
    kind: str
    key: str
    title: str
    url: str  # path on this site
    context: dict[str, object]
    due_at: datetime | None = None  # the deadline that it speaks of


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
    card: MessageCard | None = None
