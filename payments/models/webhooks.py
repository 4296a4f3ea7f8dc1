"""The inbox of webhooks: stored before the answer, each event once per source."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class WebhookEvent(models.Model):
    """A hint that something changed at Stripe; the object is re-read before anything is believed."""

    source = models.CharField(max_length=12)  # the endpoint: platform, connect, v2
    event_id = models.CharField(max_length=100)
    type = models.CharField(max_length=100)
    account = models.CharField(max_length=100, default="", blank=True)  # connected account it speaks of
    object_id = models.CharField(max_length=100, default="", blank=True)
    livemode = models.BooleanField()
    payload = models.JSONField(null=True)  # as it came; None once it was processed and old
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    processed_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "event_id"], name="webhook_event_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="webhook_waiting",
                condition=models.Q(processed_at=None, parked_at=None),
            ),
            models.Index(fields=["id"], name="webhook_parked", condition=models.Q(parked_at__isnull=False)),
            models.Index(fields=["received_at"], name="webhook_received"),
            models.Index(
                fields=["processed_at"],
                name="webhook_to_forget",
                condition=models.Q(processed_at__isnull=False, payload__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"
