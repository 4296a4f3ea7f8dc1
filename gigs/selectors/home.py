"""What the home page and other apps ask for."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gigs.addresses import query_string
from gigs.contracts import CatalogueQuery, CategoryCard, GigCard, HomeSection
from gigs.models import SearchEntry
from gigs.selectors import catalogue, categories, cursor
from gigs.selectors.cards import cards_of, shown
from gigs.selectors.offers import TODAY
from marketplace.kernel import currencies

_ROW = 4
GIGS_OF_SELLER = 9  # on a page of their profile
_OF_SELLER = "of-seller"


def home_sections(at: datetime) -> list[HomeSection]:
    """Rows of cards for the home page, empty ones left out; no gig stands there twice. Ten queries at most."""
    today, new, proven = (
        CatalogueQuery(within=TODAY, sort="rating"),
        CatalogueQuery(sort="newest"),
        CatalogueQuery(sort="rating"),
    )
    shown: set[int] = set()
    ready = _fresh(catalogue.cards(today, at, size=2 * _ROW), shown, 2 * _ROW)
    rated = _fresh([card for card in catalogue.cards(proven, at, size=4 * _ROW) if card.review_count], shown, _ROW)
    newest = _fresh(catalogue.cards(new, at, size=4 * _ROW), shown, _ROW)
    sections = [
        HomeSection(_("Ready today"), _today_note(catalogue.count(today, at)), _address(today), ready),
        HomeSection(_("Well proven"), _("Best rated, by people who paid for it"), _address(proven), rated),
        HomeSection(_("New here"), _("Published last; everybody starts somewhere"), _address(new), newest),
    ]
    return [section for section in sections if section.cards]


def _fresh(cards: list[GigCard], shown: set[int], most: int) -> list[GigCard]:
    """The first cards that are not on the page yet; notes them as shown."""
    picked = [card for card in cards if card.id not in shown][:most]
    shown |= {card.id for card in picked}
    return picked


def _today_note(count: int) -> str:
    text = ngettext(
        "%(count)d gig can be in your hands before midnight",
        "%(count)d gigs can be in your hands before midnight",
        count,
    )
    return text % {"count": count}


def _address(query: CatalogueQuery) -> str:
    return f"{reverse('gigs:search')}?{query_string(query)}"


def categories_with_counts(currency: str) -> list[CategoryCard]:
    """The roots in the site's order with the gigs of everything below, and the lowest all-in price. One query."""
    return categories.roots(currency)


def gigs_of_seller(user_id: int, at: datetime, after: str = "") -> tuple[list[GigCard], str]:
    """A page of a seller's active gigs, best rated first, and where the next begins (empty: nowhere). Four queries."""
    own = SearchEntry.objects.filter(seller_id=user_id, currency__in=currencies.settled())
    start = cursor.decode(after, _OF_SELLER, (int, int, int))
    if start is not None:
        rating, count, pk = start
        own = own.filter(
            Q(rating__lt=rating)
            | Q(rating=rating, review_count__lt=count)
            | Q(rating=rating, review_count=count, gig_id__lt=pk)
        )
    best = own.order_by("-rating", "-review_count", "-gig_id").values_list("gig_id", "rating", "review_count")
    rows = list(best[: GIGS_OF_SELLER + 1])
    page, following = rows[:GIGS_OF_SELLER], ""
    if len(rows) > GIGS_OF_SELLER:
        pk, rating, count = page[-1]
        following = cursor.encode(_OF_SELLER, [rating, count, pk])
    return cards_of(shown([row[0] for row in page], CatalogueQuery(), at, fastest=False)), following
