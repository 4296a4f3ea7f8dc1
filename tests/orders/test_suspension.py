"""A side is suspended (rows 49 and 50): its orders rest, nothing is lost, and they go on or are disposed of."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts import api as accounts
from accounts.models import Suspension, User
from inbox.models import Notification
from marketplace.kernel.errors import DomainError
from orders import api
from orders.models import Fault, Kind, Order, Outcome, Phase, Stopped, Timer
from orders.states import Action, State
from payments.services import books
from tests.orders.scenes import (
    ALL_IN,
    BACK,
    DAY,
    HOUR,
    MINUTE,
    NET,
    TAKEN,
    Desk,
    bank,
    eur,
    get,
    last_event,
    money,
    timers,
)
from tests.orders.scenes_proposals import answer, propose

pytestmark = pytest.mark.django_db
STAGES = ["waiting", "in_progress", "delivered", "in_revision", "disputed"]


def running(order: Order) -> set[str]:
    return set(Timer.objects.filter(order=order, stopped=Stopped.NO).values_list("kind", flat=True))


@pytest.mark.parametrize("who", ["seller", "buyer"])
@pytest.mark.parametrize("stage", STAGES)
def test_everything_rests_and_goes_on_with_what_was_left(desk: Desk, stage: str, who: str) -> None:
    order = getattr(desk, stage)()
    person, before = getattr(desk, who), timers(order)
    start = desk.at + 4 * HOUR
    desk.suspend(person, start)
    held = get(order.pk)
    assert (held.state, held.on_hold_at, held.rests_since) == (order.state, start, start)
    assert (last_event(order).action, last_event(order).person_id) == (Action.SUSPEND, desk.moderator.pk)
    assert running(order) == {Action.DISPOSE}
    assert timers(order)[Action.DISPOSE] == start + 14 * DAY
    assert api.run_due(start + 13 * DAY, order.pk) == 0
    desk.reinstate(person, start + 5 * DAY)
    assert timers(order) == {kind: due + 5 * DAY for kind, due in before.items()}
    assert (get(order.pk).rests_since, get(order.pk).state) == (None, order.state)
    assert [event.action for event in order.events.order_by("-version")[:2]] == [Action.LIFT, Action.SUSPEND]
    assert books.differences() == []


def test_the_other_side_is_told_and_can_do_nothing_that_counts(desk: Desk) -> None:
    order = desk.delivered()
    desk.suspend(desk.seller, desk.at + 2 * HOUR)
    told = Notification.objects.filter(kind="order_on_hold")
    assert list(told.values_list("recipient_id", flat=True)) == [desk.buyer.pk]
    before = money(order)
    for call in (api.accept, api.extend_review):
        with pytest.raises(DomainError, match="on hold"):
            call(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + DAY)
    with pytest.raises(DomainError, match="on hold"):
        desk.dispute(order, desk.at + DAY)
    assert money(order) == before


def test_only_when_neither_side_is_out_any_more_it_goes_on(desk: Desk) -> None:
    order = desk.in_progress()
    desk.suspend(desk.seller, desk.at + HOUR)
    desk.suspend(desk.buyer, desk.at + 2 * HOUR)
    desk.reinstate(desk.seller, desk.at + 3 * HOUR)
    assert get(order.pk).on_hold_at == desk.at + HOUR
    desk.reinstate(desk.buyer, desk.at + 4 * HOUR)
    assert get(order.pk).on_hold_at is None
    assert order.events.filter(action=Action.SUSPEND).count() == 1


@pytest.mark.parametrize("stage", ["waiting", "in_progress"])
def test_the_buyer_of_a_suspended_seller_need_not_wait(desk: Desk, as_buyer: Client, stage: str) -> None:
    order = getattr(desk, stage)()
    desk.suspend(desk.seller, desk.at + HOUR)
    assert "get €59.74 back at once" in as_buyer.get(order.get_absolute_url()).content.decode()
    as_buyer.post(f"{order.get_absolute_url()}{Action.CANCEL_HELD}/")
    order = get(order.pk)
    assert (order.state, order.fault, order.rests_since) == (State.CANCELLED, Fault.NEUTRAL, None)
    assert money(order).refunding == eur(ALL_IN)
    assert timers(order) == {}
    desk.reinstate(desk.seller, desk.at + 2 * DAY)  # finds nothing to lift
    assert books.differences() == []


def test_not_after_a_delivery_nor_when_the_buyer_is_out(desk: Desk) -> None:
    delivered, started = desk.delivered(), desk.in_progress()
    desk.suspend(desk.seller, desk.at + 2 * HOUR)
    with pytest.raises(DomainError, match="delivered already"):
        api.cancel_held(order_id=delivered.pk, actor_id=desk.buyer.pk, at=desk.at + DAY)
    with pytest.raises(DomainError):
        api.cancel_held(order_id=started.pk, actor_id=desk.seller.pk, at=desk.at + DAY)
    desk.reinstate(desk.seller, desk.at + 2 * DAY)
    desk.suspend(desk.buyer, desk.at + 3 * DAY)
    with pytest.raises(DomainError, match="while the seller is suspended"):
        api.cancel_held(order_id=started.pk, actor_id=desk.buyer.pk, at=desk.at + 3 * DAY)


def test_after_14_days_undelivered_work_goes_back(desk: Desk) -> None:
    order = desk.in_progress()
    desk.suspend(desk.seller, desk.at + HOUR)
    api.run_due(desk.at + HOUR + 14 * DAY, order.pk)
    order = get(order.pk)
    assert (order.state, order.fault, order.on_hold_at) == (State.CANCELLED, Fault.NEUTRAL, None)
    assert money(order).refunding == eur(ALL_IN)
    assert books.differences() == []


def test_after_14_days_delivered_work_is_decided(desk: Desk) -> None:
    order = desk.delivered()
    desk.suspend(desk.seller, desk.at + 2 * HOUR)
    end = desk.at + 2 * HOUR + 14 * DAY
    api.run_due(end, order.pk)
    order, dispute = get(order.pk), order.disputes.get()
    assert (order.state, order.on_hold_at, order.rests_since) == (State.DISPUTED, None, None)
    assert (dispute.phase, dispute.defaulted, dispute.respondent_role) == (Phase.DECISION, True, "seller")
    assert timers(order) == {Action.ESCALATE: end + 3 * DAY}
    desk.decide(order, 80, end + HOUR)
    api.run_due(end + 10 * DAY, order.pk)
    assert (get(order.pk).state, money(order).held) == (State.COMPLETED, eur(0))
    assert books.differences() == []


def test_a_page_that_was_open_is_closed_after_a_hold_that_ends_in_a_dispute(desk: Desk) -> None:
    order = desk.delivered()
    asked = desk.at + 2 * HOUR
    answer(desk, propose(desk, order, Kind.EXTRA, desk.seller, asked), desk.buyer, asked)
    desk.suspend(desk.seller, asked + 10 * MINUTE)
    end = asked + 10 * MINUTE + 14 * DAY
    api.run_due(end, order.pk)
    assert get(order.pk).state == State.DISPUTED
    assert timers(order) == {Action.ESCALATE: end + 3 * DAY, Action.CLOSE_PAYMENT: end + 20 * MINUTE}


@pytest.mark.parametrize(("stage", "defaulted"), [("disputed", True), ("heard", False)])
def test_after_14_days_a_running_dispute_is_decided(desk: Desk, stage: str, defaulted: bool) -> None:
    order = getattr(desk, stage)()
    desk.suspend(desk.seller, desk.at + 4 * HOUR)
    end = desk.at + 4 * HOUR + 14 * DAY
    api.run_due(end, order.pk)
    dispute = order.disputes.get()
    assert (dispute.phase, dispute.defaulted) == (Phase.DECISION, defaulted)
    assert timers(order) == {Action.ESCALATE: end + 3 * DAY}
    assert get(order.pk).rests_since is None


def test_an_order_paid_while_a_side_is_out_begins_on_hold(desk: Desk) -> None:
    order = desk.pending()
    desk.suspend(desk.seller, desk.at)
    order = desk.pay(order, desk.at + HOUR)
    assert (order.state, order.on_hold_at) == (State.IN_PROGRESS, desk.at + HOUR)
    assert running(order) == {Action.DISPOSE}
    api.cancel_held(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 2 * HOUR)
    assert money(order).refunding == eur(ALL_IN)


def test_what_was_only_asked_for_is_declined(desk: Desk) -> None:
    order = desk.pending()
    Order.objects.filter(pk=order.pk).update(state=State.REQUESTED)
    desk.suspend(desk.seller, desk.at + HOUR)
    assert get(order.pk).state == State.DECLINED
    assert Notification.objects.filter(kind="order_request_closed").get().recipient_id == desk.buyer.pk


@pytest.mark.parametrize("stage", ["completed", "cancelled", "pending"])
def test_what_has_ended_or_not_begun_stays_as_it_is(desk: Desk, stage: str) -> None:
    order = getattr(desk, stage)()
    before = timers(order)
    desk.suspend(desk.seller, desk.at + 3 * HOUR)
    assert (get(order.pk).on_hold_at, timers(order)) == (None, before)


def test_what_was_earned_is_paid(desk: Desk) -> None:
    order = desk.completed()
    desk.suspend(desk.seller, desk.at + 3 * HOUR)
    assert order.clears_at is not None
    api.run_due(order.clears_at, order.pk)
    assert money(order).available == eur(NET)


@pytest.mark.parametrize("first", ["bank", "suspension"])
def test_a_bank_and_a_suspension_at_once(desk: Desk, first: str) -> None:
    order = desk.in_progress()
    if first == "bank":
        bank(order, "needs_response", TAKEN, after=HOUR)
        desk.suspend(desk.seller, desk.at + 2 * HOUR)
    else:
        desk.suspend(desk.seller, desk.at + HOUR)
        bank(order, "needs_response", TAKEN, after=HOUR)
    assert running(order) == set()  # nothing can be refunded while the bank decides
    assert api.run_due(desk.at + 60 * DAY, order.pk) == 0
    order = bank(order, "won", TAKEN, BACK, after=20 * DAY)
    assert (order.charged_back_at, running(order)) == (None, {Action.DISPOSE})
    desk.reinstate(desk.seller, order.last_event_at + DAY)
    assert (get(order.pk).rests_since, Action.BECOME_LATE in running(order)) == (None, True)
    assert books.differences() == []


def test_a_lost_chargeback_ends_an_order_on_hold(desk: Desk) -> None:
    order = desk.disputed()
    desk.suspend(desk.seller, desk.at + 3 * HOUR)
    bank(order, "needs_response", TAKEN, after=HOUR)
    order = bank(order, "lost", TAKEN, after=20 * DAY)
    assert (order.state, order.on_hold_at, order.disputes.get().outcome) == (State.CANCELLED, None, Outcome.BANK)


def test_nobody_orders_from_somebody_who_is_out(desk: Desk) -> None:
    desk.suspend(desk.seller, desk.at)
    with pytest.raises(DomainError):
        desk.pending()
    assert not Order.objects.exists()


# The person.


def test_history_stays(desk: Desk) -> None:
    desk.suspend(desk.seller, desk.at)
    desk.suspend(desk.seller, desk.at + HOUR)  # a second click
    desk.reinstate(desk.seller, desk.at + DAY)
    desk.reinstate(desk.seller, desk.at + DAY)
    desk.suspend(desk.seller, desk.at + 2 * DAY)
    rows = Suspension.objects.filter(user=desk.seller).order_by("at").values_list("at", "lifted_at", "by_id")
    assert list(rows) == [
        (desk.at, desk.at + DAY, desk.moderator.pk),
        (desk.at + 2 * DAY, None, desk.moderator.pk),
    ]
    assert accounts.suspended([desk.seller.pk, desk.buyer.pk]) == {desk.seller.pk: desk.moderator.pk}
    assert accounts.suspension_counts([desk.seller.pk, desk.buyer.pk]) == {desk.seller.pk: 2}


def test_nobody_suspends_without_a_reason_or_above_themselves(desk: Desk) -> None:
    for who, reason in ((desk.seller, "no"), (desk.moderator, "A reason that is long enough.")):
        with pytest.raises(DomainError):
            accounts.suspend(user_id=who.pk, by_id=desk.moderator.pk, reason=reason, at=desk.at)
    chief = User.objects.create_superuser("root@example.org", display_name="Root")
    with pytest.raises(DomainError, match="Only a superuser"):
        accounts.suspend(
            user_id=chief.pk, by_id=desk.moderator.pk, reason="A reason that is long enough.", at=desk.at
        )  # fmt: skip
    assert not Suspension.objects.exists()
