"""Amounts above the limit need a second person; queues put what is urgent first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import User
from marketplace.kernel.errors import DomainError
from orders import api, cases
from orders.contracts import PriceLine
from orders.models import Order, Phase
from orders.states import Action, State
from orders.web.case_page import CasePage
from tests.orders.scenes import DAY, HOUR, Desk, get, last_event, snapshot, timers


@pytest.fixture
def large(desk: Desk) -> Order:
    desk.terms = replace(desk.terms, lines=(PriceLine("Whole shop", 1, 60_000),))
    order = desk.heard()
    desk.decide(order, 70, desk.at + 4 * HOUR)
    return order


@pytest.fixture
def second(db: None) -> User:
    return User.objects.create_user("di@example.org", display_name="Di Second", is_moderator=True)


def confirm(desk: Desk, order: Order, by: User, hours: int) -> None:
    api.confirm_decision(order_id=order.pk, moderator_id=by.pk, at=desk.at + hours * HOUR)


def test_a_large_amount_waits_for_a_second_person(desk: Desk, large: Order, second: User) -> None:
    assert large.disputes.get().phase == Phase.SECOND_LOOK
    assert Action.ENFORCE not in timers(large)
    with pytest.raises(DomainError, match="second moderator has to look"):
        confirm(desk, large, desk.moderator, 40)
    confirm(desk, large, second, 5)
    dispute = large.disputes.get()
    assert (dispute.phase, dispute.decided_by_id, dispute.confirmed_by_id) == (
        Phase.DECIDED, desk.moderator.pk, second.pk,
    )  # fmt: skip
    assert timers(large) == {Action.ENFORCE: desk.at + 5 * HOUR + 3 * DAY}


def test_the_second_person_need_not_wait_for_the_first(desk: Desk, large: Order, second: User) -> None:
    """The case is free at once, and only the other moderator is offered to confirm it."""
    soon = desk.at + 4 * HOUR + timedelta(minutes=1)
    first, other = (CasePage(get(large.pk), one.pk, soon) for one in (desk.moderator, second))
    assert first.waits_for_another == "A second moderator has to look at this amount."
    assert (first.may_confirm, other.may_confirm, other.waits_for_another) == (False, True, "")
    assert (first.taken_by, other.taken_by, first.start) == ("", "", 70)
    api.confirm_decision(order_id=large.pk, moderator_id=second.pk, at=soon)
    assert large.disputes.get().phase == Phase.DECIDED


def test_where_there_is_none_the_first_confirms_a_day_later_and_it_shows(desk: Desk, large: Order) -> None:
    before = snapshot(large)
    with pytest.raises(DomainError, match="a day later"):
        confirm(desk, large, desk.moderator, 27)
    assert snapshot(large) == before
    confirm(desk, large, desk.moderator, 28)
    assert last_event(large).data["alone"] is True


def test_the_second_person_may_decide_otherwise(desk: Desk, large: Order, second: User) -> None:
    desk.decide(large, 20, desk.at + 5 * HOUR, by=second)
    confirm(desk, large, desk.moderator, 6)
    assert large.disputes.get().percent == 20


def test_nothing_moves_before_it_is_confirmed(desk: Desk, large: Order) -> None:
    for person in (desk.buyer, desk.seller):
        with pytest.raises(DomainError, match="Nothing has been decided yet"):
            api.waive(order_id=large.pk, actor_id=person.pk, at=desk.at + 5 * HOUR)
    api.run_due(desk.at + 30 * DAY, large.pk)
    assert get(large.pk).state == State.DISPUTED


def test_a_decision_is_made_once(desk: Desk) -> None:
    order = desk.decided(70)
    with pytest.raises(DomainError, match="decided already"):
        desk.decide(order, 10, desk.at + 5 * HOUR)
    with pytest.raises(DomainError, match="decided already"):
        api.withdraw(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 5 * HOUR)
    assert order.disputes.get().percent == 70


def test_no_claim_after_a_decision(desk: Desk) -> None:
    order = desk.decided(70)
    api.run_due(desk.at + 4 * HOUR + 3 * DAY, order.pk)
    with pytest.raises(DomainError, match="Staff have decided"):
        desk.dispute(order, desk.at + 4 * DAY)


@pytest.mark.parametrize(
    ("percent", "reason"), [(101, "A reason that is long enough."), (-1, "A long enough reason."), (50, "no")]
)
def test_a_decision_needs_a_number_and_a_reason(desk: Desk, percent: int, reason: str) -> None:
    order = desk.heard()
    before = snapshot(order)
    with pytest.raises(DomainError):
        api.decide(order_id=order.pk, moderator_id=desk.moderator.pk, percent=percent, reason=reason, at=desk.at + DAY)
    assert snapshot(order) == before


@pytest.mark.parametrize("back", [-1, 5_801])
def test_nobody_asks_for_more_than_the_price(desk: Desk, back: int) -> None:
    order = desk.delivered()
    before = snapshot(order)
    with pytest.raises(DomainError) as refused:
        desk.dispute(order, desk.at + 2 * HOUR, minor=back)
    assert (list(refused.value.fields), snapshot(order)) == (["back"], before)


def test_grounds_belong_to_a_side(desk: Desk) -> None:
    order = desk.delivered()
    with pytest.raises(DomainError) as refused:
        desk.dispute(order, desk.at + 2 * HOUR, by=desk.seller, ground="late")
    assert list(refused.value.fields) == ["ground"]
    desk.dispute(order, desk.at + 2 * HOUR, by=desk.seller, ground="out_of_scope", minor=0)
    assert order.disputes.get().respondent_role == "buyer"


def test_the_queue_is_ordered_by_urgency(desk: Desk) -> None:
    talking = desk.heard()
    waiting = desk.disputed()
    deciding = desk.disputed()
    api.run_due(desk.at + 2 * HOUR + 3 * DAY, deciding.pk)
    overdue = desk.disputed()
    api.run_due(desk.at + 2 * HOUR + 3 * DAY, overdue.pk)
    api.run_due(desk.at + 2 * HOUR + 6 * DAY, overdue.pk)
    rows = cases.queue(desk.at + 7 * DAY)
    assert [row.order_id for row in rows] == [overdue.pk, deciding.pk, talking.pk, waiting.pk]
    assert (rows[0].due_text, rows[0].due_tone) == ("overdue", "late")
