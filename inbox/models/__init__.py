from inbox.models.notices import MailTrouble, NoticeSetting, NoticeTimes, Notification, PushDevice
from inbox.models.talks import Block, Conversation, Message, MessageFile, Participant, QuickReply, Report

__all__ = [
    "Block",
    "Conversation",
    "MailTrouble",
    "Message",
    "MessageFile",
    "NoticeSetting",
    "NoticeTimes",
    "Notification",
    "Participant",
    "PushDevice",
    "QuickReply",
    "Report",
]
