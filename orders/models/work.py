"""What the two sides hand over: answers before the work, deliveries after it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from marketplace.kernel.models import StoredFile
from orders.models.order import Order


class Answer(models.Model):
    """The buyer's answer to one of the terms' questions; frozen once work begins."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="answers")
    question_key = models.CharField(max_length=60)
    text = models.TextField(blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", null=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "question_key"], name="one_answer_per_question")
        ]

    def __str__(self) -> str:
        return f"{self.question_key}: {self.text[:40]}"


class Delivery(models.Model):
    """One version of the work. Versions are kept."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="deliveries")
    number = models.PositiveSmallIntegerField()
    note = models.TextField()
    links = models.JSONField(default=list)
    checklist = models.JSONField(default=list)  # positions of the promised items that it holds
    delivered_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["order", "number"], name="delivery_numbered")]

    def __str__(self) -> str:
        return f"{self.order_id} delivery {self.number}"


class DeliveryFile(models.Model):
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.file)
