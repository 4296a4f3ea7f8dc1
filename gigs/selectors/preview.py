"""A gig as buyers would see it with content that is not saved."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime

from gigs import limits
from gigs.amounts import extra_problem, price_problem
from gigs.contracts import GigCard, GigContent
from gigs.models import Gig
from gigs.selectors.cards import Shown, card_of, ready_time
from gigs.selectors.categories import by_slug
from gigs.selectors.page import GigPage, page_of
from gigs.services import editing
from gigs.services.terms import Offer
from marketplace.kernel import currencies
from marketplace.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Preview:
    gig: Gig  # not to be saved
    page: GigPage
    card: GigCard | None  # none while there is no package


def preview_of(gig: Gig, content: GigContent, cover: str, at: datetime) -> Preview:
    """What can be shown of it: packages and extras without a price are left out."""
    content = _showable(content)
    category = by_slug(content.category_slug) or gig.category
    shown = deepcopy(gig)
    editing.fill(shown, content, category)
    shown.cover, shown.cover_is_drawn = cover, gig.cover_is_drawn and cover == gig.cover
    offer = Offer(shown, editing.package_rows(shown, content), editing.extra_rows(shown, content))
    return Preview(shown, page_of(shown, at, offer), _card(shown, at))


def _showable(content: GigContent) -> GigContent:
    code = currencies.chosen(content.currency)
    packages = tuple(one for one in content.packages if not price_problem(one.price_minor, code))
    extras = tuple(one for one in content.extras if not extra_problem(one.price_minor, code))
    return replace(content, currency=code, packages=packages, extras=extras if packages else ())


def _card(gig: Gig, at: datetime) -> GigCard | None:
    if not gig.package_count:
        return None
    minutes = gig.from_minutes or 0
    ready_at = ready_time(gig, minutes, at) if minutes < limits.ORDER_HOURS_BELOW_MINUTES else None
    return card_of(gig, Shown(gig.pk, 0, Money(gig.from_all_in_minor or 0, gig.currency), minutes, ready_at))
