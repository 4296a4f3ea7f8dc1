"""Tax numbers, and what an invoice has to say about VAT. Pure but for the names of countries.

The site computes no tax for anybody: a rate is what its owner entered, contained in the price that was agreed.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from stdnum import get_cc_module
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError

from marketplace.kernel import words
from marketplace.kernel.money import Money
from payments.documents.contents import Party, Sum

EU = frozenset(eu_vat.MEMBER_STATES)


def written_tax_id(country: str, typed: str) -> str:
    """A tax number as its country writes it, with the prefix in the EU. Raises ValueError where it cannot be right.

    Where nobody has written a check for a country, any 3 to 40 letters, digits and marks are taken as they are.
    """
    text = typed.strip().upper()
    try:
        if country.lower() in EU:
            return str(eu_vat.validate(_with_prefix(country, text)))
        if (module := get_cc_module(country.lower(), "vat")) is not None:
            return str(module.validate(text))
    except ValidationError as error:
        raise ValueError(str(error)) from error
    if not 3 <= len(text) <= 40 or not text.isprintable():
        raise ValueError("not a tax number")
    return text


def _with_prefix(country: str, text: str) -> str:
    prefix = "EL" if country == "GR" else country
    return text if text.startswith((prefix, country)) else prefix + text


@dataclass(frozen=True, slots=True)
class Taxed:
    """How a total is made up, and what has to be said beside it."""

    sums: tuple[Sum, ...]
    notes: tuple[str, ...]


def taxed(seller: Party, buyer: Party, total: Money, *, basis_points: int) -> Taxed:
    """VAT as part of a total: contained at the seller's rate, owed by the buyer instead, or none."""
    if is_reverse_charge(seller, buyer):
        return Taxed((), (reverse_charge_note(seller, buyer),))
    if not basis_points:
        return Taxed((), ())
    vat = contained(total, basis_points)
    label = _("VAT %(rate)s") % {"rate": words.percent(basis_points)}
    return Taxed((Sum(_("Net"), (total - vat).amount_minor), Sum(label, vat.amount_minor)), ())


def contained(total: Money, basis_points: int) -> Money:
    """The tax within a total, rounded alike on both sides of zero: a credit note takes back what was charged."""
    if total.amount_minor < 0:
        return -contained(-total, basis_points)
    return total.portion(basis_points, 10_000 + basis_points)


def is_reverse_charge(seller: Party, buyer: Party) -> bool:
    """Two businesses with tax numbers in different countries: the buyer accounts for the tax."""
    both = seller.is_business and buyer.is_business and seller.tax_id and buyer.tax_id
    return bool(both) and bool(seller.country and buyer.country) and seller.country != buyer.country


def reverse_charge_note(seller: Party, buyer: Party) -> str:
    if {seller.country.lower(), buyer.country.lower()} <= EU:
        return _("Reverse charge: the recipient owes the VAT (Articles 44 and 196 of Directive 2006/112/EC).")
    return _("Reverse charge: the recipient accounts for any VAT or sales tax in their own country.")
