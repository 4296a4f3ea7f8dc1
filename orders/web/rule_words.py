"""Rules in an operator's and a buyer's words: labels, groups, and values as they are typed and shown."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.kernel import money, words
from marketplace.kernel.money import Money
from orders import rule_limits, terms
from orders.rules import AMOUNTS

Words = str | Promise
GROUPS: tuple[tuple[Words, dict[str, Words]], ...] = (
    (
        gettext_lazy("Fees"),
        {
            "seller_fee_bp": gettext_lazy("Seller's fee, of what they keep"),
            "buyer_fee_bp": gettext_lazy("Buyer's fee, on top of the price"),
            "buyer_fee_minimum_minor": gettext_lazy("Buyer's fee at least"),
            "buyer_fee_maximum_minor": gettext_lazy("Buyer's fee at most"),
        },
    ),
    (
        gettext_lazy("Before the work"),
        {
            "request_answer": gettext_lazy("Asked first: the seller's answer within"),
            "request_payment": gettext_lazy("Asked first: time to pay after the yes"),
            "payment_window": gettext_lazy("Time to pay"),
            "undo": gettext_lazy("Undo after paying"),
            "requirements_timeout": gettext_lazy("Answers missing: the order ends after"),
            "requirements_reminders": gettext_lazy("Answers missing: reminders after"),
        },
    ),
    (
        gettext_lazy("Deadline"),
        {
            "deadline_warnings": gettext_lazy("Warnings before the deadline"),
            "very_late_long": gettext_lazy("Very late after, for promises of a day or more"),
            "very_late_share_bp": gettext_lazy("Very late after, part of a shorter promise"),
            "very_late_minimum": gettext_lazy("Very late after, at least"),
            "late_hard_stop": gettext_lazy("Nothing delivered: the order ends, late by"),
            "revision_minimum": gettext_lazy("Time for changes, at least"),
            "pauses": gettext_lazy("How often the seller may stop the clock to ask"),
            "pause": gettext_lazy("Each time at most"),
        },
    ),
    (
        gettext_lazy("Proposals and steps"),
        {
            "proposal_answer": gettext_lazy("Answer to a proposal"),
            "proposal_answer_short": gettext_lazy("The same, for promises under 48 h"),
            "proposal_tries": gettext_lazy("Proposals of one kind by one side that may fail"),
            "step_funding": gettext_lazy("Next step not paid: the order ends after"),
        },
    ),
    (
        gettext_lazy("Check and acceptance"),
        {
            "acceptance": gettext_lazy("Time to check a delivery"),
            "acceptance_reminder": gettext_lazy("Reminder before it counts as accepted"),
            "acceptance_extension": gettext_lazy("More time to check, once"),
            "review_window": gettext_lazy("Time for reviews"),
        },
    ),
    (
        gettext_lazy("Clearing"),
        {
            "clearing_fast": gettext_lazy("Accepted by the buyer and small"),
            "clearing_fast_limit_minor": gettext_lazy("Small: a price up to"),
            "clearing_fast_weekly_limit_minor": gettext_lazy("Small: in a week, for new sellers"),
            "clearing_trusted": gettext_lazy("Trusted sellers"),
            "clearing_trusted_orders": gettext_lazy("Trusted: completed orders"),
            "clearing_trusted_lost_disputes": gettext_lazy("Trusted: lost disputes of the last 50, at most"),
            "clearing_standard": gettext_lazy("Everybody else"),
        },
    ),
    (
        gettext_lazy("Disputes"),
        {
            "dispute_small_limit_minor": gettext_lazy("Small dispute: an order up to"),
            "dispute_answer_small": gettext_lazy("Each step of a small dispute"),
            "dispute_answer_large": gettext_lazy("Each step of a larger one"),
            "second_person_limit_minor": gettext_lazy("A second person decides above"),
            "second_person_wait": gettext_lazy("Where there is no second person: wait"),
            "appeal": gettext_lazy("Time to appeal"),
            "dispute_front": gettext_lazy("So old, a case goes to the front"),
            "resumed_minimum": gettext_lazy("Left at least when a dispute is withdrawn"),
        },
    ),
    (
        gettext_lazy("When something stops an order"),
        {
            "hold_limit": gettext_lazy("A side is suspended: on hold for at most"),
            "overdue_undelivered_percent": gettext_lazy("Held for 85 days, not delivered: % to the seller"),
            "overdue_delivered_percent": gettext_lazy("Held for 85 days, delivered: % to the seller"),
            "overdue_disputed_percent": gettext_lazy("Held for 85 days, disputed and undecided: % to the seller"),
        },
    ),
)


def groups() -> list[tuple[str, dict[str, str]]]:
    """All rules by what they are about; one that has no words here stands under Other with its own name."""
    named = [(str(title), {name: str(label) for name, label in rules.items()}) for title, rules in GROUPS]
    told = {name for _title, rules in named for name in rules}
    others = {name: rule_limits.label(name) for name in terms.KNOWN if name not in told}
    return [*named, (_("Other"), others)] if others else named


_UNITS = {"d": 86_400, "h": 3_600, "min": 60, "m": 60, "s": 1}
_SPAN = re.compile(r"(\d{1,6})\s*(d|h|min|m|s)(?:\s+|$)", re.ASCII)


def span_text(span: timedelta) -> str:
    """As it is typed: "3 d", "1 d 12 h", "30 min", "0 min"."""
    left, parts = int(span.total_seconds()), []
    for unit in ("d", "h", "min", "s"):
        number, left = divmod(left, _UNITS[unit])
        parts += [f"{number} {unit}"] if number else []
    return " ".join(parts) or "0 min"


def parse_span(text: str) -> timedelta:
    """Raises ValueError with words."""
    plain, position, seconds = text.strip().lower(), 0, 0
    while position < len(plain):
        match = _SPAN.match(plain, position)
        if match is None:
            raise ValueError(_("Write a time such as 3 d, 1 d 12 h or 30 min."))
        seconds += int(match[1]) * _UNITS[match[2]]
        position = match.end()
    return timedelta(seconds=seconds)


def text_of(name: str, value: object, currency: str = "") -> str:
    """A value as it is typed into its field."""
    if isinstance(value, timedelta):
        return span_text(value)
    if isinstance(value, tuple):
        return ", ".join(span_text(span) for span in value)
    assert isinstance(value, int)  # noqa: S101
    if name in AMOUNTS:
        return Money(value, currency).plain
    return f"{value // 100}.{value % 100:02}".rstrip("0").rstrip(".") + " %" if name.endswith("_bp") else str(value)


def parse(name: str, text: str, currency: str = "") -> object:
    """What was typed, as a rule's value. Raises ValueError with words."""
    kind = terms.KNOWN[name]
    if kind is timedelta:
        return parse_span(text)
    if kind is not int:
        return tuple(parse_span(part) for part in text.split(",") if part.strip())
    if name in AMOUNTS:
        return _amount(text, currency)
    return _percent(text) if name.endswith("_bp") else _number(text)


def _amount(text: str, currency: str) -> int:
    try:
        return money.parse(text, currency).amount_minor
    except ValueError as error:
        example = words.typed_example(currency)
        raise ValueError(_("Write an amount, such as %(example)s.") % {"example": example}) from error


def _percent(text: str) -> int:
    match = re.fullmatch(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*%?", text.strip(), re.ASCII)
    if match is None:
        raise ValueError(_("Write a share in percent, such as 2.5 %."))
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))


def _number(text: str) -> int:
    if not re.fullmatch(r"\d{1,6}", text.strip(), re.ASCII):
        raise ValueError(_("Write a whole number."))
    return int(text)
