"""Offers in the browser: the card in the conversation, the forms, the summary; requests and another order of a gig."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from gigs import api as gigs
from gigs.models import CustomOffer, Gig
from gigs.offers import services
from gigs.offers.content import in_steps
from gigs.offers.services import Letter
from inbox import api as inbox
from inbox.models import Conversation, Message
from marketplace.kernel import clock
from orders import api as orders
from orders.models import Order
from orders.states import State
from tests.gigs.conftest import CONTENT as GIG
from tests.gigs.conftest import MakeGig
from tests.gigs.test_offers import CONTENT, STEPS, counter, session
from tests.orders.scenes import paid_session, stored

# Paying speaks to the provider, which refuses to happen inside of a transaction.
pytestmark = pytest.mark.django_db(transaction=True)
FORM = {
    "title": "Name and logo for a bakery",
    "scope": "Three drafts, one in vectors.",
    "currency": "EUR",
    "price": "120",
    "promise": "3",
    "unit": "days",
    "revisions": "2",
    "checklist": "Logo as SVG\nThree drafts",
    "days": "7",
    "note": "As we said.",
    "form_key": "f1",
    "steps-TOTAL_FORMS": "0",
    "steps-INITIAL_FORMS": "0",
}


@pytest.fixture
def talk(seller: User, buyer: User) -> uuid.UUID:
    people = [seller.pk, buyer.pk]
    now = clock.now()
    return inbox.open_conversation(reference="people:1:2", title="Bea and Tom", url="", participant_ids=people, at=now)


@pytest.fixture
def offer(talk: uuid.UUID, seller: User) -> CustomOffer:
    return sent(talk, seller)


def sent(talk: uuid.UUID, seller: User, key: str = "k1", **changes: Any) -> CustomOffer:
    content = in_steps(CONTENT, STEPS) if changes.get("steps") else CONTENT
    pk = services.send(conversation_id=talk, seller_id=seller.pk, content=content, letter=Letter(key), at=clock.now())
    return CustomOffer.objects.get(pk=pk)


def page(talk: uuid.UUID) -> str:
    return reverse("inbox:conversation", args=[talk])


def test_a_seller_makes_an_offer_from_the_conversation(as_seller: Client, as_buyer: Client, talk: uuid.UUID) -> None:
    url = reverse("gigs:offer_new", args=[talk])
    assert url in as_seller.get(page(talk)).content.decode()
    assert url not in as_buyer.get(page(talk)).content.decode()
    assert as_seller.get(url).status_code == 200
    for _click in range(2):
        assert as_seller.post(url, FORM).headers["Location"] == page(talk)
    offer = CustomOffer.objects.get()
    assert (offer.price_minor, offer.promised_minutes, offer.checklist) == (
        12_000, 4_320, ["Logo as SVG", "Three drafts"]
    )  # fmt: skip
    buyers = as_buyer.get(page(talk)).content.decode()
    for words in ("Your turn", "€123.60", "Accept and pay", "Other terms", "Decline", "As we said."):
        assert words in buyers
    sellers = as_seller.get(page(talk)).content.decode()
    assert ('btn-quiet">Send' in buyers, 'btn-primary">Send' in sellers) == (True, True)  # one filled button each
    assert ("€108.00" in sellers, "Take it back" in sellers, "Accept and pay" in sellers) == (True, True, False)


def test_errors_stand_at_their_fields_and_keep_what_was_typed(as_seller: Client, talk: uuid.UUID) -> None:
    url = reverse("gigs:offer_new", args=[talk])
    for changes in (
        {"scope": ""},
        {"price": "0"},
        {"price": "x"},
        {"promise": ""},
        {"revisions": "99"},
        {"title": "Short"},
    ):
        answer = as_seller.post(url, {**FORM, **changes})
        html = answer.content.decode()
        assert (answer.status_code, CustomOffer.objects.count()) == (422, 0)
        assert "field-error" in html
        for name in ("title", "price"):
            assert f'value="{({**FORM, **changes})[name]}"' in html


def test_steps_are_rows_that_come_and_go(as_seller: Client, talk: uuid.UUID) -> None:
    url = reverse("gigs:offer_new", args=[talk])
    blank = {**FORM, "price": "", "promise": "", "row": "add-steps"}
    html = as_seller.post(url, blank).content.decode()
    assert ('name="steps-0-title"' in html, "field-error" in html) == (True, False)
    rows = {
        "steps-TOTAL_FORMS": "2",
        "steps-0-title": "Drafts", "steps-0-price": "40", "steps-0-promise": "1", "steps-0-unit": "days",
        "steps-1-title": "Vectors", "steps-1-price": "80", "steps-1-promise": "2", "steps-1-unit": "days",
    }  # fmt: skip
    wrong = as_seller.post(url, {**blank, **rows, "row": "", "steps-1-price": "0,01"})
    assert (wrong.status_code, CustomOffer.objects.count()) == (422, 0)
    as_seller.post(url, {**blank, **rows, "row": ""})
    offer = CustomOffer.objects.get()
    assert (offer.steps, offer.price_minor) == ([["Drafts", 4_000, 1440], ["Vectors", 8_000, 2880]], 12_000)


def test_the_summary_leads_to_the_one_order(as_buyer: Client, offer: CustomOffer) -> None:
    url = reverse("gigs:offer_order", args=[offer.pk])
    html = as_buyer.get(url).content.decode()
    for words in ("Check your order", "Name and logo for a bakery", "€3.60", "Pay €123.60", "Logo as SVG"):
        assert words in html
    places = {as_buyer.post(url).headers["Location"] for _click in range(3)}
    order = Order.objects.get()
    assert places == {order.get_absolute_url()}  # the payment page is away in this test
    assert as_buyer.get(url).headers["Location"] == order.get_absolute_url()
    assert order.get_absolute_url() in as_buyer.get(page(offer.conversation_id)).content.decode()


def test_the_summary_of_steps_asks_for_the_first(as_buyer: Client, talk: uuid.UUID, seller: User) -> None:
    offer = sent(talk, seller, steps=True)
    html = as_buyer.get(reverse("gigs:offer_order", args=[offer.pk])).content.decode()
    for words in ("The first step, all in", "Pay €41.20", "All steps together cost €123.60"):
        assert words in html
    as_buyer.post(reverse("gigs:offer_order", args=[offer.pk]))
    order = Order.objects.get()
    html = as_buyer.get(order.get_absolute_url()).content.decode()
    assert ("Step by step" in html, "2. Vectors" in html, "€82.40" in html) == (True, True, True)


def test_a_buyer_counters_and_the_seller_agrees(as_buyer: Client, as_seller: Client, offer: CustomOffer) -> None:
    url = reverse("gigs:offer_counter", args=[offer.pk])
    form = as_buyer.get(url).content.decode()
    assert ('value="120.00"' in form, "The price before the service fee." in form) == (True, True)
    same = as_buyer.post(url, {**FORM, "scope": CONTENT.scope, "form_key": "c0"})
    assert (same.status_code, CustomOffer.objects.count()) == (422, 1)
    as_buyer.post(url, {**FORM, "price": "100", "form_key": "c1"})
    newest = CustomOffer.objects.get(number=2)
    agree = reverse("gigs:offer_agree", args=[newest.pk])
    html = as_seller.get(page(offer.conversation_id)).content.decode()
    assert (agree in html, "version 2" in html, "Answered with other terms" in html) == (True, True, True)
    place = as_seller.post(agree).headers["Location"]
    order = Order.objects.get()
    assert (place, order.state) == (order.get_absolute_url(), State.PENDING_PAYMENT)
    assert "Tom Oliveira says yes. Pay €103.00" in as_buyer.get(place).content.decode()


def test_declining_and_taking_back(as_buyer: Client, as_seller: Client, talk: uuid.UUID, seller: User) -> None:
    first, second = sent(talk, seller), sent(talk, seller, "k2")
    url = reverse("gigs:offer_decline", args=[first.pk])
    assert as_buyer.get(url).status_code == 200
    assert as_buyer.post(url, {"reason": ""}).status_code == 422
    as_buyer.post(url, {"reason": "Too dear for us."})
    assert "Too dear for us." in as_seller.get(page(talk)).content.decode()
    as_seller.post(reverse("gigs:offer_withdraw", args=[second.pk]))
    assert "Taken back" in as_buyer.get(page(talk)).content.decode()
    late = as_buyer.post(reverse("gigs:offer_order", args=[second.pk]), follow=True)
    assert "not open any more" in late.content.decode()
    assert Order.objects.count() == 0


@pytest.mark.parametrize("name", ["counter", "decline", "withdraw", "agree", "order"])
def test_strangers_learn_nothing(offer: CustomOffer, stranger: User, name: str) -> None:
    client = Client()
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse(f"gigs:offer_{name}", args=[offer.pk]), FORM).status_code == 404
    assert client.get(reverse("gigs:offer_new", args=[offer.conversation_id])).status_code == 404
    assert Client().post(reverse(f"gigs:offer_{name}", args=[offer.pk])).status_code == 302


@pytest.mark.parametrize("number", [1, 6])
def test_a_conversation_costs_the_same_however_many_offers(
    as_buyer: Client, talk: uuid.UUID, seller: User, number: int, django_assert_num_queries: Any
) -> None:
    for count in range(number):
        sent(talk, seller, f"k{count}", steps=count % 2)
    as_buyer.get(page(talk))  # marks them read
    with django_assert_num_queries(19):
        html = as_buyer.get(page(talk)).content.decode()
    assert html.count("Accept and pay") == number


def test_the_summary_costs_a_fixed_number_of_queries(
    as_buyer: Client, talk: uuid.UUID, seller: User, django_assert_num_queries: Any
) -> None:
    offer = sent(talk, seller, steps=True)
    with django_assert_num_queries(5):
        as_buyer.get(reverse("gigs:offer_order", args=[offer.pk]))


def test_writing_to_a_seller_from_their_profile(as_buyer: Client, as_seller: Client, seller: User, buyer: User) -> None:
    profile, write = reverse("accounts:profile", args=[seller.handle]), reverse("inbox:write", args=[seller.handle])
    assert write in as_buyer.get(profile).content.decode()
    assert write not in as_seller.get(profile).content.decode()
    key = as_buyer.get(write).context["form"]["form_key"].value()
    assert Conversation.objects.count() == 0
    data = {"body": "I need a logo.", "form_key": str(key)}
    places = {as_buyer.post(write, data).headers["Location"] for _click in range(2)}
    talk = Conversation.objects.get()
    assert (places, Message.objects.count()) == ({page(talk.pk)}, 1)
    assert as_buyer.get(write).headers["Location"] == page(talk.pk)
    nobody = reverse("inbox:write", args=[buyer.handle])
    assert as_seller.get(nobody).status_code == 404
    assert as_buyer.post(write, {"body": "", "form_key": str(key)}).status_code == 302


# Requests, and another order of the same gig


def test_a_gig_that_asks_first_places_a_request(as_buyer: Client, make_gig: MakeGig) -> None:
    gig = make_gig(asks_first=True, questions=())
    assert "looks at your request first" in as_buyer.get(gig.get_absolute_url()).content.decode()
    context = as_buyer.get(f"/gigs/{gig.pk}/order/?package=1").context
    data = {"form_key": context["draft"].form_key, "version": gig.version, "package": 1, "quantity": 1}
    place = as_buyer.post(f"/gigs/{gig.pk}/order/", data).headers["Location"]
    order = Order.objects.get()
    assert (place, order.state, order.charge_id) == (order.get_absolute_url(), State.REQUESTED, None)


def test_the_switch_of_the_editor(as_seller: Client, gig: Gig) -> None:
    html = as_seller.get(reverse("gigs:edit_step", args=[gig.pk, "selling"])).content.decode()
    assert "I want to see requests first" in html
    content = replace(GIG, currency="EUR", asks_first=True)
    version = gigs.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=content, at=clock.now())
    gig.refresh_from_db()
    assert (gig.asks_first, version) == (True, 2)  # what a buyer agrees to has changed
    again = as_seller.get(reverse("gigs:edit_step", args=[gig.pk, "selling"])).content.decode()
    assert 'name="asks_first"' in again
    assert "checked" in again.split('name="asks_first"')[1].split(">")[0]


def done(gig: Gig, buyer: User) -> Order:
    at = clock.now() - timedelta(hours=3)
    request = gigs.OrderRequest(
        gig.pk, gig.version, buyer.pk, gigs.Selection(2, 2, frozenset({1})), "f1",
        {"q2": "People with kitchens", "q3": "Dry", "q1": str(stored("list.csv", buyer, at).pk)},
    )  # fmt: skip
    order = Order.objects.get(pk=gigs.order(request, at))
    order = session(order, at, paid_session, order.all_in.amount_minor)
    handover = orders.Handover("Here.", [stored("a.csv", buyer, at)], [], frozenset({0}))
    orders.deliver(order_id=order.pk, actor_id=order.seller_id, handover=handover, at=at + timedelta(hours=1))
    orders.accept(order_id=order.pk, actor_id=buyer.pk, at=at + timedelta(hours=2))
    order.refresh_from_db()
    return order


def test_two_clicks_order_the_same_again(as_buyer: Client, gig: Gig, buyer: User) -> None:
    order = done(gig, buyer)
    html = as_buyer.get(order.get_absolute_url()).content.decode()
    url = f"/gigs/{gig.pk}/order/?again={order.pk}"
    assert (url in html, "Order again" in html) == (True, True)
    shown = as_buyer.get(url)
    assert shown.context["terms"].lines == order.terms.lines
    assert "People with kitchens" in shown.content.decode()
    draft = shown.context["draft"]
    data = {
        "form_key": draft.form_key, "version": gig.version, "package": 2, "quantity": 2, "extras": [1],
        **{f"answer_{key}": text for key, text in draft.answers.items()},
    }  # fmt: skip
    as_buyer.post(f"/gigs/{gig.pk}/order/", data)
    newest = Order.objects.exclude(pk=order.pk).get()
    assert newest.terms.lines == order.terms.lines
    assert dict(newest.answers.values_list("question_key", "text")) == {"q2": "People with kitchens", "q3": "Dry"}


def test_somebody_elses_order_fills_nothing_in(gig: Gig, buyer: User, stranger: User, at: datetime) -> None:
    order = done(gig, buyer)
    client = Client()
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    for text in (str(order.pk), "x", ""):
        shown = client.get(f"/gigs/{gig.pk}/order/?again={text}")
        assert (shown.status_code, shown.context["draft"].answers) == (200, {})
    assert Client().get(f"/gigs/{gig.pk}/order/?again={order.pk}").context["draft"].answers == {}


def test_a_paused_gig_is_not_offered_again(as_buyer: Client, gig: Gig, buyer: User) -> None:
    order = done(gig, buyer)
    gigs.pause(gig_id=gig.pk, seller_id=gig.seller_id, at=clock.now())
    assert "Order again" not in as_buyer.get(order.get_absolute_url()).content.decode()


def test_versions_of_a_counter_stay_readable(as_seller: Client, offer: CustomOffer, buyer: User) -> None:
    counter(offer, buyer, clock.now())
    html = as_seller.get(page(offer.conversation_id)).content.decode()
    assert html.count('aria-label="Offer"') == 2
