from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gigs import limits
from gigs.models.gig import Gig
from marketplace.kernel.money import LARGEST_MINOR, Money


class Package(models.Model):
    """One of up to three ways to buy a gig. ``position`` (1 to 3) names it in forms and addresses."""

    gig = models.ForeignKey(Gig, on_delete=models.CASCADE, related_name="packages")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=limits.PACKAGE_NAME_MAX)
    price_minor = models.PositiveBigIntegerField()
    # With the service fee at the time of writing; for filters and sorts.
    all_in_minor = models.PositiveBigIntegerField()
    promised_minutes = models.PositiveIntegerField()
    revisions = models.PositiveSmallIntegerField(default=1)
    features = models.JSONField(default=list, blank=True)  # [[label, value]], the same labels in every package
    # What a job takes the seller, as they say; nobody else sees it.
    work_minutes = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("package")
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gig", "position"], name="one_package_per_position"),
            models.CheckConstraint(
                condition=models.Q(position__range=(1, limits.PACKAGES_MAX)), name="package_is_first_to_third"
            ),
            models.CheckConstraint(
                condition=models.Q(price_minor__range=(1, LARGEST_MINOR)), name="package_price_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(all_in_minor__gte=models.F("price_minor")), name="package_all_in_covers_price"
            ),
            models.CheckConstraint(
                condition=models.Q(promised_minutes__range=(1, limits.PROMISE_MAX_MINUTES)),
                name="package_promise_in_range",
            ),
            models.CheckConstraint(
                condition=models.Q(revisions__lte=limits.REVISIONS_MAX), name="package_revisions_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(work_minutes=None) | models.Q(work_minutes__range=(1, limits.WORK_MAX_MINUTES)),
                name="package_work_in_range",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["gig", "all_in_minor", "promised_minutes"], name="packages_by_price")]

    def __str__(self) -> str:
        return self.name

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.gig.currency)


class Extra(models.Model):
    """Something on top, once per order; negative ``extra_minutes`` brings the time forward."""

    gig = models.ForeignKey(Gig, on_delete=models.CASCADE, related_name="extras")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=limits.EXTRA_TITLE_MAX)
    price_minor = models.PositiveBigIntegerField()
    extra_minutes = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("extra")
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gig", "position"], name="one_extra_per_position"),
            models.CheckConstraint(
                condition=models.Q(position__range=(1, limits.EXTRAS_MAX)), name="extra_position_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(price_minor__range=(1, LARGEST_MINOR)), name="extra_price_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(extra_minutes__range=(-limits.PROMISE_MAX_MINUTES, limits.PROMISE_MAX_MINUTES)),
                name="extra_minutes_in_range",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.gig.currency)
