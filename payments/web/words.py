"""Stages of money in a seller's words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.dates import WEEKDAYS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from marketplace.kernel import clock, words
from marketplace.kernel.money import Money
from payments.contracts import Schedule
from payments.outlook.calendar import Happening, Item
from payments.selectors.plans import Plan
from payments.selectors.shapes import Earning, PayoutView, Stage


def badge_of(row: Earning) -> tuple[str, str]:
    """Text and tone of a row's badge."""
    if row.stage == Stage.CLEARING:
        if row.expected_at:
            return _("Yours %s") % words.when(row.expected_at, clock.display_now()), "soon"
        return _("Clearing"), "soon"
    if row.stage == Stage.RESERVED and row.expected_at:
        return _("Reserve, yours %s") % words.when(row.expected_at, clock.display_now()), "soon"
    return {
        Stage.RESERVED: (_("In your reserve"), "soon"),
        Stage.WAITING: (_("Waiting for your payout account"), "late"),
        Stage.HELD: (_("Held: we are looking at it"), "late"),
        Stage.SENDING: (_("On its way to your payout account"), ""),
        Stage.IN_ACCOUNT: (_("In your payout account"), ""),
        Stage.ON_THE_WAY: (_("On its way to your bank"), "ok"),
        Stage.PAID: (_("Paid"), "ok"),
        Stage.SETTLED: (_("Paid an earlier debt"), ""),
    }[row.stage]


def since_words(row: Earning) -> str:
    """When the stage began, with its word where the badge names another moment."""
    moment = words.when(row.since, clock.display_now())
    return _("clearing since %s") % moment if row.stage in (Stage.CLEARING, Stage.RESERVED) else moment


def payout_badge(payout: PayoutView) -> tuple[str, str]:
    """Text and tone of a payout's badge."""
    if payout.state == "failed":
        return (_("Came back after it was paid"), "late") if payout.paid_at else (_("Came back"), "late")
    if payout.state == "paid":
        return _("Paid"), "ok"
    return _("On its way"), "soon"


def plan_words(plan: Plan) -> str:
    """ "Every Monday", "Every day", "When you ask for it"."""
    if plan.schedule == Schedule.WEEKLY:
        return _("Every %(weekday)s") % {"weekday": WEEKDAYS[plan.weekday]}
    return _("Every day") if plan.schedule == Schedule.DAILY else _("When you ask for it")


def happening_words(items: Iterable[Item]) -> list[tuple[SafeString, str]]:
    """Each of a day's items in words, its amount emphasised, and the tone of its dot."""
    known = {
        Happening.HELD: (_("{amount} held"), "held"),
        Happening.PROMISED: (_("{amount} to deliver"), "held"),
        Happening.DELIVERED: (_("{amount} yours if accepted"), "held"),
        Happening.CLEARS: (_("{amount} clears"), "soon"),
        Happening.CAME: (_("{amount} became yours"), "ok"),
        Happening.ARRIVES: (_("{amount} reaches your bank"), "bank"),
        Happening.PAID: (_("{amount} paid to your bank"), "bank"),
    }
    return [(_with_amount(known[item.happening][0], item.amount), known[item.happening][1]) for item in items]


def _with_amount(text: str, amount: Money) -> SafeString:
    return format_html(text, amount=format_html('<b class="num">{}</b>', words.amount(amount)))


def work_time(minutes: int) -> str:
    """Hours and minutes of work, never days: a day of work is no day of the clock."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
