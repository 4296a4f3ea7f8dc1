"""An order, what happened to it, and what is about to happen by itself."""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import cache, cached_property
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from marketplace.kernel.ids import new_id, short_code
from marketplace.kernel.money import LARGEST_MINOR, Money
from orders import terms as frozen_terms
from orders.contracts import Terms
from orders.states import ACTIVE, Actor, State


@cache
def _columns() -> tuple[str, ...]:
    return tuple(field.attname for field in Order._meta.concrete_fields)


_MAY_COME = frozenset({State.REQUESTED, State.PENDING_PAYMENT})


class Fault(models.TextChoices):
    """Whose cancellation it was; a neutral one, or one that both agreed on, counts against nobody."""

    NONE = "", "none"
    NEUTRAL = "neutral", "neutral"
    MUTUAL = "mutual", "mutual"
    SELLER = "seller", "seller"
    DECISION = "decision", "decision"


class OrderQuerySet(models.QuerySet["Order"]):
    def of_buyer(self, user_id: int) -> Self:
        return self.filter(buyer_id=user_id)

    def of_seller(self, user_id: int) -> Self:
        """An order that was never paid concerns its seller only where they had agreed to it."""
        unpaid = Q(state__in=[State.PENDING_PAYMENT, State.EXPIRED])
        return self.filter(~unpaid | Q(terms_json__asks_first=True), seller_id=user_id)

    def active(self) -> Self:
        return self.filter(state__in=sorted(ACTIVE))

    def of_source(self, kind: str, ref: str) -> Self:
        return self.filter(source_kind=kind, source_ref=ref)

    def before(self, placed_at: datetime, order_id: uuid.UUID) -> Self:
        """The next page of a list that is newest first."""
        return self.filter(
            models.Q(placed_at__lt=placed_at) | models.Q(placed_at=placed_at, pk__lt=order_id),
        )


class Order(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=12, unique=True, default=short_code)
    form_key = models.CharField(max_length=100, unique=True)
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    source_kind = models.CharField(max_length=20)
    source_ref = models.CharField(max_length=64)
    state = models.CharField(max_length=24, choices=[(state.value, state.value) for state in State])
    version = models.PositiveIntegerField(default=0)  # number of the last event

    title = models.CharField(max_length=200)
    terms_json = models.JSONField()
    currency = models.CharField(max_length=3)
    price_minor = models.BigIntegerField()
    buyer_fee_minor = models.BigIntegerField()
    charge_id = models.UUIDField(null=True, blank=True)

    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)  # the clock
    work_started_at = models.DateTimeField(null=True, blank=True)  # the seller said so; ends the undo window
    due_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)  # the latest delivery
    completed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # completed, cancelled or expired
    clears_at = models.DateTimeField(null=True, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)
    review_until = models.DateTimeField(null=True, blank=True)
    last_event_at = models.DateTimeField()
    charged_back_at = models.DateTimeField(null=True, blank=True)  # the buyer's bank decides
    on_hold_at = models.DateTimeField(null=True, blank=True)  # a side is suspended
    rests_since = models.DateTimeField(null=True, blank=True)  # either of them: every clock stands still

    is_late = models.BooleanField(default=False)
    is_very_late = models.BooleanField(default=False)
    was_delivered = models.BooleanField(default=False)
    review_extended = models.BooleanField(default=False)
    cleared_fast = models.BooleanField(default=False)
    revisions_used = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=10, choices=Fault.choices, default=Fault.NONE, blank=True)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)  # of the price to the seller, where staff decided
    kept_minor = models.BigIntegerField(null=True, blank=True)  # of the price at stake to the seller, where divided

    # Of orders in steps: which one runs, and what the earlier ones made. Prices above are the sum of all paid ones.
    step = models.PositiveSmallIntegerField(default=0)
    done_price_minor = models.BigIntegerField(default=0)
    done_buyer_fee_minor = models.BigIntegerField(default=0)
    done_seller_fee_minor = models.BigIntegerField(default=0)

    # A pause in which the buyer is asked for something; any change of state ends it.
    paused_at = models.DateTimeField(null=True, blank=True)
    pauses_used = models.PositiveSmallIntegerField(default=0)

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(buyer=models.F("seller")), name="order_not_their_own"),
            models.CheckConstraint(condition=models.Q(state__in=[s.value for s in State]), name="order_state_known"),
            models.CheckConstraint(
                condition=models.Q(price_minor__range=(1, LARGEST_MINOR)), name="order_price_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(buyer_fee_minor__range=(0, LARGEST_MINOR)), name="order_fee_in_range"
            ),
            models.CheckConstraint(condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="order_currency_iso"),
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True) | models.Q(percent__lte=100), name="order_percent_range"
            ),
            models.CheckConstraint(
                condition=models.Q(is_very_late=False) | models.Q(is_late=True), name="order_very_late_is_late"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["requested", "declined", "pending_payment", "expired"])
                | models.Q(paid_at__isnull=False),
                name="order_works_only_when_paid",
            ),
            models.CheckConstraint(
                condition=Q(rests_since__isnull=True, charged_back_at__isnull=True, on_hold_at__isnull=True)
                | Q(rests_since__isnull=False) & (Q(charged_back_at__isnull=False) | Q(on_hold_at__isnull=False)),
                name="order_rests_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(price_minor__gt=F("done_price_minor"))
                & Q(buyer_fee_minor__gte=F("done_buyer_fee_minor"))
                & Q(done_price_minor__gte=F("done_seller_fee_minor")),
                name="order_steps_done_within",
            ),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True) | Q(state="in_progress"), name="order_paused_in_progress"
            ),
            models.CheckConstraint(
                condition=Q(kept_minor__isnull=True)
                | Q(kept_minor__gte=0, kept_minor__lte=F("price_minor") - F("done_price_minor")),
                name="order_kept_within",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["buyer", "-placed_at", "-id"], name="order_by_buyer"),
            models.Index(fields=["seller", "-placed_at", "-id"], name="order_by_seller"),
            models.Index(fields=["source_kind", "source_ref", "state"], name="order_by_source"),
            models.Index(
                fields=["seller", "-completed_at"],
                name="order_completed",
                condition=models.Q(completed_at__isnull=False),
            ),
            models.Index(fields=["seller", "-closed_at"], name="order_decided", condition=Q(percent__isnull=False)),
        ]

    # The last action that the guards let pass, for whom, when and at which version.
    passed: tuple[object, ...] | None = None
    had_proposals = False  # then, of whatever state

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def save(self, *given: Any, **named: Any) -> None:
        super().save(*given, **named)
        self._remember()

    def get_absolute_url(self) -> str:
        return reverse("orders:detail", args=[self.pk])

    def url_for(self, reader_id: int) -> str:
        """Of its page for its two sides; staff read of it in its case."""
        return self.get_absolute_url() if self.role_of(reader_id) else reverse("orders:dispute", args=[self.pk])

    @classmethod
    def from_db(cls, *given: Any, **named: Any) -> Order:
        order = super().from_db(*given, **named)
        order._remember()
        return order

    def refresh_from_db(self, *given: Any, **named: Any) -> None:
        super().refresh_from_db(*given, **named)
        self._remember()

    def _remember(self) -> None:
        """As the row is now, in what was read of it."""
        self._row = {name: self.__dict__[name] for name in _columns() if name in self.__dict__}

    def save_changes(self) -> None:
        """Writes what is not as it was: a few columns, where the frozen terms alone are longer than all of them."""
        if self._state.adding:
            self.save(force_insert=True)
        else:
            self.save(update_fields=[name for name, was in self._row.items() if getattr(self, name) != was])

    @cached_property
    def terms(self) -> Terms:
        return frozen_terms.from_json(self.terms_json)

    @property
    def running_terms(self) -> Terms:
        """The terms with the promise of the step that runs."""
        return self.terms.of_step(self.step)

    @property
    def has_next_step(self) -> bool:
        return self.step + 1 < len(self.terms.steps)

    @property
    def reference(self) -> str:
        """How payments and the inbox name this order."""
        return f"order:{self.pk}"

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def all_in(self) -> Money:
        """What the buyer was asked for until now, without tips."""
        return Money(self.price_minor + self.buyer_fee_minor, self.currency)

    @property
    def price_at_stake(self) -> Money:
        """Of the step that runs, with its extras: all of it, where there is one step."""
        return Money(self.price_minor - self.done_price_minor, self.currency)

    @property
    def all_in_at_stake(self) -> Money:
        return self.price_at_stake + Money(self.buyer_fee_minor - self.done_buyer_fee_minor, self.currency)

    @property
    def kept(self) -> Money:
        """What the seller keeps of it before their fee: all of it, unless it was divided or went back."""
        if self.kept_minor is not None:
            return Money(self.kept_minor, self.currency)
        return self.price_at_stake if self.state != State.CANCELLED else Money(0, self.currency)

    @property
    def receives_at_stake(self) -> Money:
        """What the seller gets of it."""
        return self.kept - self.terms.rules.seller_fee(self.kept)

    @property
    def seller_receives(self) -> Money:
        """The same with the steps before."""
        done = Money(self.done_price_minor - self.done_seller_fee_minor, self.currency)
        return done + self.receives_at_stake

    @property
    def may_talk(self) -> bool:
        """From the payment on; where the seller is asked first, from the request on, so that both can ask back."""
        return self.paid_at is not None or (self.terms.asks_first and self.state in _MAY_COME)

    @property
    def rests(self) -> bool:
        return self.rests_since is not None

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    def role_of(self, user_id: int | None) -> Actor | None:
        """Which side a person is on, or None."""
        if user_id is None:
            return None
        return {self.buyer_id: Actor.BUYER, self.seller_id: Actor.SELLER}.get(user_id)

    def person_of(self, role: str) -> int:
        return self.buyer_id if role == Actor.BUYER else self.seller_id


class OrderEvent(models.Model):
    """What happened, once and for all: triggers refuse UPDATE, DELETE and TRUNCATE."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    version = models.PositiveIntegerField()
    action = models.CharField(max_length=30)
    actor = models.CharField(max_length=10)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    state_before = models.CharField(max_length=24, blank=True)
    state = models.CharField(max_length=24)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ("order", "version")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "version"], name="order_event_numbered"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.version} {self.action}"
