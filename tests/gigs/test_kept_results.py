"""A page of results is kept for a minute: the same for the next who asks the same, and never older than a change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from gigs import api
from gigs.contracts import Results
from gigs.models import Gig
from gigs.search import entries, memory
from gigs.selectors import catalogue
from marketplace.kernel import clock
from tests.gigs.conftest import CONTENT, NOON, MakeGig
from tests.support.own_cache import clear_own_cache

TITLE = CONTENT.title
PATHS = ("/search/?q=product", "/categories/writing/", "/search/")


@pytest.fixture(autouse=True)
def _the_same_minute(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "display_now", lambda: NOON)
    yield
    clear_own_cache()


def _page(client: Client, path: str = PATHS[0]) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("path", PATHS)
def test_the_second_who_asks_gets_the_same_without_a_query(
    gig: Gig, client: Client, as_buyer: Client, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = _page(Client(), path)
    with django_assert_num_queries(0):
        second = _page(Client(), path)
    inside = first[first.index('<div id="results">') : first.index("<dialog")]
    assert TITLE in inside
    assert inside in second
    assert inside in _page(as_buyer, path)  # whose page differs around it


def test_a_change_that_the_search_has_taken_in_is_shown_at_once(gig: Gig, client: Client, at: datetime) -> None:
    assert TITLE in _page(client)
    content = replace(CONTENT, title="Write 60 product descriptions for your shop")
    later = at + timedelta(minutes=1)
    api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=content, at=later)
    entries.refresh_changed(later)
    assert content.title in _page(client)
    api.pause(gig_id=gig.pk, seller_id=gig.seller_id, at=later)
    entries.refresh_changed(later)
    assert content.title not in _page(client)


def test_what_was_found_before_a_change_is_not_kept_after_it(
    gig: Gig, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change comes between the search and the page."""
    search = catalogue.search

    def overtaken(*given: Any) -> Results:
        found = search(*given)
        memory.begin_edition()
        return found

    monkeypatch.setattr(catalogue, "search", overtaken)
    _page(client)
    monkeypatch.setattr(catalogue, "search", search)
    assert _asks(client, PATHS[0])


def test_what_staff_change_of_categories_is_shown_at_once(gig: Gig, client: Client) -> None:
    """``memory.forget_all`` is called for categories, attributes and synonyms alike."""
    assert "Letters" not in _page(client, "/categories/writing/")
    writing = gig.category
    assert writing is not None
    top = writing.parent or writing
    top.name = "Letters"
    top.save()
    assert "Letters" in _page(client, "/categories/writing/")


def test_what_differs_between_readers_and_minutes_is_asked_anew(
    gig: Gig, client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _page(client)
    with django_assert_num_queries(0):
        _page(client)
    for path in (f"{PATHS[0]}&currency=EUR", f"{PATHS[0]}&sort=price", PATHS[1]):
        assert _asks(client, path)
    monkeypatch.setattr(clock, "display_now", lambda: NOON + timedelta(minutes=1))
    assert _asks(client, PATHS[0])


def test_addresses_that_nobody_asks_twice_are_not_kept(gig: Gig, client: Client) -> None:
    long = f"{PATHS[0]}&is={'x' * 600}"
    assert _asks(client, long)
    assert _asks(client, long)


def test_a_search_of_which_only_a_part_was_looked_through_is_not_kept(
    make_gig: MakeGig, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_gig()
    find = catalogue._found
    monkeypatch.setattr(catalogue, "_found", lambda *given: (find(*given)[0], True))
    assert "only the best tenth" in _page(client)
    monkeypatch.undo()
    monkeypatch.setattr(clock, "display_now", lambda: NOON)
    assert "only the best tenth" not in _page(client)


def _asks(client: Client, path: str) -> bool:
    with CaptureQueriesContext(connection) as asked:
        _page(client, path)
    return len(asked) > 0
