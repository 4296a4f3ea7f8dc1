"""The door to what people say and are told. Other apps import this, ``inbox.contracts`` and nothing else of it."""

from inbox.kinds import register_kind
from inbox.selectors import allow_readers, file_of_message, messages, summaries, thread, unread, unread_notices
from inbox.services import check_message, mark_read, notify, open_conversation, post_message, read_all_notices, say

__all__ = [
    "allow_readers",
    "check_message",
    "file_of_message",
    "mark_read",
    "messages",
    "notify",
    "open_conversation",
    "post_message",
    "read_all_notices",
    "register_kind",
    "say",
    "summaries",
    "thread",
    "unread",
    "unread_notices",
]
