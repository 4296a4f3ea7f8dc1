"""Conversations with their messages, and who keeps away from whom."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from inbox.contracts import PEOPLE
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

    @property
    def about(self) -> str:
        """What they talk about; nothing where it belongs to the two alone."""
        return "" if self.reference.startswith(PEOPLE) else self.title


class Participant(models.Model):
    """Somebody in a conversation, and how much of it they have not read."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # A copy of the conversation's, so that one index gives a person's inbox in order.
    last_at = models.DateTimeField(null=True)
    unread_messages = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(null=True)  # when they last had something new before them
    archived_at = models.DateTimeField(null=True)  # until somebody says something again

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["conversation", "user"], name="once_per_conversation")]
        indexes: ClassVar = [
            models.Index(
                fields=["user", "-last_at", "-id"],
                name="inbox_of_a_person",
                condition=models.Q(archived_at=None),
            ),
            models.Index(
                fields=["user", "-last_at", "-id"],
                name="archive_of_a_person",
                condition=models.Q(archived_at__isnull=False),
            ),
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
    # What its text looks like (inbox/screening.py): shown to both sides with the reason, never hidden.
    doubts = ArrayField(models.CharField(max_length=20), default=list)
    doc = models.GeneratedField(
        expression=SearchVector("body", config="simple"), output_field=SearchVectorField(), db_persist=True
    )
    files = models.ManyToManyField(StoredFile, through="MessageFile", related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "author", "key"], name="message_sent_once"),
            models.UniqueConstraint(
                fields=["card_kind", "card_ref"], name="one_message_per_card", condition=~models.Q(card_kind="")
            ),
        ]
        indexes: ClassVar = [GinIndex(fields=["conversation", "doc"], name="words_of_a_conversation")]

    def __str__(self) -> str:
        return self.body[:60]


class MessageFile(models.Model):
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.file_id} in {self.message_id}"


class Block(models.Model):
    """Somebody who takes no messages from another, outside of orders that run."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "blocked"], name="blocked_once"),
            models.CheckConstraint(condition=~models.Q(owner=models.F("blocked")), name="nobody_blocks_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} blocks {self.blocked_id}"


class Report(models.Model):
    """What somebody tells staff about the other side of a conversation. Staff read it with the messages."""

    class Reason(models.TextChoices):
        OUTSIDE = "outside", _("Wants to be paid or to talk outside the site")
        FRAUD = "fraud", _("Tries to deceive me")
        ABUSE = "abuse", _("Insults or threatens me")
        SPAM = "spam", _("Advertises something")
        OTHER = "other", _("Something else")

    class Outcome(models.TextChoices):
        NOTHING = "nothing", _("Nothing against the rules")
        WARNED = "warned", _("Warned")

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="+")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    text = models.TextField(max_length=2000, blank=True, default="")
    created_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation", "reporter"], name="one_open_report", condition=models.Q(outcome="")
            ),
        ]
        indexes: ClassVar = [models.Index("id", name="open_reports", condition=models.Q(outcome=""))]

    def __str__(self) -> str:
        return f"{self.reporter_id} about {self.about_id}: {self.reason}"


class QuickReply(models.Model):
    """Words that somebody writes often."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    body = models.TextField(max_length=2000)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "name"], name="one_reply_of_a_name")]

    def __str__(self) -> str:
        return self.name
