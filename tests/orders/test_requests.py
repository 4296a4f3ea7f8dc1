"""Orders that the seller agrees to before anybody pays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from inbox import api as inbox
from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict, DomainError, InvalidInput
from orders import api, selectors
from orders.models import Order, OrderPayment
from orders.services import talk
from orders.states import Action, State
from payments.models import Charge
from tests.orders.conftest import signed_in
from tests.orders.scenes import ALL_IN, DAY, HOUR, QUESTIONS, Desk, eur, get, last_event, money, timers

YES = "Yes, I do it"


def accept(desk: Desk, order: Order, at: Any) -> None:
    api.accept_request(order_id=order.pk, actor_id=desk.seller.pk, at=at)


def test_a_request_asks_for_an_answer_and_for_no_money(desk: Desk) -> None:
    order = desk.requested()
    assert (order.state, order.charge_id, last_event(order).action) == (State.REQUESTED, None, Action.REQUEST)
    assert timers(order) == {Action.LAPSE_REQUEST: desk.at + DAY}
    assert (Charge.objects.count(), OrderPayment.objects.count()) == (0, 0)


def test_a_yes_asks_the_buyer_to_pay_and_leaves_them_time(desk: Desk) -> None:
    order = desk.agreed()
    until = desk.at + HOUR + timedelta(hours=23)
    assert (order.state, timers(order)) == (State.PENDING_PAYMENT, {Action.ASK_EXPIRY: until})
    charge = Charge.objects.get(pk=order.charge_id)
    assert (charge.amount, charge.window_seconds) == (eur(ALL_IN), 23 * 3600)
    assert OrderPayment.objects.get(order=order).closes_at == until
    paid = desk.pay(order, desk.at + 20 * HOUR)
    assert (paid.state, paid.due_at, money(paid).held) == (State.IN_PROGRESS, desk.at + 42 * HOUR, eur(ALL_IN))


def test_a_no_says_why(desk: Desk) -> None:
    order = desk.requested()
    with pytest.raises(InvalidInput) as refused:
        api.decline_request(order_id=order.pk, actor_id=desk.seller.pk, reason="No.", at=desk.at + HOUR)
    assert list(refused.value.fields) == ["reason"]
    reason = "I am away until Thursday."
    api.decline_request(order_id=order.pk, actor_id=desk.seller.pk, reason=reason, at=desk.at + HOUR)
    order = get(order.pk)
    assert (order.state, order.closed_at, timers(order)) == (State.DECLINED, desk.at + HOUR, {})
    assert last_event(order).data == {"reason": reason}


def test_silence_ends_it(desk: Desk) -> None:
    order = desk.requested()
    assert api.run_due(desk.at + DAY - timedelta(seconds=1), order.pk) == 0
    assert api.run_due(desk.at + DAY, order.pk) == 1
    assert (get(order.pk).state, last_event(order).action) == (State.DECLINED, Action.LAPSE_REQUEST)


def test_the_buyer_takes_it_back(desk: Desk) -> None:
    order = desk.requested()
    api.withdraw_request(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + HOUR)
    assert (get(order.pk).state, Charge.objects.count()) == (State.DECLINED, 0)
    with pytest.raises(DomainError):
        accept(desk, order, desk.at + 2 * HOUR)


def test_the_site_sets_both_times(desk: Desk) -> None:
    rules = replace(desk.terms.rules, request_answer=2 * HOUR, request_payment=3 * HOUR)
    order = desk.pending(terms=replace(desk.terms, rules=rules, asks_first=True))
    assert timers(order) == {Action.LAPSE_REQUEST: desk.at + 2 * HOUR}
    accept(desk, order, desk.at)
    assert timers(order) == {Action.ASK_EXPIRY: desk.at + 3 * HOUR}


def test_answers_given_with_the_request_count(desk: Desk) -> None:
    terms = replace(desk.terms, questions=QUESTIONS, asks_first=True)
    order = desk.pending(terms=terms, answers={"shop": "https://candles.example", "tone": "Warm"})
    accept(desk, order, desk.at + HOUR)
    assert desk.pay(get(order.pk), desk.at + 2 * HOUR).state == State.IN_PROGRESS


def test_an_order_that_is_agreed_before_waits_for_the_payment_alone(desk: Desk) -> None:
    order = desk.pending(terms=replace(desk.terms, asks_first=True), is_agreed=True)
    assert (order.state, timers(order)) == (
        State.PENDING_PAYMENT, {Action.ASK_EXPIRY: desk.at + timedelta(hours=23)}
    )  # fmt: skip


def test_both_can_talk_before_the_answer(desk: Desk) -> None:
    order = desk.requested()
    talk.say(order, desk.seller.pk, body="Which shop is it?", files=[], key="1", at=desk.at)
    assert [message.body for message in inbox.messages(order.reference)] == ["Which shop is it?"]
    with pytest.raises(Conflict):
        talk.say(desk.declined(), desk.seller.pk, body="Sorry.", files=[], key="1", at=desk.at + 2 * HOUR)


def test_lists_show_it_to_both(desk: Desk) -> None:
    requested, agreed, declined = desk.requested(), desk.agreed(), desk.declined()
    unpaid = desk.pending()
    sellers = {order.pk for order in selectors.orders_of(desk.seller.pk, "seller", tab="open")}
    assert sellers == {requested.pk, agreed.pk}
    buyers = {order.pk for order in selectors.orders_of(desk.buyer.pk, "buyer", tab="open")}
    assert buyers == {requested.pk, agreed.pk, unpaid.pk}
    assert [order.pk for order in selectors.orders_of(desk.seller.pk, "seller", tab="stopped")] == [declined.pk]


@pytest.fixture
def now(desk: Desk) -> Desk:
    desk.at = clock.now() - 2 * HOUR
    return desk


def test_pages_of_a_request(now: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = now.requested()
    sellers = as_seller.get(order.get_absolute_url()).content.decode()
    assert "Bea Buyer asks whether you do this." in sellers
    assert (YES in sellers, "No, not this one" in sellers) == (True, True)
    buyers = as_buyer.get(order.get_absolute_url()).content.decode()
    assert ("Tom Oliveira answers by" in buyers, YES in buyers) == (True, False)
    as_seller.post(reverse("orders:act", args=[order.pk, "accept_request"]), {"version": order.version})
    assert "Tom Oliveira says yes. Pay €59.74 by" in as_buyer.get(order.get_absolute_url()).content.decode()
    assert "You said yes." in as_seller.get(order.get_absolute_url()).content.decode()


def test_a_no_from_the_page(now: Desk, as_seller: Client, as_buyer: Client) -> None:
    order = now.requested()
    url = reverse("orders:act", args=[order.pk, "decline_request"])
    assert as_seller.get(url).status_code == 200
    refused = as_seller.post(url, {"reason": "No", "version": order.version})
    assert (refused.status_code, get(order.pk).state) == (422, State.REQUESTED)
    as_seller.post(url, {"reason": "I am away until Thursday.", "version": order.version})
    html = as_buyer.get(order.get_absolute_url()).content.decode()
    assert ("Tom Oliveira cannot do it." in html, "I am away until Thursday." in html) == (True, True)


def test_the_buyer_takes_it_back_on_the_page(now: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = now.requested()
    as_buyer.post(reverse("orders:act", args=[order.pk, "withdraw_request"]), {"version": order.version})
    assert get(order.pk).state == State.DECLINED
    assert "Bea Buyer took the request back." in as_seller.get(order.get_absolute_url()).content.decode()


def test_the_board_puts_requests_first(now: Desk, as_seller: Client) -> None:
    order = now.requested()
    columns = as_seller.get(reverse("orders:list") + "?role=seller").context["columns"]
    assert [(column.title, [row.code for row in column.rows]) for column in columns if column.rows] == [
        ("Your turn", [order.code])
    ]
    assert columns[0].rows[0].due_text.startswith("answer by")


def test_a_request_can_still_be_answered_by_its_buyer(now: Desk) -> None:
    order = now.pending(terms=replace(now.terms, questions=QUESTIONS, asks_first=True))
    client = signed_in(now.buyer)
    client.post(reverse("orders:act", args=[order.pk, "save"]), {"answer_tone": "Dry", "version": order.version})
    assert order.answers.get().text == "Dry"


DEEDS: dict[str, Callable[[Desk, Order], Any]] = {
    "yes": lambda desk, order: accept(desk, order, desk.at + DAY),
    "no": lambda desk, order: api.decline_request(
        order_id=order.pk, actor_id=desk.seller.pk, reason="I am away until Thursday.", at=desk.at + DAY
    ),
    "back": lambda desk, order: api.withdraw_request(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + DAY),
    "sweep": lambda desk, order: api.run_due(desk.at + DAY, order.pk),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("one", "other"), [("yes", "sweep"), ("yes", "back"), ("yes", "yes"), ("no", "yes")])
def test_one_comes_first(desk: Desk, one: str, other: str) -> None:
    order = desk.requested()
    refused: list[DomainError] = []

    def run(name: str) -> None:
        try:
            DEEDS[name](desk, order)
        except DomainError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(name,)) for name in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    order = get(order.pk)
    assert len(refused) <= 1
    assert order.version == 2
    assert Charge.objects.count() == (1 if order.state == State.PENDING_PAYMENT else 0)
