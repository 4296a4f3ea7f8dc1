"""What the site tells people, what of it they want by which way, and where mail and pushes go."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inbox.rhythm import Pace


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
    due_at = models.DateTimeField(null=True)  # the deadline that it speaks of
    collect_at = models.DateTimeField(null=True)  # waits for the letter of that moment, with whatever else waits

    class Meta:
        verbose_name = _("notice")
        constraints: ClassVar = [models.UniqueConstraint(fields=["recipient", "key"], name="noticed_once")]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-id"], name="notices_of_a_person"),
            models.Index("recipient", name="unread_notices", condition=models.Q(read_at=None)),
            models.Index(
                "collect_at", "recipient", name="notices_to_collect", condition=models.Q(collect_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NoticeSetting(models.Model):
    """By which ways somebody wants a kind of notice. No row: by all. It stands on the notices page in any case."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    mail = models.BooleanField(default=True)
    bell = models.BooleanField(default=True, db_default=True)  # counts there
    push = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "kind"], name="one_setting_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.mail}"


class NoticeTimes(models.Model):
    """When what can wait may come. No row: at once, at any hour."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+")
    pace = models.CharField(max_length=8, choices=Pace, default=Pace.AT_ONCE)
    hour = models.PositiveSmallIntegerField(default=8)  # of the day, in their zone
    weekday = models.PositiveSmallIntegerField(default=0)  # 0 is Monday
    # Minutes since local midnight; from 22:00 to 07:00 goes over midnight. Both or none.
    quiet_from = models.PositiveSmallIntegerField(null=True)
    quiet_to = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(hour__lt=24, weekday__lt=7), name="digest_at_an_hour_of_a_week"),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False, quiet_from__lt=1440, quiet_to__lt=1440)
                & ~Q(quiet_from=F("quiet_to")),
                name="quiet_hours_begin_and_end",
            ),
            models.CheckConstraint(condition=Q(pace__in=Pace.values), name="pace_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.pace}"


class PushDevice(models.Model):
    """A browser that shows notices by itself (web push), as long as its session lasts."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40)
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=30)
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)  # refusals of its push service, in a row

    class Meta:
        indexes: ClassVar = [
            models.Index("user", name="devices_of_a_person"),
            models.Index("session_key", name="devices_of_a_session"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(endpoint__startswith="https://"), name="device_by_https")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.name}"


class MailTrouble(models.Model):
    """What came back from an address. Where ``stopped_at`` is set, only letters that must arrive try it."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("It does not exist, or does not take our mail.")
        COMPLAINED = "complained", _("A letter of ours was marked there as unwanted.")
        FULL = "full", _("It did not take our letters for some time.")

    address = models.EmailField(max_length=254, primary_key=True)
    stopped_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=10, choices=Reason, blank=True, default="")
    said = models.CharField(max_length=300, blank=True, default="")  # the other server's words
    soft_bounces = models.PositiveSmallIntegerField(default=0)  # since a letter arrived
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("address that mail came back from")
        verbose_name_plural = _("addresses that mail came back from")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(reason__in=["bounced", "complained", "full"]),
                name="stopped_for_a_reason",
            )
        ]

    def __str__(self) -> str:
        return self.address
