"""Sellers who are here now: found alone where that is asked, and counted beside the filter where it is not."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts import presence
from accounts.models import User
from gigs import api
from gigs.contracts import CatalogueQuery
from gigs.models import Gig
from tests.gigs.conftest import NOON, MakeGig


@pytest.fixture(autouse=True)
def _a_key_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(presence, "_KEY", f"artisan:here:{uuid.uuid4().hex}")
    yield
    presence.forget_all()


def test_who_is_here_is_counted_and_found(gig: Gig, make_gig: MakeGig, seller: User, stranger: User) -> None:
    theirs = make_gig(by=stranger)
    assert api.search(CatalogueQuery(), NOON).here == 0
    assert not api.search(CatalogueQuery(online=True), NOON).shown
    presence.saw(stranger.pk)
    found = api.search(CatalogueQuery(), NOON)
    assert (found.count, found.here) == (2, 1)
    here = api.search(CatalogueQuery(online=True), NOON)
    assert ([row.id for row in here.shown], here.here) == ([theirs.pk], 1)


def test_the_page_of_a_seller_makes_them_seen(client: Client, gig: Gig, seller: User) -> None:
    client.force_login(seller, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/search/").content.decode()
    assert "Here now" in page
    assert [row.id for row in api.search(CatalogueQuery(online=True), NOON).shown] == [gig.pk]


def test_who_left_is_not_here(gig: Gig, seller: User, monkeypatch: pytest.MonkeyPatch) -> None:
    presence.saw(seller.pk)
    monkeypatch.setattr(presence, "HERE_SECONDS", -1)
    assert not api.search(CatalogueQuery(online=True), NOON).shown
