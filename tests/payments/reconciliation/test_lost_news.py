"""No webhook ever comes here: whatever Stripe would have told is found, applied once, and both sides are equal."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from payments import api
from payments.contracts import ChargeState
from payments.models import (
    Charge,
    Chargeback,
    ConnectedAccount,
    Difference,
    DifferenceState,
    OperationState,
    Refund,
    RefundState,
    Release,
    ReleaseState,
    StripeOperation,
)
from payments.reconciliation import runs
from payments.services import books
from payments.services.payouts import run_payouts
from tests.payments.reconciliation.scenes import LATER, both_sides_are_equal, compare, repaired, waiting
from tests.payments.scenes import NET, WHOLE, Scene, entries
from tests.payments.webhooks.events import pay

pytestmark = pytest.mark.django_db(transaction=True)


def equal(scene: Scene) -> None:
    run = compare(scene)
    assert (run.is_equal, waiting(), books.differences()) == (True, set(), [])
    both_sides_are_equal(scene)


def test_business_as_usual_needs_no_repair(live_scene: Scene) -> None:
    live_scene.open_account()
    live_scene.transferred("order:1")
    live_scene.refund(live_scene.captured("order:2"), 1_000)
    live_scene.run()
    run = compare(live_scene)
    assert (run.is_equal, run.is_full, waiting(), repaired()) == (True, True, set(), set())
    fees = sum(Charge.objects.values_list("stripe_fee_minor", flat=True))
    held = 10_000 + 2 * WHOLE - NET - 1_000 - fees
    assert run.balances == [
        {
            "currency": "EUR",
            "ours_minor": held,
            "theirs_minor": held,
            "under_way_here_minor": 0,
            "under_way_there_minor": 0,
        }
    ]
    # 2 sessions, 2 charges, 1 transfer, 1 refund, and 5 lines of the statement.
    assert run.objects_seen == 11
    equal(live_scene)


def test_a_payment_nobody_heard_of(live_scene: Scene) -> None:
    charge = pay(live_scene)
    equal(live_scene)
    charge.refresh_from_db()
    assert (charge.state, charge.captured_minor) == (ChargeState.CAPTURED, WHOLE)
    assert repaired() == {("amount", "sessions", charge.session_id, 0, WHOLE)}


def test_a_session_that_expired_unheard(live_scene: Scene) -> None:
    charge = live_scene.pending()
    api.checkout_url(charge.id, live_scene.at)
    charge.refresh_from_db()
    live_scene.sandbox.control("expire", session=charge.session_id)
    equal(live_scene)
    charge.refresh_from_db()
    assert charge.state == ChargeState.EXPIRED


def test_a_session_whose_answer_was_lost(live_scene: Scene) -> None:
    charge = live_scene.pending()
    live_scene.sandbox.faults("POST /v1/checkout/sessions", "drop_answer")
    with pytest.raises(api.ProviderAway):
        api.checkout_url(charge.id, live_scene.at)
    [session] = live_scene.sandbox.client().v1.checkout.sessions.list({}).data
    live_scene.sandbox.pay(session.id)
    equal(live_scene)
    charge.refresh_from_db()
    assert (charge.state, charge.session_id) == (ChargeState.CAPTURED, session.id)
    assert StripeOperation.objects.get(kind="create_session").state == OperationState.DONE


def test_a_refund_and_a_transfer_whose_answers_were_lost(live_scene: Scene) -> None:
    live_scene.open_account()
    live_scene.released("order:1")
    refund = live_scene.refund(live_scene.captured("order:2"), 1_000)
    api.clear("order:1", live_scene.at)
    for path in ("POST /v1/refunds", "POST /v1/transfers"):
        live_scene.sandbox.faults(path, "drop_answer")
    live_scene.run()
    equal(live_scene)
    release = Release.objects.get()
    refund.refresh_from_db()
    assert (release.state, refund.state) == (ReleaseState.TRANSFERRED, RefundState.SUCCEEDED)
    assert repaired() == {
        ("missing_here", "transfers", release.stripe_transfer_id, None, -NET),
        ("amount", "refunds", refund.stripe_refund_id, 0, -1_000),
    }
    for path in ("POST /v1/refunds", "POST /v1/transfers"):
        assert len(live_scene.sandbox.requests(path)) == 1


def test_a_refund_that_its_line_told_of_first(live_scene: Scene) -> None:
    """Made while a run was past the refunds, its answer lost, and not to be read: the run knows its line alone."""
    refund = live_scene.refund(live_scene.captured(), 1_000)
    run = runs.start(live_scene.at + LATER)
    while run.stage != "statement":
        runs._step(run, live_scene.at + LATER)
    live_scene.sandbox.faults("POST /v1/refunds", "drop_answer")
    live_scene.run()
    live_scene.sandbox.faults("GET /v1/refunds/*", "balance_insufficient")
    run.leased_until = None
    run.save()
    runs.go_on(live_scene.at + LATER, seconds=60)
    [(kind, noun, line, ours, theirs)] = waiting()
    assert (kind, noun, ours, theirs) == ("missing_here", "statement", None, -1_000)
    equal(live_scene)
    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert Difference.objects.get(object_id=line).state == DifferenceState.RESOLVED


def test_a_refund_that_bounced_weeks_later(live_scene: Scene) -> None:
    """It is older than what is listed; the statement's newest line leads to it."""
    refund = live_scene.refund(live_scene.captured(), 1_000)
    live_scene.run()
    equal(live_scene)
    refund.refresh_from_db()
    live_scene.sandbox.control("refunds/fail", refund=refund.stripe_refund_id)
    equal(live_scene)
    refund.refresh_from_db()
    assert refund.state == RefundState.BOUNCED
    assert entries(f"refund_bounced:{refund.id}")["stripe_balance", 0, ""] == -1_000


def test_a_transfer_that_was_reversed_unheard(live_scene: Scene) -> None:
    live_scene.open_account()
    release = live_scene.transferred()
    live_scene.refund(release.charge, WHOLE)
    live_scene.sandbox.faults("POST /v1/transfers/*/reversals", "drop_answer")
    live_scene.run()
    assert Release.objects.get().reversed_minor == 0
    compare(live_scene)
    release.refresh_from_db()
    assert release.reversed_minor == NET
    assert ("amount", "transfers", release.stripe_transfer_id, -NET, 0) in repaired()
    live_scene.run(LATER)  # the refund that waited for it
    equal(live_scene)
    assert Refund.objects.get().state == RefundState.SUCCEEDED


@pytest.mark.parametrize(("outcome", "state"), [("lost", "lost"), ("won", "won")])
def test_a_chargeback_from_beginning_to_end_unheard(live_scene: Scene, outcome: str, state: str) -> None:
    charge = live_scene.captured()
    dispute = live_scene.sandbox.control("disputes", charge=charge.stripe_charge_id)["id"]
    live_scene.sandbox.control("disputes/decide", dispute=dispute, outcome=outcome)
    equal(live_scene)
    assert Chargeback.objects.get().state == state
    charge.refresh_from_db()
    assert charge.lost_minor == (WHOLE if outcome == "lost" else 0)


def test_the_operators_own_money(live_scene: Scene) -> None:
    client = live_scene.sandbox.client()
    payouts = [client.v1.payouts.create({"amount": amount, "currency": "eur"}).id for amount in (4_000, 500)]
    live_scene.sandbox.control("payouts/fail", payout=payouts[1])
    equal(live_scene)
    assert repaired() == {("missing_here", "payouts", payouts[0], None, -4_000)}
    assert entries(f"withdrawal_returned:{payouts[1]}")["stripe_balance", 0, ""] == -500


def test_a_payout_of_a_seller_that_was_forgotten(live_scene: Scene) -> None:
    """Sent, unanswered, and older than its key: it is looked for, and not sent again."""
    live_scene.open_account()
    live_scene.transferred()
    run_payouts(live_scene.at)
    live_scene.sandbox.faults("POST /v1/payouts", "drop_answer")
    live_scene.run()
    op = StripeOperation.objects.get(kind="create_payout")
    assert op.state == OperationState.PENDING
    StripeOperation.objects.filter(pk=op.pk).update(first_sent_at=live_scene.at - timedelta(hours=24))
    time.sleep(0.3)
    compare(live_scene)
    op.refresh_from_db()
    assert (op.state, op.stripe_id[:3]) == (OperationState.DONE, "po_")
    assert ("stuck", "operations", str(op.pk), -NET, None) in repaired()
    assert len(live_scene.sandbox.requests("POST /v1/payouts")) == 1


def test_an_account_is_not_needed_for_a_first_run(live_scene: Scene) -> None:
    assert not ConnectedAccount.objects.exists()
    equal(live_scene)
