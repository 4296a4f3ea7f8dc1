"""Money that grows old: what happens at which moment, counted from the buyer's payment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from inbox.models import Notification
from payments import api
from payments.contracts import PayoutGate, ReleaseRequest, Schedule
from payments.events import MoneyOverdue
from payments.models import (
    AgeNotice,
    Charge,
    Chargeback,
    ChargebackState,
    ConnectedAccount,
    Payout,
    Refund,
    Release,
    ReleaseState,
)
from payments.selectors.ages import Lying, old_money
from payments.services import ages, books, payouts, reminders
from tests.payments.payout_scenes import DAY, transferred
from tests.payments.scenes import NET, WHOLE, Scene, eur

MOMENT = timedelta(microseconds=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_user("staff@example.org", display_name="Mo", country="IE", is_treasurer=True)


def cleared(scene: Scene, reference: str = "order:1") -> Release:
    release = scene.released(reference)
    api.clear(reference, scene.at)
    release.refresh_from_db()
    return release


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(recipient=user).order_by("id").values_list("title", flat=True))


def steps() -> list[str]:
    return sorted(AgeNotice.objects.values_list("step", flat=True))


def test_at_80_days_the_share_of_a_seller_who_cannot_be_paid_goes_back(scene: Scene, staff: User) -> None:
    cleared(scene)
    ages.run(scene.at + 80 * DAY - MOMENT)
    assert Refund.objects.count() == 0
    ages.run(scene.at + 80 * DAY)
    ages.run(scene.at + 81 * DAY)
    release, refund, charge = Release.objects.get(), Refund.objects.get(), Charge.objects.get()
    assert (release.state, refund.amount_minor, refund.state) == (ReleaseState.UNDONE, WHOLE, "asked")
    assert (charge.refunded_minor, charge.released_minor) == (WHOLE, 0)
    assert "Your share of an order went back to the buyer" in told(scene.seller)
    assert books.differences() == []


def test_staff_are_told_a_week_before(scene: Scene, staff: User) -> None:
    other = User.objects.create_user("otro@example.org", display_name="Luz", country="ES", is_treasurer=True)
    User.objects.filter(pk=other.pk).update(language="es")
    cleared(scene)
    ages.run(scene.at + 73 * DAY - MOMENT)
    assert told(staff) == []
    ages.run(scene.at + 73 * DAY)
    ages.run(scene.at + 74 * DAY)
    assert told(staff) == ["A seller cannot be paid: order:1"]
    [spoken] = told(other)
    assert spoken != "A seller cannot be paid: order:1"


def test_each_of_the_staff_is_told_in_their_language(scene: Scene, staff: User) -> None:
    User.objects.filter(pk=staff.pk).update(language="es")
    cleared(scene)
    ages.run(scene.at + 73 * DAY)
    assert told(staff) == ["No se puede pagar a un vendedor: order:1"]


def test_a_share_that_is_still_clearing_goes_back_as_well(scene: Scene) -> None:
    scene.released()
    ages.run(scene.at + 80 * DAY)
    assert (Release.objects.get().state, Refund.objects.get().amount_minor) == (ReleaseState.UNDONE, WHOLE)


def test_who_can_be_paid_keeps_their_share(scene: Scene) -> None:
    cleared(scene)
    scene.open_account()
    ages.run(scene.at + 90 * DAY)
    assert (Release.objects.get().state, Refund.objects.count()) == (ReleaseState.AVAILABLE, 0)


def test_of_a_payment_for_two_only_the_share_of_the_one_who_cannot_be_paid_goes_back(scene: Scene) -> None:
    charge = scene.captured()
    other = User.objects.create_user("other@example.org", display_name="Oda", country="IE")
    ConnectedAccount.objects.create(
        user=other, stripe_id="acct_1Other", email=other.email, country="IE", gate=PayoutGate.OPEN,
        gate_since=scene.at, created_at=scene.at,
    )  # fmt: skip
    for payee, price in ((scene.seller, 2_000), (other, 3_000)):
        key = f"release:{payee.pk}"
        api.release(ReleaseRequest(key, charge.id, payee.pk, eur(price), eur(price // 10), eur(0)), scene.at)
    ages.run(scene.at + 80 * DAY)
    states = dict(Release.objects.values_list("payee", "state"))
    assert states == {scene.seller.pk: ReleaseState.UNDONE, other.pk: ReleaseState.CLEARING}
    assert Refund.objects.get().amount_minor == 2_000
    assert books.differences() == []


def test_what_is_frozen_waits_and_goes_back_later(scene: Scene) -> None:
    release = cleared(scene)
    chargeback = Chargeback.objects.create(
        charge=release.charge, stripe_dispute_id="dp_1", state=ChargebackState.OPEN, status="needs_response",
        reason="fraudulent", amount_minor=WHOLE, currency="EUR", opened_at=scene.at,
    )  # fmt: skip
    ages.run(scene.at + 80 * DAY)
    assert (Refund.objects.count(), "refund" in steps()) == (0, False)
    Chargeback.objects.filter(pk=chargeback.pk).update(state=ChargebackState.WON)
    ages.run(scene.at + 81 * DAY)
    assert Refund.objects.count() == 1


def test_what_nobody_was_released_is_told_to_staff_and_then_to_its_owner(
    scene: Scene, staff: User, facts: list[object]
) -> None:
    charge = scene.captured()
    facts.clear()
    ages.run(scene.at + 80 * DAY - MOMENT)
    assert told(staff) == []
    ages.run(scene.at + 80 * DAY)
    ages.run(scene.at + 85 * DAY - MOMENT)
    assert (told(staff), facts) == (["A payment has been held for 80 days: order:1"], [])
    ages.run(scene.at + 85 * DAY)
    ages.run(scene.at + 86 * DAY)
    assert facts == [MoneyOverdue(charge.id, "order:1", eur(WHOLE), scene.at + 85 * DAY)]


def test_what_was_refunded_is_not_old(scene: Scene, staff: User, facts: list[object]) -> None:
    scene.refund(scene.captured(), WHOLE)
    facts.clear()
    ages.run(scene.at + 90 * DAY)
    assert (told(staff), facts) == ([], [])


def test_each_payment_of_an_order_has_an_age_of_its_own(scene: Scene, facts: list[object]) -> None:
    scene.captured("order:1")
    scene.at += 10 * DAY
    late = scene.captured("order:2")
    facts.clear()
    ages.run(scene.at + 75 * DAY)
    assert [fact.reference for fact in facts if isinstance(fact, MoneyOverdue)] == ["order:1"]
    ages.run(scene.at + 85 * DAY)
    assert [fact.charge_id for fact in facts if isinstance(fact, MoneyOverdue)][1:] == [late.id]


def test_at_60_days_a_refused_transfer_is_tried_again(scene: Scene) -> None:
    release = cleared(scene)
    scene.open_account()
    Release.objects.filter(pk=release.pk).update(note="refused then")
    ages.run(scene.at + 60 * DAY - MOMENT)
    release.refresh_from_db()
    assert release.note == "refused then"
    ages.run(scene.at + 60 * DAY)
    release.refresh_from_db()
    assert release.note == ""


@pytest.mark.django_db(transaction=True)
def test_at_60_days_savings_go_to_the_bank_whatever_the_plan(live_scene: Scene, settings: Any) -> None:
    settings.CURRENCY_RULES = {"EUR": {"payout_minimum_minor": NET + 1}}
    api.save_plan(user_id=live_scene.seller.pk, schedule=Schedule.MANUAL, weekday=0, steady=[], at=live_scene.at)
    transferred(live_scene)
    captured = Charge.objects.get().captured_at
    assert captured

    def run(at: datetime) -> int:
        ages.run(at)
        return payouts.run_payouts(at)

    assert run(captured + 60 * DAY - MOMENT) == 0
    assert run(captured + 60 * DAY) == 1
    assert (Payout.objects.get().amount_minor, Payout.objects.get().cause) == (NET, "age")


@pytest.mark.parametrize(
    ("day", "sent"),
    [(1 * DAY - MOMENT, []), (1 * DAY, [1]), (2 * DAY, [1]), (3 * DAY, [3]), (30 * DAY, [30]), (79 * DAY, [77])],
)
def test_who_cannot_be_paid_is_reminded(scene: Scene, day: timedelta, sent: list[int]) -> None:
    cleared(scene)
    for _ in range(2):
        reminders.remind(scene.at + day)
    assert told(scene.seller) == [
        f"Your money has waited for {number} {'day' if number == 1 else 'days'}" for number in sent
    ]


def test_reminders_come_at_a_bounded_number_and_end_with_the_account(scene: Scene) -> None:
    cleared(scene)
    for day in range(100):
        reminders.remind(scene.at + day * DAY)
    assert len(told(scene.seller)) == len(reminders.DAYS) == 11
    scene.open_account()
    assert reminders.remind(scene.at + 100 * DAY) == 0


def test_orders_stop_after_30_days(scene: Scene) -> None:
    assert api.payout_status(scene.seller.pk).blocked_since is None
    cleared(scene)
    status = api.payout_status(scene.seller.pk)
    assert status.blocked_since == scene.at
    assert not status.stops_orders(scene.at + 30 * DAY - MOMENT)
    assert status.stops_orders(scene.at + 30 * DAY)
    scene.open_account()
    assert not api.payout_status(scene.seller.pk).stops_orders(scene.at + 90 * DAY)


def test_what_staff_see_of_old_money(scene: Scene, django_assert_num_queries: Any) -> None:
    cleared(scene, "order:1")
    scene.at += DAY
    scene.captured("order:2")
    for number in range(3, 9):
        scene.released(f"order:{number}")
    with django_assert_num_queries(2):
        rows = old_money(scene.at + 73 * DAY)
    assert len(rows) == 8
    assert (rows[0].reference, rows[0].lying, rows[0].amount, rows[0].is_payable, rows[0].ends_at) == (
        "order:1",
        Lying.UNTRANSFERRED,
        eur(NET),
        False,
        scene.at + 79 * DAY,
    )
    held = next(row for row in rows if row.lying == Lying.UNRELEASED)
    assert (held.reference, held.amount, held.ends_at) == ("order:2", eur(WHOLE), scene.at + 85 * DAY)
    assert old_money(scene.at + 72 * DAY - MOMENT) == []
