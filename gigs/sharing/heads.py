"""What machines read of a page that people share: its one address, the card of a link, schema.org's data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts import api as accounts
from accounts.contracts import Person
from gigs.covers import cover_of
from gigs.models import Gig, ShareCard
from gigs.selectors.categories import breadcrumb_data
from gigs.selectors.page import GigPage, PackageView
from gigs.sharing import cards, drawing
from marketplace.kernel import identity
from marketplace.kernel.money import Money, exponent
from orders import api as orders

if TYPE_CHECKING:
    from gigs.portfolio.selectors import PieceView

_DESCRIPTION_MAX = 200


@dataclass(frozen=True, slots=True)
class Picture:
    url: str  # whole address
    width: int
    height: int

    @property
    def is_wide(self) -> bool:
        return self.width > self.height


@dataclass(frozen=True, slots=True)
class Head:
    """As ``gigs/sharing/_head.html`` writes it."""

    url: str
    kind: str  # of Open Graph
    title: str
    description: str
    image: Picture | None
    data: list[dict[str, Any]] = field(default_factory=list)

    @property
    def site_name(self) -> str:
        return identity.name()


def absolute(url: str) -> str:
    """The whole address of a path of this site; others stay as they are."""
    return url if "://" in url else f"{settings.SITE_URL}{url}"


def head_of_gig(page: GigPage, *, at: datetime, is_open: bool = True) -> Head:
    """Of a public gig's page; ``is_open``: it can be ordered now. No query, or one that asks for another card."""
    gig, url = page.gig, absolute(page.gig.get_absolute_url())
    description = Truncator(gig.description_text).chars(_DESCRIPTION_MAX)
    image = _card_of_gig(page, at) or _picture_of_cover(gig.cover)
    data = [breadcrumb_data([*page.crumbs, (gig.title, gig.get_absolute_url())])]
    if gig.is_active and page.packages:
        data.append(_service(page, url, description, image, is_open))
    return Head(url, "product", gig.title, description, image, data)


def _card_of_gig(page: GigPage, at: datetime) -> Picture | None:
    gig = page.gig
    card = gig.share_card if hasattr(gig, "share_card") else None
    if gig.is_active:
        cards.want(cards.of_gig(gig, page.seller.name), card, gig_id=gig.pk, seller_id=None, at=at)
    return Picture(absolute(url), *drawing.SIZE) if (url := cards.url_of(card)) else None


def _picture_of_cover(key: str) -> Picture | None:
    cover = cover_of(key)
    return Picture(absolute(cover.large), 1200, 900) if cover else None


def _service(page: GigPage, url: str, description: str, image: Picture | None, is_open: bool) -> dict[str, Any]:
    """A gig is a service and, with its fixed packages, a product: both are true, and search engines know the second."""
    gig = page.gig
    made: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": ["Service", "Product"],
        "@id": f"{url}#gig",
        "name": gig.title,
        "description": description,
        "url": url,
        "category": gig.category.label,
        "provider": {"@type": "Person", "name": page.seller.name, "url": absolute(page.seller.url)},
        "offers": _offers(page.packages, url, is_open),
    }
    if image:
        made["image"] = image.url
    if gig.review_count:
        made["aggregateRating"] = _rating(gig)
    return made


def _offers(packages: list[PackageView], url: str, is_open: bool) -> dict[str, Any]:
    """All-in prices: what somebody pays."""
    prices = sorted((package.all_in for package in packages), key=lambda price: price.amount_minor)
    return {
        "@type": "AggregateOffer",
        "url": url,
        "priceCurrency": prices[0].currency,
        "lowPrice": _plain(prices[0]),
        "highPrice": _plain(prices[-1]),
        "offerCount": len(prices),
        "availability": f"https://schema.org/{'InStock' if is_open else 'OutOfStock'}",
    }


def _plain(price: Money) -> str:
    """ "58.00", as schema.org writes amounts."""
    return str(Decimal(price.amount_minor).scaleb(-exponent(price.currency)))


def _rating(gig: Gig) -> dict[str, Any]:
    return {
        "@type": "AggregateRating",
        "ratingValue": f"{gig.rating_hundredths / 100:.2f}",
        "reviewCount": gig.review_count,
        "bestRating": 5,
        "worstRating": 1,
    }


def head_of_seller(person: Person, at: datetime) -> Head:
    """Of a seller's public page. Three queries, and one that asks for another card."""
    facts = accounts.seller_facts([person.id])[person.id]
    url = absolute(reverse("accounts:profile", args=[person.handle]))
    description = Truncator(facts.headline or facts.bio or _said_of(person.name)).chars(_DESCRIPTION_MAX)
    completed = orders.reputation([person.id])[person.id].completed
    image = _card_of_seller(person, completed, at)
    if image is None and person.portrait_url:
        image = Picture(absolute(person.portrait_url), 256, 256)
    face: dict[str, Any] = {
        "@type": "Person",
        "@id": f"{url}#person",
        "name": person.name,
        "alternateName": f"@{person.handle}",
        "url": url,
        "description": description,
        "knowsAbout": list(facts.skills),
    }
    if person.portrait_url:
        face["image"] = absolute(person.portrait_url)
    if person.city or person.country:
        face["homeLocation"] = {
            "@type": "Place",
            "address": {"@type": "PostalAddress", "addressLocality": person.city, "addressCountry": person.country},
        }
    if completed:
        face["interactionStatistic"] = {
            "@type": "InteractionCounter",
            "interactionType": "https://schema.org/SellAction",
            "userInteractionCount": completed,
        }
    page = {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "url": url,
        "dateCreated": facts.started_at.date().isoformat(),
        "mainEntity": face,
    }
    return Head(url, "profile", f"{person.name} (@{person.handle})", description, image, [page])


def _card_of_seller(person: Person, completed: int, at: datetime) -> Picture | None:
    card = ShareCard.objects.filter(seller_id=person.id).first()
    cards.want(cards.of_seller(person, completed), card, gig_id=None, seller_id=person.id, at=at)
    return Picture(absolute(url), *drawing.SIZE) if (url := cards.url_of(card)) else None


def _said_of(name: str) -> str:
    return _("%(name)s does small jobs at a fixed price, by a fixed time.") % {"name": name}


def head_of_piece(seller: Person, piece: PieceView) -> Head:
    """Of a piece of a portfolio. No query."""
    url, profile_url = absolute(piece.url), absolute(reverse("accounts:profile", args=[seller.handle]))
    description = Truncator(piece.words or _said_of(seller.name)).chars(_DESCRIPTION_MAX)
    cover = piece.cover
    image = Picture(absolute(cover.src), cover.width, cover.height) if cover else None
    work: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "name": piece.title,
        "description": description,
        "url": url,
        "creator": {"@type": "Person", "name": seller.name, "url": profile_url},
    }
    if image:
        work["image"] = image.url
    crumbs = breadcrumb_data(
        [
            (seller.name, reverse("accounts:profile", args=[seller.handle])),
            (_("Portfolio"), reverse("gigs:works", args=[seller.handle])),
            (piece.title, piece.url),
        ]
    )
    return Head(url, "article", f"{piece.title} · {seller.name}", description, image, [crumbs, work])
