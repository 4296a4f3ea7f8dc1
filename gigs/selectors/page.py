"""Everything a gig's page shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import api as accounts
from accounts.contracts import Person
from gigs.contracts import FaqEntry
from gigs.gallery.shown import Slide, slides_of
from gigs.guidance.figures import FIGURE_ROWS
from gigs.models import Gig
from gigs.selectors.cards import level_of, ready_time
from gigs.selectors.categories import crumbs_of
from gigs.selectors.openness import may_see
from gigs.services.terms import OFFER_ROWS, Offer, Selection, offer_of, terms_of
from marketplace.kernel import words
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from marketplace.kernel.prepared import prepared
from orders import api as orders
from orders.contracts import Use

REVIEWS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class PackageView:
    position: int
    name: str
    price: Money  # before the fee: for the live total only
    all_in: Money
    minutes: int
    ready_at: datetime
    ready: str  # the same in words
    revisions: int
    features: tuple[tuple[str, str], ...]

    @property
    def ticks(self) -> list[tuple[str, bool]]:
        """What is in it and what is not, as lines: a value of "yes" goes without saying."""
        return [_tick(label, value) for label, value in self.features]


@dataclass(frozen=True, slots=True)
class ExtraView:
    position: int
    title: str
    price: Money
    minutes: int
    all_in: tuple[tuple[int, Money], ...]  # what it adds, by package position

    @property
    def minutes_sooner(self) -> int:
        return max(0, -self.minutes)


@dataclass(frozen=True, slots=True)
class SellerView:
    """As ``components/seller_card.html`` wants it."""

    id: int
    name: str
    portrait_url: str
    url: str
    headline: str
    level: str
    city: str
    time_zone: str
    local_time: str
    rating: str
    review_count: int
    on_time: int | None
    answers_in: int | None  # minutes
    completed: int


@dataclass(frozen=True, slots=True)
class ReviewRow:
    author: str
    portrait_url: str
    stars: int
    answers: str
    text: str
    at: datetime
    reply: str
    replied_at: datetime | None
    replier: str


@dataclass(frozen=True, slots=True)
class GigPage:
    gig: Gig
    slides: list[Slide]
    packages: list[PackageView]
    extras: list[ExtraView]
    comparison: list[tuple[str, list[str]]]
    faq: Sequence[FaqEntry]
    seller: SellerView
    hours_text: str
    reviews: list[ReviewRow]
    distribution: list[dict[str, int]]
    fee: dict[str, int]  # of the live total, in the words of total.js
    use: Use
    crumbs: list[tuple[str, str]]
    discounts: list[tuple[int, int]]  # (from how many, percent off the price of a package)
    lowest_minor: int  # no discount goes below

    @property
    def rating(self) -> Decimal | None:
        return self.gig.rating

    @property
    def chosen(self) -> int:
        """The package that is picked at first: the middle one of three, as the comparison suggests."""
        return self.packages[len(self.packages) // 2].position if self.packages else 1


def visible_gig(pk: int, reader_id: int | None, key_of: Callable[[], str] = str) -> Gig:
    """A gig that this reader may open: active or paused; their own always. Raises NotFound.

    ``key_of`` is asked where the gig is private: it opens for those who have the key of its link.
    """
    return _opened(_GIG.first(pk), reader_id, key_of)


def gig_to_order(pk: int, reader_id: int | None, key_of: Callable[[], str] = str) -> Gig:
    """The same with no more than an order of it is made from."""
    return _opened(_TO_ORDER.first(pk), reader_id, key_of)


def _opened(gig: Gig | None, reader_id: int | None, key_of: Callable[[], str]) -> Gig:
    if gig is None or not (gig.is_active or gig.is_paused or gig.seller_id == reader_id):
        raise NotFound(_("This gig is not here (any more)."))
    if gig.is_private and not may_see(gig, reader_id, key_of()):
        raise NotFound(_("This gig is not here (any more)."))
    return gig


_GIG = prepared(
    lambda pk: (
        Gig.objects.select_related("category__parent__parent", "gallery", "share_card")
        .annotate(**OFFER_ROWS, figure_rows=FIGURE_ROWS)
        .filter(pk=pk)
    )
)
_TO_ORDER = prepared(lambda pk: Gig.objects.select_related("category").annotate(**OFFER_ROWS).filter(pk=pk))


def page_of(gig: Gig, at: datetime, offer: Offer | None = None) -> GigPage:
    """Three queries beside the gig's own (from ``visible_gig``), whatever it holds.

    ``offer`` shows packages and extras that are not saved.
    """
    offer = offer or offer_of(gig)
    reviews = orders.reviews_for("gig", str(gig.pk), limit=REVIEWS_SHOWN) if gig.review_count else []
    people = accounts.people({gig.seller_id, *(review.author_id for review in reviews)})
    packages = [_package(offer, position.position, at) for position in offer.packages]
    return GigPage(
        gig=gig,
        slides=slides_of(gig),
        packages=packages,
        extras=_extras(offer),
        comparison=_comparison(packages),
        faq=gig.faq_list,
        seller=_seller(people[gig.seller_id], at),
        hours_text=hours_text(gig, people[gig.seller_id]),
        reviews=[
            ReviewRow(
                people[row.author_id].name,
                people[row.author_id].portrait_url,
                row.stars,
                row.answers,
                row.text,
                row.at,
                row.reply,
                row.replied_at,
                people[gig.seller_id].name,
            )
            for row in reviews
        ],
        distribution=[{"stars": stars, "count": gig.stars[stars - 1]} for stars in range(5, 0, -1)],
        fee=fee_for_script(gig.currency),
        discounts=gig.discounts,
        lowest_minor=orders.price_bounds(gig.currency)[0].amount_minor,
        use=orders.use_offered(
            licence_kind=gig.licence, licence=orders.licence_text(gig.licence), ai_use=gig.ai_use, ai_note=gig.ai_note,
            preview=gig.preview,
        ),
        crumbs=crumbs_of(gig.category),
    )  # fmt: skip


def fee_for_script(currency: str) -> dict[str, int]:
    rules = orders.rules(currency)
    return {"bps": rules.buyer_fee_bp, "min": rules.buyer_fee_minimum_minor, "max": rules.buyer_fee_maximum_minor}


def hours_text(gig: Gig, seller: Person) -> str:
    """Order hours in a sentence, or an empty string."""
    hours = gig.weekly_hours
    if hours is None:
        return ""
    opens = min(start for _day, start, _end in hours.spans)
    closes = max(end for _day, _start, end in hours.spans)
    days = len({day for day, _start, _end in hours.spans})
    sentence = _("%(name)s works %(opens)s–%(closes)s (%(zone)s), %(days)s days a week, so the clock rests in between.")
    return sentence % {
        "name": seller.name.split()[0],
        "opens": words.time_of_day(opens),
        "closes": words.time_of_day(closes),
        "zone": hours.time_zone.rpartition("/")[2].replace("_", " "),
        "days": days,
    }


def _package(offer: Offer, position: int, at: datetime) -> PackageView:
    package = offer.package(position)
    ready_at = ready_time(offer.gig, package.promised_minutes, at)
    terms = terms_of(offer, Selection(position))
    return PackageView(
        position=position,
        name=package.name,
        price=terms.price,
        all_in=terms.all_in,
        minutes=package.promised_minutes,
        ready_at=ready_at,
        ready=words.when(ready_at, at),
        revisions=package.revisions,
        features=tuple((label, value) for label, value in package.features),
    )


def _extras(offer: Offer) -> list[ExtraView]:
    return [
        ExtraView(
            position=extra.position,
            title=extra.title,
            price=extra.price,
            minutes=extra.extra_minutes,
            all_in=tuple((package.position, _added(package.price, extra.price)) for package in offer.packages),
        )
        for extra in offer.extras
    ]


def _added(price: Money, extra: Money) -> Money:
    """What an extra adds to the all-in price of a package."""
    rules = orders.rules(price.currency)
    return rules.all_in(price + extra) - rules.all_in(price)


def _comparison(packages: list[PackageView]) -> list[tuple[str, list[str]]]:
    """Feature lines with a value per package, in the order in which they appear first."""
    labels = dict.fromkeys(label for package in packages for label, _value in package.features)
    return [(label, [dict(package.features).get(label, "–") for package in packages]) for label in labels]


def _tick(label: str, value: str) -> tuple[str, bool]:
    if value.strip().lower() in {"–", "-", "no", ""}:
        return label, False
    return (label, True) if value.strip().lower() == "yes" else (f"{label}: {value}", True)


def local_time(zone: str, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def _seller(person: Person, at: datetime) -> SellerView:
    record = orders.reputation([person.id]).get(person.id)
    completed = record.completed if record else 0
    return SellerView(
        id=person.id,
        name=person.name,
        portrait_url=person.portrait_url,
        url=reverse("accounts:profile", args=[person.handle]),
        headline=person.headline,
        level=level_of(completed),
        city=person.city,
        time_zone=person.time_zone,
        local_time=local_time(person.time_zone, at),
        rating=record.rating if record else "",
        review_count=record.review_count if record else 0,
        on_time=record.on_time_percent if record else None,
        answers_in=record.recent.answer_minutes if record else None,
        completed=completed,
    )
