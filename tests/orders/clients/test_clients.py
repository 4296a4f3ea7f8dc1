"""A seller's clients: who is one, what the list says, notes that nobody else reads, and the ways to write to them."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.leaving.registry import chapters
from accounts.models import User
from inbox import blocking
from inbox.models import Conversation
from marketplace.kernel import clock
from marketplace.kernel.errors import InvalidInput, NotFound
from orders.clients import notes, web
from orders.models import ClientNote
from tests.orders.conftest import signed_in
from tests.orders.scenes import HOUR, NET, Desk, eur, get

pytestmark = pytest.mark.django_db
URL = "/clients/"


@pytest.fixture
def at() -> datetime:
    return clock.now() - 8 * HOUR


def person(number: int, name: str = "") -> User:
    return User.objects.create_user(f"p{number}@example.org", display_name=name or f"Person {number}")


def desk_of(desk: Desk, buyer: User) -> Desk:
    return Desk(buyer, desk.seller, desk.moderator, desk.at, placed=1_000 * buyer.pk)


def test_who_paid_is_a_client(desk: Desk, as_seller: Client) -> None:
    desk.completed()
    last = desk.pay(desk.pending(desk.at + HOUR), desk.at + HOUR)
    desk_of(desk, person(1)).pending()  # never paid
    (row,) = as_seller.get(URL).context["rows"]
    assert (row.person.id, row.order_count, row.last_at) == (desk.buyer.pk, 2, last.placed_at)
    assert (row.received, row.last_title, row.has_note) == ([eur(NET)], last.title, False)


def test_nobody_elses(desk: Desk, as_stranger: Client, as_buyer: Client) -> None:
    desk.in_progress()
    for client in (as_stranger, as_buyer):
        answer = client.get(URL)
        assert (answer.context["rows"], "No clients yet" in answer.content.decode()) == ([], True)


def test_the_list_goes_on_by_key(desk: Desk, as_seller: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "PAGE", 2)
    for number in range(5):  # three of them ordered in the same moment
        desk_of(desk, person(number)).in_progress(desk.at + min(number, 2) * HOUR)
    seen, url = [], URL
    while url:
        answer = as_seller.get(url if url == URL else URL + url)
        seen += [row.person.name for row in answer.context["rows"]]
        url = answer.context["next_url"]
    assert seen == ["Person 4", "Person 3", "Person 2", "Person 1", "Person 0"]


def test_search_by_name(desk: Desk, as_seller: Client) -> None:
    desk_of(desk, person(1, "Ánna Bell")).in_progress()
    desk_of(desk, person(2, "100% Cotton")).in_progress()
    found = {words: [row.person.name for row in as_seller.get(URL, {"q": words}).context["rows"]] for words in
             ("bell", "%", "nobody", "\0", "x" * 500)}  # fmt: skip
    assert found["bell"] == ["Ánna Bell"]
    assert found["%"] == ["100% Cotton"]
    assert (found["nobody"], len(found["\0"]), found["x" * 500]) == ([], 2, [])
    assert "Nobody of that name" in as_seller.get(URL, {"q": "nobody"}).content.decode()


def test_as_many_queries_for_one_as_for_many(
    desk: Desk, as_seller: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk.completed()
    notes.write(seller_id=desk.seller.pk, client_id=desk.buyer.pk, text="Calm.", at=desk.at)
    page = reverse("orders:client", args=[desk.buyer.pk])
    with CaptureQueriesContext(connection) as asked:
        as_seller.get(page)
    assert len(asked) < 20
    with django_assert_num_queries(8):
        as_seller.get(URL)
    for number in range(8):
        desk_of(desk, person(number)).completed()
        desk.completed()
    with django_assert_num_queries(8):
        assert len(as_seller.get(URL).context["rows"]) == 9
    with django_assert_num_queries(len(asked)):
        assert len(as_seller.get(page).context["rows"]) == 9


def test_a_note_asks_for_no_more_than_whether_they_paid(
    desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk.in_progress()
    with django_assert_num_queries(2):
        notes.write(seller_id=desk.seller.pk, client_id=desk.buyer.pk, text="", at=desk.at)


@pytest.mark.parametrize("who", ["stranger", "buyer", "moderator"])
def test_a_client_is_there_for_their_seller_alone(
    desk: Desk, who: str, stranger: User, buyer: User, moderator: User
) -> None:
    desk.in_progress()
    notes.write(seller_id=desk.seller.pk, client_id=buyer.pk, text="Calm.", at=desk.at)
    client = signed_in({"stranger": stranger, "buyer": buyer, "moderator": moderator}[who])
    page, way = reverse("orders:client", args=[buyer.pk]), reverse("orders:client_write", args=[buyer.pk])
    assert client.get(page).status_code == 404
    assert client.post(page, {"text": "Mine"}).status_code == 404
    assert client.post(way, {"do": "offer"}).status_code == 404
    assert (ClientNote.objects.get().text, Conversation.objects.filter(reference__startswith="people:").count()) == (
        "Calm.",
        0,
    )


def test_who_never_paid_and_who_does_not_exist(desk: Desk, as_seller: Client, stranger: User) -> None:
    desk.pending()
    for number in (desk.buyer.pk, stranger.pk, 10**9, 10**30):
        assert as_seller.get(f"/clients/{number}/").status_code == 404


def test_a_note_is_kept_changed_and_removed(desk: Desk, as_seller: Client) -> None:
    desk.in_progress()
    page = reverse("orders:client", args=[desk.buyer.pk])
    for text in (" Likes it dry. ", "Likes it warm."):
        assert as_seller.post(page, {"text": text}, follow=True).status_code == 200
    assert ClientNote.objects.get().text == "Likes it warm."
    assert "Likes it warm." in as_seller.get(page).content.decode()
    assert as_seller.get(URL).context["rows"][0].has_note
    too_long = as_seller.post(page, {"text": "x" * 4_001})
    assert (too_long.status_code, ClientNote.objects.get().text) == (422, "Likes it warm.")
    as_seller.post(page, {"text": "  "})
    assert not ClientNote.objects.exists()


def test_the_service_and_the_database_refuse_the_rest(desk: Desk, stranger: User) -> None:
    desk.in_progress()
    with pytest.raises(NotFound):
        notes.write(seller_id=desk.seller.pk, client_id=stranger.pk, text="x", at=desk.at)
    with pytest.raises(InvalidInput):
        notes.write(seller_id=desk.seller.pk, client_id=desk.buyer.pk, text="x" * 4_001, at=desk.at)
    for client_id, text in ((desk.seller.pk, "x"), (desk.buyer.pk, "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            ClientNote.objects.create(seller=desk.seller, client_id=client_id, text=text, written_at=desk.at)


def test_a_client_who_left_keeps_the_note_and_no_name(desk: Desk, as_seller: Client) -> None:
    desk.cancelled()
    notes.write(seller_id=desk.seller.pk, client_id=desk.buyer.pk, text="Calm.", at=desk.at)
    User.objects.filter(pk=desk.buyer.pk).update(closed_at=desk.at, is_active=False, display_name="Closed account")
    page = as_seller.get(reverse("orders:client", args=[desk.buyer.pk])).content.decode()
    assert ("Bea" in page, "Calm." in page, "Closed account" in page, "Offer again" in page) == (
        False,
        True,
        True,
        False,
    )


def test_notes_go_with_their_author_and_into_their_copy(desk: Desk, seller: User) -> None:
    order = desk.cancelled()
    notes.write(seller_id=seller.pk, client_id=desk.buyer.pk, text="Calm.", at=desk.at)
    (row,) = chapters()["client-notes"](seller.pk)
    assert (row["client"], row["text"]) == ("Bea Buyer", "Calm.")
    assert list(chapters()["client-notes"](desk.buyer.pk)) == []
    notes.let_go(desk.buyer.pk)
    assert ClientNote.objects.count() == 1
    notes.let_go(seller.pk)
    assert (ClientNote.objects.count(), get(order.pk).state) == (0, "cancelled")


def test_offer_again_begins_as_the_last_order(desk: Desk, as_seller: Client) -> None:
    order = desk.completed()
    answer = as_seller.post(reverse("orders:client_write", args=[desk.buyer.pk]), {"do": "offer"})
    talk = Conversation.objects.get(reference__startswith="people:")
    assert answer["Location"] == f"{reverse('gigs:offer_new', args=[talk.pk])}?again={order.pk}"
    form = as_seller.get(answer["Location"]).context["editor"].form
    assert (form["title"].value(), form["price"].value(), form["revisions"].value()) == (
        order.title,
        "58.00",
        2,
    )
    assert "1 × Fifty" in form["scope"].value()
    write = as_seller.post(reverse("orders:client_write", args=[desk.buyer.pk]), {"do": "write"})
    assert write["Location"] == reverse("inbox:conversation", args=[talk.pk])


def test_an_offer_takes_nothing_from_another_persons_order(desk: Desk, as_seller: Client, stranger: User) -> None:
    desk.in_progress()
    other = desk_of(desk, stranger).in_progress()
    way = as_seller.post(reverse("orders:client_write", args=[desk.buyer.pk]), {"do": "offer"})["Location"]
    address = way.partition("?")[0]
    for order_id in (other.pk, "x", "00000000-0000-0000-0000-000000000001"):
        form = as_seller.get(address, {"again": order_id}).context["editor"].form
        assert form["title"].value() is None


@pytest.mark.parametrize("by_seller", [True, False])
def test_a_block_closes_both_ways(desk: Desk, as_seller: Client, *, by_seller: bool) -> None:
    desk.completed()
    one, other = (desk.seller, desk.buyer) if by_seller else (desk.buyer, desk.seller)
    blocking.block(owner_id=one.pk, other_id=other.pk, at=desk.at)
    page = as_seller.get(reverse("orders:client", args=[desk.buyer.pk]))
    assert page.context["reason_against"]
    assert "Offer again" not in page.content.decode()
    answer = as_seller.post(reverse("orders:client_write", args=[desk.buyer.pk]), {"do": "offer"})
    assert answer["Location"] == reverse("orders:client", args=[desk.buyer.pk])
    assert not Conversation.objects.filter(reference__startswith="people:").exists()
