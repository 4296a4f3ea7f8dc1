"""What people look for: who is counted, what is kept of it, and what is in demand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from gigs.category_words import said
from gigs.insights import demand, searches
from gigs.insights.phrases import phrase_of
from gigs.models import Category, SearchDay, SearchDemand, SearchEntry
from gigs.search import entries
from gigs.statistics import counting, searching
from gigs.statistics.hooks import Hits
from gigs.statistics.searching import Searched
from gigs.tasks import fold_searches
from marketplace.kernel import clock
from tests.gigs.conftest import NOON, MakeGig
from tests.gigs.insights.conftest import TODAY
from tests.gigs.statistics.test_counting import FIREFOX, another_redis, forget_all

TOMORROW = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def _emptied(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(counting, "_rests_until", 0.0)
    forget_all()
    yield
    forget_all()


@pytest.mark.parametrize(
    ("typed", "phrase"),
    [
        ("  Logo   DESIGN! ", "logo design"),
        ('"wedding speech"', "wedding speech"),
        ("C++ bug-fix", "c++ bug-fix"),
        ("ｌｏｇｏ", "logo"),
        ("", ""),
        ("ab", ""),
        ("123 45", ""),
        ("logo -cheap", ""),
        ("one two three four five six seven", ""),
        ("x" * 61, ""),
        ("bea@example.org", ""),
        ("bea at example dot org", ""),
        ("call +351 912 345 678", ""),
        ("order 4711881", ""),
        ("www.example.com", ""),
        ("my whatsapp is bea", ""),
    ],
)
def test_what_is_counted_of_what_was_typed(typed: str, phrase: str) -> None:
    assert phrase_of(typed) == phrase


def search(text: str, line: str, category: str = "", day: date = TODAY) -> None:
    searching.count(Hits(day, "", searched=text, line=line, category=category))


def kept() -> list[tuple[date, str, str, int]]:
    rows = SearchDay.objects.order_by("day", "words", "category")
    return [(row.day, row.words, row.category.slug if row.category else "", row.visitors) for row in rows]


def test_only_what_several_people_searched_for_is_kept(categories: None) -> None:
    for number in range(5):
        search("Logo design", f"v{number}")
        search("logo  DESIGN", f"v{number}")  # the same, twice
        search("logo design", f"v{number}", "design")
        search("speech", f"v{number}", "no-such-category")
    for number in range(4):
        search("bea bloggs divorce", f"v{number}")
    search("bea bloggs divorce", "v0")
    assert searches.fold(NOON) == 0  # the day is not over
    assert searches.fold(TOMORROW) == 2
    assert kept() == [(TODAY, "logo design", "design", 5), (TODAY, "logo design", "", 5)]
    assert not list(counting.client().scan_iter(counting.key("searched*")))
    assert searches.fold(TOMORROW) == 0


def test_the_same_day_again_changes_nothing(categories: None) -> None:
    found = [Searched("logo", "", 7)]
    searches.add(TODAY, found)
    searches.add(TODAY, [Searched("logo", "", 5)])
    assert kept() == [(TODAY, "logo", "", 7)]


def test_gone_after_ninety_days(categories: None) -> None:
    for ago in (90, 91):
        searches.add(TODAY - timedelta(days=ago), [Searched("logo", "", 7)])
    assert searches.forget(NOON) == 1
    assert kept() == [(TODAY - timedelta(days=90), "logo", "", 7)]


def test_where_redis_is_away_pages_and_the_job_go_on(categories: None, client: Client) -> None:
    with another_redis("127.0.0.1", 1):
        search("logo", "v0")
        assert client.get("/search/?q=logo", headers={"User-Agent": FIREFOX}).status_code == 200
        assert fold_searches(TOMORROW) == 0


def test_pages_count_people_and_first_pages(
    categories: None, client: Client, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEARCHES_LEAST_VISITORS = 1  # type: ignore[attr-defined]
    person = {"User-Agent": FIREFOX}
    for address in ("/search/?q=Logo", "/search/?q=logo", "/categories/design/?q=logo", "/search/?q=x&category=design"):
        assert client.get(address, headers=person).status_code == 200
    client.get("/search/?q=later&after=x", headers=person)
    client.get("/search/?q=robot", headers={"User-Agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"})
    client.get("/search/?q=" + "bea%40example.org", headers=person)
    monkeypatch.setattr(clock, "display_now", lambda: datetime(2026, 5, 14, 12, tzinfo=UTC))
    searches.fold(TOMORROW)
    assert kept() == [(TODAY, "logo", "design", 1), (TODAY, "logo", "", 1)]


def test_one_line_is_one_visitor_whatever_its_browsers_are_called(
    categories: None, client: Client, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEARCHES_LEAST_VISITORS = 1  # type: ignore[attr-defined]
    told = ["203.0.113.7", "203.0.113.8", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "::ffff:203.0.113.7"]
    for number, address in enumerate([*told, *told]):
        client.get("/search/?q=logo", headers={"User-Agent": f"{FIREFOX} {number}"}, REMOTE_ADDR=address)
    monkeypatch.setattr(clock, "display_now", lambda: datetime(2026, 5, 14, 12, tzinfo=UTC))
    searches.fold(TOMORROW)
    assert kept() == [(TODAY, "logo", "", 4)]


@pytest.fixture
def wanted(make_gig: MakeGig) -> None:
    """Searches of the last days beside three gigs, one of them good."""
    good, poor, full = make_gig(), make_gig(), make_gig()
    entries.refresh_changed(NOON)
    SearchEntry.objects.filter(pk=good.pk).update(standing=650)
    SearchEntry.objects.filter(pk=poor.pk).update(standing=649)
    SearchEntry.objects.filter(pk=full.pk).update(standing=900, is_open=False)
    searches.add(TODAY, [Searched("product descriptions", "", 6), Searched("harpsichord tuning", "", 9)])
    searches.add(TODAY - timedelta(days=30), [Searched("product descriptions", "writing", 4)])
    searches.add(TODAY - timedelta(days=31), [Searched("product descriptions", "", 99)])
    searches.add(TODAY, [Searched("shop logo", "design", 8), Searched("the of", "", 50)])
    demand.work_out(NOON)


def test_good_gigs_categories_and_scores(wanted: None) -> None:
    rows = SearchDemand.objects.order_by("words")
    found = [(one.words, one.category and one.category.slug, one.visitors, one.good_gigs, one.score) for one in rows]
    assert found == [
        ("harpsichord tuning", None, 9, 0, 900),
        ("product descriptions", "writing", 10, 1, 500),
        ("shop logo", "design", 8, 0, 800),
    ]
    assert demand.work_out(NOON + timedelta(days=40)) == 0
    assert not SearchDemand.objects.exists()


@pytest.mark.parametrize("at_once", [False, True])
def test_staff_take_a_phrase_away_for_good(wanted: None, client: Client, buyer: User, at_once: bool) -> None:
    User.objects.filter(pk=buyer.pk).update(is_staff=True, is_superuser=True)
    client.force_login(buyer, backend="django.contrib.auth.backends.ModelBackend")
    row = SearchDemand.objects.get(words="harpsichord tuning")
    if at_once:
        sent = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        client.post(reverse("admin:gigs_searchdemand_changelist"), sent)
    else:
        client.post(reverse("admin:gigs_searchdemand_delete", args=[row.pk]), {"post": "yes"})
    assert client.get(reverse("admin:gigs_searchdemand_add")).status_code == 403
    for _again in range(2):
        assert list(SearchDemand.objects.order_by("words").values_list("words", flat=True)) == [
            "product descriptions",
            "shop logo",
        ]
        demand.work_out(NOON)


def test_by_category_and_each_with_its_beginning(wanted: None, as_seller: Client) -> None:
    groups = demand.in_demand()
    assert [(group.name, [row.words for row in group.rows]) for group in groups] == [
        ("Design", ["shop logo"]),
        ("Writing", ["product descriptions"]),
        ("", ["harpsichord tuning"]),
    ]
    html = " ".join(as_seller.get("/sell/demand/").content.decode().split())
    for text in ("10 visitors searched for it", "1 good gig", "no good gig", "visitors ÷ (good gigs + 1)"):
        assert text in html, text
    first = groups[0].rows[0]
    assert first.start_url == "/sell/gigs/new/?starter=none&category=design&title=Shop+logo"
    form = as_seller.get(first.start_url).content.decode()
    assert 'value="Shop logo"' in form
    assert '<option value="design" selected>' in form


def test_categories_are_called_as_the_reader_calls_them(wanted: None) -> None:
    with override("es"):
        names = [group.name for group in demand.in_demand()]
        assert names == [*(said(name) for name in ("Design", "Writing")), ""]
        assert "Design" not in names


def test_a_buyer_begins_with_the_same_words(wanted: None, as_buyer: Client) -> None:
    row = demand.in_demand()[0].rows[0]
    answer = as_buyer.get(row.start_url)
    assert answer.headers["Location"] == "/sell/first/?starter=none&category=design&title=Shop+logo"
    form = as_buyer.get(answer.headers["Location"]).context["form"]
    assert (form["title"].value(), form.base.category_slug) == ("Shop logo", "design")


def test_what_has_many_good_gigs_is_not_in_demand(wanted: None) -> None:
    SearchDemand.objects.update(good_gigs=6)
    assert demand.in_demand() == []


def test_at_most_eight_of_a_category(categories: None) -> None:
    design = Category.objects.get(slug="design")
    SearchDemand.objects.bulk_create(
        SearchDemand(words=f"w{number}", category=design, visitors=9, good_gigs=0, score=number) for number in range(12)
    )
    (group,) = demand.in_demand()
    assert [row.words for row in group.rows] == [f"w{number}" for number in range(11, 3, -1)]


def test_the_empty_page_says_what_it_takes(as_buyer: Client, categories: None) -> None:
    html = as_buyer.get("/sell/demand/").content.decode()
    assert "Not enough searches yet" in html
    assert "at least 5 different people" in html
    assert Client().get("/sell/demand/").status_code == 302
