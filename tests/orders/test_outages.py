"""The site was away: whoever should have answered meanwhile has that much longer, once."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client

from marketplace.kernel import clock, periodic
from marketplace.kernel.models import Heartbeat
from orders import api, tasks
from orders.models import Order, Outage, Stopped, Timer
from orders.services import outages
from orders.states import Action, State
from tests.orders.scenes import DAY, HOUR, MINUTE, Desk, get, timers
from tests.orders.test_timers import in_thread

SWEEP = "orders.tasks.sweep"
GAP = 40 * MINUTE


def beat(at: datetime) -> None:
    Heartbeat.objects.update_or_create(name=SWEEP, defaults={"beat_at": at})


def make_up(at: datetime) -> Outage | None:
    return outages.make_up(SWEEP, at)


def put(order: Order, kind: str, due: datetime) -> None:
    Timer.objects.put(order, {kind: due})


def test_the_heartbeat_is_the_sweeps() -> None:
    assert SWEEP in {job.name for job in periodic.jobs()}


@pytest.mark.parametrize("kind", outages.WINDOWS)
def test_a_window_in_which_a_person_should_have_answered(desk: Desk, kind: str) -> None:
    order = desk.in_progress()
    put(order, kind, desk.at + HOUR)
    beat(desk.at)
    outage = make_up(desk.at + GAP)
    timer = Timer.objects.get(order=order, kind=kind)
    assert (timer.due_at, timer.extended) == (desk.at + HOUR + GAP, GAP)
    assert outage == Outage.objects.get()
    assert outage
    assert (outage.began_at, outage.ended_at, outage.extended_count) == (desk.at, desk.at + GAP, 1)


@pytest.mark.parametrize(
    "kind",
    [
        Action.WARN_DEADLINE, Action.BECOME_LATE, Action.BECOME_VERY_LATE, Action.HARD_STOP, Action.ASK_EXPIRY,
        Action.CLOSE_PAYMENT, Action.CLEAR, Action.ESCALATE, Action.DISPOSE,
    ],
)  # fmt: skip
def test_the_sellers_own_clock_staffs_and_a_payment_pages_stay(desk: Desk, kind: str) -> None:
    order = desk.in_progress()
    put(order, kind, desk.at + HOUR)
    beat(desk.at)
    make_up(desk.at + GAP)
    timer = Timer.objects.get(order=order, kind=kind)
    assert (timer.due_at, timer.extended) == (desk.at + HOUR, timedelta())


def test_a_window_that_ended_meanwhile_is_open_again(desk: Desk) -> None:
    order = desk.delivered()
    until = timers(order)[Action.AUTO_ACCEPT]
    beat(until - 10 * MINUTE)
    periodic.run(SWEEP, until + 30 * MINUTE)
    assert get(order.pk).state == State.DELIVERED
    assert timers(order)[Action.AUTO_ACCEPT] == until + GAP
    periodic.run(SWEEP, until + GAP)
    assert get(order.pk).state == State.COMPLETED


def test_control_without_an_outage_it_is_over(desk: Desk) -> None:
    order = desk.delivered()
    until = timers(order)[Action.AUTO_ACCEPT]
    beat(until + 30 * MINUTE - outages.AWAY_FROM + timedelta(seconds=1))
    periodic.run(SWEEP, until + 30 * MINUTE)
    assert (get(order.pk).state, Outage.objects.count()) == (State.COMPLETED, 0)


def test_a_window_that_was_over_before_stays_over(desk: Desk) -> None:
    order = desk.delivered()
    until = timers(order)[Action.AUTO_ACCEPT]
    beat(until)
    make_up(until + GAP)
    assert timers(order)[Action.AUTO_ACCEPT] == until


def test_a_window_that_stands_still_keeps_the_time_it_has_left(desk: Desk) -> None:
    order = desk.delivered()
    Timer.objects.stop(order, Stopped.REST, desk.at + 2 * HOUR)
    beat(desk.at)
    make_up(desk.at + GAP)
    timer = Timer.objects.get(order=order, kind=Action.AUTO_ACCEPT)
    assert (timer.due_at, timer.time_left, timer.extended) == (None, 71 * HOUR, timedelta())


def test_the_first_start_and_a_short_silence_change_nothing(desk: Desk) -> None:
    before = timers(desk.delivered())
    assert make_up(desk.at + DAY) is None
    beat(desk.at)
    assert make_up(desk.at + outages.AWAY_FROM - timedelta(seconds=1)) is None
    assert list(Timer.objects.values_list("kind", "due_at").order_by("due_at")) == sorted(
        before.items(), key=lambda item: item[1]
    )


def test_it_is_made_up_for_once(desk: Desk) -> None:
    order = desk.delivered()
    until = timers(order)[Action.AUTO_ACCEPT]
    beat(desk.at + 2 * HOUR)
    assert make_up(desk.at + 2 * HOUR + GAP)
    assert make_up(desk.at + 2 * HOUR + GAP) is None
    assert make_up(desk.at + 2 * HOUR + GAP + MINUTE) is None
    assert timers(order)[Action.AUTO_ACCEPT] == until + GAP


def test_reminders_that_are_still_to_come_move_along(desk: Desk) -> None:
    order, waiting = desk.delivered(), desk.waiting()
    reminder = timers(order)[Action.REMIND_ACCEPTANCE]
    overdue = timers(waiting)[Action.REMIND_REQUIREMENTS]
    beat(overdue - 10 * MINUTE)
    make_up(overdue + 30 * MINUTE)
    assert timers(order)[Action.REMIND_ACCEPTANCE] == reminder + GAP
    assert timers(waiting)[Action.REMIND_REQUIREMENTS] == overdue


def test_what_the_order_shows_moves_along(desk: Desk) -> None:
    order = desk.completed()
    assert order.review_until
    assert order.clears_at
    beat(desk.at + 3 * HOUR)
    make_up(desk.at + 3 * HOUR + GAP)
    moved = get(order.pk)
    assert (moved.review_until, moved.clears_at) == (order.review_until + GAP, order.clears_at)
    assert timers(order)[Action.REVEAL_REVIEWS] == moved.review_until


def test_a_new_window_of_the_same_kind_is_as_long_as_any(desk: Desk, as_buyer: Client) -> None:
    order = desk.delivered()
    beat(desk.at + 2 * HOUR)
    make_up(desk.at + 2 * HOUR + GAP)
    desk.revise(order, desk.at + 3 * HOUR)
    desk.deliver(order, desk.at + 4 * HOUR)
    timer = Timer.objects.get(order=order, kind=Action.AUTO_ACCEPT)
    assert (timer.due_at, timer.extended) == (desk.at + 76 * HOUR, timedelta())


@pytest.mark.parametrize("reader", ["as_buyer", "as_seller"])
def test_both_sides_read_why(desk: Desk, reader: str, request: pytest.FixtureRequest) -> None:
    client: Client = request.getfixturevalue(reader)
    order = desk.delivered()
    words = "We were away for 40 min: the time to answer is that much longer."
    assert words not in client.get(order.get_absolute_url()).content.decode()
    beat(desk.at + 2 * HOUR)
    make_up(desk.at + 2 * HOUR + GAP)
    assert words in client.get(order.get_absolute_url()).content.decode()


def test_run_sweeps_does_the_same(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    order = desk.delivered()
    put(order, Action.AUTO_ACCEPT, now - 10 * MINUTE)
    beat(now - GAP)
    jobs = [job for job in periodic.jobs() if job.name == SWEEP]
    monkeypatch.setattr(periodic, "jobs", lambda: jobs)
    call_command("run_sweeps", once=True)
    left = timers(order)[Action.AUTO_ACCEPT] - now
    assert get(order.pk).state == State.DELIVERED
    assert 30 * MINUTE <= left < 31 * MINUTE
    assert Heartbeat.objects.get(name=SWEEP).beat_at >= now


# Two sweepers that start at the same moment


def _both_start(at: datetime) -> list[Any]:
    found: list[Any] = []

    def start() -> None:
        try:
            found.append(make_up(at))
        except IntegrityError as error:
            found.append(error)

    threads = [in_thread(start) for _sweeper in range(2)]
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_two_that_start_at_the_same_moment_extend_once(desk: Desk) -> None:
    order = desk.delivered()
    until = timers(order)[Action.AUTO_ACCEPT]
    beat(desk.at + 2 * HOUR)
    found = _both_start(desk.at + 2 * HOUR + GAP)
    assert sorted(outage is None for outage in found) == [False, True]
    assert (timers(order)[Action.AUTO_ACCEPT], Outage.objects.count()) == (until + GAP, 1)


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: both find the old heartbeat before either of them goes on."""
    meet, extend = threading.Barrier(2), outages._extend

    def met(began: datetime, at: datetime) -> Outage:
        meet.wait(timeout=20)
        return extend(began, at)

    monkeypatch.setattr(type(Heartbeat.objects), "select_for_update", lambda self: self.get_queryset(), raising=False)
    monkeypatch.setattr(outages, "_extend", met)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_only_the_constraint_is_left(desk: Desk, unlocked: None) -> None:
    desk.delivered()
    beat(desk.at + 2 * HOUR)
    found = _both_start(desk.at + 2 * HOUR + GAP)
    assert [type(one) for one in found if not isinstance(one, Outage)] == [IntegrityError]


def test_the_tick_makes_up_before_anything_falls_due(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    order = desk.delivered()
    until = timers(order)[Action.AUTO_ACCEPT]
    beat(until - HOUR)
    assert tasks.sweep(until) == 1  # the reminder, whose time had come
    assert get(order.pk).state == State.DELIVERED
    assert api.next_timer(order.pk) == until + HOUR
