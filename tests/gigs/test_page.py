from __future__ import annotations

import uuid
from datetime import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from gigs import api
from gigs.contracts import ExtraContent, FaqEntry
from gigs.models import Gig
from gigs.source import GigSource
from inbox.models import Conversation, Message
from marketplace.kernel import events
from orders.contracts import OrderFact, ReviewPublished
from tests.gigs.conftest import CONTENT, DAYTIME, MakeGig


def test_the_page_shows_all_in_prices_and_never_the_sellers(client: Client, gig: Gig) -> None:
    page = client.get(gig.get_absolute_url()).content.decode()
    for price in ("€15.50", "€57.68", "€190.55"):
        assert price in page
    assert "€56.00" not in page
    assert "Your product list" in page
    assert "Can I see a sample?" in page


def test_another_slug_leads_to_the_right_one(client: Client, gig: Gig) -> None:
    response = client.get(f"/gigs/{gig.pk}-something-else/")
    assert (response.status_code, response.headers["Location"]) == (301, gig.get_absolute_url())


def test_who_may_open_it(client: Client, as_buyer: Client, as_seller: Client, gig: Gig, at: datetime) -> None:
    owner = {"gig_id": gig.pk, "seller_id": gig.seller_id, "at": at}
    api.pause(**owner)
    assert "takes no orders" in as_buyer.get(gig.get_absolute_url()).content.decode()
    api.archive(**owner)
    assert as_buyer.get(gig.get_absolute_url()).status_code == 404
    assert Client().get(gig.get_absolute_url()).status_code == 404
    assert as_seller.get(gig.get_absolute_url()).status_code == 200


def test_the_own_gig_offers_editing_and_no_buying(as_seller: Client, gig: Gig) -> None:
    page = as_seller.get(gig.get_absolute_url()).content.decode()
    assert f"/sell/gigs/{gig.pk}/" in page
    assert "data-total" not in page


def test_the_quote_follows_the_selection(client: Client, gig: Gig) -> None:
    def quote(parameters: str) -> str:
        return client.get(f"/gigs/{gig.pk}/quote/?{parameters}").content.decode()

    assert "Ready" in quote("package=1&quantity=2&extras=1")
    assert "more than 30 days" in quote("package=3&quantity=20")
    assert "not offered any more" in quote("package=9")
    assert "Choose between 1 and 20" in quote("package=1&quantity=21")
    assert "not offered any more" in quote("package=1&extras=5")
    assert "Ready" in quote("package=&quantity=x&extras=%00")


@pytest.mark.parametrize("rich", [False, True])
def test_the_page_takes_eight_queries_whatever_it_holds(
    make_gig: MakeGig, as_buyer: Client, django_assert_max_num_queries: DjangoAssertNumQueries, rich: bool
) -> None:
    changes = {
        "extras": tuple(ExtraContent(f"Extra {number}", 100, 5) for number in range(6)),
        "faq": tuple(FaqEntry(f"Question {number}?", "Answer.") for number in range(8)),
        "hours": DAYTIME,
    }
    address = (
        make_gig(**changes) if rich else make_gig(extras=(), faq=(), packages=CONTENT.packages[:1])
    ).get_absolute_url()
    with django_assert_max_num_queries(6):
        assert Client().get(address).status_code == 200
    with django_assert_max_num_queries(8):
        assert as_buyer.get(address).status_code == 200


def test_a_question_opens_one_conversation_with_its_first_message(as_buyer: Client, gig: Gig, buyer: User) -> None:
    address = f"/gigs/{gig.pk}/ask/"
    assert as_buyer.get(address).status_code == 200
    assert not Conversation.objects.exists()
    data = {"body": "Can you do ceramics?", "form_key": str(uuid.uuid4())}
    for _attempt in range(2):
        assert as_buyer.post(address, data).status_code == 302
    conversation = Conversation.objects.get()
    assert conversation.reference == f"gig:{gig.pk}:{buyer.pk}"
    assert Message.objects.get().body == "Can you do ceramics?"
    assert as_buyer.post(address, {"body": " ", "form_key": str(uuid.uuid4())}).status_code == 200
    assert Message.objects.count() == 1


def test_nobody_asks_themselves(as_seller: Client, gig: Gig) -> None:
    assert as_seller.get(f"/gigs/{gig.pk}/ask/").status_code == 403


def test_the_order_core_gets_cards_for_many_references_at_once(
    make_gig: MakeGig, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first, second = make_gig(), make_gig()
    with django_assert_num_queries(1):
        cards = GigSource().describe([str(first.pk), str(second.pk), "nonsense", "0"])
    assert set(cards) == {str(first.pk), str(second.pk)}
    assert cards[str(first.pk)].url == first.get_absolute_url()
    assert cards[str(first.pk)].image_url.endswith("-320.webp")


def test_orders_are_counted_as_they_move(gig: Gig, at: datetime) -> None:
    def move(before: str, after: str) -> tuple[int, int]:
        GigSource().on_state_changed(OrderFact(uuid.uuid4(), "gig", str(gig.pk), "x", before, after, 1, 2, at))
        gig.refresh_from_db()
        return gig.active_orders, gig.completed_orders

    assert move("", "pending_payment") == (0, 0)
    assert move("pending_payment", "awaiting_requirements") == (1, 0)
    assert move("awaiting_requirements", "in_progress") == (1, 0)
    assert move("delivered", "completed") == (0, 1)
    assert move("completed", "disputed") == (1, 0)
    assert move("disputed", "cancelled") == (0, 0)


def test_a_published_review_reaches_the_gigs_rating(gig: Gig, at: datetime) -> None:
    for stars in (5, 4, 4):
        events.publish(ReviewPublished(uuid.uuid4(), "gig", str(gig.pk), gig.seller_id, 9, stars, at))
    events.publish(ReviewPublished(uuid.uuid4(), "brief", str(gig.pk), gig.seller_id, 9, 1, at))
    gig.refresh_from_db()
    assert (gig.stars, gig.review_count, gig.rating_hundredths) == ([0, 0, 0, 2, 1], 3, 433)


def test_programs_read_the_same(client: Client, gig: Gig) -> None:
    found = client.get("/api/v1/gigs/?q=product&sort=price").json()
    assert (found["count"], found["results"][0]["price"]) == (1, {"amount_minor": 1550, "currency": "EUR"})
    one = client.get(f"/api/v1/gigs/{gig.pk}/").json()
    assert [package["price"]["amount_minor"] for package in one["packages"]] == [1550, 5768, 19_055]
    assert one["version"] == 1
    assert len(client.get("/api/v1/categories/").json()) == 89
    assert client.get("/api/v1/gigs/?min=x").status_code == 400
    assert client.get("/api/v1/gigs/?category=a/b").json()["fields"]["category"] == "There is no such category."
    assert client.get("/api/v1/gigs/999999/").status_code == 404
    assert client.post("/api/v1/gigs/").status_code in {401, 403, 405}


def test_programs_see_no_drafts(client: Client, make_gig: MakeGig) -> None:
    draft = make_gig(published=False)
    assert client.get(f"/api/v1/gigs/{draft.pk}/").status_code == 404
    assert client.get("/api/v1/gigs/").json()["results"] == []


def test_the_page_says_what_buyers_may_do_and_how_the_work_is_made(make_gig: MakeGig, as_buyer: Client) -> None:
    said = {
        "licence": "transfer",
        "ai_use": "generated",
        "ai_note": "A model makes variants.",
        "preview": "watermarked",
    }
    gig = make_gig(**said)
    for address in (gig.get_absolute_url(), f"/gigs/{gig.pk}/order/?package=1"):
        html = as_buyer.get(address).content.decode()
        for text in ("Full transfer", "all rights in the delivered work", "Made by AI", "A model makes variants.",
                     "Files after you accept"):  # fmt: skip
            assert text in html, (address, text)
