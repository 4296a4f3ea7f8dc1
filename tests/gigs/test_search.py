from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import timezone as timezone_of
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.contracts import WeeklyHours
from accounts.models import User
from gigs import api, documents
from gigs.contracts import CatalogueQuery, ExtraContent, PackageContent, Results
from gigs.models import AttributeValue, Category, Gig
from gigs.search import entries, memory
from gigs.selectors import cursor
from gigs.selectors.catalogue import PAGE, SORTS
from orders import api as orders
from tests.gigs.conftest import CONTENT, DAYTIME, NOON, MakeGig


@pytest.fixture(autouse=True)
def _reader_in_utc() -> Iterator[None]:
    with timezone.override(UTC):
        yield


def _found(query: CatalogueQuery, at: datetime = NOON) -> Results:
    """With everything that triggers have noted in the search, as it is there some seconds later."""
    entries.refresh_changed(at)
    return api.search(query, at)


def _titles(query: CatalogueQuery, at: datetime = NOON) -> list[str]:
    entries.refresh_changed(at)
    return [card.title for card in api.search(query, at).cards]


def _one(name: str, price: int, minutes: int) -> tuple[PackageContent, ...]:
    return (PackageContent(name, price, minutes, 1),)


def test_the_title_weighs_more_than_tags_and_those_more_than_the_description(make_gig: MakeGig) -> None:
    body = "A description that is long enough to be published, about something that people need done."
    make_gig(title="Sharpen anything else today", tags=(), description=f"{body} Scissors included.")
    make_gig(title="Sharpen your kitchen tools", tags=("scissors",), description=body)
    make_gig(title="Sharpen your scissors well", tags=(), description=body)
    assert _titles(CatalogueQuery(text="scissors")) == [
        "Sharpen your scissors well",
        "Sharpen your kitchen tools",
        "Sharpen anything else today",
    ]


def test_words_are_found_in_other_forms_and_left_out_with_a_minus(make_gig: MakeGig) -> None:
    make_gig(title="Translate a menu to German", tags=())
    make_gig(title="Translate a contract to French", tags=())
    assert len(_titles(CatalogueQuery(text="translating"))) == 2
    assert _titles(CatalogueQuery(text="translate -french")) == ["Translate a menu to German"]
    assert _titles(CatalogueQuery(text='"contract to french"')) == ["Translate a contract to French"]


def test_the_name_of_the_category_is_searched_and_follows_a_change(make_gig: MakeGig) -> None:
    make_gig(category_slug="seo", title="Look at five of your pages", tags=(), description="x" * 80)
    assert len(_titles(CatalogueQuery(text="seo"))) == 1
    Category.objects.filter(slug="seo").update(name="Findability")
    assert _titles(CatalogueQuery(text="seo")) == []
    assert len(_titles(CatalogueQuery(text="findability"))) == 1


def test_where_nothing_has_all_words_some_of_them_count_and_it_is_said(make_gig: MakeGig) -> None:
    make_gig(title="Caption ten minutes of video", tags=())
    found = api.search(CatalogueQuery(text="caption helicopter"), NOON)
    assert found.loosened
    assert [card.title for card in found.cards] == ["Caption ten minutes of video"]


@pytest.mark.parametrize("state", ["draft", "paused", "archived"])
def test_only_active_gigs_are_found(gig: Gig, state: str) -> None:
    Gig.objects.filter(pk=gig.pk).update(state=state)
    assert _titles(CatalogueQuery()) == []


def test_price_and_time_must_fit_one_package_and_the_card_shows_that_one(gig: Gig) -> None:
    (card,) = api.search(CatalogueQuery(low_minor=5000, high_minor=6000), NOON).cards
    assert (card.price.amount_minor, card.minutes) == (5768, 1320)
    # Ten is quick but cheap, Fifty is in the price but slow: no package is both.
    assert _titles(CatalogueQuery(low_minor=5000, within="2h")) == []
    assert _titles(CatalogueQuery(low_minor=1, high_minor=1549)) == []
    assert len(_titles(CatalogueQuery(low_minor=1, high_minor=1550))) == 1


def test_a_price_range_finds_what_is_in_it_however_narrow_or_wide(make_gig: MakeGig) -> None:
    """Bands of prices only say where to look."""
    prices = [500, 550, 600, 1_000, 1_050, 2_000, 4_000, 30_000]
    for price in prices:
        make_gig(packages=_one("One", price, 60), extras=())
    all_in = sorted(Gig.objects.values_list("from_all_in_minor", flat=True))
    for low, high in itertools.combinations_with_replacement([0, 1, *all_in, all_in[0] + 1, 10**12], 2):
        wanted = sum(low <= price <= high for price in all_in)
        assert len(_titles(CatalogueQuery(low_minor=low, high_minor=high))) == wanted, (low, high)
    assert _titles(CatalogueQuery(low_minor=2_000, high_minor=1_000)) == []


def test_prices_are_compared_all_in(make_gig: MakeGig) -> None:
    make_gig(packages=_one("One", 1000, 60), extras=())
    assert len(_titles(CatalogueQuery(high_minor=1050))) == 1
    assert _titles(CatalogueQuery(high_minor=1049)) == []


def test_sorts(make_gig: MakeGig, at: datetime) -> None:
    names = {}
    for name, price, minutes in (("cheap", 500, 5000), ("quick", 3000, 20), ("loved", 2000, 600)):
        gig = make_gig(title=f"Something {name} for you", packages=_one("One", price, minutes), extras=())
        names[name] = gig.pk
    Gig.objects.filter(pk=names["loved"]).update(stars=[0, 0, 0, 0, 3], review_count=3, rating_hundredths=500)
    Gig.objects.filter(pk=names["cheap"]).update(published_at=at + timedelta(hours=1))

    def first(sort: str) -> str:
        return _titles(CatalogueQuery(sort=sort))[0].split()[1]

    assert [first(sort) for sort in ("price", "fastest", "rating", "newest")] == ["cheap", "quick", "loved", "cheap"]


def test_the_fastest_sort_shows_the_fastest_package(make_gig: MakeGig) -> None:
    make_gig(packages=(PackageContent("Slow", 1000, 4000, 0), PackageContent("Quick", 2000, 30, 0)), extras=())
    (card,) = api.search(CatalogueQuery(sort="fastest"), NOON).cards
    assert (card.minutes, card.price.amount_minor) == (30, 2060)


def test_ready_today_asks_the_order_hours(make_gig: MakeGig) -> None:
    make_gig(title="Always open for orders", packages=_one("One", 1000, 690), extras=())
    make_gig(title="Open until six in the evening", packages=_one("One", 1000, 360), extras=(), hours=DAYTIME)
    make_gig(title="Too slow for the office hours", packages=_one("One", 1000, 361), extras=(), hours=DAYTIME)
    make_gig(title="A whole day is never today", packages=_one("One", 1000, 1440), extras=())
    assert sorted(_titles(CatalogueQuery(within="today"))) == [
        "Always open for orders",
        "Open until six in the evening",
    ]
    assert _titles(CatalogueQuery(within="today"), NOON + timedelta(hours=1)) == []


def test_ready_by_six_and_by_tomorrow_ask_the_order_hours(make_gig: MakeGig) -> None:
    for name, minutes in (("Before six", 360), ("Past six", 361), ("All of tomorrow", 900), ("Past tomorrow", 901)):
        make_gig(title=f"{name}, hours kept", packages=_one("One", 1000, minutes), extras=(), hours=DAYTIME)
    for name, minutes in (("Until six", 360), ("Until midnight tomorrow", 2_160), ("A minute more", 2_161)):
        make_gig(title=f"{name}, at any hour", packages=_one("One", 1000, minutes), extras=(), hours=None)
    six = ["Before six, hours kept", "Until six, at any hour"]
    assert sorted(_titles(CatalogueQuery(within="18h"))) == six
    tomorrow = ["All of tomorrow, hours kept", *six, "Past six, hours kept", "Until midnight tomorrow, at any hour"]
    assert sorted(_titles(CatalogueQuery(within="tomorrow"))) == sorted(tomorrow)
    evening = NOON + timedelta(hours=6)  # the next six o'clock is tomorrow's
    assert set(_titles(CatalogueQuery(within="18h"), evening)) >= set(six)


def test_today_ends_at_the_readers_midnight(make_gig: MakeGig) -> None:
    make_gig(packages=_one("One", 1000, 360), extras=())
    with timezone.override(ZoneInfo("Asia/Tokyo")):  # 21:00 there
        assert _titles(CatalogueQuery(within="today")) == []
    with timezone.override(ZoneInfo("America/New_York")):
        assert len(_titles(CatalogueQuery(within="today"))) == 1


@pytest.mark.parametrize("sort", list(SORTS))
def test_pages_show_every_gig_once(make_gig: MakeGig, sort: str, at: datetime) -> None:
    for number in range(2 * PAGE + 5):
        packages = _one("One", 1000 + number % 7 * 100, 60 + number % 5)
        gig = make_gig(title=f"Write product text number {number}", packages=packages, extras=())
        published = at + timedelta(minutes=number % 4)
        Gig.objects.filter(pk=gig.pk).update(rating_hundredths=number % 3 * 100, published_at=published)
    seen: list[int] = []
    query = CatalogueQuery(text="product", sort=sort)
    for expected in (PAGE, PAGE, 5):
        found = api.search(query, at)
        assert (len(found.cards), found.count) == (expected, 2 * PAGE + 5)
        seen += [card.id for card in found.cards]
        query = replace(query, cursor=found.next_cursor)
    assert query.cursor == ""
    assert len(set(seen)) == len(seen) == 2 * PAGE + 5


def test_categories_count_what_is_in_the_chosen_one(make_gig: MakeGig) -> None:
    make_gig(title="Write the words of a page", category_slug="writing")
    make_gig(title="Write the words of a label", category_slug="design")
    make_gig(title="Write the words of a menu", category_slug="design")
    found = api.search(CatalogueQuery(text="words", category="writing"), NOON)
    assert (found.by_category, found.count, len(found.cards)) == ({"writing": 1}, 1, 1)
    found = api.search(CatalogueQuery(text="words"), NOON)
    assert (found.by_category, found.count) == ({"writing": 1, "design": 2}, 3)


# Python knows zones that PostgreSQL does not.
_FAR_ZONES = [timezone_of(timedelta(hours=23)), timezone_of(timedelta(seconds=30.5))]
_NASTY = [
    "after=" + cursor.encode("match", [0, -1000, 2**62, 2**62, -1, 0, 0]),
    "after=" + cursor.encode("match", [0, 2**63 - 1, 2**62, 2**62, -1, 0, 0]),
    "q=" + "logo " * 2000,
    "q=%00",
    "q=logo%00%01%1f",
    "q=%26%26%26%7C%7C!!",
    "q=the+of+and",
    "q=%22unbalanced",
    "q=-",
    "q=or+or+or",
    "q=%F0%9F%A6%84%E2%80%AE",
    "q='%3B+DROP+TABLE+gigs_gig%3B--",
    "q=%ff%fe",
    "min=50&max=5",
    "min=-5&max=abc",
    "min=10%00&max=999999999999999",
    "min=1e5",
    "within=never&sort=bribes&category=alchemy",
    "after=garbage",
    "after=" + "A" * 5000,
    "sort=newest&after=WyJuZXdlc3QiLCJub3QgYSBkYXRlIiwxXQ",
    "after=" + cursor.encode("rating", [2**80, 0, 1]),
    "after=" + cursor.encode("rating", [1, 2, -5]),
    "sort=newest&after=" + cursor.encode("newest", [datetime(1, 1, 1, tzinfo=UTC), 5]),
    *("sort=newest&after=" + cursor.encode("newest", [datetime(2026, 5, 13, tzinfo=zone), 5]) for zone in _FAR_ZONES),
    "category=%00",
]


@pytest.mark.parametrize("parameters", _NASTY)
def test_whatever_is_asked_the_page_answers(client: Client, gig: Gig, parameters: str) -> None:
    for path in ("/search/", "/categories/writing/", "/api/v1/gigs/"):
        assert client.get(f"{path}?{parameters}").status_code in {200, 400}
    assert client.get(f"/gigs/{gig.pk}/why/?{parameters}").status_code in {200, 404}


def test_what_the_form_does_not_show_it_keeps(client: Client, gig: Gig) -> None:
    """Values of attributes belong to a category, and stay chosen in all of them."""
    value = AttributeValue.objects.select_related("attribute").filter(attribute__category__slug="writing")[0]
    wanted = f"{value.attribute.slug}:{value.slug}"
    kept = f'<input type="hidden" name="is" value="{wanted}">'
    assert kept in client.get(f"/search/?is={wanted}").content.decode()
    assert kept not in client.get(f"/categories/writing/?is={wanted}").content.decode()


@pytest.mark.parametrize("path", ["/search/", "/categories/alchemy/", "/search/ask/", "/gigs/0/similar/"])
def test_more_parameters_than_a_request_may_have_are_refused_by_a_page(client: Client, gig: Gig, path: str) -> None:
    answer = client.get(f"{path}?{'q=logo+bakery&' * 1_001}")
    assert answer.status_code in {400, 404}
    assert "</html>" in answer.content.decode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80), st.text(max_size=60), st.text(max_size=12))
def test_any_text_is_a_question(gig: Gig, text: str, after: str, price: str) -> None:
    parameters = {"q": text, "after": after, "min": price, "sort": "match"}
    assert Client().get("/search/", parameters).status_code == 200


def test_reversed_prices_are_swapped_and_wrong_ones_said_at_the_field(client: Client, gig: Gig) -> None:
    page = client.get("/search/?min=20&max=10").content.decode()
    assert gig.title in page
    assert 'value="10.00"' in page
    wrong = client.get("/search/?min=cheap").content.decode()
    assert "Write an amount" in wrong
    assert 'value="cheap"' in wrong


def _fill(make_gig: MakeGig, stranger: User, number: int) -> None:
    for position in range(number):
        make_gig(title=f"Write product text number {position}", by=stranger if position % 2 else None)


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(
    "path",
    ["/search/", "/search/?q=product&sort=price&within=today&min=1&max=99", "/categories/writing/", "/search/?q=zebra"],
)
def test_a_page_of_results_takes_eight_queries_whatever_the_data(
    make_gig: MakeGig,
    stranger: User,
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    path: str,
    number: int,
) -> None:
    _fill(make_gig, stranger, number)
    client.get("/search/?q=something")  # what is read once a minute
    with django_assert_max_num_queries(8):
        assert client.get(path).status_code == 200
    memory.begin_edition()
    with django_assert_max_num_queries(5):  # with all cards kept
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("number", [1, 30])
def test_the_same_signed_in(
    make_gig: MakeGig,
    stranger: User,
    as_buyer: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    _fill(make_gig, stranger, number)
    as_buyer.get("/search/?q=something")
    with django_assert_max_num_queries(8):
        assert as_buyer.get("/search/?q=product").status_code == 200


def test_why_here_names_the_places_the_package_and_the_sort(client: Client, gig: Gig) -> None:
    page = client.get(f"/gigs/{gig.pk}/why/?q=descriptions&sort=price").content.decode()
    assert "Your words are in the title." in page
    assert "€15.50" in page
    assert "It has no reviews yet." in page
    assert "lowest first" in page


def test_the_home_page_shows_no_gig_twice(make_gig: MakeGig, at: datetime) -> None:
    for number in range(30):
        make_gig(title=f"Write product text number {number}", extras=())
    sections = api.home_sections(at)
    ids = [card.id for section in sections for card in section.cards]
    assert len(ids) == len(set(ids)) == 12
    assert sections[0].note.startswith("30 gigs")


_spans = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 600)), min_size=1, max_size=5)


def _open_minutes(hours: WeeklyHours | None, since: datetime, until: datetime) -> int:
    with connection.cursor() as asked:
        asked.execute(
            "SELECT gigs_open_minutes(%s::jsonb, %s, %s)",
            [None if hours is None else json.dumps(documents.hours_to(hours)), since, until],
        )
        (value,) = asked.fetchone()
    return int(value)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(
    _spans,
    st.sampled_from(["UTC", "Europe/Dublin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
    st.datetimes(datetime(2026, 3, 20), datetime(2026, 11, 5)),  # noqa: DTZ001 - zones are added below
    st.integers(1, 1439),
)
def test_open_minutes_in_sql_agree_with_the_order_core(
    spans: list[tuple[int, int, int]], zone: str, start: datetime, minutes: int
) -> None:
    """The promise that just fits until a moment is the one that the order core ends at that moment."""
    since = start.replace(second=0, microsecond=0, tzinfo=UTC)
    days = {day: (day, begin, min(begin + length, 1440)) for day, begin, length in spans}
    hours = WeeklyHours(zone, tuple(days.values()))
    ready = orders.ready_at(since, minutes, hours)
    assert _open_minutes(hours, since, ready) == minutes
    assert _open_minutes(hours, since, ready - timedelta(minutes=1)) == minutes - 1


def test_extras_do_not_change_where_a_gig_is_found(make_gig: MakeGig) -> None:
    make_gig(extras=(ExtraContent("Dear", 90_000, 0),))
    assert len(_titles(CatalogueQuery(high_minor=1550))) == 1
    assert CONTENT.packages[0].price_minor == 1500


_PLAIN = "You tell me what you want, and you have it on the day that we agree upon."


def test_a_short_page_is_filled_up_with_what_comes_near(make_gig: MakeGig, client: Client) -> None:
    for title in ("Draw a logo for a bakery", "Draw a logo for a band", "Bake a cake for a party", "Write a poem now"):
        make_gig(title=title, tags=(), description=_PLAIN)
    found = api.search(CatalogueQuery(text="logo bakery"), NOON)
    titles = {gig.pk: gig.title for gig in Gig.objects.all()}
    assert [titles[row.id] for row in found.shown] == ["Draw a logo for a bakery"]
    assert [titles[row.id] for row in found.near] == ["Draw a logo for a band"]
    page = client.get("/search/?q=logo+bakery").content.decode()
    assert page.index("for a bakery") < page.index("These come near") < page.index("for a band")
    near = Gig.objects.get(title="Draw a logo for a band")
    listed = client.get("/api/v1/gigs/?q=logo+bakery").json()
    assert (listed["count"], [one["title"] for one in listed["results"]]) == (1, ["Draw a logo for a bakery"])
    assert "Some of your words are in the title." in client.get(f"/gigs/{near.pk}/why/?q=logo+bakery").content.decode()


@pytest.mark.parametrize("text", ["logo -band", "logo", '"logo for a bakery"', "logo bakery"])
def test_what_was_left_out_does_not_come_near(make_gig: MakeGig, text: str) -> None:
    make_gig(title="Draw a logo for a bakery", tags=(), description=_PLAIN)
    make_gig(title="Play in a band for a day", tags=(), description=_PLAIN)
    assert not api.search(CatalogueQuery(text=text), NOON).near


@pytest.mark.parametrize("sort", ["price", "newest"])
def test_nothing_comes_near_where_another_sort_was_chosen(make_gig: MakeGig, sort: str) -> None:
    for title in ("Draw a logo for a bakery", "Draw a logo for a band"):
        make_gig(title=title, tags=(), description=_PLAIN)
    assert not api.search(CatalogueQuery(text="logo bakery", sort=sort), NOON).near
