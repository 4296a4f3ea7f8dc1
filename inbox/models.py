"""Conversations with their messages, and notices."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.ids import new_id
from marketplace.kernel.models import StoredFile


class Conversation(models.Model):
    """A talk that belongs to something (``reference``), which another app knows."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=300, blank=True, default="")  # empty: the conversation's own page
    created_at = models.DateTimeField()
    last_body = models.CharField(max_length=140, blank=True, default="")
    last_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.title


class Participant(models.Model):
    """Somebody in a conversation, and how much of it they have not read."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # A copy of the conversation's, so that one index gives a person's inbox in order.
    last_at = models.DateTimeField(null=True)
    unread_messages = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["conversation", "user"], name="once_per_conversation")]
        indexes: ClassVar = [
            models.Index(fields=["user", "-last_at", "-id"], name="inbox_of_a_person"),
            models.Index(
                "user",
                name="unread_conversations",
                condition=models.Q(unread_messages__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.conversation_id}"


class Message(models.Model):
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(max_length=5000, blank=True, default="")
    # From the form: the same key again is the same message.
    key = models.CharField(max_length=100)
    sent_at = models.DateTimeField()
    card_kind = models.CharField(max_length=20, blank=True, default="")
    card_ref = models.CharField(max_length=64, blank=True, default="")
    files = models.ManyToManyField(StoredFile, through="MessageFile", related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "author", "key"], name="message_sent_once"),
            models.UniqueConstraint(
                fields=["card_kind", "card_ref"], name="one_message_per_card", condition=~models.Q(card_kind="")
            ),
        ]

    def __str__(self) -> str:
        return self.body[:60]


class MessageFile(models.Model):
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.file_id} in {self.message_id}"


class Notification(models.Model):
    """One thing the site told one person. ``title`` and ``context`` are as they were then."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=150)
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    context = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        constraints: ClassVar = [models.UniqueConstraint(fields=["recipient", "key"], name="noticed_once")]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-id"], name="notices_of_a_person"),
            models.Index("recipient", name="unread_notices", condition=models.Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return self.title


class NoticeSetting(models.Model):
    """A kind of notice that somebody does not want as mail. No row: they get the mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    mail = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "kind"], name="one_setting_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.mail}"
