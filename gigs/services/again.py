"""Another order of the same gig: what of an earlier one is still offered, and what is different now."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from gigs.models import Gig
from gigs.selectors.openness import closed
from gigs.services.terms import OFFER_ROWS, Offer, Selection, offer_of, terms_of
from marketplace.kernel import words
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money
from orders.contracts import Terms


@dataclass(frozen=True, slots=True)
class Again:
    """A gig that was ordered before, as it stands now. ``price``: of the same selection today, None where it cannot be
    ordered; then ``reason`` says why. ``url`` leads to the filled-in checkout, or to the gig, or nowhere.
    """

    before: Money
    price: Money | None
    url: str
    reason: str = ""

    @property
    def is_same(self) -> bool:
        return self.price == self.before


def selection_of(offer: Offer, terms: Terms) -> Selection:
    """The packages and extras of the same name; what is not offered any more is left out."""
    first, *rest = terms.lines
    names = {line.title for line in rest}
    package = next((one.position for one in offer.packages if one.name == first.title), 1)
    extras = frozenset(extra.position for extra in offer.extras if extra.title in names)
    return Selection(package, first.quantity, extras)


def again(earlier: Mapping[uuid.UUID, tuple[str, Terms]], at: datetime) -> dict[uuid.UUID, Again]:
    """By order: its gig's id and its terms. One query, however many."""
    ids = [int(ref) for ref, _terms in earlier.values() if ref.isdigit()]
    rows = Gig.objects.filter(pk__in=ids).select_related("category").defer("description")
    gigs = {str(gig.pk): gig for gig in rows.annotate(**OFFER_ROWS)}
    return {order_id: _again(order_id, gigs.get(ref), terms, at) for order_id, (ref, terms) in earlier.items()}


def _again(order_id: uuid.UUID, gig: Gig | None, terms: Terms, at: datetime) -> Again:
    before = terms.all_in
    if gig is None or not (gig.is_active or gig.is_paused):
        return Again(before, None, "", _("It is not offered any more."))
    if gig.is_private:
        return Again(before, None, "", _("It is only offered by its link."))
    if not gig.is_active:
        return Again(before, None, gig.get_absolute_url(), _("It takes no orders just now."))
    if shut := closed(gig, at):
        return Again(before, None, gig.get_absolute_url(), shut.message)
    offer = offer_of(gig)
    try:
        now = terms_of(offer, selection_of(offer, terms))
    except InvalidInput as error:
        return Again(before, None, gig.get_absolute_url(), error.message)
    return Again(before, now.all_in, f"{reverse('gigs:order', args=[gig.pk])}?again={order_id}")


def differences(offer: Offer, terms: Terms) -> list[str]:
    """In a line each, what a buyer of the same should know before they pay."""
    return list(_differences(offer, terms))


def _differences(offer: Offer, terms: Terms) -> Iterator[str]:
    selection = selection_of(offer, terms)
    package, *extras = (line.title for line in terms.lines)
    if all(one.name != package for one in offer.packages):
        names = {"before": package, "now": offer.package(selection.package).name}
        yield _("“%(before)s” is not offered any more; “%(now)s” is chosen instead.") % names
    offered = {extra.title for extra in offer.extras}
    for title in extras:
        if title not in offered:
            yield _("The extra “%(title)s” is not offered any more.") % {"title": title}
    now = terms_of(offer, selection)
    if now.all_in != terms.all_in:
        prices = {"before": words.amount(terms.all_in), "now": words.amount(now.all_in)}
        yield _("Last time it was %(before)s, now it is %(now)s, all in.") % prices
    if now.promised_minutes != terms.promised_minutes:
        spans = {"before": words.duration(terms.promised_minutes), "now": words.duration(now.promised_minutes)}
        yield _("The promise was %(before)s and is now %(now)s.") % spans
