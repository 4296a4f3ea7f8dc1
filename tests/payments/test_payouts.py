"""Payouts: when each leaves, how much, and what keeps it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from marketplace.kernel.money import Money
from payments import api
from payments.contracts import PayoutGate, Schedule
from payments.events import PayoutPaid
from payments.models import (
    ConnectedAccount,
    ConnectedBalance,
    OperationState,
    Outflow,
    Payout,
    Release,
    StripeOperation,
)
from payments.operations import brakes
from payments.payability import Hindrance
from payments.selectors.shapes import Stage
from payments.services import books, payouts
from tests.payments.payout_scenes import DAY, amounts, change_bank, settle, transferred
from tests.payments.scenes import NET, Scene, eur

pytestmark = pytest.mark.django_db(transaction=True)


def plan(scene: Scene, schedule: Schedule, *, weekday: int = 0, steady: list[Money] | None = None) -> None:
    api.save_plan(user_id=scene.seller.pk, schedule=schedule, weekday=weekday, steady=steady or [], at=scene.at)


def next_weekday(at: datetime, weekday: int) -> datetime:
    """Noon of the next such day: well within it in the business time zone, too."""
    ahead = (weekday - at.weekday()) % 7 or 7
    return (at + ahead * DAY).replace(hour=12, minute=0, second=0, microsecond=0)


def test_the_first_payout_comes_at_once_and_is_paid(live_scene: Scene, facts: list[object]) -> None:
    (release,) = transferred(live_scene)
    assert payouts.run_payouts(live_scene.at) == 1
    assert payouts.run_payouts(live_scene.at) == 0
    live_scene.run()
    settle(live_scene)
    payout = Payout.objects.get()
    release.refresh_from_db()
    assert (payout.state, payout.amount_minor, release.payout_id) == ("paid", NET, payout.id)
    assert (payout.cause, payout.bank_label[-4:]) == ("schedule", "3000")
    assert [fact for fact in facts if isinstance(fact, PayoutPaid)] == [
        PayoutPaid(live_scene.seller.pk, eur(NET), live_scene.at + timedelta(minutes=10))
    ]
    earned = api.earnings(live_scene.seller.pk)
    assert (earned.ready, earned.paid, earned.rows[0].stage) == (eur(0), eur(NET), Stage.PAID)


def test_a_weekly_payout_leaves_on_its_day(live_scene: Scene) -> None:
    plan(live_scene, Schedule.WEEKLY, weekday=4)
    transferred(live_scene)
    assert payouts.run_payouts(live_scene.at) == 1
    live_scene.run()
    friday = next_weekday(live_scene.at, 4)
    transferred(live_scene, "order:2")
    assert payouts.run_payouts(friday - DAY) == 0
    assert payouts.run_payouts(friday) == 1
    live_scene.run(friday - live_scene.at)
    # What comes on the day after waits for the next week, although nobody looked meanwhile.
    transferred(live_scene, "order:3")
    assert payouts.run_payouts(friday + 6 * DAY) == 0
    assert payouts.run_payouts(friday + 8 * DAY) == 1
    assert amounts() == [NET] * 3


def test_a_daily_payout_leaves_on_the_next_day_of_business(live_scene: Scene) -> None:
    plan(live_scene, Schedule.DAILY)
    transferred(live_scene)
    assert payouts.run_payouts(live_scene.at) == 1
    live_scene.run()
    transferred(live_scene, "order:2")
    assert payouts.run_payouts(live_scene.at + timedelta(minutes=1)) == 0
    assert payouts.run_payouts(live_scene.at + DAY) == 1


def test_a_manual_payout_waits_for_the_button(live_scene: Scene) -> None:
    plan(live_scene, Schedule.MANUAL)
    transferred(live_scene)
    assert payouts.run_payouts(live_scene.at + 8 * DAY) == 0
    payout = api.pay_now(user_id=live_scene.seller.pk, currency="EUR", at=live_scene.at)
    assert (payout.amount_minor, payout.state, payout.cause) == (NET, "sent", "seller")


def test_the_button_pays_once_however_often_it_is_pressed(live_scene: Scene) -> None:
    transferred(live_scene)
    api.pay_now(user_id=live_scene.seller.pk, currency="EUR", at=live_scene.at)
    with pytest.raises(api.NotPayable) as refused:
        api.pay_now(user_id=live_scene.seller.pk, currency="EUR", at=live_scene.at)
    assert refused.value.reasons == (Hindrance.NOTHING,)
    assert amounts() == [NET]


def test_the_button_waits_while_one_is_under_way(live_scene: Scene) -> None:
    transferred(live_scene)
    assert payouts.run_payouts(live_scene.at) == 1
    with pytest.raises(api.NotPayable) as refused:
        api.pay_now(user_id=live_scene.seller.pk, currency="EUR", at=live_scene.at)
    assert refused.value.reasons == (Hindrance.UNDER_WAY,)


def test_a_steady_amount_leaves_the_rest_as_savings(live_scene: Scene) -> None:
    plan(live_scene, Schedule.WEEKLY, weekday=2, steady=[eur(4_000)])
    first, second = transferred(live_scene, "order:1", "order:2")  # 52.20 each
    payouts.run_payouts(live_scene.at)
    live_scene.run()
    wednesday = next_weekday(live_scene.at, 2)
    for week in range(3):
        payouts.run_payouts(wednesday + 7 * week * DAY)
        live_scene.run(wednesday + 7 * week * DAY - live_scene.at)
    # 104.40 in all: the last week has less than the steady amount, and gets what there is.
    assert amounts() == [4_000, 4_000, 2_440]
    first.refresh_from_db()
    second.refresh_from_db()
    asked = list(Payout.objects.order_by("asked_at"))
    assert (first.payout, second.payout) == (asked[1], asked[2])  # the one that brought the last cent of each
    assert books.differences() == []


def test_savings_are_paid_out_by_the_button(live_scene: Scene) -> None:
    plan(live_scene, Schedule.WEEKLY, steady=[eur(2_000)])
    transferred(live_scene)
    payouts.run_payouts(live_scene.at)
    live_scene.run()
    assert api.pay_now(user_id=live_scene.seller.pk, currency="EUR", at=live_scene.at).amount_minor == NET - 2_000


@pytest.mark.parametrize("minimum", [NET, NET + 1])
def test_less_than_the_minimum_waits(live_scene: Scene, settings: Any, minimum: int) -> None:
    settings.CURRENCY_RULES = {"EUR": {"payout_minimum_minor": minimum}}
    transferred(live_scene)
    assert payouts.run_payouts(live_scene.at) == (minimum == NET)
    assert Payout.objects.count() == (minimum == NET)


def test_what_has_not_settled_waits_and_is_seen(live_scene: Scene) -> None:
    account = live_scene.open_account()
    live_scene.stripe.control("funds/add", account=account.stripe_id, amount=5_000, currency="eur")  # type: ignore[union-attr]
    transferred(live_scene)
    payouts.run_payouts(live_scene.at)
    seen = ConnectedBalance.objects.get(account=account, currency="EUR")
    assert (seen.available_minor, seen.pending_minor, seen.read_at) == (NET + 5_000, 0, live_scene.at)


def test_every_currency_of_an_account_is_paid_by_itself(live_scene: Scene) -> None:
    account = live_scene.open_account()
    for currency, amount in (("usd", 2_500), ("gbp", 999), ("kwd", 12_345)):
        live_scene.stripe.control("funds/add", account=account.stripe_id, amount=amount, currency=currency)  # type: ignore[union-attr]
    transferred(live_scene)
    assert payouts.run_payouts(live_scene.at) == 3
    live_scene.run()
    made = Payout.objects.order_by("currency")
    assert [(one.currency, one.amount_minor, one.state) for one in made] == [
        ("EUR", NET, "sent"),
        ("KWD", 12_340, "sent"),  # its last digit is always 0
        ("USD", 2_500, "sent"),
    ]  # 9.99 pounds are less than the smallest payout


def test_a_changed_bank_stops_payouts_for_24_hours(live_scene: Scene) -> None:
    transferred(live_scene)
    account = ConnectedAccount.objects.get()
    change_bank(live_scene, account.stripe_id)
    # No webhook came: the run itself reads the account before money goes there.
    assert payouts.run_payouts(live_scene.at) == 0
    account.refresh_from_db()
    assert account.stopped_until == live_scene.at + DAY
    with pytest.raises(api.NotPayable) as refused:
        api.pay_now(user_id=live_scene.seller.pk, currency="EUR", at=live_scene.at + DAY - timedelta(seconds=1))
    assert refused.value.reasons == (Hindrance.BANK_CHANGED,)
    assert payouts.run_payouts(live_scene.at + DAY - timedelta(seconds=1)) == 0
    assert payouts.run_payouts(live_scene.at + DAY) == 1


def test_a_pulled_brake_holds_payouts(live_scene: Scene) -> None:
    transferred(live_scene)
    brakes.pull(Outflow.PAYOUTS, reason="look first", by_id=None, at=live_scene.at)
    assert payouts.run_payouts(live_scene.at) == 0
    with pytest.raises(api.NotPayable) as refused:
        api.pay_now(user_id=live_scene.seller.pk, currency="EUR", at=live_scene.at)
    assert refused.value.reasons == (Hindrance.BRAKE,)
    brakes.lift(Outflow.PAYOUTS, by_id=None)
    assert payouts.run_payouts(live_scene.at) == 1


def test_a_capability_that_is_lost_parks_payouts(live_scene: Scene) -> None:
    transferred(live_scene)
    account = ConnectedAccount.objects.get()
    live_scene.stripe.control("accounts/judge", account=account.stripe_id, status="restricted")  # type: ignore[union-attr]
    assert payouts.run_payouts(live_scene.at) == 0
    account.refresh_from_db()
    assert (account.gate, Payout.objects.count()) == (PayoutGate.INCOMPLETE, 0)
    live_scene.stripe.control("accounts/judge", account=account.stripe_id, status="active")  # type: ignore[union-attr]
    api.refresh_gate(live_scene.seller.pk, live_scene.at)
    assert payouts.run_payouts(live_scene.at + timedelta(minutes=5)) == 1


def test_one_account_that_does_not_answer_holds_up_nobody(live_scene: Scene, settings: Any) -> None:
    settings.OPERATION_LANES = 3
    sellers = [User.objects.create_user(f"s{number}@example.org", display_name="Sal", country="IE") for number in "123"]
    for number, seller in enumerate(sellers):
        transferred(Scene(live_scene.buyer, seller, live_scene.at, live_scene.stripe), f"order:{number}")
    live_scene.stripe.faults("GET /v1/balance", "drop_before")  # type: ignore[union-attr]
    assert payouts.run_payouts(live_scene.at) == 2
    later = live_scene.at + settings.OPERATION_LEASE
    assert payouts.run_payouts(later - timedelta(seconds=1)) == 0
    assert payouts.run_payouts(later) == 1
    assert amounts() == [NET] * 3


def test_a_run_that_was_killed_goes_on(live_scene: Scene, settings: Any) -> None:
    """Killed between looking and asking: the account is another worker's when the lease has ended."""
    transferred(live_scene)
    ConnectedAccount.objects.update(looking_until=live_scene.at + settings.OPERATION_LEASE)
    assert payouts.run_payouts(live_scene.at) == 0
    assert payouts.run_payouts(live_scene.at + settings.OPERATION_LEASE) == 1


def test_money_that_left_meanwhile_ends_the_payout_and_the_rest_goes_later(live_scene: Scene) -> None:
    transferred(live_scene)
    payouts.run_payouts(live_scene.at)
    account = ConnectedAccount.objects.get()
    live_scene.stripe.control("funds/add", account=account.stripe_id, amount=-1_000, currency="eur")  # type: ignore[union-attr]
    live_scene.run()
    payout = Payout.objects.get()
    assert (payout.state, payout.failure_code) == ("failed", "balance_insufficient")
    assert StripeOperation.objects.get(kind="create_payout").state == OperationState.FAILED
    assert payouts.run_payouts(live_scene.at + 8 * DAY) == 1
    assert amounts() == [NET, NET - 1_000]


def test_a_new_plan_moves_the_next_payout(live_scene: Scene) -> None:
    transferred(live_scene)
    payouts.run_payouts(live_scene.at)
    plan(live_scene, Schedule.WEEKLY, weekday=(live_scene.at.weekday() + 3) % 7)
    due = ConnectedAccount.objects.get().payout_due_at
    assert due
    assert (due - live_scene.at).days == 2


def test_orders_paid_by_a_payout_are_those_that_it_reaches(live_scene: Scene) -> None:
    releases = transferred(live_scene, "order:1", "order:2")
    payouts.run_payouts(live_scene.at)
    assert Release.objects.filter(pk__in=[one.pk for one in releases], payout=Payout.objects.get()).count() == 2


def test_at_the_midnight_of_business(live_scene: Scene, settings: Any) -> None:
    settings.TIME_ZONE = "America/New_York"
    plan(live_scene, Schedule.DAILY)
    transferred(live_scene)
    payouts.run_payouts(live_scene.at)
    due = ConnectedAccount.objects.get().payout_due_at
    assert due
    assert due.astimezone(UTC).hour in (4, 5)
