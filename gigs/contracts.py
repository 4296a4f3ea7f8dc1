"""What other apps and the pages may know of gigs. Prices that buyers see are all-in, in the gig's currency."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from accounts.contracts import Person, WeeklyHours
from marketplace.kernel.money import Money
from orders.contracts import Question

_WIDEST_OF_CARDS = 640


def _srcset(urls: Mapping[int, str]) -> str:
    return ", ".join(f"{url} {width}w" for width, url in urls.items())


@dataclass(frozen=True, slots=True)
class Cover:
    """One picture in three widths, 4:3, WebP."""

    urls: Mapping[int, str]

    @property
    def url(self) -> str:
        return self.urls[640]

    @property
    def large(self) -> str:
        return self.urls[1200]

    @property
    def srcset(self) -> str:
        return _srcset(self.urls)

    @property
    def small_srcset(self) -> str:
        """For cards, which are never as wide as the largest."""
        return _srcset({width: url for width, url in self.urls.items() if width <= _WIDEST_OF_CARDS})


@dataclass(frozen=True, slots=True)
class FaqEntry:
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class PackageContent:
    """A package as typed: the price is the seller's, before fees; features are (label, value)."""

    name: str
    price_minor: int
    promised_minutes: int
    revisions: int
    features: tuple[tuple[str, str], ...] = ()
    work_minutes: int | None = None  # what it takes the seller; nobody else sees it


@dataclass(frozen=True, slots=True)
class ExtraContent:
    title: str
    price_minor: int
    extra_minutes: int = 0


@dataclass(frozen=True, slots=True)
class GigContent:
    """Everything a seller says about a gig; what ``api.create_gig`` and ``api.edit_gig`` take."""

    category_slug: str
    title: str
    description: str = ""
    tags: tuple[str, ...] = ()
    packages: tuple[PackageContent, ...] = ()
    extras: tuple[ExtraContent, ...] = ()
    faq: tuple[FaqEntry, ...] = ()
    questions: tuple[Question, ...] = ()
    checklist: tuple[str, ...] = ()
    hours: WeeklyHours | None = None
    currency: str = ""  # ISO 4217, of every price in it; empty: the gig's own, the site's first for a new one
    asks_first: bool = False  # the seller wants to agree to each order before it is paid
    licence: str = "commercial"  # these three: kinds of orders.api
    ai_use: str = ""
    preview: str = "open"
    ai_note: str = ""
    attributes: tuple[str, ...] = ()  # "attribute:value", slugs; sorted
    language: str = "en"  # of the text
    languages: tuple[str, ...] = ()  # in which the work is done; empty: that of the text
    is_private: bool = False  # only by its link
    queue_limit: int | None = None  # orders that run at once
    away_until: datetime | None = None
    quantity_discounts: tuple[tuple[int, int], ...] = ()  # (from how many, percent off)


@dataclass(frozen=True, slots=True)
class GigCard:
    """A gig in a grid: ``components/gig_card.html``. Price and time belong to the same package."""

    id: int
    title: str
    url: str
    cover_url: str  # empty: a plain surface
    cover_srcset: str
    category: str
    seller: Person
    level: str  # "New" or "120 done"; empty where there is nothing to say
    level_is_new: bool
    rating: Decimal | None
    review_count: int
    price: Money
    minutes: int
    ready_at: datetime | None  # where the promise is short enough for a time of day
    why_url: str = ""
    is_new_place: bool = False  # one of the places that belong to new sellers


@dataclass(frozen=True, slots=True)
class CategoryCard:
    """A category with what is below it, as counted last: ``components/category_card.html``."""

    slug: str
    name: str
    description: str
    url: str
    icon: str
    gig_count: int
    from_price: Money | None
    picture: Cover | None = None
    parent: str = ""  # slug; empty: a root
    children: tuple[CategoryCard, ...] = ()


@dataclass(frozen=True, slots=True)
class HomeSection:
    """A row of cards on the home page, with the address of all of them."""

    title: str
    note: str
    url: str
    cards: list[GigCard]


@dataclass(frozen=True, slots=True)
class GigRow:
    """A gig in its seller's own list."""

    id: int
    title: str
    url: str
    state: str
    cover_url: str
    price: Money | None  # all-in, of the cheapest package
    active_orders: int
    completed_orders: int
    rating: Decimal | None
    review_count: int
    updated_at: datetime
    impressions: int = 0  # these three: of the last thirty days
    views: int = 0
    orders: int = 0
    standing: str = ""  # with staff, in a word; empty: nothing is


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """What somebody looks for. Unknown sorts and times have been dropped before."""

    text: str = ""
    category: str = ""  # slug
    low_minor: int | None = None  # all-in
    high_minor: int | None = None
    within: str = ""  # a key of selectors.catalogue.WITHIN
    sort: str = ""  # a key of selectors.catalogue.SORTS; empty: best match with words, best rated without
    currency: str = ""  # of the prices above, and of all that is found; empty: any, unless prices are compared
    rating: int = 0  # at least, in tenths
    levels: tuple[str, ...] = ()  # of the seller: any of these
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()  # of the seller, ISO 3166-1 alpha-2
    attributes: tuple[str, ...] = ()  # "attribute:value"; any within an attribute, all of the attributes
    ai_use: str = ""
    online: bool = False  # the seller is here now
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """A property with the values that matches have; each count is what would be found with that value alone."""

    key: str  # the address parameter
    name: str
    values: tuple[FacetValue, ...]
    is_single: bool = False


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    name: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Results:
    """One page of a search. ``shown``: what its cards show of this question; the cards are read when asked for."""

    load: Callable[[], list[GigCard]]
    shown: Sequence[Any]  # gigs.selectors.cards.Shown
    count: int  # at most ``capped_at``
    next_cursor: str
    sort: str
    near: Sequence[Any] = ()  # the same of gigs with only some of the words, where few have all
    # Slug to matches, with those below: of the chosen category, those in it and those above it.
    by_category: Mapping[str, int] = field(default_factory=dict)
    facets: tuple[Facet, ...] = ()
    here: int = 0  # of these matches, by sellers who are here now
    loosened: bool = False  # nothing has all the words; these have some
    corrected: str = ""  # nothing has the words as typed; these have them as they may have been meant
    says_nothing: bool = False  # only words that every text has, so all gigs are shown
    narrowed: bool = False  # too much was asked for: only the best standing was looked through
    capped_at: int = 1000

    @cached_property
    def cards(self) -> list[GigCard]:
        return self.load()

    @property
    def matches(self) -> list[GigCard]:
        """The cards of this page without those that only come near."""
        near = {row.id for row in self.near}
        return [card for card in self.cards if card.id not in near]

    @property
    def is_capped(self) -> bool:
        return self.count >= self.capped_at
