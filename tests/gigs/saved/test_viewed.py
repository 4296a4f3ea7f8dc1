"""What somebody looked at last: theirs alone, forgotten when they say so, and no query on the gig's page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from gigs.models import Gig
from gigs.viewed import store
from tests.gigs.conftest import MakeGig


def look(client: Client, *gigs: Gig) -> None:
    for gig in gigs:
        assert client.get(gig.get_absolute_url()).status_code == 200


def seen(client: Client) -> list[int]:
    return [card.id for card in client.get("/viewed/").context["cards"]]


@pytest.fixture
def gigs(make_gig: MakeGig) -> list[Gig]:
    return [make_gig(title=f"Write product text number {number}") for number in range(3)]


@pytest.mark.parametrize("who", ["visitor", "buyer"])
def test_the_last_comes_first_and_stands_once(gigs: list[Gig], as_buyer: Client, who: str) -> None:
    client = Client() if who == "visitor" else as_buyer
    first, second, third = gigs
    look(client, first, second, third, first)
    assert seen(client) == [first.pk, third.pk, second.pk]
    assert "Recently viewed" in client.get("/").content.decode()
    client.post("/viewed/", {"act": "forget"})
    assert seen(client) == []
    assert "Recently viewed" not in client.get("/").content.decode()


@pytest.mark.parametrize("who", ["visitor", "buyer"])
def test_it_can_be_switched_off_and_on(gigs: list[Gig], as_buyer: Client, who: str) -> None:
    client = Client() if who == "visitor" else as_buyer
    look(client, gigs[0])
    client.post("/viewed/", {"act": "off"})
    look(client, gigs[1])
    assert seen(client) == []
    assert "This is off" in client.get("/viewed/").content.decode()
    client.post("/viewed/", {"act": "forget"})
    assert "This is off" in client.get("/viewed/").content.decode()
    client.post("/viewed/", {"act": "on"})
    look(client, gigs[2])
    assert seen(client) == [gigs[2].pk]


def test_so_many_and_no_more(client: Client, make_gig: MakeGig, buyer: User, monkeypatch: Any) -> None:
    gigs = [make_gig() for _one in range(4)]
    monkeypatch.setattr(store, "MOST", 3)
    look(client, *gigs)
    assert client.cookies["viewed"].value == f"{gigs[3].pk}-{gigs[2].pk}-{gigs[1].pk}"
    client.force_login(buyer, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies.pop("viewed")
    look(client, *gigs)
    assert seen(client) == [gig.pk for gig in gigs[:0:-1]]
    assert "viewed" not in client.cookies


def test_what_a_visitor_saw_goes_on_after_they_signed_in(client: Client, buyer: User, gigs: list[Gig]) -> None:
    look(client, gigs[0])
    client.force_login(buyer, backend="django.contrib.auth.backends.ModelBackend")
    look(client, gigs[1])
    assert seen(client) == [gigs[1].pk, gigs[0].pk]


def test_nobody_sees_anothers(gigs: list[Gig], as_buyer: Client, stranger: User) -> None:
    look(as_buyer, *gigs)
    other = Client()
    other.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert seen(other) == seen(Client()) == []
    other.post("/viewed/", {"act": "forget"})
    assert len(seen(as_buyer)) == 3


def test_own_and_private_gigs_are_not_noted(as_seller: Client, as_buyer: Client, make_gig: MakeGig) -> None:
    own, private = make_gig(), make_gig()
    look(as_seller, own)
    Gig.objects.filter(pk=private.pk).update(is_private=True, share_key="k")
    as_buyer.get(private.get_absolute_url())
    assert seen(as_seller) == seen(as_buyer) == []


COOKIES = {
    "words": "nonsense",
    "dash": "-",
    "mixed": "1-x-²",
    "long": "9" * 5_000,
    "many": "7-" * 900,
    "large": "9" * 18,
}


@pytest.mark.parametrize("cookie", COOKIES.values(), ids=COOKIES)
def test_a_cookie_that_was_tampered_with_is_no_error(gig: Gig, cookie: str) -> None:
    client = Client()
    client.cookies["viewed"] = cookie
    assert client.get("/viewed/").status_code == 200
    look(client, gig)
    assert seen(client) == [gig.pk]


def test_it_ends_after_sixty_days(gig: Gig, as_buyer: Client, buyer: User) -> None:
    client = Client()
    look(client, gig)
    look(as_buyer, gig)
    assert client.cookies["viewed"]["max-age"] == 60 * 24 * 3600
    assert client.cookies["viewed"]["httponly"]
    assert 0 < store._redis().ttl(store._key(buyer.pk)) <= 60 * 24 * 3600  # type: ignore[operator]


def test_without_redis_the_page_is_there(gig: Gig, as_buyer: Client, settings: Any, monkeypatch: Any) -> None:
    from redis import Redis

    monkeypatch.setattr(store, "_redis", lambda: Redis(port=1, socket_connect_timeout=0.1))
    look(as_buyer, gig)
    assert seen(as_buyer) == []
    assert as_buyer.post("/viewed/", {"act": "forget"}).status_code == 409


def test_noting_a_look_takes_no_query(gig: Gig, as_buyer: Client, django_assert_num_queries: Any) -> None:
    def queries(client: Client) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as context:
            look(client, gig)
        assert not [query for query in context.captured_queries if not query["sql"].strip().startswith("SELECT")]
        return len(context)

    look(as_buyer, gig)  # the page itself is kept from here on, and its card is asked for
    before = queries(as_buyer)
    as_buyer.post("/viewed/", {"act": "off"})
    assert queries(as_buyer) == before
    assert queries(Client()) <= 6


@pytest.mark.parametrize("number", [1, 8])
def test_the_page_takes_so_many_queries(
    make_gig: MakeGig, as_buyer: Client, django_assert_num_queries: Any, number: int
) -> None:
    look(as_buyer, *[make_gig() for _one in range(number)])
    with django_assert_num_queries(6):  # reader, bell, and four for the cards
        as_buyer.get("/viewed/")
