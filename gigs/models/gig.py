from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.contracts import WeeklyHours
from gigs import documents, limits, richtext
from gigs.contracts import Cover, FaqEntry
from gigs.covers import cover_of
from gigs.models.category import Category
from gigs.states import GigState
from marketplace.kernel import currencies
from marketplace.kernel.money import Money
from orders.contracts import Question


def no_stars() -> list[int]:
    return [0, 0, 0, 0, 0]


class GigQuerySet(models.QuerySet["Gig"]):
    def active(self) -> GigQuerySet:
        """What lists and searches may show: live, and not for those who have its link alone."""
        return self.filter(state=GigState.ACTIVE, is_private=False)

    def active_or_private(self) -> GigQuerySet:
        """What can be ordered by somebody."""
        return self.filter(state=GigState.ACTIVE)

    def visible(self) -> GigQuerySet:
        """What anybody may open by its address: paused gigs say that they are."""
        return self.filter(state__in=[GigState.ACTIVE, GigState.PAUSED])

    def payable(self) -> GigQuerySet:
        """Priced in a currency that the site settles in (still)."""
        return self.filter(currency__in=currencies.settled())

    def of_seller(self, user_id: int) -> GigQuerySet:
        return self.filter(seller_id=user_id)


class Gig(models.Model):
    """Something a seller does for a fixed price by a fixed time. Amounts are minor units of its currency."""

    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="gigs")
    state = models.CharField(max_length=10, choices=GigState.choices(), default=GigState.DRAFT.value)
    shown_as = models.CharField(max_length=10, blank=True, default="")  # the state before it was hidden
    # Grows with every change of what a buyer would agree to; an order form knows which one it showed.
    version = models.PositiveIntegerField(default=1)

    currency = models.CharField(_("currency"), max_length=3)  # of all its packages and extras
    title = models.CharField(_("title"), max_length=limits.TITLE_MAX)
    slug = models.SlugField(max_length=90)
    description = models.TextField(_("description"), max_length=limits.DESCRIPTION_MAX, blank=True, default="")  # HTML
    tags = ArrayField(models.CharField(max_length=limits.TAG_MAX), size=limits.TAGS_MAX, default=list, blank=True)
    # Path in public storage without width and suffix; empty where there is none yet.
    cover = models.CharField(max_length=100, blank=True, default="")
    cover_is_drawn = models.BooleanField(default=False)

    language = models.CharField(max_length=8, default="en")  # of its text: ISO 639-1, or with a region
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)  # in which the work is done, too

    asks_first = models.BooleanField(default=False)  # the seller agrees to each order before it is paid
    is_private = models.BooleanField(default=False)  # in no list and no search; whoever has ``share_key`` may order
    share_key = models.CharField(max_length=32, blank=True, default="")
    queue_limit = models.PositiveSmallIntegerField(null=True, blank=True)  # of running orders; none: no limit
    away_until = models.DateTimeField(null=True, blank=True)  # nobody can order before
    # How a price falls with the quantity: [[from, percent off]], rising.
    quantity_discounts = models.JSONField(default=list, blank=True)

    # Shapes of the four documents: gigs/documents.py.
    hours = models.JSONField(null=True, blank=True)
    questions = models.JSONField(default=list, blank=True)
    checklist = models.JSONField(default=list, blank=True)
    faq = models.JSONField(default=list, blank=True)

    # What the buyer may do with the work, how it is made, when they get it: kinds of orders.api.
    licence = models.CharField(max_length=12, default="commercial")
    ai_use = models.CharField(max_length=12, blank=True, default="")  # empty: the seller has not said
    ai_note = models.CharField(max_length=limits.AI_NOTE_MAX, blank=True, default="")
    preview = models.CharField(max_length=12, default="open")

    # Copies for lists, filters and sorts; written with the packages. Null while there are none.
    from_price_minor = models.PositiveBigIntegerField(null=True)
    from_all_in_minor = models.PositiveBigIntegerField(null=True)
    from_minutes = models.PositiveIntegerField(null=True)
    fastest_minutes = models.PositiveIntegerField(null=True)
    package_count = models.PositiveSmallIntegerField(default=0)

    # Copies of published reviews and of orders; written by subscribers.
    stars = ArrayField(models.PositiveIntegerField(), size=5, default=no_stars)  # how many of 1 to 5 stars
    review_count = models.PositiveIntegerField(default=0)
    rating_hundredths = models.PositiveSmallIntegerField(default=0)  # 480 is 4.80
    active_orders = models.PositiveIntegerField(default=0)
    completed_orders = models.PositiveIntegerField(default=0)
    last_ordered_at = models.DateTimeField(null=True)

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    objects = GigQuerySet.as_manager()

    class Meta:
        verbose_name = _("gig")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=GreaterThanOrEqual(Length("title"), limits.TITLE_MIN), name="gig_title_long_enough"
            ),
            models.CheckConstraint(
                condition=models.Q(state=GigState.HIDDEN.value) & ~models.Q(shown_as="")
                | ~models.Q(state=GigState.HIDDEN.value) & models.Q(shown_as=""),
                name="hidden_gig_comes_back",
            ),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="gig_version_counts_from_one"),
            models.CheckConstraint(condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="gig_currency_iso"),
            models.CheckConstraint(
                condition=~models.Q(state=GigState.ACTIVE.value)
                | models.Q(
                    from_price_minor__gt=0, fastest_minutes__gt=0, package_count__gte=1, published_at__isnull=False
                ),
                name="active_gig_can_be_ordered",
            ),
            models.CheckConstraint(
                condition=models.Q(package_count__lte=limits.PACKAGES_MAX), name="gig_has_at_most_three_packages"
            ),
            models.CheckConstraint(condition=models.Q(rating_hundredths__lte=500), name="gig_rating_within_five"),
            models.CheckConstraint(
                condition=models.Q(is_private=False) | ~models.Q(share_key=""), name="private_gig_has_a_key"
            ),
            models.CheckConstraint(
                condition=models.Q(queue_limit=None) | models.Q(queue_limit__gte=1), name="queue_holds_an_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["seller", "-updated_at"], name="gigs_of_a_seller"),
            models.Index(fields=["category", "state"], name="gigs_of_a_category"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("gigs:detail", args=[self.pk, self.slug])

    @property
    def is_draft(self) -> bool:
        return self.state == GigState.DRAFT

    @property
    def is_active(self) -> bool:
        return self.state == GigState.ACTIVE

    @property
    def is_paused(self) -> bool:
        return self.state == GigState.PAUSED

    @property
    def is_archived(self) -> bool:
        return self.state == GigState.ARCHIVED

    @property
    def is_in_review(self) -> bool:
        return self.state == GigState.IN_REVIEW

    @property
    def is_taken_down(self) -> bool:
        return self.state == GigState.TAKEN_DOWN

    @property
    def from_all_in(self) -> Money | None:
        """What a buyer pays for the cheapest package, or None where there is none yet."""
        return Money(self.from_all_in_minor, self.currency) if self.from_all_in_minor else None

    @property
    def cover_image(self) -> Cover | None:
        return cover_of(self.cover)

    @property
    def rating(self) -> Decimal | None:
        """The mean of published reviews, or None before the first."""
        return Decimal(self.rating_hundredths) / 100 if self.review_count else None

    @property
    def weekly_hours(self) -> WeeklyHours | None:
        return documents.hours_from(self.hours)

    @property
    def question_list(self) -> tuple[Question, ...]:
        return documents.questions_from(self.questions)

    @property
    def description_text(self) -> str:
        return richtext.plain(self.description)

    @property
    def description_html(self) -> SafeString:
        return richtext.shown(self.description)

    @property
    def discounts(self) -> list[tuple[int, int]]:
        """(from how many, percent off), rising."""
        return [(start, percent) for start, percent in self.quantity_discounts]

    @property
    def faq_list(self) -> tuple[FaqEntry, ...]:
        return documents.faq_from(self.faq)
