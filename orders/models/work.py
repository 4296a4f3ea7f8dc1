"""What the two sides hand over: answers before the work, deliveries after it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from marketplace.kernel.models import StoredFile
from orders.models.order import Order


class Answer(models.Model):
    """The buyer's answer to one of the terms' questions, one row for each file; frozen once work begins."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="answers")
    question_key = models.CharField(max_length=60)
    number = models.PositiveSmallIntegerField(default=0)  # of the file, where a question takes several
    text = models.TextField(blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", null=True)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("question_key", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "question_key", "number"], name="one_answer_per_question")
        ]

    def __str__(self) -> str:
        return f"{self.question_key}: {self.text[:40]}"


class ChangeState(models.TextChoices):
    """What became of a wish to change an answer."""

    OPEN = "open", "the seller has not said"
    TAKEN = "taken", "the seller works with it"
    REFUSED = "refused", "the first answer stands"
    TAKEN_BACK = "taken_back", "the buyer took it back"


class AnswerChange(models.Model):
    """A buyer's wish to change an answer after work began, and what stood there before: versions are kept."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="answer_changes")
    question_key = models.CharField(max_length=60)
    before = models.TextField(blank=True)  # text, or the names of files one per line
    text = models.TextField(blank=True)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=ChangeState.choices, default=ChangeState.OPEN)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "question_key"], name="one_open_answer_change", condition=models.Q(state="open")
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", settled_at__isnull=True)
                | ~models.Q(state="open") & models.Q(settled_at__isnull=False),
                name="answer_change_settled_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_key}: {self.text[:40]}"


class AnswerChangeFile(models.Model):
    """A file on either side of a change: one that the buyer now sends, or one that stood there before."""

    change = models.ForeignKey(AnswerChange, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    is_before = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.file)


class Delivery(models.Model):
    """One version of the work. Versions are kept."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="deliveries")
    number = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField(default=0)  # of the terms, from 0
    note = models.TextField()
    links = models.JSONField(default=list)
    checklist = models.JSONField(default=list)  # positions of the promised items that it holds
    delivered_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["order", "number"], name="delivery_numbered")]

    def __str__(self) -> str:
        return f"{self.order_id} delivery {self.number}"


class DeliveryDraft(models.Model):
    """What a seller has written of the next delivery; its files wait in the place of the form."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="delivery_draft")
    note = models.TextField(blank=True)
    links = models.JSONField(default=list)
    checklist = models.JSONField(default=list)
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.order_id} draft of a delivery"


class DeliveryFile(models.Model):
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.file)
