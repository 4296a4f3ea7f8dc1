"""What becomes of a payout: failed, refused, come back after it was paid, and how it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.models import Notification
from payments import api
from payments.contracts import PayoutGate
from payments.events import PayoutFailed
from payments.models import ConnectedAccount, OperationState, Payout, StripeOperation
from payments.payability import Hindrance
from payments.reconciliation import still_open
from payments.services import books, payouts
from tests.payments.payout_scenes import DAY, amounts, change_bank, settle, transferred
from tests.payments.scenes import NET, Scene, eur

pytestmark = pytest.mark.django_db(transaction=True)


def paid_out(scene: Scene) -> Payout:
    """Asked for and taken by Stripe."""
    transferred(scene)
    payouts.run_payouts(scene.at)
    scene.run()
    return Payout.objects.get()


def fail(scene: Scene, payout: Payout, code: str = "account_closed") -> None:
    assert scene.stripe
    scene.stripe.control("payouts/fail", payout=payout.stripe_payout_id, code=code)


def test_a_closed_bank_account_parks_payouts_until_it_is_changed(live_scene: Scene, facts: list[object]) -> None:
    payout = paid_out(live_scene)
    fail(live_scene, payout)
    settle(live_scene)
    payout.refresh_from_db()
    account = ConnectedAccount.objects.get()
    assert (payout.state, payout.failure_code, payout.releases.count()) == ("failed", "account_closed", 0)
    assert account.bank_refused_since == live_scene.at + timedelta(minutes=10)
    words = "Your bank sent the payout back: the account is closed."
    fact = next(fact for fact in facts if isinstance(fact, PayoutFailed))
    assert (fact.amount, fact.reason, fact.was_paid) == (eur(NET), words, False)
    notice = Notification.objects.get(kind="payouts", title=words)
    assert "Change the bank account" in str(notice.context["text"])

    later = live_scene.at + 8 * DAY
    assert payouts.run_payouts(later) == 0
    with pytest.raises(api.NotPayable) as refused:
        api.pay_now(user_id=live_scene.seller.pk, currency="EUR", at=later)
    assert refused.value.reasons == (Hindrance.BANK_REFUSED,)

    change_bank(live_scene, account.stripe_id)
    api.refresh_gate(live_scene.seller.pk, later)
    assert payouts.run_payouts(later) == 0  # for 24 hours
    assert payouts.run_payouts(later + DAY) == 1
    assert amounts() == [NET, NET]
    assert books.differences() == []


def test_a_fault_that_passes_is_tried_again_with_the_next(live_scene: Scene) -> None:
    fail(live_scene, paid_out(live_scene), "could_not_process")
    settle(live_scene)
    assert ConnectedAccount.objects.get().bank_refused_since is None
    assert payouts.run_payouts(live_scene.at + timedelta(hours=1)) == 0
    assert payouts.run_payouts(live_scene.at + 8 * DAY) == 1


def test_a_payout_that_comes_back_after_it_was_paid(live_scene: Scene, facts: list[object]) -> None:
    payout = paid_out(live_scene)
    settle(live_scene)
    payout.refresh_from_db()
    assert (payout.state, api.earnings(live_scene.seller.pk).paid) == ("paid", eur(NET))
    fail(live_scene, payout, "no_account")
    # No webhook tells of it: what was paid lately is asked about twice a day.
    still_open.ask(live_scene.at + timedelta(hours=11))
    payout.refresh_from_db()
    assert payout.state == "paid"
    still_open.ask(live_scene.at + timedelta(hours=13))
    payout.refresh_from_db()
    assert (payout.state, payout.failure_code) == ("failed", "no_account")
    assert payout.paid_at == live_scene.at + timedelta(minutes=10)
    assert payout.failed_at == live_scene.at + timedelta(hours=13)
    earned = api.earnings(live_scene.seller.pk)
    assert (earned.paid, earned.ready) == (eur(0), eur(NET))
    assert [fact.was_paid for fact in facts if isinstance(fact, PayoutFailed)] == [True]
    # Paid before: what Stripe said earlier of it does not bring it back.
    settle(live_scene)
    payout.refresh_from_db()
    assert payout.state == "failed"


def test_an_account_that_left_the_platform_is_refused_and_parked(live_scene: Scene) -> None:
    transferred(live_scene)
    payouts.run_payouts(live_scene.at)
    account = ConnectedAccount.objects.get()
    live_scene.stripe.control("accounts/deauthorize", account=account.stripe_id)  # type: ignore[union-attr]
    live_scene.run()
    payout = Payout.objects.get()
    assert (payout.state, payout.failure_code) == ("failed", "account_invalid")
    assert StripeOperation.objects.get(kind="create_payout").state == OperationState.FAILED
    api.refresh_gate(live_scene.seller.pk, live_scene.at)
    assert api.payout_status(live_scene.seller.pk).gate == PayoutGate.CLOSED
    assert payouts.run_payouts(live_scene.at + 30 * DAY) == 0
    assert Notification.objects.filter(kind="payouts", title="Your payout account was closed").count() == 1
    assert books.differences() == []


def test_a_closed_account_is_told_as_closed(live_scene: Scene) -> None:
    account = live_scene.open_account()
    live_scene.stripe.client().v2.core.accounts.close(  # type: ignore[union-attr]
        account.stripe_id, {"applied_configurations": ["recipient"]}
    )
    assert api.refresh_gate(live_scene.seller.pk, live_scene.at).gate == PayoutGate.CLOSED


@pytest.mark.asks_wrongly
def test_a_refused_payout_ends_its_operation(live_scene: Scene) -> None:
    transferred(live_scene)
    payouts.run_payouts(live_scene.at)
    op = StripeOperation.objects.get(kind="create_payout")
    StripeOperation.objects.filter(pk=op.pk).update(params={**op.frozen, "amount": -1})
    live_scene.run()
    op.refresh_from_db()
    assert (op.state, Payout.objects.get().state) == (OperationState.FAILED, "failed")
    assert payouts.run_payouts(live_scene.at + 8 * DAY) == 1


def test_a_lost_answer_makes_no_second_payout(live_scene: Scene) -> None:
    transferred(live_scene)
    payouts.run_payouts(live_scene.at)
    live_scene.stripe.faults("POST /v1/payouts", "drop_answer")  # type: ignore[union-attr]
    live_scene.run()
    assert Payout.objects.get().state == "asked"
    assert payouts.run_payouts(live_scene.at + 8 * DAY) == 0
    live_scene.run(timedelta(minutes=1))
    account = ConnectedAccount.objects.get().stripe_id
    made = live_scene.stripe.client().v1.payouts.list({}, {"stripe_account": account}).data  # type: ignore[union-attr]
    assert [(one.id, one.amount) for one in made] == [(Payout.objects.get().stripe_payout_id, NET)]
