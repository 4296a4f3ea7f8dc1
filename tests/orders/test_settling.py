"""Settled by both sides: sealed offers that nobody reads until they meet, and answers that give what is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from accounts.models import User
from inbox.models import Notification
from marketplace.kernel.errors import DomainError
from marketplace.kernel.money import Money
from orders import api
from orders.contracts import PriceLine
from orders.models import Fault, Order, OrderEvent, Outcome, Phase
from orders.states import Action, State
from orders.web.page import OrderPage
from payments.services import books
from tests.orders.scenes import ALL_IN, DAY, HOUR, PRICE, Desk, eur, get, last_event, money, snapshot, timers

pytestmark = pytest.mark.django_db


def test_offers_that_meet_settle_at_the_middle(desk: Desk) -> None:
    order = desk.heard()
    assert desk.offer(order, 1_500, desk.at + 4 * HOUR) is False
    assert desk.offer(order, 2_001, desk.at + 5 * HOUR, by=desk.seller) is True
    order, dispute = get(order.pk), order.disputes.get()
    # The middle of 15.00 and 20.01 is 17.505; the seller's 40.495 is rounded half up.
    assert (order.state, order.kept_minor, order.percent) == (State.COMPLETED, 4_050, None)
    assert (dispute.outcome, dispute.phase, dispute.closed_at) == (Outcome.SETTLED, Phase.CLOSED, desk.at + 5 * HOUR)
    # 17.50 of the price and its part of the fee go back: 1.74 × 17.50 / 58.00 = 0.525, rounded for the buyer.
    assert (money(order).refunding, money(order).clearing) == (eur(1_750 + 53), eur(4_050 - 405))
    assert set(timers(order)) == {Action.CLEAR, Action.REVEAL_REVIEWS}
    assert books.differences() == []


def test_offers_that_do_not_meet_settle_nothing(desk: Desk) -> None:
    order = desk.heard()
    desk.offer(order, 3_000, desk.at + 4 * HOUR)
    before = money(order)
    assert desk.offer(order, 2_999, desk.at + 5 * HOUR, by=desk.seller) is False
    assert (get(order.pk).state, money(order)) == (State.DISPUTED, before)
    assert desk.offer(order, 3_000, desk.at + 6 * HOUR, by=desk.seller) is True
    assert get(order.pk).kept_minor == PRICE - 3_000


def test_each_may_change_theirs_until_it_meets(desk: Desk) -> None:
    order = desk.heard()
    for minor in (5_000, 4_000, 3_500):
        desk.offer(order, minor, desk.at + 4 * HOUR)
    dispute = order.disputes.get()
    assert (dispute.sealed_buyer_minor, dispute.sealed_seller_minor) == (3_500, None)
    assert order.events.filter(action=Action.OFFER).count() == 3
    told = Notification.objects.filter(kind="order_dispute_offer")
    assert list(told.values_list("recipient_id", flat=True)) == [desk.seller.pk]  # once, and not at each change


def test_no_number_stands_where_somebody_else_could_read_it(desk: Desk) -> None:
    order = desk.heard()
    desk.offer(order, 4_321, desk.at + 4 * HOUR)
    event = last_event(order)
    assert (event.action, event.data) == (Action.OFFER, {})
    assert not Notification.objects.filter(context__icontains="43.21").exists()


@pytest.mark.parametrize(
    ("minor", "state", "fault", "kept"), [(0, State.COMPLETED, "", PRICE), (PRICE, State.CANCELLED, Fault.NEUTRAL, 0)]
)
def test_all_or_nothing(desk: Desk, minor: int, state: State, fault: str, kept: int) -> None:
    order = desk.heard()
    desk.offer(order, minor, desk.at + 4 * HOUR)
    desk.offer(order, minor, desk.at + 4 * HOUR, by=desk.seller)
    order = get(order.pk)
    assert (order.state, order.fault, order.kept_minor) == (state, fault, kept)
    assert money(order).refunding == (eur(ALL_IN) if minor else eur(0))
    assert books.differences() == []


def test_the_middle_can_be_paid_in_every_currency(desk: Desk, settings: Any) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR", "JPY"]
    desk.terms = replace(desk.terms, lines=(PriceLine("Fifty", 1, 5_800),), currency="JPY")
    order = desk.pay(desk.pending(), desk.at)
    desk.deliver(order, desk.at + HOUR)
    case = desk.case(0, back=Money(2_000, "JPY"))
    api.open_dispute(order_id=order.pk, actor_id=desk.buyer.pk, case=case, at=desk.at + 2 * HOUR)
    answer = desk.case(0, "", back=Money(1_000, "JPY"))
    api.answer_dispute(order_id=order.pk, actor_id=desk.seller.pk, case=answer, at=desk.at + 3 * HOUR)
    for person, yen in ((desk.buyer, 1_000), (desk.seller, 1_001)):
        api.offer(order_id=order.pk, actor_id=person.pk, back=Money(yen, "JPY"), at=desk.at + 4 * HOUR)
    assert get(order.pk).kept_minor == 4_800  # 4,799.5


def test_also_while_the_case_waits_for_a_decision_but_not_after_it(desk: Desk) -> None:
    order = desk.heard()
    api.run_due(desk.at + 3 * HOUR + 3 * DAY, order.pk)
    assert order.disputes.get().phase == Phase.DECISION
    desk.offer(order, 2_000, desk.at + 4 * DAY)
    desk.decide(order, 70, desk.at + 4 * DAY)
    before = snapshot(order)
    with pytest.raises(DomainError, match="decided already"):
        desk.offer(order, 2_000, desk.at + 4 * DAY + HOUR, by=desk.seller)
    assert snapshot(order) == before


def test_first_both_give_their_side(desk: Desk) -> None:
    order = desk.disputed()
    before = snapshot(order)
    for person in (desk.buyer, desk.seller):
        with pytest.raises(DomainError, match="First both of you"):
            desk.offer(order, 100, desk.at + 3 * HOUR, by=person)
    assert snapshot(order) == before


@pytest.mark.parametrize("minor", [-1, PRICE + 1])
def test_nobody_offers_more_than_the_price(desk: Desk, minor: int) -> None:
    order = desk.heard()
    before = snapshot(order)
    with pytest.raises(DomainError) as refused:
        desk.offer(order, minor, desk.at + 4 * HOUR)
    assert (list(refused.value.fields), snapshot(order)) == (["back"], before)


def test_what_was_settled_stays_settled(desk: Desk) -> None:
    order = settled(desk)
    with pytest.raises(DomainError, match="You have both agreed"):
        desk.dispute(order, desk.at + 6 * HOUR)
    clears = order.clears_at
    assert clears is not None
    api.run_due(clears, order.pk)
    assert money(order).clearing == eur(0)
    assert books.differences() == []


def settled(desk: Desk) -> Order:
    order = desk.heard()
    desk.offer(order, 1_000, desk.at + 4 * HOUR)
    desk.offer(order, 1_000, desk.at + 4 * HOUR, by=desk.seller)
    return get(order.pk)


def test_it_counts_as_done_and_as_no_lost_dispute(desk: Desk) -> None:
    from orders.services import records

    order = settled(desk)
    standing = records.standing(order.seller_id, "EUR", desk.at + DAY, order.terms.rules)
    assert (standing.completed, standing.lost_of_last_50) == (1, 0)


def test_the_other_side_is_asked_twice_before_it_defaults(desk: Desk) -> None:
    order = desk.disputed()
    opened = desk.at + 2 * HOUR
    assert timers(order) == {Action.REMIND_ANSWER: opened + 36 * HOUR, Action.DEFAULT_DISPUTE: opened + 72 * HOUR}
    api.run_due(opened + 36 * HOUR, order.pk)
    assert order.disputes.get().served == 2
    assert Notification.objects.filter(recipient=desk.seller, kind="order_dispute_reminder").count() == 1
    assert set(timers(order)) == {Action.DEFAULT_DISPUTE}
    api.run_due(opened + 72 * HOUR, order.pk)
    assert (order.disputes.get().phase, order.disputes.get().defaulted) == (Phase.DECISION, True)
    actions = OrderEvent.objects.filter(order=order).order_by("version").values_list("action", flat=True)
    assert list(actions)[-2:] == [Action.REMIND_ANSWER, Action.DEFAULT_DISPUTE]


def test_an_answer_ends_the_asking(desk: Desk) -> None:
    order = desk.heard()
    assert set(timers(order)) == {Action.END_NEGOTIATION}


def give(desk: Desk, order: Order, minor: int, by: User) -> bool:
    case = desk.case(minor, "", statement="You are right about the twelve.")
    return api.answer_dispute(order_id=order.pk, actor_id=by.pk, case=case, at=desk.at + 3 * HOUR)


@pytest.mark.parametrize("given", [2_000, 2_500])
def test_an_answer_that_gives_what_was_asked_settles_it(desk: Desk, given: int) -> None:
    """At what was asked: nobody is worse off for having given more than that."""
    order = desk.disputed()
    assert give(desk, order, given, desk.seller) is True
    order, dispute = get(order.pk), order.disputes.get()
    assert (order.state, order.kept_minor) == (State.COMPLETED, PRICE - 2_000)
    assert (dispute.outcome, dispute.phase, dispute.offered_minor) == (Outcome.SETTLED, Phase.CLOSED, given)
    assert money(order).refunding == eur(2_000 + 60)
    assert set(timers(order)) == {Action.CLEAR, Action.REVEAL_REVIEWS}
    kinds = set(Notification.objects.filter(recipient=desk.buyer).values_list("kind", flat=True))
    assert ("order_dispute_settled" in kinds, "order_dispute_answered" in kinds) == (True, False)
    assert books.differences() == []


def test_an_answer_a_cent_short_of_it_does_not(desk: Desk) -> None:
    order = desk.disputed()
    assert give(desk, order, 1_999, desk.seller) is False
    assert (get(order.pk).state, order.disputes.get().phase) == (State.DISPUTED, Phase.NEGOTIATION)
    assert money(order).held == eur(ALL_IN)


@pytest.mark.parametrize(("wanted", "is_settled"), [(0, True), (999, True), (1_000, True), (1_001, False)])
def test_a_buyer_who_wants_no_more_than_the_seller_offers(desk: Desk, wanted: int, is_settled: bool) -> None:
    order = desk.delivered()
    desk.dispute(order, desk.at + 2 * HOUR, by=desk.seller, ground="unreachable", minor=1_000)
    assert give(desk, order, wanted, desk.buyer) is is_settled
    order = get(order.pk)
    assert (order.state, order.kept_minor) == (
        (State.COMPLETED, PRICE - 1_000) if is_settled else (State.DISPUTED, None)
    )


def test_the_buyer_is_told_what_came_back(desk: Desk) -> None:
    """17.50 of the price and 0.53 of the fee; the seller reads of their own share."""
    order = desk.heard()
    desk.offer(order, 1_500, desk.at + 4 * HOUR)
    desk.offer(order, 2_001, desk.at + 5 * HOUR, by=desk.seller)
    order = get(order.pk)
    buyer, seller = (OrderPage(order, one, order.last_event_at).status for one in (order.buyer_id, order.seller_id))
    assert buyer.otherwise == "€18.03 is on its way back to you."
    assert "on its way back" not in seller.otherwise


def test_withdrawing_a_claim_promises_no_work(desk: Desk) -> None:
    order = desk.completed()
    desk.dispute(order, order.last_event_at + HOUR)
    order = get(order.pk)
    page = OrderPage(order, order.buyer_id, order.last_event_at)
    [withdraw] = [deed for deed in page.status.others if deed.action == Action.WITHDRAW]
    assert withdraw.text == "The order is done as it was before, and Tom Oliveira is paid after a short clearing time."
    assert page.story[0].title == "You made a claim"
