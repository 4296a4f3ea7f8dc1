"""A large catalogue is looked through from the best standing down: what a search counts does not depend on how far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection

from gigs import api, ranking
from gigs.contracts import CatalogueQuery
from gigs.models import Gig
from gigs.search import entries, memory, statement, tiers
from gigs.search.conditions import conditions_of
from gigs.search.labels import Kind, Tier, label
from gigs.selectors.catalogue import search
from tests.gigs.conftest import MakeGig

SHELF = 40
MADE_WITHOUT = CatalogueQuery(ai_use="none")


@pytest.fixture
def _shelf(make_gig: MakeGig, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Gigs, the later the longer ago; every second made with help."""
    for number in range(SHELF):
        gig = make_gig(title=f"Write product text number {number}", ai_use=("none", "assisted")[number % 2])
        Gig.objects.filter(pk=gig.pk).update(published_at=at - timedelta(days=20 * number))
    entries.refresh_changed(at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE gigs_searchentry")
    monkeypatch.setattr(tiers, "SMALL", 10)
    tiers.put_in_order()
    yield
    memory.forget_all()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_shelf")
def test_a_chosen_facet_is_counted_among_as_many_as_the_search(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = {1: Tier.FIRST, 3: Tier.THIRD, 5: Tier.FOURTH, 30: Tier.REST, 50: Tier.REST}
    for cap, tier in ends.items():
        monkeypatch.setattr(statement, "CAP", cap)
        assert statement.find(conditions_of(MADE_WITHOUT, "", at), 0, new=0).tier == tier
        (facet,) = [one for one in api.search(MADE_WITHOUT, at).facets if one.key == "ai"]
        counts = {value.value: value.count for value in facet.values}
        assert sum(counts.values()) == min(cap, SHELF)
        assert set(counts) == ({"none"} if cap == 1 else {"none", "assisted"})
    assert counts == {"none": SHELF / 2, "assisted": SHELF / 2}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_shelf")
def test_the_planner_knows_how_few_are_in_a_tier() -> None:
    """Not a third of all, which it would take for granted."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE gigs_searchentry")
        cursor.execute(
            f"EXPLAIN (FORMAT JSON) SELECT FROM gigs_searchentry WHERE labels[1] <= {label(Kind.TIER, Tier.FIRST)}"
        )
        ((plan,),) = cursor.fetchone()
    assert plan["Plan"]["Plan Rows"] < SHELF / 10


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_shelf")
def test_pages_go_on_to_the_end_of_the_last_tier(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "CANDIDATES", 5)
    query, seen = CatalogueQuery(), list[int]()
    for _page in range(SHELF):
        found = search(query, at, size=3)
        seen += [row.id for row in found.shown]
        if not found.next_cursor:
            break
        query = replace(query, cursor=found.next_cursor)
    assert len(seen) == SHELF
    assert len(set(seen)) == SHELF
