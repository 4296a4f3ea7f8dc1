"""Saved searches: stored as checked parameters, looked at again by their pace, nothing told twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.http import QueryDict
from django.test import Client

from accounts.models import User
from gigs import api, limits
from gigs.contracts import CatalogueQuery
from gigs.models import Gig, SavedSearch
from gigs.saved_searches import looking, parameters, services
from gigs.saved_searches.states import Pace
from gigs.selectors import catalogue
from inbox.models import Notification
from inbox.outbox_handlers import send_notice
from marketplace.kernel.errors import Conflict, InvalidInput, NotFound
from marketplace.kernel.models import OutboxMessage
from tests.gigs.conftest import CONTENT, MakeGig

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Publish = Callable[..., Gig]


@pytest.fixture
def search(buyer: User, categories: None, at: datetime) -> SavedSearch:
    query = CatalogueQuery(text="product descriptions")
    pk = services.save(owner_id=buyer.pk, query=query, name="Product texts", pace=Pace.HOURLY, at=at)
    return SavedSearch.objects.get(pk=pk)


@pytest.fixture
def publish(make_gig: MakeGig, seller: User) -> Publish:
    """A gig that is published at a moment."""

    def run(when: datetime, **changes: object) -> Gig:
        gig = make_gig(published=False, **changes)
        api.publish(gig_id=gig.pk, seller_id=gig.seller_id, at=when)
        return gig

    return run


def told() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("title", flat=True))


def test_saving_what_the_results_page_shows(as_buyer: Client, buyer: User, gig: Gig, at: datetime) -> None:
    results = as_buyer.get("/categories/writing/?q=product&max=30&sort=price").content.decode()
    address = "/saved/searches/new/?q=product&amp;max=30&amp;sort=price&amp;category=writing"
    assert address.replace("&amp;category", "&amp;category") in results
    page = as_buyer.get(address.replace("&amp;", "&"))
    assert page.context["form"].initial["name"] == "“product” in Writing, up to €30.00"
    assert not SavedSearch.objects.exists()
    as_buyer.post(address.replace("&amp;", "&"), {"name": "Texts", "pace": "weekly"})
    search = SavedSearch.objects.get()
    assert search.parameters == {"q": ["product"], "category": ["writing"], "max": ["30.00"], "currency": ["EUR"]}
    assert (search.owner, search.name, search.pace, search.found) == (buyer, "Texts", "weekly", 1)
    assert search.next_look_at == search.looked_until + 7 * DAY


def test_the_same_search_is_saved_once(buyer: User, search: SavedSearch, at: datetime) -> None:
    query = CatalogueQuery(text="product descriptions", sort="price", cursor="x")
    query = parameters.query_from(QueryDict("q=product descriptions&sort=newest&after=x"))
    again = services.save(owner_id=buyer.pk, query=query, name="Other", pace=Pace.NEVER, at=at)
    assert (again, SavedSearch.objects.count()) == (search.pk, 1)
    assert SavedSearch.objects.get().next_look_at is None


@pytest.mark.parametrize(
    "asked", ["", "q=", "q=%00", "sort=price", "category=none'such", "within=nonsense&min=x", "currency=XXX"]
)
def test_nothing_asked_for_is_not_saved(as_buyer: Client, categories: None, asked: str) -> None:
    response = as_buyer.post(f"/saved/searches/new/?{asked}", {"name": "All", "pace": "daily"})
    assert (response.status_code, "too many" in response.content.decode()) == (200, True)
    assert not SavedSearch.objects.exists()


def test_a_category_that_does_not_exist_is_not_saved(as_buyer: Client, categories: None) -> None:
    response = as_buyer.post("/saved/searches/new/?q=logo&category=none", {"name": "x", "pace": "daily"})
    assert (response.status_code, "no such category" in response.content.decode()) == (200, True)
    assert not SavedSearch.objects.exists()


def test_names_and_paces_are_checked(as_buyer: Client, search: SavedSearch, at: datetime) -> None:
    address = f"/saved/searches/{search.pk}/"
    for wrong in ({"name": "", "pace": "daily"}, {"name": "x" * 121, "pace": "daily"}, {"name": "x", "pace": "yearly"}):
        assert as_buyer.post(address, wrong).status_code == 200
    with pytest.raises(InvalidInput):
        services.change(search_id=search.pk, owner_id=search.owner_id, name="\x00 ", pace=Pace.DAILY, at=at)
    search.refresh_from_db()
    assert (search.name, search.pace) == ("Product texts", "hourly")
    as_buyer.post(address, {"name": "Texts", "pace": "never"})
    search.refresh_from_db()
    assert (search.name, search.pace, search.next_look_at) == ("Texts", "never", None)


def test_so_many_searches(buyer: User, search: SavedSearch, at: datetime, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "SEARCHES_MAX", 1)
    with pytest.raises(Conflict):
        services.save(owner_id=buyer.pk, query=CatalogueQuery(text="x"), name="x", pace=Pace.DAILY, at=at)


def test_somebody_elses_search_is_not_there(search: SavedSearch, stranger: User, at: datetime) -> None:
    client = Client()
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/saved/searches/{search.pk}/"
    assert [client.get(path).status_code for path in (address, f"{address}open/")] == [404, 404]
    assert client.post(address, {"name": "Ha", "pace": "never"}).status_code == 404
    assert client.post(f"{address}delete/").status_code == 404
    with pytest.raises(NotFound):
        services.delete(search_id=search.pk, owner_id=stranger.pk)
    search.refresh_from_db()
    assert (search.name, search.pace) == ("Product texts", "hourly")
    assert "Product texts" not in client.get("/saved/searches/").content.decode()


def test_new_gigs_are_told_once(search: SavedSearch, publish: Publish, at: datetime, buyer: User) -> None:
    publish(at - HOUR)  # it was there before
    assert looking.look(at + HOUR) == 0
    new = publish(at + HOUR + timedelta(minutes=1), title="Product descriptions for ceramics")
    publish(at + HOUR + timedelta(minutes=1), title="Translate a menu", tags=(), description="Dishes of all kinds " * 5)
    assert looking.look(at + HOUR + timedelta(minutes=10)) == 0  # not yet due
    assert looking.look(at + 2 * HOUR) == 1
    assert told() == ["1 new gig: Product texts"]
    notice = Notification.objects.get()
    assert (notice.recipient, notice.url) == (buyer, f"/saved/searches/{search.pk}/open/")
    assert notice.context["gigs"] == [{"title": new.title, "url": new.get_absolute_url(), "price": "€15.50"}]
    for later in range(3, 6):
        looking.look(at + later * HOUR)
    assert len(told()) == 1


def test_what_comes_between_two_looks_is_in_one_of_them(search: SavedSearch, publish: Publish, at: datetime) -> None:
    moments = [at + HOUR - timedelta(minutes=m) for m in (0, 1, 2, 3)] + [at + HOUR, at + HOUR + timedelta(minutes=1)]
    for number, moment in enumerate(moments):
        publish(moment, title=f"Product descriptions number {number}")
    for later in range(1, 5):
        looking.look(at + later * HOUR)
    named = [gig["title"] for notice in Notification.objects.all() for gig in notice.context["gigs"]]  # type: ignore[attr-defined, index]
    assert sorted(named) == [f"Product descriptions number {number}" for number in range(6)]


def test_five_by_name_and_no_more(search: SavedSearch, publish: Publish, at: datetime, as_buyer: Client) -> None:
    for number in range(7):
        publish(at + timedelta(minutes=number + 1), title=f"Product descriptions number {number}")
    looking.look(at + HOUR)
    notice = Notification.objects.get()
    assert notice.title == "More than 5 new gigs: Product texts"
    assert (len(notice.context["gigs"]), notice.context["more"]) == (5, True)
    page = as_buyer.get("/saved/searches/").content.decode()
    assert "more than 3 new" in page
    assert "7 gigs at the last look" in page
    opened = as_buyer.get(f"/saved/searches/{search.pk}/open/")
    assert opened.headers["Location"] == "/search/?q=product+descriptions&sort=newest"
    assert " new</span>" not in as_buyer.get("/saved/searches/").content.decode()


def test_some_of_the_words_are_not_enough(search: SavedSearch, publish: Publish, at: datetime) -> None:
    publish(at + timedelta(minutes=1), title="Write nothing but product names", tags=(), description="Names only. " * 8)
    assert looking.look(at + HOUR) == 0
    assert SavedSearch.objects.get().found == 0


def test_pauses_and_own_gigs_are_no_news(
    search: SavedSearch, publish: Publish, at: datetime, buyer: User, seller: User
) -> None:
    gig = publish(at - HOUR)
    api.pause(gig_id=gig.pk, seller_id=seller.pk, at=at)
    api.publish(gig_id=gig.pk, seller_id=seller.pk, at=at + timedelta(minutes=5))
    own = publish(at + timedelta(minutes=5))
    Gig.objects.filter(pk=own.pk).update(seller=buyer)
    assert looking.look(at + HOUR) == 0


@pytest.mark.parametrize(("pace", "period"), [(Pace.HOURLY, HOUR), (Pace.DAILY, DAY), (Pace.WEEKLY, 7 * DAY)])
def test_it_is_looked_at_by_its_pace(
    buyer: User, gig: Gig, at: datetime, publish: Publish, pace: Pace, period: timedelta
) -> None:
    services.save(owner_id=buyer.pk, query=CatalogueQuery(category="writing"), name="x", pace=pace, at=at)
    publish(at + timedelta(minutes=1))
    assert looking.look(at + period - timedelta(seconds=1)) == 0
    assert looking.look(at + period) == 1
    assert SavedSearch.objects.get().next_look_at == at + 2 * period


def test_never_is_never_and_listening_again_begins_then(
    search: SavedSearch, buyer: User, publish: Publish, at: datetime
) -> None:
    def set_pace(pace: Pace, moment: datetime) -> None:
        services.change(search_id=search.pk, owner_id=buyer.pk, name="x", pace=pace, at=moment)

    set_pace(Pace.NEVER, at)
    publish(at + HOUR)
    assert looking.look(at + 9 * DAY) == 0
    set_pace(Pace.HOURLY, at + 9 * DAY)
    assert looking.look(at + 9 * DAY + HOUR) == 0


def test_a_search_that_fails_keeps_no_other_from_its_turn(
    search: SavedSearch, buyer: User, publish: Publish, at: datetime, monkeypatch: Any
) -> None:
    services.save(owner_id=buyer.pk, query=CatalogueQuery(category="writing"), name="x", pace=Pace.HOURLY, at=at)
    publish(at + timedelta(minutes=1))
    whole = catalogue.search

    def fails_for_words(query: CatalogueQuery, *args: Any, **options: Any) -> Any:
        if query.text:
            raise DatabaseError("statement timeout")
        return whole(query, *args, **options)

    monkeypatch.setattr(catalogue, "search", fails_for_words)
    assert looking.look(at + HOUR) == 1
    monkeypatch.undo()
    assert looking.look(at + HOUR + timedelta(minutes=16)) == 1
    assert len(told()) == 2


def test_two_workers_do_not_tell_twice(search: SavedSearch, publish: Publish, at: datetime) -> None:
    """The second one worked on the row as it was before the first one wrote."""
    publish(at + timedelta(minutes=1))
    (claimed,) = looking._claim(at + HOUR)
    assert looking._claim(at + HOUR) == []
    assert looking._look_again(claimed, at + HOUR)
    assert not looking._look_again(claimed, at + HOUR)
    assert len(told()) == 1


def test_a_batch_is_bounded(buyer: User, gig: Gig, at: datetime, monkeypatch: Any) -> None:
    monkeypatch.setattr(looking, "AT_ONCE", 2)
    for word in ("one", "two", "three"):
        services.save(owner_id=buyer.pk, query=CatalogueQuery(text=word), name=word, pace=Pace.HOURLY, at=at)
    looking.look(at + HOUR)
    assert SavedSearch.objects.filter(next_look_at__lte=at + HOUR).count() == 1


def test_what_does_not_exist_any_more_is_dropped(buyer: User, search: SavedSearch, at: datetime) -> None:
    wrong = {"q": ["product descriptions"], "within": ["gone"], "currency": ["XXX"], "min": ["x"], "new": ["y"]}
    assert parameters.query_of(wrong) == CatalogueQuery(text="product descriptions")


def test_a_price_stays_in_its_currency(categories: None, settings: Any) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR", "JPY"]
    stored = parameters.stored(parameters.query_from(QueryDict("q=x&max=30")))
    settings.SETTLEMENT_CURRENCIES = ["JPY", "EUR"]
    assert parameters.query_of(stored).currency == "EUR"
    assert parameters.query_of(stored).high_minor == 3000


def test_what_is_not_named_is_counted(categories: None) -> None:
    query = parameters.query_from(QueryDict("q=logo&rating=4.5&language=de&language=fr&online=1"))
    assert parameters.describe(query) == "“logo”, 3 more filters"
    assert not query.online
    assert parameters.query_of(parameters.stored(query)) == query


@pytest.mark.parametrize("number", [1, 9])
def test_the_list_takes_three_queries(
    as_buyer: Client, buyer: User, categories: None, at: datetime, django_assert_num_queries: Any, number: int
) -> None:
    for one in range(number):
        services.save(owner_id=buyer.pk, query=CatalogueQuery(text=f"w{one}"), name="x", pace=Pace.DAILY, at=at)
    with django_assert_num_queries(3):  # the reader, the bell, the searches
        as_buyer.get("/saved/searches/")


@pytest.mark.parametrize("number", [1, 9])
def test_a_look_takes_so_many_queries(
    search: SavedSearch, publish: Publish, at: datetime, django_assert_max_num_queries: Any, number: int
) -> None:
    for one in range(number):
        publish(at + timedelta(minutes=one + 1))
    with django_assert_max_num_queries(20):
        assert looking.look(at + HOUR) == 1


def test_the_mail_names_them(
    search: SavedSearch, publish: Publish, at: datetime, mailoutbox: list[Any], show_what_is_missing: None
) -> None:
    gig = publish(at + timedelta(minutes=1), title="Product descriptions for <soap> & Co")
    looking.look(at + HOUR)
    send_notice(OutboxMessage.objects.get(topic="notice-mail"))
    (letter,) = mailoutbox
    assert letter.subject == "1 new gig: Product texts"
    assert f"Product descriptions for <soap> & Co, €15.50\nhttp://testserver{gig.get_absolute_url()}" in letter.body
    html = str(letter.alternatives[0][0])
    assert "&lt;soap&gt; &amp; Co" in html
    assert "MISSING" not in letter.body + html
    assert CONTENT.title not in html
