"""What goes with a seller or buyer who closes their account, and what a copy of their data says of their gigs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gigs import documents
from gigs.bulk.services import cancel_all_of
from gigs.certificates import services as certificates
from gigs.models import (
    Certificate,
    CustomOffer,
    Flag,
    Gig,
    GigDraft,
    Piece,
    RoomWait,
    SavedItem,
    SavedList,
    SavedSearch,
    SearchEntry,
    ShareCard,
    StorefrontReport,
)
from gigs.offers import services as offers
from gigs.offers.states import OfferState
from gigs.portfolio import services as portfolio
from gigs.reviewing import gate
from gigs.reviewing.states import FlagKind
from gigs.selectors.owned import content_of
from gigs.states import TABLE, GigState
from gigs.viewed import store


def let_go(user_id: int, at: datetime) -> None:
    """In the transaction that closes the account. Orders keep their own terms; what staff took down stays as it is."""
    cancel_all_of(user_id, at)
    _answer_offers(user_id, at)
    _archive_gigs(user_id, at)
    GigDraft.objects.filter(seller_id=user_id).delete()
    SavedItem.objects.filter(Q(owner_id=user_id) | Q(seller_id=user_id)).delete()
    for theirs in (SavedList, SavedSearch):
        theirs.objects.filter(owner_id=user_id).delete()
    RoomWait.objects.filter(person_id=user_id).delete()
    portfolio.let_go(user_id, at)
    certificates.let_go(user_id)
    ShareCard.objects.filter(Q(seller_id=user_id) | Q(gig__seller_id=user_id)).delete()
    transaction.on_commit(partial(store.forget_person, user_id))


def _answer_offers(user_id: int, at: datetime) -> None:
    """The other side hears that nothing comes of them."""
    theirs = CustomOffer.objects.filter(Q(seller_id=user_id) | Q(buyer_id=user_id), state=OfferState.SENT)
    for offer in theirs.order_by("pk"):
        if offer.author_id == user_id:
            offers.withdraw(offer_id=offer.pk, actor_id=user_id, at=at)
        else:
            offers.decline(offer_id=offer.pk, actor_id=user_id, word=_("I have closed my account."), at=at)


def _archive_gigs(user_id: int, at: datetime) -> None:
    theirs = Gig.objects.of_seller(user_id).exclude(state__in=[GigState.ARCHIVED, GigState.TAKEN_DOWN])
    for gig in theirs.order_by("pk").select_for_update(no_key=True):
        (gig.state,) = TABLE.find(gig.state, "leave", "system").targets
        gate.let_go(gig, at)
        gig.updated_at = at
        gig.save(update_fields=["state", "updated_at"])
    SearchEntry.objects.filter(seller_id=user_id).delete()


def gigs_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """For a copy of somebody's data; a gig costs four queries."""
    rows = Gig.objects.of_seller(user_id).select_related("category").order_by("pk")
    for gig in rows.iterator(chunk_size=100):
        yield {
            "address": gig.get_absolute_url(),
            "state": gig.state,
            "created_at": gig.created_at,
            "published_at": gig.published_at,
            "content": documents.content_to(content_of(gig)),
        }


def saved_of(user_id: int) -> Iterator[Mapping[str, object]]:
    rows = SavedItem.objects.filter(owner_id=user_id).order_by("pk")
    yield from rows.values("saved_list__name", "gig__title", "seller__handle", "note", "saved_at").iterator()


def searches_of(user_id: int) -> Iterator[Mapping[str, object]]:
    rows = SavedSearch.objects.filter(owner_id=user_id).order_by("pk")
    for search in rows.iterator():
        yield {field.attname: getattr(search, field.attname) for field in SavedSearch._meta.concrete_fields}


def pieces_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """Of their portfolio, and what sellers asked them about."""
    asked = Q(buyer_id=user_id) & ~Q(consent=Piece.Consent.DRAFT)
    rows = Piece.objects.filter(Q(seller_id=user_id) | asked).order_by("pk")
    said = ("seller__handle", "title", "words", "consent", "names_buyer", "asked_at", "answered_at", "is_shown")
    yield from rows.values(*said).iterator()


def certificates_of(user_id: int) -> Iterator[Mapping[str, object]]:
    rows = Certificate.objects.filter(seller_id=user_id).order_by("pk")
    yield from rows.values("title", "issuer", "year", "link", "added_at", "checked_at").iterator()


def reports_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """What they reported of sellers' pages."""
    rows = StorefrontReport.objects.filter(by_id=user_id).order_by("pk")
    yield from rows.values("seller__handle", "reason", "text", "at").iterator()


def gig_reports_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """What they reported of gigs."""
    rows = Flag.objects.filter(by_id=user_id, kind=FlagKind.REPORT).order_by("pk").select_related("gig")
    for flag in rows.iterator():
        yield {
            "gig": flag.gig.title,
            "address": flag.gig.get_absolute_url(),
            "reason": flag.reason,
            "text": flag.text,
            "at": flag.at,
        }
