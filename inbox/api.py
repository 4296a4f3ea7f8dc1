"""The door to what people say and are told. Other apps import this, ``inbox.contracts`` and nothing else of it."""

from inbox.blocking import check as check_not_blocked
from inbox.cards import register_act, register_cards
from inbox.kinds import register_kind
from inbox.people import open_talk_of_two
from inbox.selectors import (
    allow_readers,
    file_of_message,
    first_answers,
    have_talked,
    messages,
    sides_of,
    summaries,
    talking_since,
    thread,
    unread,
)
from inbox.services import (
    check_message,
    mark_read,
    notify,
    notify_all,
    open_conversation,
    post_message,
    read_all_notices,
    say,
)

__all__ = [
    "allow_readers",
    "check_message",
    "check_not_blocked",
    "file_of_message",
    "first_answers",
    "have_talked",
    "mark_read",
    "messages",
    "notify",
    "notify_all",
    "open_conversation",
    "open_talk_of_two",
    "post_message",
    "read_all_notices",
    "register_act",
    "register_cards",
    "register_kind",
    "say",
    "sides_of",
    "summaries",
    "talking_since",
    "thread",
    "unread",
]
