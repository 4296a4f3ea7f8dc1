"""Proposals and pauses on the page, as plain forms: what each side reads, presses and is told."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from inbox import api as inbox
from marketplace.kernel import clock
from orders import api
from orders.models import Kind, Order, ProposalState
from orders.states import Action, State
from orders.web.page import OrderPage
from tests.orders.scenes import HOUR, Desk, eur, get, snapshot, timers
from tests.orders.scenes_proposals import (
    WHY,
    answer,
    declined,
    paused,
    pay_extra,
    paying_for_an_extra,
    propose,
    proposed,
)
from tests.orders.test_pages import act, errors, page
from tests.orders.test_rest import reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> datetime:
    """Pages ask the clock: these orders live now."""
    return clock.now() - 4 * HOUR


def read(client: Client, order: Order) -> str:
    html = client.get(page(order)).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("<main", 1)[1]))


def press(client: Client, order: Order, action: str, **data: Any) -> Any:
    proposal = order.proposals.values_list("pk", flat=True).last()
    return client.post(act(order, action), {"proposal": proposal or 0, "version": order.version, **data})


# The pause


def test_the_clock_stands_still(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = paused(desk)
    says = read(as_buyer, order)
    assert "Your turn Tom Oliveira needs an answer from you by" in says
    assert "The clock stands still. If you do nothing, it runs on then: 20 h are left." in says
    assert "Which of the two logos is the right one?" in says
    assert reverse("orders:act", args=[order.pk, "reply"]) in as_buyer.get(page(order)).content.decode()
    says = read(as_seller, order)
    assert "The clock stands still until" in says
    assert "Bea Buyer answers you. Then it runs on: 20 h are left. You may deliver before." in says


def test_ask_and_answer(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = desk.in_progress()
    assert "Offer an extra" in read(as_seller, order)
    asked = {"question": "Which of the two logos is the right one?", "version": order.version}
    assert as_seller.post(act(order, "need_information"), asked).status_code == 302
    assert get(order.pk).is_paused
    assert "“Which of the two logos is the right one?”" in as_buyer.get(act(order, "reply")).content.decode()
    answer = as_buyer.post(act(order, "reply"), {"text": "", "version": order.version})
    assert (answer.status_code, get(order.pk).is_paused) == (422, True)
    files = {"text": "The green one.", "files": SimpleUploadedFile("logo.svg", b"<svg/>"), "version": order.version}
    assert as_buyer.post(act(order, "reply"), files).status_code == 302
    assert not get(order.pk).is_paused
    [message] = inbox.messages(order.reference)
    assert (message.body, [file.name for file in message.files]) == ("The green one.", ["logo.svg"])
    assert "You answered, the clock runs again" in read(as_buyer, order)
    assert "You asked for something, the clock stands still" in read(as_seller, order)


def test_lists_say_who_is_waited_for(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    paused(desk)
    assert "needs your answer" in as_buyer.get(reverse("orders:list")).content.decode()
    html = as_seller.get(reverse("orders:list") + "?role=seller").content.decode()
    assert "waits for an answer" in html
    assert " late" not in html


# Cards


CARDS: list[tuple[str, str, list[str], list[str]]] = [
    (
        Kind.EXTENSION,
        "seller",
        ["Tom Oliveira asks for 24 h more.", "instead of", "nothing changes", "Give 24 h more", "Decline"],
        ["You asked for 24 h more.", "If Bea Buyer does not answer by", "Take it back"],
    ),
    (
        Kind.EXTENSION,
        "buyer",
        ["You offered 24 h more.", "Take it back"],
        ["Bea Buyer offers you 24 h more.", "Take 24 h more"],
    ),
    (
        Kind.EXTRA,
        "seller",
        ["Tom Oliveira offers an extra: Ten more.", "€12.36 all in, with €0.36 service fee.", "Accept and pay €12.36"],
        ["You offered an extra: Ten more.", "You receive €10.80 more."],
    ),
    (
        Kind.EXTRA,
        "buyer",
        ["You asked for an extra: Ten more.", "€12.36 all in"],
        ["Bea Buyer asks for an extra: Ten more.", "You receive €10.80 more.", "Agree"],
    ),
    (
        Kind.CANCEL,
        "seller",
        [
            "Tom Oliveira proposes to cancel the order.",
            "€59.74 goes back to you.",
            "it is cancelled.",
            "Cancel and get €59.74",
        ],
        ["You proposed to cancel.", "€59.74 goes back to Bea Buyer.", "it is cancelled."],
    ),
    (
        Kind.CANCEL,
        "buyer",
        ["You proposed to cancel.", "nothing changes."],
        ["Bea Buyer proposes to cancel the order.", "Agree to cancel"],
    ),
    (
        Kind.REFUND,
        "seller",
        ["Tom Oliveira offers you €10.30 back.", "in proportion", "Take €10.30 back"],
        ["You offered €10.30 back.", "You receive €43.20 for the order, and it is done."],
    ),
    (
        Kind.REFUND,
        "buyer",
        ["You asked for €10.30 back."],
        ["Bea Buyer asks for €10.30 back.", "You receive €43.20", "Agree and give a part back"],
    ),
]


@pytest.mark.parametrize(("kind", "role", "buyer_reads", "seller_reads"), CARDS)
def test_what_it_means_for_each_side(
    desk: Desk,
    as_buyer: Client,
    as_seller: Client,
    kind: str,
    role: str,
    buyer_reads: list[str],
    seller_reads: list[str],
) -> None:
    order = proposed(kind, role)(desk)
    for client, texts in ((as_buyer, buyer_reads), (as_seller, seller_reads)):
        says = read(client, order)
        for text in (*texts, WHY):
            assert text in says
        assert client.get(page(order)).content.decode().count("<h1") == 1


@pytest.mark.parametrize("kind", list(Kind))
def test_whose_answer_is_waited_for(desk: Desk, kind: str) -> None:
    order = proposed(kind)(desk)
    status = OrderPage(order, desk.buyer.pk, clock.now()).status
    assert (status.word, status.until) == ("Your turn", order.proposals.get().answer_by)
    assert OrderPage(order, desk.seller.pk, clock.now()).status.main.action == Action.DELIVER  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "state"),
    [(Kind.EXTENSION, State.IN_PROGRESS), (Kind.CANCEL, State.CANCELLED), (Kind.REFUND, State.COMPLETED)],
)
def test_yes_by_a_click(desk: Desk, as_buyer: Client, as_seller: Client, kind: str, state: str) -> None:
    order = proposed(kind)(desk)
    assert press(as_buyer, order, f"accept_{kind}").status_code == 302
    assert (get(order.pk).state, order.proposals.get().state) == (state, ProposalState.ACCEPTED)
    for client in (as_buyer, as_seller):
        assert "agreed" in read(client, order)


@pytest.mark.parametrize("kind", list(Kind))
def test_an_answer_has_a_page_of_its_own(desk: Desk, as_buyer: Client, as_seller: Client, kind: str) -> None:
    order = proposed(kind)(desk)
    pk = order.proposals.get().pk
    for client, action in (
        (as_buyer, f"accept_{kind}"),
        (as_buyer, "decline_proposal"),
        (as_seller, "take_back_proposal"),
    ):
        html = client.get(act(order, action)).content.decode()
        assert f'name="proposal" value="{pk}"' in html
    assert as_seller.get(act(order, f"accept_{kind}")).status_code == 302


@pytest.mark.parametrize("kind", list(Kind))
def test_no_by_a_click_and_then_a_dispute(desk: Desk, as_buyer: Client, as_seller: Client, kind: str) -> None:
    order = desk.in_revision()
    propose(desk, order, kind, desk.seller, desk.at + 3 * HOUR)
    order = get(order.pk)
    assert press(as_buyer, order, "decline_proposal").status_code == 302
    assert order.proposals.get().state == ProposalState.DECLINED
    assert "Bea Buyer declined your proposal" in read(as_seller, order)
    html = as_seller.get(act(order, "open_dispute")).content.decode()
    assert WHY in html
    assert re.search(r'value="out_of_scope"[^>]*checked', html)


def test_a_dispute_is_filled_in_with_what_was_asked(desk: Desk, as_buyer: Client) -> None:
    order = declined(desk)
    assert "Tom Oliveira declined your proposal: a part of the price back." in read(as_buyer, order)
    html = as_buyer.get(act(order, "open_dispute")).content.decode()
    assert 'value="10.00"' in html
    assert re.search(r'value="not_as_described"[^>]*checked', html)
    data = {"ground": "not_as_described", "statement": WHY, "back": "10.00", "version": order.version}
    assert as_buyer.post(act(order, "open_dispute"), data).status_code == 302
    assert order.disputes.get().asked == eur(1_000)
    assert "declined your proposal" not in read(as_buyer, order).split("What happened", 1)[0]


def test_an_old_page_agrees_to_nothing_new(desk: Desk, as_seller: Client) -> None:
    order = proposed(Kind.REFUND, "buyer")(desk)
    old = order.proposals.get()
    answer(desk, old, desk.buyer, desk.at + 2 * HOUR, how="take back")
    propose(desk, order, Kind.REFUND, desk.buyer, desk.at + 2 * HOUR, amount=eur(5_000))
    before = snapshot(order)
    answered = as_seller.post(act(order, "accept_refund"), {"proposal": old.pk, "version": order.version}, follow=True)
    assert "This proposal is over." in answered.content.decode()
    assert snapshot(order) == before


@pytest.mark.parametrize("stage", ["in_progress", "delivered"])
def test_one_filled_button(desk: Desk, as_buyer: Client, stage: str) -> None:
    order = getattr(desk, stage)()
    propose(desk, order, Kind.REFUND, desk.seller, desk.at + 2 * HOUR)
    html = as_buyer.get(page(order)).content.decode().split("<main", 1)[1]
    shown = re.sub(r"<form.*?</form>", lambda form: "" if "confirm-body" in form[0] else form[0], html, flags=re.DOTALL)
    assert shown.count("btn-primary") == 1


# Forms


def test_forms_propose(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = desk.in_progress()
    posts: list[tuple[Client, str, dict[str, str]]] = [
        (as_seller, "propose_extension", {"minutes": "2", "unit": "days", "text": WHY}),
        (
            as_buyer,
            "propose_extra",
            {"title": "Ten more", "price": "12,50", "minutes": "", "unit": "hours", "text": ""},
        ),
        (as_buyer, "propose_cancel", {"text": WHY}),
        (as_seller, "propose_refund", {"amount": "10", "text": WHY}),
    ]
    for client, action, data in posts:
        assert client.get(act(order, action)).status_code == 200
        assert client.post(act(order, action), {**data, "version": order.version}).status_code == 302
    found = list(order.proposals.order_by("id").values_list("kind", "by_role", "amount_minor", "minutes"))
    assert found == [
        (Kind.EXTENSION, "seller", None, 2_880),
        (Kind.EXTRA, "buyer", 1_250, 0),
        (Kind.CANCEL, "buyer", None, 0),
        (Kind.REFUND, "seller", 1_000, 0),
    ]


@pytest.mark.parametrize(
    ("action", "data", "error"),
    [
        ("propose_extension", {"minutes": "31", "unit": "days", "text": WHY}, "Between one minute and 30 days."),
        ("propose_extension", {"minutes": "99999999999999999999", "unit": "days", "text": WHY}, "30 days"),
        ("propose_extension", {"minutes": "1", "unit": "days", "text": "late"}, "Say in a sentence why."),
        ("propose_extra", {"title": "Ten more", "price": "0", "unit": "hours"}, "An extra costs something."),
        ("propose_extra", {"title": "Ten more", "price": "x", "unit": "hours"}, "Write an amount"),
        ("propose_refund", {"amount": "58", "text": WHY}, "Between €0.01 and €57.99."),
    ],
)
def test_errors_sit_at_the_field_and_keep_what_was_typed(
    desk: Desk, as_seller: Client, action: str, data: dict[str, str], error: str
) -> None:
    order = desk.in_progress()
    before = snapshot(order)
    answered = as_seller.post(act(order, action), {**data, "version": order.version})
    html = answered.content.decode()
    assert (answered.status_code, snapshot(order)) == (422, before)
    assert any(error in one for one in errors(html)), errors(html)
    assert next(iter(data.values())) in html


def test_what_is_not_possible_says_why(desk: Desk, as_seller: Client) -> None:
    order = proposed(Kind.CANCEL)(desk)
    html = as_seller.get(reverse("orders:trouble", args=[order.pk])).content.decode()
    assert "Propose to cancel: You have proposed this already." in html
    for label in ("Ask for more time", "Offer an extra", "Offer a part back", "Ask, and stop the clock"):
        assert label in html


def test_more_than_was_agreed_is_answered_with_an_extra(desk: Desk, as_seller: Client) -> None:
    html = as_seller.get(page(desk.in_revision())).content.decode()
    assert "Offer it as an extra" in html


@pytest.mark.parametrize(("proposals", "queries"), [(0, 14), (1, 15), (3, 15)])
def test_the_page_asks_for_all_proposals_at_once(
    desk: Desk, as_buyer: Client, proposals: int, queries: int, django_assert_num_queries: Any
) -> None:
    order = desk.delivered()
    for kind in (Kind.CANCEL, Kind.REFUND, Kind.EXTRA)[:proposals]:
        propose(desk, order, kind, desk.seller, desk.at + 2 * HOUR)
    as_buyer.get(page(order))
    with django_assert_num_queries(queries):
        as_buyer.get(page(order))


def test_programs_read_the_open_ones(desk: Desk) -> None:
    order = pay_extra(paying_for_an_extra(desk), desk.at + 2 * HOUR)
    propose(desk, order, Kind.EXTENSION, desk.seller, desk.at + 3 * HOUR)
    data = reader(desk.buyer, desk.at).get(reverse("api-order", args=[order.pk])).json()
    assert data["is_paused"] is False
    [extra, extension] = data["proposals"]
    assert (extra["kind"], extra["by"], extra["state"], extra["title"]) == ("extra", "seller", "accepted", "Ten more")
    assert extra["amount"] == {"amount_minor": 1_200, "currency": "EUR"}
    assert (extension["minutes"], extension["amount"], extension["text"]) == (1_440, None, WHY)
    assert data["all_in"] == {"amount_minor": 7_210, "currency": "EUR"}


def test_the_buyers_own_silence_is_announced(desk: Desk) -> None:
    order = proposed(Kind.CANCEL)(desk)
    status = OrderPage(order, desk.buyer.pk, clock.now()).status
    assert "it is cancelled." in status.otherwise
    api.run_due(timers(order)[Action.EXPIRE_PROPOSAL], order.pk)
    assert get(order.pk).state == State.CANCELLED
