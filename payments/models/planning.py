"""What sellers write down for themselves about their earnings. None of it moves money."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.money import LARGEST_MINOR, Money

MOST_POCKETS, WHOLE_PERCENT = 8, 100
POCKET_NAME_MAX = 40
MOST_MINUTES = 60_000  # a thousand hours
_LAST_DAY = 31


class EarningGoal(models.Model):
    """What a seller wants to earn in a month, in one currency."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "currency"], name="earning_goal_once"),
            models.CheckConstraint(condition=Q(amount_minor__range=(1, LARGEST_MINOR)), name="earning_goal_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {Money(self.amount_minor, self.currency)}"


class Rhythm(models.TextChoices):
    """How often a pocket is remembered."""

    NEVER = "", _("Never")
    MONTHLY = "monthly", _("Every month")
    QUARTERLY = "quarterly", _("Every three months")
    YEARLY = "yearly", _("Every year")


class Pocket(models.Model):
    """A name for a part of what is paid out: tax, holiday. Shown as set aside; the money is in the seller's bank."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=POCKET_NAME_MAX)
    created_at = models.DateTimeField()
    rhythm = models.CharField(max_length=10, choices=Rhythm, default=Rhythm.NEVER, blank=True)
    remind_on = models.DateField(null=True)  # the next time, a day of the business
    remind_day = models.PositiveSmallIntegerField(null=True)  # of the month, as asked for; short months have less

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("user", Lower("name"), name="pocket_named_once"),
            models.CheckConstraint(condition=~Q(name=""), name="pocket_has_a_name"),
            models.CheckConstraint(condition=Q(rhythm__in=[r.value for r in Rhythm]), name="pocket_rhythm_known"),
            models.CheckConstraint(
                condition=Q(rhythm="", remind_on__isnull=True, remind_day__isnull=True)
                | ~Q(rhythm="") & Q(remind_on__isnull=False, remind_day__range=(1, _LAST_DAY)),
                name="pocket_reminds_on_a_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["remind_on"], name="pocket_to_remind", condition=Q(remind_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class PocketShare(models.Model):
    """A pocket's percentage for as long as it held; the newest has no end. A trigger adds the open ones up."""

    pocket = models.ForeignKey(Pocket, models.CASCADE, related_name="shares")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")  # of the pocket
    percent = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pocket"], condition=Q(until=None), name="pocket_one_open_share"),
            models.CheckConstraint(condition=Q(percent__range=(1, WHOLE_PERCENT)), name="pocket_percent"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="pocket_share_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.pocket_id}: {self.percent} %"


class PocketTotal(models.Model):
    """What a seller's pockets come to; a trigger writes it, so that two tabs cannot pass 100 % together."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    percent = models.SmallIntegerField(default=0)
    pockets = models.SmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(percent__range=(0, WHOLE_PERCENT)), name="pockets_at_most_all"),
            models.CheckConstraint(condition=Q(pockets__range=(0, MOST_POCKETS)), name="pockets_not_too_many"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.percent} %"


class WorkTime(models.Model):
    """How long one order took, as its seller noted. Private."""

    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    reference = models.CharField(max_length=120, unique=True)
    minutes = models.PositiveIntegerField()
    noted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(minutes__range=(1, MOST_MINUTES)), name="work_time_in_range"),
        ]
        indexes: ClassVar = [models.Index(fields=["seller", "-noted_at"], name="work_time_of_seller")]

    def __str__(self) -> str:
        return f"{self.reference}: {self.minutes} min"


class TypicalTime(models.Model):
    """How long one order of a thing usually takes; counts for orders without a note of their own."""

    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    subject = models.CharField(max_length=100)  # as its owner names it: "gig:12"
    minutes = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "subject"], name="typical_time_once"),
            models.CheckConstraint(condition=Q(minutes__range=(1, MOST_MINUTES)), name="typical_time_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.minutes} min"


class RotationRest(models.Model):
    """Until when a seller is not told again that they do much of the same."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.until:%Y-%m-%d}"
