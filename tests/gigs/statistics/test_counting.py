"""Who is counted, in Redis, and that a page never fails or waits for it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import redis
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from gigs import api, statistics
from gigs.favourites import items, lists
from gigs.favourites.target import GIG, Target
from gigs.models import Gig, SavedItem, SavedList
from gigs.statistics import counting, middleware, owners, visitors
from gigs.statistics.counting import Count
from gigs.statistics.hooks import NOTED, Hits
from marketplace.kernel import clock
from tests.gigs.conftest import MakeGig

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
    "Mobile/15E148 Safari/604.1"
)
TODAY = date(2026, 5, 13)


@pytest.fixture(autouse=True)
def _emptied(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    forget_all()
    monkeypatch.setattr(counting, "_rests_until", 0.0)
    yield
    forget_all()


@pytest.fixture(autouse=True)
def _wednesday(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, datetime(2026, 5, 13, 12, tzinfo=UTC))


def forget_all() -> None:
    client = counting.client()
    for name in client.scan_iter(counting.key("*")):
        client.delete(name)
    counting._salts.clear()
    owners._known.cache_clear()


def set_clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "display_now", lambda: moment)


def counted() -> dict[tuple[int, date], Count]:
    """Everything that waits, without folding it."""
    found: dict[tuple[int, date], Count] = {}
    for batch in counting.take():
        for place, one in counting.read(batch).items():
            mine = found.setdefault(place, Count())
            mine.impressions, mine.views = mine.impressions + one.impressions, mine.views + one.views
    return found


def visit(path: str, agent: str = FIREFOX, client: Client | None = None, **headers: str) -> int:
    return (client or Client()).get(path, headers={"User-Agent": agent, **headers}).status_code


def test_lists_count_cards_and_the_page_counts_the_visitor_once(make_gig: MakeGig) -> None:
    one, two = make_gig(), make_gig(title="Write three letters for you")
    for path in ("/search/", "/categories/writing/", "/"):
        assert visit(path) == 200
    for _again in range(3):
        assert visit(one.get_absolute_url()) == 200
    assert visit(one.get_absolute_url(), agent=PHONE) == 200
    assert visit(two.get_absolute_url()) == 200
    assert counted() == {(one.pk, TODAY): Count(3, 2), (two.pk, TODAY): Count(3, 1)}


def test_cards_count_wherever_they_are_shown(make_gig: MakeGig, seller: User, stranger: User, at: datetime) -> None:
    """Beside a gig, on a profile, among what was viewed, in one's own list and in one that is shared."""
    one, two, gone = make_gig(), make_gig(by=stranger, title="Write three letters for you"), make_gig()
    api.archive(gig_id=gone.pk, seller_id=gone.seller_id, at=at)
    reader, somebody = Client(), User.objects.create_user("reader@example.org", "x", display_name="Reader")
    reader.force_login(somebody)
    shelf = lists.create(owner_id=somebody.pk, name="Letters", at=at)
    for gig in (one, two):
        items.save(owner_id=somebody.pk, target=Target(GIG, gig.pk), at=at, list_id=shelf)
    SavedItem.objects.create(owner=somebody, saved_list_id=shelf, gig=gone, saved_at=at)
    lists.share(list_id=shelf, owner_id=somebody.pk)
    assert visit(two.get_absolute_url(), client=reader) == 200
    shared = f"/lists/{SavedList.objects.get(pk=shelf).share_key}/"
    shown = {
        f"/gigs/{two.pk}/similar/": {one.pk},
        f"/@{seller.handle}/": {one.pk},
        "/viewed/": {two.pk},
        f"/saved/{shelf}/": {one.pk, two.pk},
        shared: {one.pk, two.pk},
        "/saved/": {two.pk},  # the row of what was viewed
    }
    for path, ids in shown.items():
        forget_all()
        assert visit(path, client=reader) == 200, path
        assert {gig_id: one.impressions for (gig_id, _day), one in counted().items()} == dict.fromkeys(ids, 1), path


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": ""},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "curl/8.14.1"},
        {"User-Agent": "python-requests/2.32"},
        {"User-Agent": FIREFOX, "Sec-Purpose": "prefetch;prerender"},
        {"User-Agent": FIREFOX, "Purpose": "prefetch"},
        {"User-Agent": FIREFOX, "X-Moz": "Prefetch"},
    ],
)
def test_robots_and_browsers_that_fetch_ahead_are_left_out(gig: Gig, headers: dict[str, str]) -> None:
    for path in ("/search/", gig.get_absolute_url()):
        assert Client().get(path, headers=headers).status_code == 200
    assert counted() == {}


def test_neither_head_nor_an_error_nor_a_redirect_counts(gig: Gig) -> None:
    client = Client(headers={"User-Agent": FIREFOX})
    assert client.head(gig.get_absolute_url()).status_code == 200
    assert client.get(f"/gigs/{gig.pk}-another/").status_code == 301
    assert client.get("/gigs/999999-none/").status_code == 404
    assert counted() == {}
    assert client.get("/search/?sort=\x00&min=x&after=rubbish").status_code == 200
    assert set(counted()) <= {(gig.pk, TODAY)}


def test_sellers_do_not_count_themselves(as_seller: Client, gig: Gig) -> None:
    for path in ("/", "/search/", "/categories/writing/", gig.get_absolute_url()):
        assert visit(path, client=as_seller) == 200
    assert counted() == {}
    assert visit("/search/", client=Client()) == 200
    assert counted() == {(gig.pk, TODAY): Count(1, 0)}


def test_whose_gigs_are_whose_is_asked_once(
    as_seller: Client, gig: Gig, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for queries in (1, 0):
        with django_assert_num_queries(queries):
            counting.count(Hits(TODAY, "", gig.seller_id, {gig.pk: None}))
    assert counted() == {}


def test_after_half_an_hour_and_on_the_next_day_a_visitor_counts_again(
    gig: Gig, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, datetime(2026, 5, 13, 23, 59, 59, tzinfo=UTC))
    visit(gig.get_absolute_url())
    (seen,) = counting.client().scan_iter(counting.key("seen:*"))
    assert 1_795 <= counting.client().ttl(seen) <= 1_800
    visit(gig.get_absolute_url())
    set_clock(monkeypatch, datetime(2026, 5, 14, 0, 0, 1, tzinfo=UTC))
    visit(gig.get_absolute_url())
    counting.client().delete(seen)
    set_clock(monkeypatch, datetime(2026, 5, 13, 23, 59, 59, tzinfo=UTC))
    visit(gig.get_absolute_url())
    assert counted() == {(gig.pk, TODAY): Count(0, 2), (gig.pk, date(2026, 5, 14)): Count(0, 1)}


def test_redis_never_learns_an_address(client: Client, gig: Gig, rf: RequestFactory) -> None:
    """And what it learns is in no list of hashed addresses: the salt is random and goes with its day."""
    client.get(gig.get_absolute_url(), headers={"User-Agent": FIREFOX}, REMOTE_ADDR="203.0.113.77")
    store = counting.client()
    names = b"\n".join(store.scan_iter(counting.key("*")))
    assert b"203.0.113.77" not in names
    assert b"Firefox" not in names
    salt = store.get(counting.key(f"salt:{TODAY}"))
    assert len(salt) == 32
    assert 0 < store.ttl(counting.key(f"salt:{TODAY}")) <= 26 * 3600
    before = counting.hashed("203.0.113.77", TODAY)
    forget_all()
    assert counting.hashed("203.0.113.77", TODAY) != before


def test_all_processes_of_a_day_hash_alike() -> None:
    first = counting.hashed("somebody", TODAY)
    counting._salts.clear()  # another process
    assert counting.hashed("somebody", TODAY) == first
    assert counting.hashed("somebody", TODAY + timedelta(days=1)) != first


def test_a_page_takes_no_query_and_one_round_trip_more(
    gig: Gig, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    visit(gig.get_absolute_url())  # the day's salt, the script
    sent: list[Any] = []
    plain = redis.connection.AbstractConnection.send_packed_command
    monkeypatch.setattr(
        redis.connection.AbstractConnection,
        "send_packed_command",
        lambda self, command, **named: (sent.append(command), plain(self, command, **named))[1],
    )
    hits = Hits(TODAY, "somebody", None, dict.fromkeys(range(24)), gig.pk)
    with django_assert_num_queries(0):
        assert counting.count(hits)
    assert len(sent) == 1


def test_nothing_is_counted_before_the_answer_is_out(gig: Gig, rf: RequestFactory) -> None:
    request = rf.get("/", headers={"User-Agent": FIREFOX})
    request.user = AnonymousUser()

    def view(request: HttpRequest) -> HttpResponse:
        statistics.saw_cards(request, [gig.pk, gig.pk])
        statistics.opened(request, gig.pk)
        return HttpResponse("page")

    response = middleware.CountAfterAnswer(view)(request)
    assert counted() == {}
    response.close()
    assert counted() == {(gig.pk, TODAY): Count(1, 1)}


@contextmanager
def another_redis(host: str, port: int) -> Iterator[None]:
    away = redis.Redis(host=host, port=port, socket_connect_timeout=0.25, socket_timeout=0.25, retry=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "client", lambda: away)
        counting.script.cache_clear()
        yield
    counting.script.cache_clear()


def test_where_redis_is_away_the_page_comes_as_ever_and_does_not_ask_again_at_once(
    gig: Gig, caplog: pytest.LogCaptureFixture
) -> None:
    with another_redis("127.0.0.1", 1):
        assert visit(gig.get_absolute_url()) == 200
        assert visit("/search/") == 200
    assert [record.message[:31] for record in caplog.records] == ["gigs were seen and not counted:"]


def test_a_redis_that_hangs_costs_a_quarter_of_a_second_and_then_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, another_redis(*server.getsockname()):
        started = time.monotonic()  # it takes the connection and says nothing
        for _page in range(20):
            assert not counting.count(Hits(TODAY, "somebody", None, {1: None}))
        assert 0.2 < time.monotonic() - started < 1


def test_a_page_that_shows_very_many_cards_counts_a_hundred() -> None:
    counting.count(Hits(TODAY, "somebody", None, dict.fromkeys(range(1, 5_000))))
    assert len(counted()) == 100


@pytest.mark.parametrize("agent", ["\x00", "a" * 10_000, "\N{RIGHT-TO-LEFT OVERRIDE}🙂", "'; DROP TABLE--"])
def test_odd_names_of_browsers_do_no_harm(rf: RequestFactory, agent: str) -> None:
    request = rf.get("/", headers={"User-Agent": agent})
    request.user = AnonymousUser()
    statistics.opened(request, 7)
    hits: Hits | None = getattr(request, NOTED, None)
    if hits:
        assert counting.count(hits)
    assert len(visitors.mark_of(request)) < 500


def test_what_is_no_field_of_ours_is_left_out() -> None:
    store = counting.client()
    names = ["7:2026-05-13:i", "7:2026-02-13:x", "seven:2026-05-13:i", "7", "", "7:2026-13-01:v", "-1:2026-05-13:v"]
    store.hset(counting.key("live"), mapping=dict.fromkeys(names, 2))
    assert counted() == {(7, TODAY): Count(2, 0)}
