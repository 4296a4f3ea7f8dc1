"""Why a payout is not made now. One pure function decides for the run, for the button, and for both pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from marketplace.kernel.money import Money
from payments.contracts import PayoutGate, Schedule


class Hindrance(StrEnum):
    """One reason; the order is that in which a person would deal with them."""

    NO_ACCOUNT = "no_account"
    CLOSED = "closed"  # the account at the provider is gone
    REQUIREMENTS = "requirements"  # the provider was never given enough
    CAPABILITY_LOST = "capability_lost"  # it was enough once, and is not any more
    BANK_REFUSED = "bank_refused"  # a payout came back; none until the bank is changed
    BANK_CHANGED = "bank_changed"  # for 24 h
    BRAKE = "brake"  # the site holds all payouts
    UNDER_WAY = "under_way"  # one is being made
    NOTHING = "nothing"  # there is nothing to pay out
    PENDING = "pending"  # what there is has not settled at the provider
    BELOW_MINIMUM = "below_minimum"
    MANUAL = "manual"  # when they ask for it
    NOT_DUE = "not_due"  # the schedule's day has not come


# Reasons that keep the schedule from paying, but not the seller's own button.
OF_THE_SCHEDULE = frozenset({Hindrance.MANUAL, Hindrance.NOT_DUE})


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known about one seller's payout in one currency."""

    gate: PayoutGate
    was_open: bool  # the gate was open before
    bank_refused: bool
    stopped_until: datetime | None
    is_braked: bool
    is_under_way: bool
    available: Money  # in the connected account, to be paid out
    pending: Money  # there, but not settled
    minimum: Money
    schedule: Schedule
    due_at: datetime | None  # None: at once
    is_aged: bool = False  # it has been here so long that neither schedule nor minimum counts


def why_not(standing: Standing, at: datetime) -> tuple[Hindrance, ...]:
    """All reasons why the schedule does not pay now, the first to be dealt with first; empty: it pays."""
    return (*_of_the_account(standing, at), *_of_the_money(standing), *_of_the_schedule(standing, at))


def why_not_by_hand(standing: Standing, at: datetime) -> tuple[Hindrance, ...]:
    """The same for the seller's own button."""
    return tuple(reason for reason in why_not(standing, at) if reason not in OF_THE_SCHEDULE)


def _of_the_account(standing: Standing, at: datetime) -> Iterator[Hindrance]:
    if standing.gate == PayoutGate.NONE:
        yield Hindrance.NO_ACCOUNT
    elif standing.gate == PayoutGate.CLOSED:
        yield Hindrance.CLOSED
    elif standing.gate == PayoutGate.INCOMPLETE:
        yield Hindrance.CAPABILITY_LOST if standing.was_open else Hindrance.REQUIREMENTS
    if standing.bank_refused:
        yield Hindrance.BANK_REFUSED
    if standing.stopped_until and at < standing.stopped_until:
        yield Hindrance.BANK_CHANGED
    if standing.is_braked:
        yield Hindrance.BRAKE
    if standing.is_under_way:
        yield Hindrance.UNDER_WAY


def _of_the_money(standing: Standing) -> Iterator[Hindrance]:
    if standing.available.amount_minor <= 0:
        yield Hindrance.PENDING if standing.pending.amount_minor > 0 else Hindrance.NOTHING
    elif standing.available < standing.minimum and not standing.is_aged:
        yield Hindrance.BELOW_MINIMUM


def _of_the_schedule(standing: Standing, at: datetime) -> Iterator[Hindrance]:
    if standing.is_aged:
        return
    if standing.schedule == Schedule.MANUAL:
        yield Hindrance.MANUAL
    elif standing.due_at and at < standing.due_at:
        yield Hindrance.NOT_DUE
