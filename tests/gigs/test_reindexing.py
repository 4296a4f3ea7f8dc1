from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from gigs.models import Gig, SearchEntry, SearchWord
from gigs.search import entries, memory, reindexing, tiers
from gigs.search.labels import Kind, Tier, label
from tests.gigs.conftest import MakeGig


@pytest.mark.django_db(transaction=True)
def test_several_processes_write_what_one_writes(
    make_gig: MakeGig, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        make_gig(title=f"Write product text number {number}")
    Gig.objects.filter(title__endswith="3").update(state="paused")
    monkeypatch.setattr(entries, "AT_ONCE", 2)
    SearchEntry.objects.all().delete()
    list(reindexing.reindex(at))
    alone = list(SearchEntry.objects.order_by("pk").values())
    SearchEntry.objects.all().delete()
    SearchWord.objects.all().delete()
    done = list(reindexing.reindex(at, processes=2))
    assert len(alone) == 6
    assert list(SearchEntry.objects.order_by("pk").values()) == alone
    assert done == [2, 4, 6]
    assert SearchWord.objects.get(word="product").gigs == 6


@pytest.mark.django_db(transaction=True)
def test_the_best_standing_is_written_first_and_what_cannot_be_found_goes(
    make_gig: MakeGig, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "AT_ONCE", 1)  # within a batch the order is that of ids
    gigs = [make_gig(title=f"Write product text number {number}") for number in range(4)]
    entries.refresh_changed(at)
    SearchEntry.objects.filter(pk=gigs[2].pk).update(standing=900)
    SearchEntry.objects.filter(pk=gigs[1].pk).delete()
    Gig.objects.filter(pk=gigs[0].pk).update(state="paused")
    call_command("reindex")
    with connection.cursor() as cursor:
        # By transaction: where a row lies on the disk depends on the room that deleted ones left.
        cursor.execute("SELECT gig_id FROM gigs_searchentry ORDER BY xmin::text::bigint")
        assert [row[0] for row in cursor.fetchall()] == [gigs[2].pk, gigs[3].pk, gigs[1].pk]


@pytest.mark.django_db(transaction=True)
def test_entries_of_a_large_catalogue_are_written_into_their_tiers_at_once(
    make_gig: MakeGig, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is in the search, nobody could know where tiers begin but by looking at the gigs."""
    for number in range(20):
        gig = make_gig(title=f"Write product text number {number}")
        # The later, the longer ago: standings from high to low.
        Gig.objects.filter(pk=gig.pk).update(published_at=at - timedelta(days=20 * number))
    SearchEntry.objects.all().delete()
    memory.forget_all()
    monkeypatch.setattr(tiers, "SMALL", 10)
    monkeypatch.setattr(tiers, "put_in_order", lambda: 0)
    list(reindexing.reindex(at))
    labels = SearchEntry.objects.order_by("pk").values_list("labels", flat=True)
    found = [row[0] - label(Kind.TIER, 0) for row in labels]
    assert found == sorted(found)
    assert [found.count(tier) for tier in Tier] == [1, 0, 2, 3, 14]
    memory.forget_all()


@pytest.mark.django_db(transaction=True)
def test_entries_are_moved_to_the_tier_that_they_belong_to_by_now(
    make_gig: MakeGig, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of a small catalogue are in the first; once it has grown, one of fifty is."""
    for number in range(20):
        gig = make_gig(title=f"Write product text number {number}")
        Gig.objects.filter(pk=gig.pk).update(published_at=at - timedelta(days=20 * number))
    entries.refresh_changed(at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE gigs_searchentry")
    monkeypatch.setattr(tiers, "SMALL", 10)
    assert tiers.put_in_order() == 19
    labels = SearchEntry.objects.order_by("-standing").values_list("labels", flat=True)
    assert [row[0] - label(Kind.TIER, 0) for row in labels] == [
        Tier.FIRST,
        *[Tier.THIRD] * 2,
        *[Tier.FOURTH] * 3,
        *[Tier.REST] * 14,
    ]
    assert tiers.put_in_order() == 0
    memory.forget_all()


@pytest.mark.django_db
def test_what_cannot_be_found_has_no_say_in_where_tiers_begin(make_gig: MakeGig, at: datetime) -> None:
    make_gig()
    Gig.objects.filter(pk=make_gig().pk).update(state="paused")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE gigs_gig")  # how many to look at goes by what the database thinks there are
    assert len(entries.sampled_standings(at, 1_000)) == 1
