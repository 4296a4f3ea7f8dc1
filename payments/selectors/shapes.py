"""What a seller's money pages show."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from marketplace.kernel.money import Money


class Stage(StrEnum):
    """Where a seller's share stands, in the words of the seller's page."""

    CLEARING = "clearing"  # theirs when the clearing period ends
    RESERVED = "reserved"  # kept longer, as a new seller's reserve
    WAITING = "waiting"  # cleared, but they cannot be paid yet
    HELD = "held"  # a chargeback, a warning or a refusal: somebody is looking at it
    SENDING = "sending"  # on its way to their account at the provider
    IN_ACCOUNT = "in_account"  # there, before the payout to their bank
    ON_THE_WAY = "on_the_way"  # in a payout that the bank has not confirmed
    PAID = "paid"
    SETTLED = "settled"  # all of it paid an earlier debt


@dataclass(frozen=True, slots=True)
class Earning:
    """One release as its seller sees it."""

    reference: str
    title: str
    url: str
    amount: Money  # after fees
    stage: Stage
    since: datetime
    expected_at: datetime | None  # when it becomes theirs, while it clears
    kept_back: Money | None = None  # of the amount, for an earlier debt


@dataclass(frozen=True, slots=True)
class PayoutView:
    id: uuid.UUID
    amount: Money
    state: str  # asked, sent, paid, failed
    asked_at: datetime
    arrives_on: date | None
    paid_at: datetime | None  # stays where it came back afterwards
    failed_at: datetime | None
    failure: str  # in words; empty where it did not fail
    advice: str  # what to do about it
    bank: str
    by_hand: bool  # the seller asked for it


@dataclass(frozen=True, slots=True)
class Balances:
    """A seller's money in one currency."""

    protected: Money  # held for running work
    clearing: Money  # a reserve included
    reserved: Money  # of it, a new seller's reserve
    ready: Money  # cleared, here or on its way to their account at the provider
    in_account: Money  # there
    paid: Money  # confirmed by their bank
    owed: Money  # what they owe from earlier orders

    @property
    def available(self) -> Money:
        """Theirs, and not with their bank yet."""
        return self.ready + self.in_account

    @property
    def is_empty(self) -> bool:
        return not any((self.protected, self.clearing, self.ready, self.in_account, self.paid, self.owed))


@dataclass(frozen=True, slots=True)
class Debt:
    """What a seller owes for an order whose money went back to the buyer."""

    reference: str
    title: str
    url: str
    amount: Money
    left: Money
    since: datetime


@dataclass(frozen=True, slots=True)
class Earnings:
    """A seller's page: totals by currency, what comes when, and a page of rows."""

    balances: tuple[Balances, ...]  # the site's first currency at the front, others where there is something
    expected: tuple[tuple[datetime, Money], ...]  # days on which shares clear
    rows: tuple[Earning, ...]
    more: str  # names the page that follows; empty on the last
    debts: tuple[Debt, ...]

    @property
    def protected(self) -> Money:
        """In the site's first currency, like all that follow."""
        return self.balances[0].protected

    @property
    def clearing(self) -> Money:
        return self.balances[0].clearing

    @property
    def ready(self) -> Money:
        """Cleared, and not with their bank yet."""
        return self.balances[0].ready + self.balances[0].in_account

    @property
    def paid(self) -> Money:
        return self.balances[0].paid
