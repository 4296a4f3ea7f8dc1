"""The clock stands still while the buyer is asked for something."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.contracts import WeeklyHours
from inbox import api as inbox
from marketplace.kernel.errors import DomainError, InvalidInput
from marketplace.kernel.uploads.places import Place
from orders import api
from orders.models import Order, Timer
from orders.states import Action, State
from tests.orders.scenes import BACK, DAY, HOUR, TAKEN, Desk, bank, get, last_event, snapshot, timers
from tests.orders.scenes_proposals import ask, paused

QUESTION = "Which of the two logos is the right one?"


def reply(desk: Desk, order: Order, at: timedelta, text: str = "The green one.") -> None:
    api.reply(order_id=order.pk, actor_id=desk.buyer.pk, text=text, files=[], at=desk.at + at)


def running(order: Order) -> dict[str, object]:
    return {kind: due for kind, due in timers(order).items() if due}


def test_nothing_of_the_work_falls_due(desk: Desk) -> None:
    order = paused(desk)
    assert (order.is_paused, order.pauses_used, order.due_at) == (True, 1, desk.at + 22 * HOUR)
    assert running(order) == {Action.RESUME: desk.at + 2 * HOUR + 3 * DAY}
    left = dict(Timer.objects.filter(order=order, stopped="pause").values_list("kind", "time_left"))
    assert left[Action.BECOME_LATE] == 20 * HOUR
    assert api.run_due(desk.at + 2 * HOUR + 3 * DAY - timedelta(seconds=1), order.pk) == 0
    assert not get(order.pk).is_late
    assert last_event(order).data["reason"] == QUESTION


def test_a_reply_gives_back_what_was_left(desk: Desk) -> None:
    order = paused(desk)
    reply(desk, order, 30 * HOUR)
    order = get(order.pk)
    due = desk.at + 50 * HOUR
    assert (order.state, order.is_paused, order.due_at) == (State.IN_PROGRESS, False, due)
    assert timers(order) == {
        Action.WARN_DEADLINE: due - 4 * HOUR,
        Action.BECOME_LATE: due,
        Action.BECOME_VERY_LATE: due + timedelta(hours=5, minutes=30),
        Action.HARD_STOP: due + 7 * DAY,
    }
    assert [message.body for message in inbox.messages(order.reference)] == ["The green one."]


def test_silence_lets_the_clock_run_on(desk: Desk) -> None:
    order = paused(desk)
    until = desk.at + 2 * HOUR + 3 * DAY
    assert api.run_due(until, order.pk) == 1
    order = get(order.pk)
    assert (order.is_paused, order.due_at) == (False, until + 20 * HOUR)
    assert last_event(order).action == Action.RESUME
    assert api.run_due(until, order.pk) == 0


def test_a_reply_may_be_a_file_but_not_nothing(desk: Desk) -> None:
    order = paused(desk)
    before = snapshot(order)
    with pytest.raises(InvalidInput):
        reply(desk, order, 3 * HOUR, text="  ")
    assert snapshot(order) == before
    logo = Place(desk.buyer.pk, "reply", desk.at).gather([SimpleUploadedFile("logo.svg", b"<svg/>")], [])
    api.reply(order_id=order.pk, actor_id=desk.buyer.pk, text="", files=logo, at=desk.at + 3 * HOUR)
    assert [file.name for message in inbox.messages(order.reference) for file in message.files] == ["logo.svg"]
    assert not get(order.pk).is_paused


def test_twice_at_most(desk: Desk) -> None:
    order = paused(desk)
    with pytest.raises(DomainError, match="stands still already"):
        ask(desk, order, desk.at + 3 * HOUR)
    reply(desk, order, 3 * HOUR)
    ask(desk, order, desk.at + 4 * HOUR)
    reply(desk, order, 5 * HOUR)
    before = snapshot(order)
    with pytest.raises(DomainError, match="stopped the clock 2 times"):
        ask(desk, order, desk.at + 6 * HOUR)
    assert snapshot(order) == before


def test_a_question_must_be_one(desk: Desk) -> None:
    order = desk.in_progress()
    with pytest.raises(InvalidInput) as refused:
        api.need_information(order_id=order.pk, actor_id=desk.seller.pk, question=" ? ", at=desk.at)
    assert (list(refused.value.fields), get(order.pk).is_paused) == (["question"], False)


@pytest.mark.parametrize("swept", [True, False])
def test_late_work_cannot_be_stopped(desk: Desk, swept: bool) -> None:
    """Neither once the flag is set, nor in the moment before the sweep sets it."""
    order = desk.in_progress()
    if swept:
        api.run_due(desk.at + 22 * HOUR, order.pk)
    before = snapshot(order)
    with pytest.raises(DomainError, match="late"):
        ask(desk, order, desk.at + 22 * HOUR)
    assert snapshot(order) == before


def test_delivering_ends_the_pause_and_is_in_time(desk: Desk) -> None:
    order = paused(desk)
    desk.deliver(order, desk.at + 2 * DAY)
    order = get(order.pk)
    assert (order.state, order.is_paused) == (State.DELIVERED, False)
    assert last_event(order).data["late"] is False
    assert set(timers(order)) == {Action.REMIND_ACCEPTANCE, Action.AUTO_ACCEPT}
    assert api.reputation([desk.seller.pk])[desk.seller.pk].on_time == 1
    with pytest.raises(DomainError):
        reply(desk, order, 3 * DAY)


def test_a_pause_rests_while_the_bank_decides(desk: Desk) -> None:
    order = paused(desk)
    order = bank(order, "won", TAKEN, BACK, after=10 * HOUR)
    assert order.is_paused
    assert running(order) == {Action.RESUME: desk.at + 2 * HOUR + 3 * DAY}  # opened and won at one moment
    reply(desk, order, 20 * HOUR)
    assert get(order.pk).due_at == desk.at + 40 * HOUR


def test_what_is_left_is_counted_in_order_hours(desk: Desk) -> None:
    """Two hours promised, nine to five: stopped at half past four with one hour left, answered at night."""
    nine_to_five = WeeklyHours("UTC", tuple((day, 9 * 60, 17 * 60) for day in range(7)))
    desk.terms = replace(desk.terms, promised_minutes=120, hours=nine_to_five)
    desk.at += timedelta(hours=3, minutes=30)  # 15:30: due tomorrow at 9:30
    order = desk.in_progress()
    assert order.due_at == desk.at + timedelta(hours=18)
    ask(desk, order, desk.at + HOUR)
    reply(desk, order, timedelta(hours=9))  # half past midnight
    assert get(order.pk).due_at == desk.at + timedelta(hours=18, minutes=30)


def test_a_timer_of_the_work_does_nothing_while_it_stands(desk: Desk) -> None:
    order = paused(desk)
    Timer.objects.filter(order=order, kind=Action.BECOME_LATE).update(stopped="", time_left=None, due_at=desk.at)
    api.run_due(desk.at + 3 * HOUR, order.pk)
    assert not get(order.pk).is_late
