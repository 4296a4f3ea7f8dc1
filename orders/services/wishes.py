"""What a proposal must carry to be sent, checked before the other side sees it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.kernel import words
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money, payable_step
from orders.models import Kind, Order
from orders.models.proposal import LONGEST_MINUTES
from orders.services import funds
from orders.services.acceptance import LONGEST_TEXT, written
from payments import api as payments

_SHORTEST_TITLE, _LONGEST_TITLE = 3, 100


@dataclass(frozen=True, slots=True)
class Wish:
    """What is proposed, as far as its kind needs it."""

    text: str
    title: str = ""  # of an extra
    amount: Money | None = None  # an extra's price before fees; a refund: of the price, back to the buyer
    minutes: int = 0


def checked(order: Order, kind: Kind, wish: Wish) -> str:
    """The text as it is kept. Raises InvalidInput at the fields."""
    errors = {name: problem for name, problem in _PROBLEMS[kind](order, wish) if problem}
    text = wish.text.replace("\x00", "").strip()
    if kind != Kind.EXTRA or len(text) > LONGEST_TEXT:
        try:
            text = written(text, "text", _("Say in a sentence why."))
        except InvalidInput as error:
            errors |= error.fields
    if errors:
        raise InvalidInput(_("This cannot be proposed yet."), code="proposal", fields=errors)
    return text


_Problems = list[tuple[str, str]]


def _extension_problems(order: Order, wish: Wish) -> _Problems:
    return [("minutes", _minutes_problem(wish.minutes, 1))]


def _extra_problems(order: Order, wish: Wish) -> _Problems:
    title = ""
    if not _SHORTEST_TITLE <= len(wish.title) <= _LONGEST_TITLE:
        bounds = {"least": _SHORTEST_TITLE, "most": _LONGEST_TITLE}
        title = _("Name it in %(least)s to %(most)s characters.") % bounds
    return [
        ("title", title),
        ("price", _price_problem(order, wish.amount)),
        ("minutes", _minutes_problem(wish.minutes, 0)),
    ]


def _price_problem(order: Order, price: Money | None) -> str:
    if price is None or price.currency != order.currency or price.amount_minor <= 0:
        return _("An extra costs something.")
    try:
        payments.check_charge(price + funds.further_fee(order, price))
    except InvalidInput as error:
        return error.message
    return "" if price.is_payable else _step_words(order.currency)


def _refund_problems(order: Order, wish: Wish) -> _Problems:
    step, price, amount = payable_step(order.currency), order.price_at_stake, wish.amount
    low, high = Money(step, order.currency), price - Money(step, order.currency)
    if amount is None or amount.currency != order.currency or not low <= amount <= high:
        bounds = {"low": words.amount(low), "high": words.amount(high)}
        text = _("Between %(low)s and %(high)s. To give back everything, propose to cancel.")
        return [("amount", text % bounds)]
    return [("amount", "" if amount.is_payable else _step_words(order.currency))]


def _step_words(currency: str) -> str:
    return _("Amounts go in steps of %(step)s.") % {"step": words.amount(Money(payable_step(currency), currency))}


def _minutes_problem(minutes: int, least: int) -> str:
    if least <= minutes <= LONGEST_MINUTES:
        return ""
    return _("Between one minute and 30 days.") if least else _("At most 30 days.")


_PROBLEMS = {
    Kind.EXTENSION: _extension_problems,
    Kind.EXTRA: _extra_problems,
    Kind.CANCEL: lambda order, wish: [],
    Kind.REFUND: _refund_problems,
}
