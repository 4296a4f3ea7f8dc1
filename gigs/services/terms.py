"""A selection on a gig as frozen terms: the one place where a gig's price and promise are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from accounts.contracts import WeeklyHours
from gigs import limits
from gigs.models import Extra, Gig, Package
from gigs.services.fees import rules_in
from marketplace.kernel import words
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money
from orders import api as orders
from orders.contracts import PriceLine, Terms

Part = TypeVar("Part", Package, Extra)


def _rows_of(model: type[Package | Extra], *columns: str) -> ArraySubquery:
    rows = model._default_manager.filter(gig=OuterRef("pk")).order_by("position")
    return ArraySubquery(rows.values(row=JSONObject(**{column: column for column in columns})))


# What can be picked comes along with its gig: two queries less where it is read most. The gig's version grows with it.
OFFER_ROWS = {
    "package_rows": _rows_of(
        Package, "id", "position", "name", "price_minor", "all_in_minor", "promised_minutes", "revisions", "features"
    ),
    "extra_rows": _rows_of(Extra, "position", "title", "price_minor", "extra_minutes"),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What a buyer picked, by position."""

    package: int = 1
    quantity: int = 1
    extras: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Offer:
    """A gig with everything that can be picked on it, read once."""

    gig: Gig
    packages: Sequence[Package]
    extras: Sequence[Extra]

    def package(self, position: int) -> Package:
        """Raises InvalidInput where there is no such package (any more)."""
        found = next((package for package in self.packages if package.position == position), None)
        if found is None:
            raise _refused("package", _("This package is not offered any more. Choose another."))
        return found


def offer_of(gig: Gig) -> Offer:
    """Two queries; none where the gig was read with ``OFFER_ROWS``."""
    return Offer(gig, _picked_from(gig, Package), _picked_from(gig, Extra))


def _picked_from(gig: Gig, model: type[Part]) -> list[Part]:
    rows: list[dict[str, Any]] | None = getattr(gig, f"{model._meta.model_name}_rows", None)
    if rows is None:
        return list(model._default_manager.filter(gig=gig))
    return [model(gig=gig, **row) for row in rows]


def terms_of(offer: Offer, selection: Selection) -> Terms:
    """The terms of an order for this selection, by today's rules.

    Every unit takes the package's promise and comes with every extra. Raises InvalidInput where the selection
    does not exist or is more than one order can hold.
    """
    package = offer.package(selection.package)
    if not 1 <= selection.quantity <= limits.QUANTITY_MAX:
        raise _refused("quantity", _("Choose between 1 and %(high)s.") % {"high": limits.QUANTITY_MAX})
    extras = [extra for extra in offer.extras if extra.position in selection.extras]
    if len(extras) != len(selection.extras):
        raise _refused("extras", _("An extra is not offered any more. Choose again."))
    minutes = _minutes(offer, package, selection.quantity, extras)
    terms = Terms(
        version=orders.TERMS_VERSION,
        title=offer.gig.title,
        scope=_scope(offer.gig, package),
        currency=offer.gig.currency,
        lines=(
            PriceLine(package.name, selection.quantity, unit_price(package, selection.quantity).amount_minor),
            *(PriceLine(extra.title, selection.quantity, extra.price_minor) for extra in extras),
        ),
        promised_minutes=minutes,
        revisions=package.revisions,
        questions=offer.gig.question_list,
        checklist=tuple(offer.gig.checklist),
        hours=_hours(offer.gig, package),
        rules=rules_in(offer.gig.category, offer.gig.currency),
        asks_first=offer.gig.asks_first,
        preview=offer.gig.preview,
        licence=orders.licence_text(offer.gig.licence),
        licence_kind=offer.gig.licence,
        ai_use=offer.gig.ai_use,
        ai_note=offer.gig.ai_note,
    )
    _lowest, highest = orders.price_bounds(terms.currency)
    if terms.price > highest:
        most = words.amount(terms.rules.all_in(highest))
        raise _refused("quantity", _("One order costs at most %(most)s. Order fewer at once.") % {"most": most})
    return terms


def percent_off(gig: Gig, quantity: int) -> int:
    return max((percent for start, percent in gig.discounts if start <= quantity), default=0)


def unit_price(package: Package, quantity: int) -> Money:
    """Of one package of so many, before fees: rounded to what can be paid, and never below the lowest price."""
    percent = percent_off(package.gig, quantity)
    if not percent:
        return package.price
    lowest, _highest = orders.price_bounds(package.price.currency)
    return max(package.price.portion(100 - percent, 100), min(lowest, package.price))


def _hours(gig: Gig, package: Package) -> WeeklyHours | None:
    """A promise of a day or more runs around the clock, so that a larger order is never ready sooner."""
    return gig.weekly_hours if package.promised_minutes < limits.ORDER_HOURS_BELOW_MINUTES else None


def _minutes(offer: Offer, package: Package, quantity: int, extras: Sequence[Extra]) -> int:
    minutes = (package.promised_minutes + sum(extra.extra_minutes for extra in extras)) * quantity
    hours = _hours(offer.gig, package)
    if (limits.stretched(minutes, hours) if hours else minutes) > limits.PROMISE_MAX_MINUTES:
        raise _refused("quantity", _("This would take more than 30 days. Order fewer at once."))
    return max(minutes, limits.SHORTEST_PROMISE_MINUTES)


def _scope(gig: Gig, package: Package) -> str:
    lines = [f"{label}: {value}" for label, value in package.features]
    return "\n\n".join(part for part in ("\n".join(lines), gig.description_text) if part)


def _refused(place: str, message: str) -> InvalidInput:
    return InvalidInput(message, code="not_offered", fields={place: message})
