"""What the home page and other apps ask for."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Count, Min, Q

from gigs.contracts import CatalogueQuery, CategoryCard, GigCard, HomeSections
from gigs.models import Category, Gig
from gigs.selectors import catalogue
from gigs.selectors.cards import cards_of
from gigs.selectors.offers import TODAY, annotate_offer
from gigs.states import GigState
from marketplace.kernel.money import Money

_ROW = 4


def home_sections(at: datetime) -> HomeSections:
    """Cards for the home page; a gig that can be ready today is not shown again below."""
    today = CatalogueQuery(within=TODAY, sort="rating")
    ready_today = catalogue.cards(today, at, size=2 * _ROW)
    new = catalogue.cards(CatalogueQuery(sort="newest"), at, size=3 * _ROW)
    proven = catalogue.cards(CatalogueQuery(sort="rating"), at, size=5 * _ROW)
    shown = {card.id for card in ready_today}
    newest = [card for card in new if card.id not in shown][:_ROW]
    shown |= {card.id for card in newest}
    return HomeSections(
        ready_today=ready_today,
        ready_today_count=catalogue.count(today, at),
        new=newest,
        proven=[card for card in proven if card.id not in shown and card.review_count][:_ROW],
        categories=categories_with_counts(),
        capped_at=catalogue.CAP,
    )


def categories_with_counts() -> list[CategoryCard]:
    """Every category in the site's order with its active gigs and lowest all-in price. One query."""
    active = Q(gigs__state=GigState.ACTIVE)
    rows = Category.objects.annotate(
        gig_count=Count("gigs", filter=active), lowest=Min("gigs__from_all_in_minor", filter=active)
    )
    return [
        CategoryCard(
            slug=row.slug,
            name=row.name,
            description=row.description,
            url=row.get_absolute_url(),
            icon=row.icon,
            gig_count=row.gig_count,
            from_price=Money(row.lowest, settings.SETTLEMENT_CURRENCY) if row.lowest else None,
        )
        for row in rows.order_by("position", "name")
    ]


def gigs_of_seller(user_id: int, at: datetime) -> list[GigCard]:
    """A seller's active gigs, best rated first, for their public page."""
    own = Gig.objects.active().of_seller(user_id).select_related("category").defer("search", "description")
    ordered = own.order_by("-rating_hundredths", "-review_count", "-pk")[: catalogue.PAGE]
    return cards_of(list(annotate_offer(ordered, CatalogueQuery(), at, fastest=False)), at)
