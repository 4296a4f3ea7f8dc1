"""One day for all gigs: nobody orders before it, everybody does afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from gigs.models import Gig, SearchEntry
from gigs.services.absence import away_until, go_away
from gigs.states import GigState
from tests.gigs.conftest import MakeGig

pytestmark = pytest.mark.django_db


def test_every_gig_rests_and_comes_back(make_gig: MakeGig, seller: User, stranger: User, at: datetime) -> None:
    mine = [make_gig(), make_gig(title="Another gig of theirs")]
    theirs = make_gig(by=stranger, title="A gig of somebody else")
    old = make_gig(title="One in the archive")
    Gig.objects.filter(pk=old.pk).update(state=GigState.ARCHIVED)
    until = at + timedelta(days=9)
    assert go_away(seller_id=seller.pk, until=until, at=at) == 2
    assert away_until(seller.pk, at) == until
    assert away_until(seller.pk, until) is None
    open_ones = dict(SearchEntry.objects.values_list("pk", "is_open"))
    assert [open_ones[gig.pk] for gig in (*mine, theirs)] == [False, False, True]
    assert Gig.objects.get(pk=old.pk).away_until is None
    assert {gig.version for gig in Gig.objects.filter(seller=seller)} == {1}

    go_away(seller_id=seller.pk, until=None, at=at)
    assert all(SearchEntry.objects.values_list("is_open", flat=True))


def test_by_the_list_of_gigs(gig: Gig, as_seller: Client, as_buyer: Client) -> None:
    page = reverse("gigs:mine")
    day = timezone.localdate() + timedelta(days=5)
    said = as_seller.post(reverse("gigs:away"), {"away_until": day.isoformat()}, follow=True).content.decode()
    assert "Nobody orders from you until then" in said
    assert "You are away." in said
    gig.refresh_from_db()
    assert gig.away_until is not None
    assert timezone.localtime(gig.away_until).date() == day
    as_seller.post(reverse("gigs:away"), {"do": "back"})
    assert "You are away." not in as_seller.get(page).content.decode()
    as_buyer.post(reverse("gigs:away"), {"away_until": day.isoformat()})
    gig.refresh_from_db()
    assert gig.away_until is None


@pytest.mark.parametrize("typed", ["", "2020-01-01", "soon", "2999-01-01"])
def test_a_day_that_cannot_be_is_refused(gig: Gig, as_seller: Client, typed: str) -> None:
    answer = as_seller.post(reverse("gigs:away"), {"away_until": typed}, follow=True)
    [said] = answer.context["messages"]
    assert said.level_tag == "error"
    assert "You are away." not in answer.content.decode()
    gig.refresh_from_db()
    assert gig.away_until is None
