"""Prices as people type them, and what they may be, in one currency each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gigs.models import Category
from marketplace.kernel import currencies, money, words
from marketplace.kernel.money import Money, payable_step
from orders import api as orders


class AmountField(forms.CharField):
    """Minor units, or None where nothing was typed. Its form says in which ``currency``."""

    currency = ""

    def to_python(self, value: Any) -> Any:
        text = str(value or "").replace("\x00", "").strip()
        if not text:
            return None
        code = self.currency or currencies.default()
        try:
            return money.parse(text, code).amount_minor
        except ValueError as error:
            said = _("Write an amount, such as %(example)s, without a currency sign.")
            raise forms.ValidationError(said % {"example": words.typed_example(code)}) from error


def price_problem(price_minor: int, currency: str) -> str:
    """Why a package cannot have this price before fees, or an empty string."""
    lowest, highest = orders.price_bounds(currency)
    return _problem(Money(price_minor, currency), lowest, highest)


def lowest_in(category: Category, currency: str) -> Money | None:
    """What a package of a category costs at least before fees, where the category or one above it says so.

    Said in the site's first currency; in others it has about the same size.
    """
    minimum = category.applied_minimum_minor
    amount = None if minimum is None else currencies.resized(minimum, currencies.default(), currency)
    return Money(amount, currency) if amount else None


def extra_problem(price_minor: int, currency: str) -> str:
    """The same for an extra, which comes on top of a package and may be smaller."""
    _lowest, highest = orders.price_bounds(currency)
    return _problem(Money(price_minor, currency), Money(payable_step(currency), currency), highest)


def _problem(price: Money, lowest: Money, highest: Money) -> str:
    if not lowest <= price <= highest:
        text = _("A price is between %(low)s and %(high)s.")
        return text % {"low": words.amount(lowest), "high": words.amount(highest)}
    if not price.is_payable:
        step = words.amount(Money(payable_step(price.currency), price.currency))
        return _("Prices go in steps of %(step)s.") % {"step": step}
    return ""
