"""A seller leaves: nobody finds or orders their gigs, and nobody waits for an answer of theirs."""

from __future__ import annotations

from datetime import datetime

import pytest

from accounts.leaving import closing, registry
from accounts.models import User
from gigs import api
from gigs.models import CustomOffer, Gig, SavedItem, SavedList, SearchEntry
from gigs.offers.states import OfferState
from gigs.reviewing import concerns
from gigs.states import GigState
from tests.gigs.conftest import MakeGig
from tests.gigs.test_offers import Send, send, talk

__all__ = ["send", "talk"]
pytestmark = pytest.mark.django_db


def test_their_gigs_are_archived_whatever_they_were(make_gig: MakeGig, seller: User, at: datetime) -> None:
    live, paused, draft = make_gig(), make_gig(title="Another gig of theirs"), make_gig(published=False)
    api.pause(gig_id=paused.pk, seller_id=seller.pk, at=at)
    down = make_gig(title="One that staff took down")
    Gig.objects.filter(pk=down.pk).update(state=GigState.TAKEN_DOWN)
    closing.close(user_id=seller.pk, at=at)
    states = dict(Gig.objects.values_list("pk", "state"))
    assert {states[gig.pk] for gig in (live, paused, draft)} == {GigState.ARCHIVED}
    assert states[down.pk] == GigState.TAKEN_DOWN
    assert not SearchEntry.objects.filter(seller=seller).exists()


def test_open_offers_are_answered(send: Send, seller: User, buyer: User, at: datetime) -> None:
    made = send()
    closing.close(user_id=buyer.pk, at=at)
    assert CustomOffer.objects.get(pk=made.pk).state == OfferState.DECLINED
    other = CustomOffer.objects.get(pk=made.pk)
    assert other.answer == "I have closed my account."


def test_what_they_saved_goes_and_who_saved_them_is_not_left_with_nobody(
    gig: Gig, seller: User, buyer: User, stranger: User, at: datetime
) -> None:
    for owner in (buyer, stranger):
        saved_list = SavedList.objects.create(owner=owner, is_first=True, created_at=at)
        SavedItem.objects.create(owner=owner, saved_list=saved_list, seller=seller, saved_at=at)
    closing.close(user_id=buyer.pk, at=at)
    assert list(SavedList.objects.values_list("owner", flat=True)) == [stranger.pk]
    closing.close(user_id=seller.pk, at=at)
    assert not SavedItem.objects.exists()


def test_a_copy_holds_the_gigs_as_they_were_written(gig: Gig, seller: User) -> None:
    [row] = registry.chapters()["gigs"](seller.pk)
    assert row["content"]["title"] == gig.title  # type: ignore[index]
    assert len(row["content"]["packages"]) == gig.package_count  # type: ignore[index]


def test_who_reported_finds_it_in_the_copy_of_their_data(gig: Gig, buyer: User, stranger: User, at: datetime) -> None:
    concerns.report(gig_id=gig.pk, by_id=buyer.pk, reason="copied", text="It is mine.", at=at)
    chapter = registry.chapters()["reported-gigs"]
    address = gig.get_absolute_url()
    [row] = chapter(buyer.pk)
    assert row == {"gig": gig.title, "address": address, "reason": "copied", "text": "It is mine.", "at": at}
    assert not list(chapter(stranger.pk))
    assert not list(chapter(gig.seller_id))
