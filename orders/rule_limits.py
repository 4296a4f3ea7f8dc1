"""What a rule may be, beyond its type. Pure: the admin refuses with these words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from marketplace.kernel.money import LARGEST_MINOR, payable_step
from orders.rules import AMOUNTS, Rules
from orders.splits import WHOLE

LONGEST = timedelta(days=60)  # the platform may hold money for about 90
_MINUTE = timedelta(minutes=1)
_MAY_BE_NOTHING = frozenset({"undo", "clearing_fast", "clearing_trusted", "clearing_standard"})
_HIGHEST_FEE_BP, _WHOLE_BP, _MOST, _LONGEST_LIST = 5_000, 10_000, 10_000, 6


def problem(name: str, value: object, currency: str = "") -> str:
    """What is wrong with one value, in words; "" where nothing is."""
    if isinstance(value, timedelta):
        return _span_problem(name, value)
    if isinstance(value, tuple):
        return _spans_problem(name, value)
    assert isinstance(value, int)  # noqa: S101 - rules are spans, lists of spans and whole numbers
    if name in AMOUNTS:
        return _amount_problem(value, currency)
    most = _HIGHEST_FEE_BP if name.endswith("fee_bp") else _WHOLE_BP if name.endswith("_bp") else _MOST
    if name.endswith("_percent"):
        most = WHOLE
    if 0 <= value <= most:
        return ""
    return _("At most %(most)s %%.") % {"most": most // 100} if name.endswith("_bp") else _("At most %s.") % most


def _span_problem(name: str, span: timedelta) -> str:
    if span < _MINUTE and not (name in _MAY_BE_NOTHING and not span):
        return _("At least a minute.")
    return _("At most 60 days.") if span > LONGEST else ""


def _spans_problem(name: str, spans: tuple[timedelta, ...]) -> str:
    if len(spans) > _LONGEST_LIST:
        return _("At most %(most)s times.") % {"most": _LONGEST_LIST}
    return next((found for span in spans if (found := _span_problem(name, span))), "")


def _amount_problem(minor: int, currency: str) -> str:
    if not 0 <= minor <= LARGEST_MINOR:
        return _("That is no amount.")
    return _("Stripe takes no such fraction of this currency.") if minor % payable_step(currency) else ""


# What must not be more than what.
_ORDER = (
    ("buyer_fee_minimum_minor", "buyer_fee_maximum_minor"),
    ("acceptance_reminder", "acceptance"),
    ("very_late_long", "late_hard_stop"),
    ("clearing_fast", "clearing_trusted"),
    ("clearing_trusted", "clearing_standard"),
    ("dispute_answer_small", "dispute_answer_large"),
)


def contradictions(rules: Rules) -> Iterator[tuple[str, str]]:
    """Rules that contradict each other: the name at which it is said, and the words."""
    for less, more in _ORDER:
        if getattr(rules, less) > getattr(rules, more):
            yield less, _("This is more than “%(other)s”.") % {"other": label(more)}


def label(name: str) -> str:
    """A rule's name as people read it."""
    plain = name.removesuffix("_minor").removesuffix("_bp").replace("_", " ")
    return plain[:1].upper() + plain[1:]
