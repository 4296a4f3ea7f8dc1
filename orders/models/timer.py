"""Deadlines as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import DurationField, ExpressionWrapper, F, Q, Value

from marketplace.kernel.prepared import prepared_change
from orders.models.order import Order


class Stopped(models.TextChoices):
    """Why a timer stands still: its order rests, or the buyer was asked for something."""

    NO = "", "it runs"
    REST = "rest", "the order rests"
    PAUSE = "pause", "the clock is paused"


class TimerQuerySet(models.QuerySet["Timer"]):
    def due(self, at: datetime) -> Self:
        return self.filter(due_at__lte=at).order_by("due_at", "id")

    def ready(self, at: datetime) -> Self:
        """Due, and not resting after a failure."""
        return self.filter(Q(retry_at=None) | Q(retry_at__lte=at), due_at__lte=at)

    def due_of(self, order: Order, kind: str) -> datetime:
        """When a timer fires that runs. Raises DoesNotExist where it does not."""
        due = self.get(order=order, kind=kind, due_at__isnull=False).due_at
        assert due is not None  # noqa: S101 - the filter says so
        return due

    def put(self, order: Order, moments: dict[str, datetime]) -> None:
        """One timer per kind: a new moment replaces the old one, also one that stood still."""
        self.put_all(
            [Timer(order=order, kind=kind, due_at=due, order_version=order.version) for kind, due in moments.items()]
        )

    def put_all(self, timers: Sequence[Timer]) -> None:
        """The same of many orders, in one statement."""
        self.bulk_create(
            timers,
            update_conflicts=True,
            unique_fields=["order", "kind"],
            update_fields=["due_at", "stopped", "time_left", "order_version", "failures", "retry_at", "extended"],
        )

    def drop(self, order: Order, kinds: Iterable[str]) -> None:
        _DROP.run(order.pk, list(kinds))

    def stop(self, order: Order, why: Stopped, at: datetime, *, but: Iterable[str] = ()) -> None:
        """Running timers keep the time they have left and are due no more."""
        left = ExpressionWrapper(F("due_at") - Value(at), output_field=DurationField())
        running = self.filter(order=order, stopped=Stopped.NO).exclude(kind__in=list(but))
        running.update(stopped=why, time_left=left, due_at=None)

    def go_on(self, order: Order, why: Stopped, at: datetime) -> None:
        """Those that were stopped for this reason run again, with the time they had left."""
        due = ExpressionWrapper(Value(at) + F("time_left"), output_field=models.DateTimeField())
        stopped = self.filter(order=order, stopped=why)
        stopped.update(stopped=Stopped.NO, due_at=due, time_left=None, failures=0, retry_at=None)


class Timer(models.Model):
    """A deadline as a row; ``kind`` is the action that the sweep applies when it has come."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="timers")
    kind = models.CharField(max_length=30)
    due_at = models.DateTimeField(null=True)
    stopped = models.CharField(max_length=5, choices=Stopped.choices, default=Stopped.NO, blank=True)
    time_left = models.DurationField(null=True)  # of one that stands still
    order_version = models.PositiveIntegerField()
    failures = models.PositiveSmallIntegerField(default=0)  # of the sweep in a row; each makes the next try later
    retry_at = models.DateTimeField(null=True)
    extended = models.DurationField(default=timedelta)  # because the site was away meanwhile; pages say so

    objects = TimerQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "kind"], name="one_timer_per_kind"),
            models.CheckConstraint(
                condition=Q(stopped="", due_at__isnull=False, time_left__isnull=True)
                | ~Q(stopped="") & Q(due_at__isnull=True, time_left__isnull=False),
                name="timer_runs_or_stands",
            ),
        ]
        indexes: ClassVar = [
            # Holds all that a claim reads, so that it walks the index and nothing else.
            models.Index(
                fields=["due_at", "id"],
                include=["kind", "order", "retry_at"],
                name="timer_due",
                condition=Q(due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at or self.time_left}"


_DROP = prepared_change(lambda order, kind_ids: Timer.objects.filter(order=order, kind__in=kind_ids))
