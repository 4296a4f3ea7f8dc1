"""When things fall due. Pure functions of moments, durations and frozen terms; every result is UTC.

A promise runs in absolute seconds. Where a gig keeps order hours it runs only within them, in the
seller's zone, so that a two-hour promise given at night ends the next morning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.contracts import WeeklyHours
from marketplace.kernel.money import Money
from orders.contracts import Terms
from orders.rules import Rules

_DAY_MINUTES = 24 * 60


def ready_at(start: datetime, minutes: int, hours: WeeklyHours | None) -> datetime:
    """When work of so many minutes ends that may begin at ``start`` (aware)."""
    return ready_after(start, timedelta(minutes=minutes), hours)


def ready_after(start: datetime, span: timedelta, hours: WeeklyHours | None) -> datetime:
    """The same to the second."""
    begin, remaining = start.astimezone(UTC), span
    if hours is None or not any(opens < closes for _weekday, opens, closes in hours.spans):
        return begin + remaining
    for opens, closes in _openings(begin, hours):
        begin = max(begin, opens)
        open_for = closes - begin
        if open_for <= timedelta(0):
            continue
        if remaining <= open_for:
            return begin + remaining
        remaining -= open_for
    raise AssertionError("the week of openings never ends")


def open_time(start: datetime, end: datetime, hours: WeeklyHours | None) -> timedelta:
    """How much working time lies between two moments; none where the second comes first."""
    if hours is None or not any(opens < closes for _weekday, opens, closes in hours.spans):
        return max(end - start, timedelta(0))
    begin, found = start.astimezone(UTC), timedelta(0)
    for opens, closes in _openings(begin, hours):
        if opens >= end:
            break
        begin, stop = max(begin, opens), min(closes, end)
        if stop > begin:
            found, begin = found + (stop - begin), stop
    return found


def _openings(start: datetime, hours: WeeklyHours) -> Iterator[tuple[datetime, datetime]]:
    """Every span from the day before ``start`` on, in UTC: wall-clock times move with summer time."""
    zone = ZoneInfo(hours.time_zone)
    spans = sorted(hours.spans)
    day = start.astimezone(zone).date() - timedelta(days=1)
    while True:
        midnight = datetime.combine(day, time())
        for weekday, start_minute, end_minute in spans:
            if weekday == day.weekday():
                yield _utc(midnight, start_minute, zone), _utc(midnight, end_minute, zone)
        day += timedelta(days=1)


def _utc(midnight: datetime, minute: int, zone: ZoneInfo) -> datetime:
    return (midnight + timedelta(minutes=minute)).replace(tzinfo=zone).astimezone(UTC)


def due_at(start: datetime, terms: Terms) -> datetime:
    """When the work is due if the clock starts now."""
    return ready_at(start, terms.promised_minutes, terms.hours)


def very_late_at(due: datetime, terms: Terms) -> datetime:
    """A day after; for a promise under 24 h a quarter of it, but not less than the minimum."""
    rules = terms.rules
    if terms.promised_minutes >= _DAY_MINUTES:
        return due + rules.very_late_long
    quarter = timedelta(minutes=terms.promised_minutes) * rules.very_late_share_bp / 10_000
    return due + max(quarter, rules.very_late_minimum)


def hard_stop_at(due: datetime, terms: Terms) -> datetime:
    """When a late order that was never delivered is cancelled; never before it is very late."""
    return max(due + terms.rules.late_hard_stop, very_late_at(due, terms))


def next_warning(due: datetime, after: datetime, terms: Terms) -> datetime | None:
    """The next reminder before a deadline; one longer than the promise would come before the start."""
    promise = timedelta(minutes=terms.promised_minutes)
    moments = [due - ahead for ahead in terms.rules.deadline_warnings if ahead < promise]
    return min((moment for moment in moments if moment > after), default=None)


def next_requirements_reminder(paid: datetime, after: datetime, rules: Rules) -> datetime | None:
    moments = [paid + wait for wait in rules.requirements_reminders if wait < rules.requirements_timeout]
    return min((moment for moment in moments if moment > after), default=None)


def acceptance_reminder(until: datetime, after: datetime, rules: Rules) -> datetime | None:
    moment = until - rules.acceptance_reminder
    return moment if moment > after else None


def revision_due(start: datetime, terms: Terms) -> datetime:
    """The larger of a day and half the promise; never longer than a promise that is under 24 h."""
    floor = int(terms.rules.revision_minimum.total_seconds()) // 60
    minutes = max(floor, terms.promised_minutes // 2)
    if terms.promised_minutes < _DAY_MINUTES:
        minutes = min(minutes, terms.promised_minutes)
    return ready_at(start, minutes, terms.hours)


def proposal_answer_by(at: datetime, promised_minutes: int, terms: Terms) -> datetime:
    """Until when the other side may answer; the short window runs within order hours, as a short promise does."""
    if promised_minutes >= 2 * _DAY_MINUTES:
        return at + terms.rules.proposal_answer
    return ready_after(at, terms.rules.proposal_answer_short, terms.hours)


def dispute_step(amount: Money, rules: Rules) -> timedelta:
    """How long an answer, a negotiation or a decision may take for an order of this size."""
    small = amount.amount_minor <= rules.dispute_small_limit_minor
    return rules.dispute_answer_small if small else rules.dispute_answer_large


@dataclass(frozen=True, slots=True)
class Standing:
    """What a seller has behind them when an order ends."""

    completed: int  # counted no further than trust asks for
    lost_of_last_50: int
    fast_this_week_minor: int  # prices that cleared the fast way within 7 days


def is_trusted(standing: Standing, rules: Rules) -> bool:
    return (
        standing.completed >= rules.clearing_trusted_orders
        and standing.lost_of_last_50 <= rules.clearing_trusted_lost_disputes
    )


def clears_fast(price: Money, standing: Standing, rules: Rules) -> bool:
    """Small orders that the buyer accepted; below trusted only up to a sum per week."""
    if price.amount_minor > rules.clearing_fast_limit_minor:
        return False
    week = standing.fast_this_week_minor + price.amount_minor
    return is_trusted(standing, rules) or week <= rules.clearing_fast_weekly_limit_minor


def clearing(price: Money, *, accepted_by_buyer: bool, standing: Standing, rules: Rules) -> timedelta:
    """How long the seller's share waits after the end of the order."""
    if accepted_by_buyer and clears_fast(price, standing, rules):
        return rules.clearing_fast
    return rules.clearing_trusted if is_trusted(standing, rules) else rules.clearing_standard


def resumed(remaining: dict[str, int], at: datetime, rules: Rules) -> dict[str, datetime]:
    """Timers that go on after a dispute with the seconds they had left.

    All move together, so that the first of them leaves at least ``resumed_minimum`` and their order stays.
    """
    if not remaining:
        return {}
    shortfall = max(0, int(rules.resumed_minimum.total_seconds()) - min(remaining.values()))
    return {kind: at + timedelta(seconds=seconds + shortfall) for kind, seconds in remaining.items()}
