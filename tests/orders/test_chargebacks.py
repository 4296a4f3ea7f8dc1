"""The buyer's bank claims a payment back: the order rests, and ends by the table (rows 43 to 46)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from inbox.models import Notification
from marketplace.kernel.errors import Conflict
from orders import api
from orders.models import Order, OrderEvent, Outcome, Timer
from orders.owner import Orders
from orders.services import timers
from orders.states import Action, State
from payments.gateway import objects
from payments.models import Charge
from payments.services import books
from payments.services.chargebacks import record_dispute
from tests.orders.scenes import ALL_IN, BACK, DAY, HOUR, NET, TAKEN, Desk, bank, eur, get, money, snapshot
from tests.orders.test_tips import tipped

pytestmark = pytest.mark.django_db


def moments(order: Order) -> dict[str, object]:
    return dict(Timer.objects.filter(order=order).values_list("kind", "due_at"))


def test_everything_rests_and_goes_on_with_what_was_left(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = desk.in_progress()
    before, due = moments(order), order.due_at
    order = bank(order, "needs_response", TAKEN, after=timedelta(hours=1))
    assert order.state == State.IN_PROGRESS
    assert timers.run_due(desk.at + 30 * DAY) == 0
    with pytest.raises(Conflict, match="claimed the payment back"):
        api.seller_cancel(order_id=order.pk, actor_id=desk.seller.pk, reason="No time", at=desk.at + DAY)
    for client in (as_buyer, as_seller):
        assert "claimed" in client.get(order.get_absolute_url()).content.decode()

    order = bank(order, "won", TAKEN, BACK, after=20 * DAY)
    assert order.charged_back_at is None
    assert due is not None
    assert order.due_at == due + 20 * DAY
    assert moments(order) == {kind: moment + 20 * DAY for kind, moment in before.items()}  # type: ignore[operator]
    assert books.differences() == []


def test_an_order_that_ran_is_over_when_the_bank_takes_the_money(desk: Desk) -> None:
    order = desk.delivered()
    bank(order, "needs_response", TAKEN, after=timedelta(hours=1))
    order = bank(order, "lost", TAKEN, after=20 * DAY)
    assert (order.state, order.charged_back_at) == (State.CANCELLED, None)
    assert not Timer.objects.filter(order=order, kind=Action.AUTO_ACCEPT).exists()
    assert (money(order).lost, money(order).held) == (eur(ALL_IN), eur(0))
    assert books.differences() == []


def test_a_dispute_of_the_two_ends_with_it(desk: Desk) -> None:
    order = desk.disputed()
    bank(order, "needs_response", TAKEN, after=timedelta(hours=1))
    order = bank(order, "lost", TAKEN, after=20 * DAY)
    assert order.state == State.CANCELLED
    assert order.disputes.get().outcome == Outcome.BANK


def test_no_review_of_an_order_that_had_ended_before_stays_hidden(desk: Desk) -> None:
    """One is from before the claim, the other side writes when the bank has decided; or nobody else writes."""
    verdict = api.Verdict(2, 2, 2, 2, "Twelve of fifty are too short.")
    for writes_later in (False, True):
        order = desk.completed()
        if not writes_later:
            api.review(order_id=order.pk, actor_id=desk.buyer.pk, verdict=verdict, at=order.last_event_at)
        desk.dispute(order, order.last_event_at)
        bank(order, "needs_response", TAKEN, after=timedelta(hours=1))
        order = bank(order, "lost", TAKEN, after=2 * DAY)
        assert order.state == State.CANCELLED
        assert order.review_until == order.last_event_at + 14 * DAY
        if writes_later:
            api.review(order_id=order.pk, actor_id=desk.seller.pk, verdict=verdict, at=order.last_event_at + DAY)
        timers.run_due(order.review_until)
        assert order.reviews.get().revealed_at == order.review_until
        assert moments(order) == {}


def test_accepted_work_is_paid_whatever_the_bank_says(desk: Desk) -> None:
    order = desk.completed()
    bank(order, "needs_response", TAKEN, reason="product_unacceptable", after=timedelta(minutes=5))
    order = bank(order, "lost", TAKEN, reason="product_unacceptable", after=20 * DAY)
    assert order.state == State.COMPLETED
    assert money(order).clearing == eur(NET)  # the platform's loss, not the seller's
    assert order.clears_at is not None
    timers.run_due(order.clears_at)
    assert money(order).available == eur(NET)
    assert books.differences() == []


def test_what_nobody_accepted_is_the_sellers_to_bear(desk: Desk) -> None:
    order = desk.delivered()
    timers.run_due(desk.at + 30 * DAY)
    assert get(order.pk).state == State.COMPLETED
    order = bank(order, "lost", TAKEN, reason="product_not_received", after=timedelta(minutes=1))
    assert order.state == State.COMPLETED
    assert (money(order).clearing, money(order).available, money(order).lost) == (eur(0), eur(0), eur(ALL_IN))
    assert books.differences() == []


def test_an_event_that_comes_twice_is_told_once(desk: Desk) -> None:
    order = desk.in_progress()
    for _ in range(2):
        bank(order, "needs_response", TAKEN, after=timedelta(hours=1))
    assert OrderEvent.objects.filter(order=order, action=Action.CHARGE_BACK).count() == 1


def lost(desk: Desk, bearer: str) -> Order:
    """Before it cleared: what the buyer had accepted is the site's to bear, what nobody had, the seller's."""
    order = desk.completed() if bearer == "site" else desk.delivered()
    timers.run_due(desk.at + HOUR + 3 * DAY, order.pk)
    return bank(order, "lost", TAKEN, reason="product_not_received", after=timedelta(minutes=1))


@pytest.mark.parametrize("bearer", ["site", "seller"])
def test_nothing_is_claimed_that_the_bank_has_given_back(desk: Desk, as_buyer: Client, bearer: str) -> None:
    order = lost(desk, bearer)
    before = snapshot(order)
    with pytest.raises(Conflict, match="given you this payment back already"):
        desk.dispute(order, order.last_event_at + HOUR)
    assert snapshot(order) == before
    html = as_buyer.get(order.get_absolute_url()).content.decode()
    assert ("Something is wrong" in html, "you can make a claim until" in html) == (False, False)


def test_the_work_can_be_claimed_after_the_bank_has_taken_a_tip_back(desk: Desk) -> None:
    order = tipped(desk)
    of_work, tip = order.charge_id, order.payments.get(purpose="tip")
    Order.objects.filter(pk=order.pk).update(charge_id=tip.charge_id)  # the one that the bank takes
    taken = replace(TAKEN, amount=-tip.price)
    bank(order, "lost", taken, after=timedelta(minutes=1), amount=tip.price)
    Order.objects.filter(pk=order.pk).update(charge_id=of_work)
    desk.dispute(order, get(order.pk).last_event_at + timedelta(minutes=1))
    assert get(order.pk).state == State.DISPUTED


def test_the_order_goes_on_when_only_its_tip_is_still_claimed(desk: Desk) -> None:
    order = tipped(desk)
    bank(order, "needs_response", TAKEN, after=HOUR)
    tip = order.payments.get(purpose="tip")
    taken = objects.Movement("txn_tip", -tip.price, 0)
    paid = Charge.objects.get(pk=tip.charge_id).stripe_charge_id
    claim = objects.Dispute(
        "dp_tip", paid, "needs_response", "fraudulent", tip.price, (taken,), None, False, 0, False, {}
    )
    with transaction.atomic():
        record_dispute(tip.charge_id, claim, get(order.pk).last_event_at + HOUR)
    order = bank(order, "won", TAKEN, BACK, after=20 * DAY)
    assert (order.charged_back_at, order.rests) == (None, False)
    assert Action.CLEAR in moments(order)


def test_the_bank_reads_what_happened_in_whole_words(desk: Desk) -> None:
    order = desk.completed()
    log = Orders().evidence(order.reference).log
    assert [line.partition(": ")[2] for line in log] == [
        "the buyer placed the order",
        "the buyer paid the order",
        "the seller delivered the work",
        "the buyer checked and accepted the work",
    ]
    order = bank(order, "needs_response", TAKEN, after=timedelta(hours=1))
    assert Orders().evidence(order.reference).log == log


def test_what_the_seller_bears_does_not_clear(desk: Desk) -> None:
    order = lost(desk, "seller")
    timers.run_due(desk.at + 60 * DAY)
    assert not Notification.objects.filter(kind="order_cleared").exists()
    assert not OrderEvent.objects.filter(order=order, action=Action.CLEAR).exists()


@pytest.mark.parametrize(
    ("make", "to_buyer", "to_seller"),
    [
        (lambda desk: lost(desk, "site"), "given you €59.74 back.", "The site bears the loss, not you."),
        (lambda desk: lost(desk, "seller"), "given you €59.74 back.", "Everything went back to the buyer."),
        (
            lambda desk: bank(desk.delivered(), "lost", TAKEN, after=HOUR),
            "given you €59.74 back.",
            "Bea Buyer has €59.74 back from the bank.",
        ),
        (
            lambda desk: bank(desk.delivered(), "needs_response", TAKEN, after=HOUR),
            "has claimed €59.74 and decides about it.",
            "Nothing moves until the buyer&#x27;s bank has decided.",
        ),
    ],
    ids=["borne by the site", "borne by the seller", "running", "open"],
)
def test_each_side_reads_who_has_the_money(
    desk: Desk, as_buyer: Client, as_seller: Client, make: Callable[[Desk], Order], to_buyer: str, to_seller: str
) -> None:
    url = make(desk).get_absolute_url()
    for client, words in ((as_buyer, to_buyer), (as_seller, to_seller)):
        html = client.get(url).content.decode()
        assert words in html
        assert ("is on its way back" in html, "was paid for the work" in html) == (False, False)


@pytest.mark.parametrize("bearer", ["site", "seller"])
def test_the_letter_says_who_bears_it(desk: Desk, bearer: str) -> None:
    lost(desk, bearer)
    told = Notification.objects.filter(kind="order_chargeback_lost")
    assert {one.recipient_id: one.context["keeps"] for one in told} == dict.fromkeys(
        (desk.buyer.pk, desk.seller.pk), bearer == "site"
    )


@pytest.mark.parametrize(
    ("reason", "words"),
    [("product_not_received", "the buyer says that nothing came."), ("noncompliant", "none is given.")],
)
def test_the_banks_reason_is_told_in_words(desk: Desk, as_seller: Client, reason: str, words: str) -> None:
    order = bank(desk.delivered(), "needs_response", TAKEN, reason=reason, after=HOUR)
    for address in (order.get_absolute_url(), f"{order.get_absolute_url()}tell_bank/"):
        html = as_seller.get(address).content.decode()
        assert (f"The bank&#x27;s reason: {words}" in html, reason in html) == (True, False)
