"""Writing gigs. A running order keeps the terms it was placed with, whatever is changed here."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import api as accounts
from gigs import covers, documents, richtext
from gigs.contracts import GigContent
from gigs.gallery.services import check_room_for_cover, put_cover_first
from gigs.models import Category, Extra, Gig, GigRank, Package
from gigs.reviewing import gate
from gigs.search import entries
from gigs.selectors.categories import by_slug
from gigs.selectors.owned import content_of, locked_gig, own_gig
from gigs.services.attributes import write_values
from gigs.services.content import as_buyers_see, check, check_minimum, clean_text, without_control
from gigs.versions.keeping import keep
from marketplace.kernel import currencies
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed
from marketplace.kernel.money import Money
from orders import api as orders


@transaction.atomic
def create_gig(*, seller_id: int, content: GigContent, at: datetime, cover: str = "") -> int:
    """A new draft; ``cover`` is a key from ``covers.store``. Raises InvalidInput, NotAllowed (not a seller)."""
    if not accounts.is_seller(seller_id):
        raise NotAllowed(_("Switch to selling first, then you can publish gigs."))
    content = settled(content, currencies.default())
    check(content)
    gig = Gig(seller_id=seller_id, cover=cover, created_at=at)
    _write(gig, content, category_for(content), at)
    put_cover_first(gig, at)
    return gig.pk


@transaction.atomic
def edit_gig(
    *,
    gig_id: int,
    seller_id: int,
    content: GigContent,
    at: datetime,
    version: int | None = None,
    agreed_currency: str = "",
) -> int:
    """Writes what changed and returns the version; it grows only when something did that buyers see, and not while the
    change waits for staff to look at it (reviewing/gate.py).

    ``version`` is the one the editor showed. Prices are never converted: a gig that has some changes its currency
    only to ``agreed_currency``, of which the seller knows that the numbers stay. Raises Conflict when another window
    saved since, InvalidInput (field ``currency_agreed`` where it was not), NotFound for somebody else's gig.
    """
    gig = locked_gig(gig_id, seller_id)
    content = settled(content, gig.currency)
    check(content)
    if gig.is_archived:
        raise NotAllowed(_("Bring the gig back from the archive first."))
    if version is not None and version != gig.version:
        message = _("This gig was changed in another window. Check your changes and save again.")
        raise Conflict(message, code="changed_elsewhere")
    before = content_of(gig)
    if before == content:
        gate.as_before(gig, content, at)
        return gig.version
    check_currency(gig, content, agreed_currency)
    if gig.is_active and not content.packages:
        message = _("A gig that buyers can see keeps at least one package. Pause it first.")
        raise InvalidInput(message, fields={"packages": message})
    category = category_for(content, before)
    if gate.holds(gig, content, at):
        return gig.version
    return apply(gig, before, content, category, at)


def apply(gig: Gig, before: GigContent, content: GigContent, category: Category, at: datetime) -> int:
    """Writes checked content to a locked gig that said ``before``, keeps that, and returns the version."""
    if as_buyers_see(before) != as_buyers_see(content):
        keep(gig, before, by_id=gig.seller_id, at=at)
        gig.version += 1
    _write(gig, content, category, at, before)
    gate.written(gig)
    return gig.version


@transaction.atomic
def set_cover(*, gig_id: int, seller_id: int, cover: str, at: datetime, is_drawn: bool = False) -> None:
    """Shows another cover; ``cover`` is a key from ``covers.store``. Terms stay, so the version does too.

    Raises InvalidInput (field ``cover``) where the gallery has no place for it.
    """
    gig = locked_gig(gig_id, seller_id)
    if not is_drawn:
        check_room_for_cover(gig, cover)
    if gate.holds_cover(gig, cover, at, is_drawn=is_drawn):
        return
    show_cover(gig, cover, at, is_drawn=is_drawn)


def show_cover(gig: Gig, cover: str, at: datetime, *, is_drawn: bool = False) -> None:
    """The same of a locked gig, whatever staff want to look at; it is the gallery's first picture from here on."""
    gig.cover, gig.cover_is_drawn, gig.updated_at = cover, is_drawn, at
    gig.save(update_fields=["cover", "cover_is_drawn", "updated_at"])
    put_cover_first(gig, at)
    entries.refresh([gig.pk], at)
    gate.written(gig)


@transaction.atomic
def renew_link(*, gig_id: int, seller_id: int, at: datetime) -> None:
    """Another key for a private gig: who has the old link finds nothing there any more. Orders go on."""
    gig = locked_gig(gig_id, seller_id)
    gig.share_key, gig.updated_at = _new_key(), at
    gig.save(update_fields=["share_key", "updated_at"])


def upload_cover(*, gig_id: int, seller_id: int, picture: bytes | BinaryIO, at: datetime) -> None:
    """Checks and re-encodes outside of the transaction, then shows it. Raises InvalidInput (field ``cover``)."""
    set_cover(gig_id=gig_id, seller_id=seller_id, cover=covers.store(picture), at=at)


def draw_cover(*, gig_id: int, seller_id: int, at: datetime) -> None:
    """A plain drawn cover for a gig without a picture; the same gig always gets the same."""
    key = covers.draw(own_gig(gig_id, seller_id).category.slug, str(gig_id))
    set_cover(gig_id=gig_id, seller_id=seller_id, cover=key, at=at, is_drawn=True)


def _write(gig: Gig, content: GigContent, category: Category, at: datetime, before: GigContent | None = None) -> None:
    """``before`` is what a gig that is there says: rows of it that stay are left alone."""
    fill(gig, content, category)
    gig.updated_at = at
    gig.save()
    if before is None or (before.packages, before.currency) != (content.packages, content.currency):
        _write_packages(gig, content)
    if before is None or before.extras != content.extras:
        _write_extras(gig, content)
    if before is None or (before.attributes, before.category_slug) != (content.attributes, content.category_slug):
        write_values(gig, content.attributes)
    if before and (before.category_slug, before.currency) != (content.category_slug, content.currency):
        GigRank.objects.filter(pk=gig.pk).delete()  # it was counted among others
    entries.refresh([gig.pk], at)


def category_for(content: GigContent, before: GigContent | None = None) -> Category:
    """The one that it names. Raises InvalidInput where there is none, or a price is below what it allows."""
    category = by_slug(content.category_slug)
    if category is None:
        message = _("Choose a category from the list.")
        raise InvalidInput(message, fields={"category": message})
    check_minimum(content, category, before)
    return category


def fill(gig: Gig, content: GigContent, category: Category) -> None:
    """Puts settled content into the row, which is not saved."""
    gig.category = category
    gig.currency = content.currency
    gig.title = clean_text(content.title)
    gig.slug = slugify(gig.title)[:90].strip("-") or "gig"
    gig.description = content.description
    gig.tags = list(content.tags)
    gig.asks_first = content.asks_first
    gig.hours = documents.hours_to(content.hours)
    gig.questions = documents.questions_to(content.questions)
    gig.checklist = list(content.checklist)
    gig.faq = documents.faq_to(content.faq)
    gig.licence, gig.preview = content.licence, content.preview
    gig.ai_use, gig.ai_note = content.ai_use, clean_text(content.ai_note)
    gig.language, gig.languages = content.language, list(content.languages)
    gig.is_private, gig.queue_limit, gig.away_until = content.is_private, content.queue_limit, content.away_until
    if gig.is_private and not gig.share_key:
        gig.share_key = _new_key()
    gig.quantity_discounts = [list(row) for row in content.quantity_discounts]
    for name, value in _copies(content).items():
        setattr(gig, name, value)


def _new_key() -> str:
    return secrets.token_urlsafe(18)


def settled(content: GigContent, code: str) -> GigContent:
    """As it is kept: the description in its one shape, the currency named. What is too long is refused by ``check``."""
    is_short = len(content.description) <= richtext.LONGEST_INPUT
    description = richtext.stored(without_control(content.description)) if is_short else content.description
    return replace(content, currency=content.currency or code, description=description)


def check_currency(gig: Gig, content: GigContent, agreed: str) -> None:
    """Raises InvalidInput where prices would change their currency and nobody said that the numbers stay."""
    if gig.package_count and content.currency not in (gig.currency, agreed):
        message = _("Say that only the currency changes, and that the numbers stay as they are.")
        raise InvalidInput(message, code="currency_not_agreed", fields={"currency_agreed": message})


def all_in_minor(price_minor: int, currency: str) -> int:
    """What a buyer pays for one, by today's fee."""
    return orders.rules(currency).all_in(Money(price_minor, currency)).amount_minor


def _copies(content: GigContent) -> dict[str, Any]:
    names = ("from_price_minor", "from_all_in_minor", "from_minutes", "fastest_minutes")
    if not content.packages:
        return {**dict.fromkeys(names), "package_count": 0}
    cheapest = min(content.packages, key=lambda package: (package.price_minor, package.promised_minutes))
    fastest = min(package.promised_minutes for package in content.packages)
    all_in = all_in_minor(cheapest.price_minor, content.currency)
    values = (cheapest.price_minor, all_in, cheapest.promised_minutes, fastest)
    return {**dict(zip(names, values, strict=True)), "package_count": len(content.packages)}


def _write_packages(gig: Gig, content: GigContent) -> None:
    gig.packages.filter(position__gt=len(content.packages)).delete()
    rows = package_rows(gig, content)
    names = ["name", "price_minor", "all_in_minor", "promised_minutes", "revisions", "features", "work_minutes"]
    Package.objects.bulk_create(rows, update_conflicts=True, unique_fields=["gig", "position"], update_fields=names)


def package_rows(gig: Gig, content: GigContent) -> list[Package]:
    """Not saved."""
    return [
        Package(
            gig=gig,
            position=position,
            name=package.name,
            price_minor=package.price_minor,
            all_in_minor=all_in_minor(package.price_minor, content.currency),
            promised_minutes=package.promised_minutes,
            revisions=package.revisions,
            features=[list(feature) for feature in package.features],
            work_minutes=package.work_minutes,
        )
        for position, package in enumerate(content.packages, 1)
    ]


def _write_extras(gig: Gig, content: GigContent) -> None:
    gig.extras.filter(position__gt=len(content.extras)).delete()
    Extra.objects.bulk_create(
        extra_rows(gig, content),
        update_conflicts=True,
        unique_fields=["gig", "position"],
        update_fields=["title", "price_minor", "extra_minutes"],
    )


def extra_rows(gig: Gig, content: GigContent) -> list[Extra]:
    """Not saved."""
    return [
        Extra(
            gig=gig,
            position=position,
            title=extra.title,
            price_minor=extra.price_minor,
            extra_minutes=extra.extra_minutes,
        )
        for position, extra in enumerate(content.extras, 1)
    ]
