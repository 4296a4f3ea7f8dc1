"""Gigs like another one: near in words and price, of several sellers, found by indexes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from gigs import api
from gigs.models import Gig, SearchEntry
from gigs.search import entries
from gigs.search.labels import Kind, label
from gigs.similar.selectors import QUERY, gig_that_was_shown, parameters, similar_ids
from tests.gigs.conftest import CONTENT, MakeGig
from tests.gigs.saved.conftest import Keep

PLAIN = {
    "tags": (),
    "extras": (),
    "description": "I do exactly what the package says, and tell you at once if not." * 2,
}


def like(gig: Gig) -> list[int]:
    return similar_ids(gig_that_was_shown(gig.pk))


def priced(price_minor: int) -> dict[str, Any]:
    return {"packages": (replace(CONTENT.packages[0], price_minor=price_minor),)}


@pytest.fixture
def sellers(db: None, at: Any) -> list[User]:
    from accounts import api as accounts

    made = [User.objects.create_user(f"s{n}@example.org", "x", display_name=f"Seller {n}") for n in range(6)]
    for one in made:
        accounts.become_seller(user_id=one.pk, country="PT", at=at)
    return made


def test_words_first_then_price(make_gig: MakeGig, sellers: list[User]) -> None:
    gig = make_gig(title="Write a newsletter for florists", **PLAIN, **priced(2000))
    near = make_gig(by=sellers[0], title="Write the newsletter of your florists", **PLAIN, **priced(2100))
    dear = make_gig(by=sellers[1], title="Write a newsletter, florists first", **PLAIN, **priced(9000))
    words = make_gig(by=sellers[2], title="Write a limerick about your cat", **PLAIN, **priced(2000))
    other = make_gig(by=sellers[3], title="Compose a hymn to the weather", **PLAIN, **priced(90_000))
    elsewhere = make_gig(by=sellers[4], title="Write a newsletter for florists", category_slug="design", **PLAIN)
    found = like(gig)
    assert found == [near.pk, dear.pk, words.pk, other.pk]
    assert elsewhere.pk not in found


def test_at_most_two_of_one_seller(make_gig: MakeGig, sellers: list[User]) -> None:
    gig = make_gig()
    for _one in range(4):
        make_gig(by=sellers[0])
    others = [make_gig(by=one) for one in sellers[1:3]]
    owners = list(Gig.objects.filter(pk__in=like(gig)).values_list("seller_id", flat=True))
    assert sorted(owners) == sorted([sellers[0].pk, sellers[0].pk, *(one.seller_id for one in others)])


@pytest.mark.parametrize(("number", "shown"), [(2, 2), (5, 4), (9, 8)])
def test_full_rows_where_there_are_enough(make_gig: MakeGig, sellers: list[User], number: int, shown: int) -> None:
    gig = make_gig()
    for one in range(number):
        make_gig(by=sellers[one % 6])
    assert len(like(gig)) == shown


def test_only_what_can_be_ordered(make_gig: MakeGig, at: Any) -> None:
    gig, draft, paused, private = make_gig(), make_gig(published=False), make_gig(), make_gig()
    api.pause(gig_id=paused.pk, seller_id=paused.seller_id, at=at)
    Gig.objects.filter(pk=private.pk).update(is_private=True, share_key="k")
    full = make_gig(queue_limit=1)
    Gig.objects.filter(pk=full.pk).update(active_orders=1)
    entries.refresh([private.pk, full.pk], at)
    assert like(gig) == []
    assert draft.pk


@pytest.mark.parametrize(
    "title", ["It's \\'quoted\\' & <b>|!*:A</b>", "日本語の見出しを書きます", "The and of with which"]
)
def test_any_title_will_do(make_gig: MakeGig, sellers: list[User], title: str) -> None:
    gig = make_gig(title=title, tags=("o'clock", "a\\b"))
    other = make_gig(by=sellers[0])
    assert like(gig) == [other.pk]


def test_other_currencies_are_not_near(make_gig: MakeGig, sellers: list[User], settings: Any) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR", "JPY"]
    gig = make_gig(**PLAIN, **priced(2000))
    yen = make_gig(by=sellers[0], currency="JPY", **PLAIN, **priced(2000))
    euro = make_gig(by=sellers[1], **PLAIN, **priced(2600))
    assert like(gig) == [euro.pk, yen.pk]


def test_the_page_and_its_part(client: Client, make_gig: MakeGig, sellers: list[User], gig: Gig) -> None:
    other = make_gig(by=sellers[0], title="Write product descriptions")
    assert f'hx-get="/gigs/{gig.pk}/similar/"' in client.get(gig.get_absolute_url()).content.decode()
    whole = client.get(f"/gigs/{gig.pk}/similar/").content.decode()
    part = client.get(f"/gigs/{gig.pk}/similar/", headers={"hx-request": "true"}).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    assert all(other.get_absolute_url() in text for text in (whole, part))


def test_a_gig_that_is_gone_still_leads_on(
    client: Client, make_gig: MakeGig, sellers: list[User], keep: Keep, at: Any
) -> None:
    gone, draft, other = make_gig(title="Write no more at all"), make_gig(published=False), make_gig(by=sellers[0])
    api.archive(gig_id=gone.pk, seller_id=gone.seller_id, at=at)
    page = client.get(f"/gigs/{gone.pk}/similar/").content.decode()
    assert other.title in page
    assert "Write no more at all" not in page
    for nothing in (draft.pk, 10**9, 10**30):
        assert client.get(f"/gigs/{nothing}/similar/").status_code == 404
    Gig.objects.filter(pk=gone.pk).update(is_private=True, share_key="k")
    assert client.get(f"/gigs/{gone.pk}/similar/").status_code == 404


@pytest.mark.parametrize("number", [1, 8])
def test_it_takes_six_queries(
    client: Client, make_gig: MakeGig, sellers: list[User], django_assert_num_queries: Any, number: int
) -> None:
    gig = make_gig()
    for one in range(number):
        make_gig(by=sellers[one % 6])
    with django_assert_num_queries(6):  # the gig, its likes, and four for their cards
        client.get(f"/gigs/{gig.pk}/similar/", headers={"hx-request": "true"})


MANY = """
INSERT INTO gigs_gig ({columns})
SELECT {values} FROM gigs_gig AS one CROSS JOIN generate_series(1, 4000) AS number WHERE one.id = %s
"""
ENTRIES = """
INSERT INTO gigs_searchentry ({columns})
SELECT {values} FROM gigs_gig AS gig JOIN gigs_searchentry AS one ON one.gig_id <> gig.id WHERE one.gig_id = %s
"""


def fill(gig: Gig, first_seller: int) -> None:
    """Four thousand gigs of all categories and six sellers, as entries of the search."""
    gigs = {
        "title": "CASE WHEN number %% 40 = 0 THEN one.title ELSE md5(number::text) END",
        "category_id": "(SELECT id FROM gigs_category ORDER BY id OFFSET number %% 12 LIMIT 1)",
        "seller_id": f"{first_seller} + number / 12 %% 6",
    }
    category = label(Kind.CATEGORY, gig.category_id)
    entries = {
        "gig_id": "gig.id",
        "seller_id": "gig.seller_id",
        "standing": "gig.id %% 1000",
        "labels": f"array_replace(one.labels, {category}, {label(Kind.CATEGORY, 0)} + gig.category_id::int)",
        "doc": "setweight(to_tsvector('english', gig.title), 'A')",
    }
    with connection.cursor() as cursor:
        for statement, model, changed in ((MANY, Gig, gigs), (ENTRIES, SearchEntry, entries)):
            columns = [field.column for field in model._meta.concrete_fields if field.column != "id"]
            values = ", ".join(changed.get(column, f"one.{column}") for column in columns)
            cursor.execute(statement.format(columns=", ".join(columns), values=values), [gig.pk])
        cursor.execute("ANALYZE gigs_gig, gigs_searchentry")


def test_no_walk_over_all_gigs(gig: Gig, sellers: list[User]) -> None:
    """The plan uses indexes, and looks at few of four thousand."""
    fill(gig, sellers[0].pk)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {QUERY}", parameters(gig_that_was_shown(gig.pk)))
        plan = cursor.fetchone()[0]
    scans = [node for node in _nodes(plan[0]["Plan"]) if node.get("Relation Name", "").startswith("gigs_")]
    assert {node["Relation Name"] for node in scans} == {"gigs_searchentry"}
    assert "Seq Scan" not in [node["Node Type"] for node in scans]
    assert len(like(gig)) == 8


def _nodes(node: dict[str, Any]) -> Any:
    yield node
    for child in node.get("Plans", []):
        yield from _nodes(child)
