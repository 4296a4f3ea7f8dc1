"""Payments that are held too long, doubted, or claimed back while the seller has something to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from inbox.letters import letter_for
from inbox.models import Notification
from marketplace.kernel.errors import DomainError
from orders import api
from orders.models import Fault, Order, Outcome, Timer, WaitingRelease
from orders.states import Action, State
from payments import api as payments
from payments.models import Chargeback, FraudWarning
from payments.services import ages, books
from payments.services.evidence import submit
from tests.orders.scenes import (
    ALL_IN,
    BACK,
    DAY,
    HOUR,
    NET,
    PRICE,
    TAKEN,
    Desk,
    bank,
    eur,
    get,
    last_event,
    money,
    timers,
)
from tests.orders.scenes_further import warn

pytestmark = pytest.mark.django_db


def grow_old(desk: Desk, order: Order) -> Order:
    """85 days after the payment, without the sweep of the order having run."""
    ages.run(desk.at + 85 * DAY)
    return get(order.pk)


@pytest.mark.parametrize(
    ("stage", "state", "kept"),
    [
        ("waiting", State.CANCELLED, 0),
        ("in_progress", State.CANCELLED, 0),
        ("delivered", State.COMPLETED, PRICE),
        ("in_revision", State.COMPLETED, PRICE),
        ("disputed", State.COMPLETED, PRICE // 2),
        ("heard", State.COMPLETED, PRICE // 2),
        ("decided", State.COMPLETED, PRICE * 7 // 10),
        ("appealed", State.COMPLETED, PRICE * 7 // 10),
    ],
)
def test_after_85_days_it_is_divided_as_the_terms_say(desk: Desk, stage: str, state: State, kept: int) -> None:
    order = grow_old(desk, getattr(desk, stage)())
    assert (order.state, order.kept_minor, last_event(order).action) == (state, kept, Action.DIVIDE_OVERDUE)
    assert order.fault == ("" if kept else Fault.NEUTRAL)
    assert money(order).held == eur(0)
    assert set(timers(order)) <= {Action.CLEAR, Action.REVEAL_REVIEWS}
    assert order.disputes.exclude(outcome=Outcome.OVERDUE).count() == 0
    assert Notification.objects.filter(kind="order_overdue").count() == 2
    assert books.differences() == []


def test_it_is_divided_once_and_ended_orders_stay(desk: Desk) -> None:
    order = grow_old(desk, desk.delivered())
    ages.run(desk.at + 86 * DAY)
    assert (get(order.pk).version, get(order.pk).kept_minor) == (order.version, PRICE)


def test_while_a_bank_decides_it_waits(desk: Desk) -> None:
    order = desk.delivered()
    bank(order, "needs_response", TAKEN, after=HOUR)
    order = grow_old(desk, order)
    assert (order.state, order.charged_back_at is None) == (State.DELIVERED, False)
    order = bank(order, "won", TAKEN, BACK, after=20 * DAY)
    ages.run(desk.at + 86 * DAY)
    assert (get(order.pk).state, money(order).held) == (State.COMPLETED, eur(0))
    assert books.differences() == []


def test_a_suspension_does_not_keep_money_longer(desk: Desk) -> None:
    order = desk.delivered()
    desk.suspend(desk.seller, desk.at + 2 * HOUR)
    order = grow_old(desk, order)
    assert (order.state, order.on_hold_at, order.rests_since) == (State.COMPLETED, None, None)
    assert Action.CLEAR in timers(order)


# Doubts.


def is_doubted(order: Order) -> bool:
    return order.payments.filter(doubted_at__isnull=False).exists()


def clear(order: Order, warning: FraudWarning, after: timedelta) -> Order:
    order.refresh_from_db()
    at = order.last_event_at + after
    payments.clear_warning(warning.id, by_id=1, note="The buyer confirmed it.", at=at)
    return get(order.pk)


def test_accepting_works_and_the_money_follows_when_staff_have_looked(
    desk: Desk, as_buyer: Client, as_seller: Client
) -> None:
    order = desk.delivered()
    warning = warn(order)
    for client in (as_buyer, as_seller):
        assert "The payment is being checked." in client.get(order.get_absolute_url()).content.decode()
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR)
    order = get(order.pk)
    assert (order.state, money(order).held, money(order).clearing) == (State.COMPLETED, eur(ALL_IN), eur(0))
    assert Action.CLEAR not in timers(order)
    api.run_due(desk.at + 40 * DAY, order.pk)
    assert get(order.pk).cleared_at is None
    page = as_seller.get(order.get_absolute_url()).content.decode()
    assert "as soon as the payment has been checked" in page
    order = clear(order, warning, 2 * DAY)
    assert (money(order).clearing, is_doubted(order), WaitingRelease.objects.count()) == (eur(NET), False, 0)
    due = Timer.objects.get(order=order, kind=Action.CLEAR).due_at
    assert due == order.clears_at
    assert due is not None
    api.run_due(due, order.pk)
    assert money(order).available == eur(NET)
    assert books.differences() == []


def test_the_clock_accepts_a_doubted_order_as_well(desk: Desk) -> None:
    order = desk.delivered()
    warn(order)
    api.run_due(desk.at + 10 * DAY, order.pk)
    assert (get(order.pk).state, Timer.objects.filter(failures__gt=0).count()) == (State.COMPLETED, 0)


HALF = ALL_IN // 2
NET_OF_HALF = 2_900 - 290


def _accepted(desk: Desk) -> tuple[Order, FraudWarning]:
    """While staff look at the payment: its release waits."""
    order = desk.delivered()
    warning = warn(order)
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR)
    return order, warning


def _claim_half(order: Order, status: str, after: timedelta) -> Order:
    return bank(order, status, replace(TAKEN, amount=-eur(HALF)), after=after, amount=eur(HALF))


@pytest.mark.parametrize("staff_look", ["before the bank decides", "after it"])
def test_what_the_bank_leaves_of_a_payment_that_is_checked_is_the_sellers(desk: Desk, staff_look: str) -> None:
    order, warning = _accepted(desk)
    _claim_half(order, "needs_response", HOUR)
    if staff_look == "before the bank decides":
        clear(order, warning, DAY)
        order = _claim_half(order, "lost", 20 * DAY)
    else:
        order = _claim_half(order, "lost", 20 * DAY)
        assert (money(order).lost, money(order).held, money(order).clearing) == (eur(HALF), eur(HALF), eur(0))
        order = clear(order, warning, DAY)
    assert (money(order).held, money(order).clearing, WaitingRelease.objects.count()) == (eur(0), eur(NET_OF_HALF), 0)
    told = Notification.objects.get(kind="order_chargeback_lost", recipient=desk.seller)
    assert "What is left of this payment is yours" in letter_for(told).text
    assert order.clears_at is not None
    api.run_due(order.clears_at, order.pk)
    assert money(order).available == eur(NET_OF_HALF)
    assert books.differences() == []


def test_nothing_waits_any_more_where_the_bank_has_taken_all(desk: Desk) -> None:
    order, warning = _accepted(desk)
    bank(order, "needs_response", TAKEN, after=HOUR)
    order = bank(order, "lost", TAKEN, after=20 * DAY)
    assert (WaitingRelease.objects.count(), money(order).held, money(order).lost) == (0, eur(0), eur(ALL_IN))
    told = Notification.objects.get(kind="order_chargeback_lost", recipient=desk.seller)
    assert "and with it your share of this payment" in letter_for(told).text
    order = clear(order, warning, DAY)
    assert (money(order).clearing, Action.CLEAR in timers(order)) == (eur(0), False)
    assert books.differences() == []


def test_a_decision_is_carried_out_the_refund_now_the_release_later(desk: Desk) -> None:
    order = desk.decided(70)
    warning = warn(order)
    api.run_due(desk.at + 10 * DAY, order.pk)
    part = money(order)
    assert (get(order.pk).state, part.clearing) == (State.COMPLETED, eur(0))
    assert part.refunding == eur(1_740 + 53)
    clear(order, warning, DAY)
    assert money(order).clearing == eur(4_060 - 406)
    assert books.differences() == []


def test_a_doubt_that_comes_while_it_clears(desk: Desk) -> None:
    order = desk.completed()
    clears = order.clears_at
    assert clears is not None
    warning = warn(order)
    left = clears - get(order.pk).last_event_at
    api.run_due(desk.at + 40 * DAY, order.pk)
    assert (get(order.pk).cleared_at, Timer.objects.filter(failures__gt=0).count()) == (None, 0)
    order = clear(order, warning, 3 * DAY)
    assert order.clears_at == order.last_event_at + left
    api.run_due(order.clears_at, order.pk)
    assert money(order).available == eur(NET)


def test_two_warnings_are_two(desk: Desk) -> None:
    order = desk.delivered()
    first, second = warn(order), warn(order, 2)
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 9 * HOUR)
    order = clear(order, first, HOUR)
    assert (is_doubted(order), money(order).clearing) == (True, eur(0))
    order = clear(order, second, HOUR)
    assert (is_doubted(order), money(order).clearing) == (False, eur(NET))
    assert order.events.filter(action__in=[Action.DOUBT_PAYMENT, Action.CLEAR_DOUBT]).count() == 2


def test_a_doubted_payment_that_is_claimed_back_is_released_to_nobody(desk: Desk) -> None:
    order = desk.delivered()
    warn(order)
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR)
    bank(order, "needs_response", TAKEN, after=HOUR)
    order = bank(order, "lost", TAKEN, after=20 * DAY)
    assert (WaitingRelease.objects.count(), money(order).lost, money(order).clearing) == (0, eur(ALL_IN), eur(0))
    assert books.differences() == []


def test_a_bank_that_decides_for_the_seller_leaves_the_doubt(desk: Desk) -> None:
    order = desk.completed()
    warning = warn(order)
    bank(order, "needs_response", TAKEN, after=HOUR)
    order = bank(order, "won", TAKEN, BACK, after=20 * DAY)
    assert Action.CLEAR not in timers(order)
    order = clear(order, warning, HOUR)
    assert timers(order)[Action.CLEAR] == order.clears_at


def test_a_doubt_that_ends_while_the_bank_decides_leaves_the_release_to_the_bank(desk: Desk) -> None:
    order = desk.delivered()
    warning = warn(order)
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR)
    bank(order, "needs_response", TAKEN, after=HOUR)
    order = clear(order, warning, HOUR)
    assert (is_doubted(order), WaitingRelease.objects.count(), money(order).clearing) == (False, 1, eur(0))
    order = bank(order, "won", TAKEN, BACK, after=20 * DAY)
    assert (WaitingRelease.objects.count(), money(order).clearing) == (0, eur(NET))
    assert order.clears_at is not None
    assert timers(order)[Action.CLEAR] == order.clears_at
    api.run_due(order.clears_at, order.pk)
    assert money(order).available == eur(NET)
    assert books.differences() == []


def test_a_bank_that_has_decided_and_still_has_the_money_is_waited_for(desk: Desk) -> None:
    order = desk.delivered()
    warning = warn(order)
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR)
    bank(order, "needs_response", TAKEN, after=HOUR)
    clear(order, warning, HOUR)
    order = bank(order, "won", TAKEN, after=20 * DAY)
    assert order.clears_at is not None
    api.run_due(order.clears_at, order.pk)
    order = get(order.pk)
    assert (order.cleared_at, WaitingRelease.objects.count()) == (None, 1)
    bank(order, "won", TAKEN, BACK, after=DAY)
    api.run_due(desk.at + 90 * DAY, order.pk)
    assert (WaitingRelease.objects.count(), money(order).available) == (0, eur(NET))
    assert books.differences() == []


def test_a_claim_takes_the_place_of_what_waits(desk: Desk) -> None:
    order = desk.delivered()
    warning = warn(order)
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * HOUR)
    desk.dispute(order, desk.at + 4 * HOUR)
    assert WaitingRelease.objects.count() == 0
    api.withdraw(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 5 * HOUR)
    assert WaitingRelease.objects.count() == 1
    order = clear(order, warning, HOUR)
    assert money(order).clearing == eur(NET)
    assert books.differences() == []


# The seller is heard before the bank is answered.


def test_the_seller_writes_what_the_bank_reads(desk: Desk, as_seller: Client, as_buyer: Client) -> None:
    order = desk.delivered()
    order = bank(order, "needs_response", TAKEN, after=HOUR)
    url = f"{order.get_absolute_url()}tell_bank/"
    assert "Tell your side" in as_seller.get(order.get_absolute_url()).content.decode()
    assert "descriptions.xlsx" in as_seller.get(url).content.decode()
    item = order.deliveries.get().files.get()
    text = "All fifty were delivered, and the buyer thanked me."
    assert as_seller.post(url, {"text": text, "file_ids": [item.pk]}).status_code == 302
    note = Chargeback.objects.get().evidence_note
    assert note == f"{text}\n\nFiles handed over on this site: descriptions.xlsx"
    again = as_seller.get(url).content.decode()
    assert (text in again, "Files handed over on this site" in again) == (True, False)
    for client in (as_buyer,):
        client.post(url, {"text": "The buyer writes something else."})
    assert Chargeback.objects.get().evidence_note == note
    submit(Chargeback.objects.get().id, order.last_event_at + HOUR)
    assert text in Chargeback.objects.get().evidence["uncategorized_text"]


def test_not_once_it_was_sent_and_not_without_words(desk: Desk, as_seller: Client) -> None:
    order = desk.delivered()
    with pytest.raises(DomainError, match="not waiting"):
        api.tell_bank(order_id=order.pk, actor_id=desk.seller.pk, text="A long enough text.", file_ids=[], at=desk.at)
    order = bank(order, "needs_response", TAKEN, after=HOUR)
    assert as_seller.post(f"{order.get_absolute_url()}tell_bank/", {"text": "short"}).status_code == 422
    Chargeback.objects.update(submitted_at=order.last_event_at)
    with pytest.raises(DomainError, match="not waiting"):
        api.tell_bank(order_id=order.pk, actor_id=desk.seller.pk, text="A long enough text.", file_ids=[], at=desk.at)
    assert Chargeback.objects.get().evidence_note == ""
