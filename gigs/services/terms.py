"""A selection on a gig as frozen terms: the one place where a gig's price and promise are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
from marketplace.kernel.prepared import prepared
from orders import api as orders
from orders.contracts import PriceLine, Terms

# Extras come along with their gig: one query less where they are read most. The gig's version grows with them.
EXTRA_ROWS = ArraySubquery(
    Extra.objects.filter(gig=OuterRef("pk"))
    .order_by("position")
    .values(
        row=JSONObject(position="position", title="title", price_minor="price_minor", extra_minutes="extra_minutes")
    )
)


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
    """Two queries; one where the gig was read with ``EXTRA_ROWS``."""
    rows: list[dict[str, Any]] | None = getattr(gig, "extra_rows", None)
    extras = list(gig.extras.all()) if rows is None else [Extra(gig=gig, **row) for row in rows]
    packages = _PACKAGES.all(gig.pk)
    for package in packages:
        package.gig = gig
    return Offer(gig, packages, extras)


_PACKAGES = prepared(lambda gig: Package.objects.filter(gig=gig))


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
