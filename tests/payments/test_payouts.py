"""Sellers' accounts and payouts: opened, closed, paid, refused."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from payments import api
from payments.contracts import PayoutGate, PayoutGateChanged, PayoutPaid, Stage
from payments.models import ConnectedAccount, OperationState, Payout, Release, ReleaseState, StripeOperation
from payments.selectors.gate import in_words
from payments.services import books, payouts, sync
from payments.services.transfers import send_waiting
from tests.payments.scenes import NET, Scene, eur

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)


def transferred(scene: Scene) -> Release:
    """Cleared and in the seller's connected account."""
    scene.open_account()
    release = scene.released()
    api.clear("order:1", scene.at)
    scene.run()
    release.refresh_from_db()
    assert release.state == ReleaseState.TRANSFERRED
    return release


def settle(scene: Scene) -> None:
    """Lets the sandbox's bank finish, then asks how payouts stand."""
    time.sleep(0.6)
    sync.sync_open(scene.at + timedelta(minutes=10))


def test_nobody_has_an_account_at_first(scene: Scene) -> None:
    assert api.payout_status(scene.seller.pk).gate == PayoutGate.NONE
    assert api.refresh_gate(scene.seller.pk, scene.at).gate == PayoutGate.NONE


def test_onboarding_makes_one_account_and_a_new_link_each_time(live_scene: Scene) -> None:
    seller = live_scene.seller
    links = {
        api.onboarding_url(user_id=seller.pk, email=seller.email, country="IE", at=live_scene.at) for _ in range(2)
    }
    assert len(links) == 2
    assert ConnectedAccount.objects.get().stripe_id.startswith("acct_")
    assert len(live_scene.stripe.requests("POST /v2/core/accounts")) == 1  # type: ignore[union-attr]
    status = api.refresh_gate(seller.pk, live_scene.at)
    assert status.gate == PayoutGate.INCOMPLETE
    assert status.requirements == ("Your bank account", "Your legal name", "Your agreement to the provider's terms")


def test_an_account_whose_answer_was_lost_is_not_made_twice(live_scene: Scene) -> None:
    seller = live_scene.seller
    live_scene.stripe.faults("POST /v2/core/accounts", "drop_answer")  # type: ignore[union-attr]
    with pytest.raises(api.ProviderAway):
        api.onboarding_url(user_id=seller.pk, email=seller.email, country="IE", at=live_scene.at)
    api.onboarding_url(user_id=seller.pk, email=seller.email, country="IE", at=live_scene.at)
    accounts = live_scene.stripe.client().v2.core.accounts.list().data  # type: ignore[union-attr]
    assert [account.id for account in accounts] == [ConnectedAccount.objects.get().stripe_id]


def test_an_account_is_paid_out_by_us_and_not_by_a_schedule(live_scene: Scene) -> None:
    account = live_scene.open_account()
    found = live_scene.stripe.client().v1.balance_settings.retrieve(None, {"stripe_account": account.stripe_id})  # type: ignore[union-attr]
    assert found.payments.payouts.schedule.interval == "manual"


def test_what_waited_leaves_when_the_account_opens(live_scene: Scene, facts: list[object]) -> None:
    live_scene.released()
    api.clear("order:1", live_scene.at)
    assert send_waiting(live_scene.at) == 0
    assert api.position("order:1", "EUR").available == eur(NET)
    live_scene.open_account()
    assert PayoutGateChanged(live_scene.seller.pk, PayoutGate.OPEN, live_scene.at) in facts
    live_scene.run()
    assert api.position("order:1", "EUR").transferred == eur(NET)


def test_the_first_payout_comes_at_once_and_is_paid(live_scene: Scene, facts: list[object]) -> None:
    release = transferred(live_scene)
    assert payouts.run_payouts(live_scene.at) == 1
    assert payouts.run_payouts(live_scene.at) == 0
    live_scene.run()
    settle(live_scene)
    payout = Payout.objects.get()
    release.refresh_from_db()
    assert (payout.state, payout.amount_minor, release.payout_id) == ("paid", NET, payout.id)
    assert [fact for fact in facts if isinstance(fact, PayoutPaid)] == [
        PayoutPaid(live_scene.seller.pk, eur(NET), live_scene.at + timedelta(minutes=10))
    ]
    earned = api.earnings(live_scene.seller.pk)
    assert (earned.ready, earned.paid, earned.rows[0].stage) == (eur(0), eur(NET), Stage.PAID)


def test_the_next_payout_waits_for_its_day(live_scene: Scene) -> None:
    transferred(live_scene)
    payouts.run_payouts(live_scene.at)
    live_scene.run()
    live_scene.released("order:2")
    api.clear("order:2", live_scene.at)
    live_scene.run()
    assert payouts.run_payouts(live_scene.at + DAY / 2) == 0
    assert payouts.run_payouts(live_scene.at + DAY) == 1


def test_less_than_the_minimum_waits(live_scene: Scene, settings: object) -> None:
    settings.PAYOUT_MINIMUM_MINOR = NET + 1  # type: ignore[attr-defined]
    transferred(live_scene)
    assert payouts.run_payouts(live_scene.at) == 0
    assert Payout.objects.count() == 0


def test_a_payout_that_fails_is_paid_with_the_next(live_scene: Scene) -> None:
    release = transferred(live_scene)
    payouts.run_payouts(live_scene.at)
    live_scene.run()
    payout = Payout.objects.get()
    live_scene.stripe.control("payouts/fail", payout=payout.stripe_payout_id)  # type: ignore[union-attr]
    settle(live_scene)
    payout.refresh_from_db()
    release.refresh_from_db()
    assert (payout.state, release.payout_id) == ("failed", None)
    assert payouts.run_payouts(live_scene.at + DAY) == 1
    assert books.differences() == []


def test_a_refused_payout_ends_its_operation(live_scene: Scene) -> None:
    transferred(live_scene)
    payouts.run_payouts(live_scene.at)
    op = StripeOperation.objects.get(kind="create_payout")
    StripeOperation.objects.filter(pk=op.pk).update(params={**op.frozen, "amount": -1})
    live_scene.run()
    op.refresh_from_db()
    assert (op.state, Payout.objects.get().state) == (OperationState.FAILED, "failed")
    assert payouts.run_payouts(live_scene.at + DAY) == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("identity.individual.given_name", "Your legal name"),
        ("identity.individual.date_of_birth.day", "Your date of birth"),
        ("configuration.recipient.default_outbound_destination", "Your bank account"),
        ("something.new", "More about you or your work"),
    ],
)
def test_requirements_in_words(name: str, words: str) -> None:
    assert in_words(name) == words
