"""Every timer and fee of an order, with the defaults of a new site. A copy is frozen into each order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta

from marketplace.kernel.money import Money

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """Durations are absolute seconds; amounts are minor units of the order's currency, their defaults are in euros."""

    seller_fee_bp: int = 1_000  # 1/10,000 of what the seller finally keeps before it
    buyer_fee_bp: int = 300
    buyer_fee_minimum_minor: int = 50
    buyer_fee_maximum_minor: int = 2_500

    request_answer: timedelta = _DAY  # the seller's, where they are asked first
    request_payment: timedelta = 23 * _HOUR  # after their yes: the buyer need not be there when it comes
    payment_window: timedelta = 30 * _MINUTE
    undo: timedelta = 10 * _MINUTE
    requirements_timeout: timedelta = 14 * _DAY
    requirements_reminders: tuple[timedelta, ...] = (_DAY, 3 * _DAY, 7 * _DAY)
    deadline_warnings: tuple[timedelta, ...] = (_DAY, 4 * _HOUR, _HOUR)  # before; only those shorter than the promise
    very_late_long: timedelta = _DAY  # for a promise of 24 h or more
    very_late_share_bp: int = 2_500  # of a shorter promise
    very_late_minimum: timedelta = 2 * _HOUR
    late_hard_stop: timedelta = 7 * _DAY
    pauses: int = 2  # how often the seller may stop the clock to ask for something
    pause: timedelta = 3 * _DAY
    proposal_answer: timedelta = 2 * _DAY
    proposal_answer_short: timedelta = 12 * _HOUR  # where the promise is under 48 h
    proposal_tries: int = 3  # of one kind by one side that may come to nothing
    acceptance: timedelta = 3 * _DAY
    acceptance_reminder: timedelta = _DAY  # before
    acceptance_extension: timedelta = 7 * _DAY
    revision_minimum: timedelta = _DAY
    step_funding: timedelta = 7 * _DAY  # from the end of a step until the next one is paid

    clearing_fast: timedelta = _DAY  # accepted by the buyer and small
    clearing_fast_limit_minor: int = 5_000
    clearing_fast_weekly_limit_minor: int = 20_000  # for sellers below trusted
    clearing_trusted: timedelta = 3 * _DAY
    clearing_trusted_orders: int = 10
    clearing_trusted_lost_disputes: int = 1  # at most, in the last 50
    clearing_standard: timedelta = 7 * _DAY

    dispute_small_limit_minor: int = 5_000
    dispute_answer_small: timedelta = _DAY
    dispute_answer_large: timedelta = 3 * _DAY
    second_person_limit_minor: int = 50_000
    second_person_wait: timedelta = _DAY
    appeal: timedelta = 3 * _DAY
    resumed_minimum: timedelta = _DAY  # what a person has at least when a dispute is withdrawn, or a proposal failed
    dispute_front: timedelta = 21 * _DAY  # so old, a case goes to the front of the queue
    hold_limit: timedelta = 14 * _DAY  # of an order with a suspended side; then it is disposed of
    # What the seller gets of a payment that has been held for 85 days, in percent of the price.
    overdue_undelivered_percent: int = 0
    overdue_delivered_percent: int = 100
    overdue_disputed_percent: int = 50  # where nothing was decided
    review_window: timedelta = 14 * _DAY

    def buyer_fee(self, price: Money) -> Money:
        """3 %, at least 0.50 and at most 25.00 in euros, rounded half up to what can be paid."""
        fee = price.share(self.buyer_fee_bp).amount_minor
        return Money(min(max(fee, self.buyer_fee_minimum_minor), self.buyer_fee_maximum_minor), price.currency)

    def seller_fee(self, kept: Money) -> Money:
        return kept.share(self.seller_fee_bp)

    def all_in(self, price: Money) -> Money:
        return price + self.buyer_fee(price)


# The thresholds that a site has in every settlement currency, in euro cents.
AMOUNTS: dict[str, int] = {name: getattr(Rules(), name) for name in Rules.__slots__ if name.endswith("_minor")}


def with_overrides(overrides: Mapping[str, object], amounts: Mapping[str, int]) -> Rules:
    """The defaults with a site's own durations (as timedelta) and rates, and its amounts in one currency.

    Raises ValueError for a name that is no rule, an amount among the overrides, or a value of another type.
    """
    known = {field.name: getattr(Rules(), field.name) for field in fields(Rules)}
    for name, value in overrides.items():
        if name not in known:
            raise ValueError(f"ORDER_RULES: there is no rule {name!r}")
        if name in AMOUNTS:
            raise ValueError(f"ORDER_RULES: {name} is an amount; write it per currency in CURRENCY_RULES")
        if type(value) is not type(known[name]):
            raise ValueError(f"ORDER_RULES: {name} must be a {type(known[name]).__name__}")
    return Rules(**{**known, **overrides, **amounts})
