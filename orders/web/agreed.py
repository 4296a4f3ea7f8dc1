"""All frozen terms of an order in people's words: what was promised, what it costs, what happens when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.contracts import WeeklyHours
from marketplace.kernel import words
from marketplace.kernel.money import Money
from orders.contracts import Terms
from orders.models import Order
from orders.states import Actor
from orders.web.zones import Zones

_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Clause:
    """One line of the terms: a few words before, the agreement after."""

    label: str
    text: str


def clauses(terms: Terms, role: str) -> list[Clause]:
    """For one side; both sides read the same times, each its own fee."""
    found = [*_promise(terms), *_fees(terms, role), *_before(terms), *_work(terms), *_after(terms)]
    return [Clause(label, text) for label, text in found if text]


@dataclass(frozen=True)
class Agreement:
    """The panel "Agreed" of an order page."""

    order: Order
    role: str
    seller: str
    zones: Zones
    now: datetime

    @property
    def clauses(self) -> list[Clause]:
        return clauses(self.order.running_terms, self.role)

    @property
    def promise(self) -> str:
        return words.duration(self.order.running_terms.promised_minutes)

    @property
    def hours(self) -> str:
        hours = self.order.terms.hours
        return hours_in_words(hours, self.seller) if hours and hours.spans else ""

    @property
    def due_there(self) -> str:
        return self.zones.there(self.order.due_at) if self.order.due_at else ""


Line = tuple[str, str]


def _span(span: timedelta) -> str:
    return words.duration(int(span.total_seconds()) // 60)


def _promise(terms: Terms) -> Iterator[Line]:
    text = _("%(time)s from the payment on.")
    if terms.questions:
        text = _("%(time)s from the moment the mandatory answers are in.")
    yield _("Promise"), text % {"time": words.duration(terms.promised_minutes)}
    if terms.hours and terms.hours.spans:
        zone = terms.hours.time_zone.replace("_", " ")
        yield _("Hours"), _("The clock runs only in the seller's hours (%(zone)s).") % {"zone": zone}
    changes = ngettext("%(count)s round is included.", "%(count)s rounds are included.", terms.revisions)
    yield _("Changes"), changes % {"count": terms.revisions} if terms.revisions else _("None are included.")
    for number, step in enumerate(terms.steps, 1):
        price = words.amount(Money(step.price_minor, terms.currency))
        text = _("%(title)s: %(price)s, ready in %(time)s; paid when the one before is accepted.")
        if number == 1:
            text = _("%(title)s: %(price)s, ready in %(time)s; paid first.")
        time = words.duration(step.promised_minutes)
        yield _("Step %(number)s") % {"number": number}, text % {"title": step.title, "price": price, "time": time}


def _fees(terms: Terms, role: str) -> Iterator[Line]:
    rules = terms.rules
    if role != Actor.BUYER:
        text = _("%(share)s of what the seller finally keeps; nothing of tips, nothing of what goes back.")
        yield _("Fee of the site"), text % {"share": words.percent(rules.seller_fee_bp)}
    if role != Actor.SELLER:
        text = _("%(share)s of the price, at least %(low)s, at most %(high)s. It goes back in step with the price.")
        low = words.amount(Money(rules.buyer_fee_minimum_minor, terms.currency))
        high = words.amount(Money(rules.buyer_fee_maximum_minor, terms.currency))
        yield _("Service fee"), text % {"share": words.percent(rules.buyer_fee_bp), "low": low, "high": high}


def _before(terms: Terms) -> Iterator[Line]:
    rules = terms.rules
    text = _("Within %(time)s of ordering, or the order lapses and costs nothing.")
    window = rules.payment_window
    if terms.asks_first:
        asked = _("The seller says within %(time)s whether they take it; until then nothing is charged.")
        yield _("Asked first"), asked % {"time": _span(rules.request_answer)}
        text = _("Within %(time)s of the seller's yes, or the order lapses and costs nothing.")
        window = rules.request_payment
    yield _("Paying"), text % {"time": _span(window)}
    text = _("For %(time)s after paying the buyer can undo it, unless the seller has started.")
    yield _("Undo"), text % {"time": _span(rules.undo)} if rules.undo else ""
    text = _("Without the answers after %(time)s the order ends, everything goes back, and it counts for nobody.")
    yield _("Answers"), text % {"time": _span(rules.requirements_timeout)}


def _work(terms: Terms) -> Iterator[Line]:
    rules = terms.rules
    if terms.promised_minutes >= _DAY_MINUTES:
        late = _span(rules.very_late_long)
    else:
        share = timedelta(minutes=terms.promised_minutes) * rules.very_late_share_bp / 10_000
        late = _span(max(share, rules.very_late_minimum))
    text = ngettext(
        "%(count)s time, for %(time)s at most, the seller can stop the clock to ask the buyer for something.",
        "%(count)s times, for %(time)s at most each, the seller can stop the clock to ask the buyer for something.",
        rules.pauses,
    )
    yield _("Pauses"), text % {"count": rules.pauses, "time": _span(rules.pause)} if rules.pauses else ""
    short = terms.promised_minutes < 2 * _DAY_MINUTES
    answer = _span(rules.proposal_answer_short if short else rules.proposal_answer)
    text = _("More time, more work, an end or a part of the price back: the other side has %(time)s to answer.")
    yield _("Proposals"), text % {"time": answer}
    text = _("%(late)s late, the buyer can cancel and gets everything back, if nothing was delivered.")
    yield _("Late"), text % {"late": late}
    text = _("%(stop)s late with nothing delivered, the order ends by itself and everything goes back.")
    yield _("Very late"), text % {"stop": _span(rules.late_hard_stop)}


def _after(terms: Terms) -> Iterator[Line]:
    rules = terms.rules
    text = _("The buyer has %(time)s to check a delivery, once %(more)s longer; then it counts as accepted.")
    yield _("Check"), text % {"time": _span(rules.acceptance), "more": _span(rules.acceptance_extension)}
    yield _("Time for changes"), _revision(terms)
    text = _("If the next step is not paid within %(time)s, the order ends with the steps that are done.")
    yield _("Next step"), text % {"time": _span(rules.step_funding)} if terms.steps else ""
    fast = _("%(fast)s after the buyer accepted it, where the price is at most %(limit)s; else %(slow)s,")
    text = fast + " " + _("%(trusted)s for trusted sellers. Until then the buyer can make a claim.")
    amounts = {
        "fast": _span(rules.clearing_fast),
        "limit": words.amount(Money(rules.clearing_fast_limit_minor, terms.currency)),
        "slow": _span(rules.clearing_standard),
        "trusted": _span(rules.clearing_trusted),
    }
    yield _("Clearing"), text % amounts
    small = terms.all_in.amount_minor <= rules.dispute_small_limit_minor
    step = _span(rules.dispute_answer_small if small else rules.dispute_answer_large)
    text = _("The other side answers, you talk, staff decide: %(time)s each. Then %(appeal)s to appeal. It is free.")
    yield _("Dispute"), text % {"time": step, "appeal": _span(rules.appeal)}
    text = _("After 85 days a payment is divided. The seller gets %(undelivered)s %% where nothing was delivered, "
             "%(delivered)s %% where it was; in a dispute what was decided, else %(disputed)s %%.")  # fmt: skip
    shares = {
        "undelivered": rules.overdue_undelivered_percent,
        "delivered": rules.overdue_delivered_percent,
        "disputed": rules.overdue_disputed_percent,
    }
    yield _("Held for too long"), text % shares
    text = _("Where a side is suspended, the order is on hold for at most %(time)s and every clock stands still.")
    yield _("On hold"), text % {"time": _span(rules.hold_limit)}
    text = _("For %(time)s after the end; nobody sees one before both are in or the time is over.")
    yield _("Reviews"), text % {"time": _span(rules.review_window)}


def _revision(terms: Terms) -> str:
    if not terms.revisions:
        return ""
    minutes = max(int(terms.rules.revision_minimum.total_seconds()) // 60, terms.promised_minutes // 2)
    if terms.promised_minutes < _DAY_MINUTES:
        minutes = min(minutes, terms.promised_minutes)
    return _("%(time)s for each round.") % {"time": words.duration(minutes)}


_MIDNIGHT = 24 * 60


def hours_in_words(hours: WeeklyHours, name: str) -> str:
    """ "Tom works 09:00 to 18:00, Lisbon time." where all days are alike; else only the zone."""
    zone = hours.time_zone.rpartition("/")[2].replace("_", " ")
    spans = {(start, end) for _day, start, end in hours.spans}
    if spans == {(0, _MIDNIGHT)}:
        return ""
    if len(spans) == 1:
        start, end = spans.pop()
        text = _("%(name)s works %(start)s to %(end)s, %(zone)s time.")
        return text % {"name": name, "start": words.time_of_day(start), "end": words.time_of_day(end), "zone": zone}
    return _("The clock runs only in %(name)s's working hours, %(zone)s time.") % {"name": name, "zone": zone}
