"""What events lead to, noun by noun: the object is read again and applied forward only."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import transaction

from payments import api
from payments.contracts import ChargeState, PayoutGate
from payments.gateway import accounts, transfers
from payments.models import ConnectedAccount, Difference, OperationState, Payout, StripeOperation, WebhookEvent
from payments.services import books
from payments.services.payouts import run_payouts
from payments.webhooks import processing
from payments.webhooks.handlers import accounts as handler
from tests.payments.scenes import Scene, entries, ledger_size
from tests.payments.webhooks.events import CONNECT, MINUTE, PLATFORM, V2, event, pay, send, tell, thin
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)

REQUIREMENTS = "v2.core.account[requirements].updated"


@pytest.mark.parametrize(
    ("kind", "object_id", "path"),
    [
        ("checkout.session.completed", "cs_nobody", PLATFORM),
        ("payment_intent.succeeded", "pi_nobody", PLATFORM),
        ("charge.updated", "ch_nobody", PLATFORM),
        ("charge.refunded", "ch_nobody", PLATFORM),
        ("refund.updated", "re_nobody", PLATFORM),
        ("transfer.created", "tr_nobody", PLATFORM),
        ("payout.paid", "po_nobody", PLATFORM),
        ("topup.succeeded", "tu_nobody", PLATFORM),
        ("payout.paid", "po_nobody", CONNECT),
        ("account.updated", "acct_nobody", CONNECT),
        ("account.application.deauthorized", "ca_nobody", CONNECT),
        (REQUIREMENTS, "acct_nobody", V2),
    ],
)
def test_an_object_that_nobody_knows_is_absorbed(
    sandbox: SandboxProcess, now: object, kind: str, object_id: str, path: str
) -> None:
    more = {"account": "acct_nobody"} if path == CONNECT else {}
    heard = tell(kind, object_id, now, path=path, **more)  # type: ignore[arg-type]
    assert heard.outcome.startswith("ignored")
    assert (ledger_size(), Difference.objects.count()) == ((0, 0), 0)


def test_a_payment_is_captured_from_any_of_its_events(live_scene: Scene) -> None:
    charge = pay(live_scene)
    intent = live_scene.sandbox.client().v1.checkout.sessions.retrieve(charge.session_id).payment_intent
    assert tell("payment_intent.succeeded", str(intent), live_scene.at).outcome == "done"
    charge.refresh_from_db()
    assert charge.state == ChargeState.CAPTURED
    for kind in ("charge.updated", "charge.succeeded"):
        tell(kind, charge.stripe_charge_id, live_scene.at)
    tell("checkout.session.expired", charge.session_id, live_scene.at)
    assert ledger_size() == (2, 4)


def test_a_payment_is_known_by_its_marks_before_its_ids_are(live_scene: Scene) -> None:
    charge = pay(live_scene)
    [paid] = live_scene.sandbox.client().v1.charges.list({}).data
    assert tell("charge.succeeded", paid.id, live_scene.at).outcome == "done"
    charge.refresh_from_db()
    assert (charge.state, charge.stripe_charge_id) == (ChargeState.CAPTURED, paid.id)


def test_what_the_body_claims_is_not_believed(live_scene: Scene) -> None:
    charge = live_scene.pending()
    api.checkout_url(charge.id, live_scene.at)
    charge.refresh_from_db()
    claimed = {"object": {"id": charge.session_id, "payment_status": "paid", "status": "complete"}}
    tell("checkout.session.completed", charge.session_id, live_scene.at, data=claimed)
    charge.refresh_from_db()
    assert (charge.state, ledger_size()) == (ChargeState.PENDING, (0, 0))


def test_an_event_closes_an_operation_whose_answer_was_lost(live_scene: Scene) -> None:
    live_scene.open_account()
    live_scene.released()
    api.clear("order:1", live_scene.at)
    op = StripeOperation.objects.get(kind="create_transfer")
    made = transfers.create(op.frozen, op.idempotency_key)
    assert tell("transfer.created", made.id, live_scene.at).outcome == "done"
    op.refresh_from_db()
    assert (op.state, op.stripe_id) == (OperationState.DONE, made.id)
    assert books.differences() == []


def test_a_refund_that_fails_afterwards(live_scene: Scene) -> None:
    refund = live_scene.refund(live_scene.captured(), 1_000)
    live_scene.run()
    refund.refresh_from_db()
    live_scene.sandbox.control("refunds/fail", refund=refund.stripe_refund_id)
    tell("refund.failed", refund.stripe_refund_id, live_scene.at)
    refund.refresh_from_db()
    assert refund.state == "bounced"
    assert books.differences() == []


def test_a_refunded_charge_leads_to_all_its_refunds(live_scene: Scene) -> None:
    charge = live_scene.captured()
    made = [live_scene.refund(charge, 700, f"refund{number}") for number in range(2)]
    live_scene.sandbox.faults("POST /v1/refunds", "drop_answer", times=2)
    live_scene.run()
    assert [refund.state for refund in made] == ["asked", "asked"]
    charge.refresh_from_db()
    assert tell("charge.refunded", charge.stripe_charge_id, live_scene.at).outcome == "done"
    for refund in made:
        refund.refresh_from_db()
    assert [refund.state for refund in made] == ["succeeded", "succeeded"]
    assert books.differences() == []


@pytest.mark.parametrize(("kind", "path"), [(REQUIREMENTS, V2), ("account.updated", CONNECT)])
def test_an_account_is_read_again(live_scene: Scene, kind: str, path: str) -> None:
    account = live_scene.open_account().stripe_id
    live_scene.sandbox.control("accounts/judge", account=account, status="restricted")
    more = {"account": account} if path == CONNECT else {}
    assert tell(kind, account, live_scene.at, path=path, **more).outcome == "done"
    assert api.payout_status(live_scene.seller.pk).gate == PayoutGate.INCOMPLETE


def test_a_seller_who_left_the_platform_cannot_be_paid(live_scene: Scene) -> None:
    """Their account cannot be read any more, which is no trouble with our own key."""
    account = live_scene.open_account()
    ConnectedAccount.objects.filter(pk=account.pk).update(stripe_id="acct_that_left")
    heard = tell("account.application.deauthorized", "ca_1", live_scene.at, path=CONNECT, account="acct_that_left")
    assert heard.outcome == "done"
    assert api.payout_status(live_scene.seller.pk).gate == PayoutGate.CLOSED


def test_who_was_overtaken_reads_the_account_again(live_scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two readings that cross each other: the older one must not be written over the newer one."""
    account = live_scene.open_account()
    read = accounts.read

    def overtaken(stripe_id: str) -> object:
        found = read(stripe_id)
        live_scene.sandbox.control("accounts/judge", account=stripe_id, status="restricted")
        api.refresh_gate(live_scene.seller.pk, live_scene.at + timedelta(seconds=5))
        return found

    # Once only: the reading itself is Stripe's.
    with monkeypatch.context() as patch:
        patch.setattr(handler.accounts, "read", lambda name: (patch.undo(), overtaken(name))[1])
        heard = tell("account.updated", account.stripe_id, live_scene.at, path=CONNECT, account=account.stripe_id)
    assert (heard.processed_at, heard.attempts) == (None, 1)
    assert api.payout_status(live_scene.seller.pk).gate == PayoutGate.INCOMPLETE
    processing.process_due(live_scene.at + 2 * MINUTE)
    heard.refresh_from_db()
    assert heard.outcome == "done"
    assert api.payout_status(live_scene.seller.pk).gate == PayoutGate.INCOMPLETE


def test_sellers_payouts_follow_their_own_events(live_scene: Scene) -> None:
    live_scene.open_account()
    live_scene.released()
    with transaction.atomic():
        api.clear("order:1", live_scene.at)
    live_scene.run()
    assert run_payouts(live_scene.at) == 1
    live_scene.run()
    payout = Payout.objects.get()
    assert payout.state == "sent"
    account = payout.account.stripe_id
    time.sleep(0.6)  # the sandbox's bank
    tell("payout.paid", payout.stripe_payout_id, live_scene.at, path=CONNECT, account=account)
    payout.refresh_from_db()
    assert payout.state == "paid"
    live_scene.sandbox.control("payouts/fail", payout=payout.stripe_payout_id)
    tell("payout.failed", payout.stripe_payout_id, live_scene.at, path=CONNECT, account=account)
    tell("payout.updated", payout.stripe_payout_id, live_scene.at, path=CONNECT, account=account)
    payout.refresh_from_db()
    assert payout.state == "failed"


def test_a_payout_of_the_platform_is_a_withdrawal(live_scene: Scene) -> None:
    client, before = live_scene.sandbox.client(), ledger_size()
    payout = client.v1.payouts.create({"amount": 4_000, "currency": "eur"})
    for kind in ("payout.paid", "payout.created"):  # in the wrong order
        assert tell(kind, payout.id, live_scene.at).outcome == "done"
    assert entries(f"withdrawal:{payout.id}") == {
        ("stripe_balance", 0, ""): 4_000,
        ("platform_bank", 0, ""): -4_000,
    }
    live_scene.sandbox.control("payouts/fail", payout=payout.id)
    for kind in ("payout.failed", "payout.updated"):
        tell(kind, payout.id, live_scene.at)
    assert entries(f"withdrawal_returned:{payout.id}") == {
        ("stripe_balance", 0, ""): -4_000,
        ("platform_bank", 0, ""): 4_000,
    }
    assert ledger_size() == (before[0] + 2, before[1] + 4)


def test_a_top_up_is_a_deposit_once_whoever_says_so_first(live_scene: Scene) -> None:
    [moved] = live_scene.sandbox.client().v1.balance_transactions.list({"type": "topup"}).data
    topup = str(moved.source)
    assert tell("topup.succeeded", topup, live_scene.at).outcome == "done"
    expected = {("stripe_balance", 0, ""): -10_000, ("platform_equity", 0, ""): 10_000}
    assert (entries(f"deposit:{topup}"), ledger_size()) == (expected, (1, 2))


def test_a_charge_made_by_hand_stands_in_suspense(live_scene: Scene) -> None:
    client = live_scene.sandbox.client()
    price = {"currency": "eur", "unit_amount": 5_000, "product_data": {"name": "By hand"}}
    session = client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "https://example.org/",
            "line_items": [{"quantity": 1, "price_data": price}],  # type: ignore[typeddict-item]
        }
    )
    live_scene.sandbox.pay(session.id)
    [charge] = client.v1.charges.list({}).data
    [moved] = client.v1.balance_transactions.list({"source": charge.id}).data
    for kind in ("charge.succeeded", "charge.updated"):
        assert tell(kind, charge.id, live_scene.at).outcome == "done"
    expected = {("stripe_balance", 0, ""): -moved.net, ("suspense", 0, ""): moved.net}
    assert (entries(f"suspense_in:{moved.id}"), ledger_size()) == (expected, (1, 2))
    found = Difference.objects.get()
    assert (found.kind, found.object_id, found.ours_minor, found.theirs_minor) == ("foreign", charge.id, 0, moved.net)

    refund = client.v1.refunds.create({"charge": charge.id})
    tell("refund.created", refund.id, live_scene.at)
    [back] = client.v1.balance_transactions.list({"source": refund.id}).data
    assert entries(f"suspense_out:{back.id}") == {("stripe_balance", 0, ""): 5_000, ("suspense", 0, ""): -5_000}
    assert books.differences() == []


def test_what_bears_our_mark_and_is_not_known_is_left_to_the_reconciliation(live_scene: Scene) -> None:
    account = live_scene.open_account().stripe_id
    made = live_scene.sandbox.client().v1.transfers.create(
        {"amount": 500, "currency": "eur", "destination": account, "metadata": {"op_id": "of a lost row"}}
    )
    assert tell("transfer.created", made.id, live_scene.at).outcome == "ignored: no object of ours"
    assert (ledger_size(), Difference.objects.count()) == ((0, 0), 0)


def test_events_in_the_wrong_order_end_in_the_same_state(live_scene: Scene) -> None:
    charge = live_scene.captured()
    refund = live_scene.refund(charge, 1_000)
    live_scene.run()
    refund.refresh_from_db()
    live_scene.sandbox.control("refunds/fail", refund=refund.stripe_refund_id)
    for kind in ("refund.failed", "refund.created", "refund.updated"):
        tell(kind, refund.stripe_refund_id, live_scene.at)
    refund.refresh_from_db()
    assert refund.state == "bounced"
    assert books.differences() == []


def test_the_sender_of_a_thin_event_needs_no_second_letter(live_scene: Scene) -> None:
    """The type says nothing of what changed; one reading of the account serves several events."""
    account = live_scene.open_account().stripe_id
    for number, kind in enumerate((REQUIREMENTS, "v2.core.account.updated")):
        assert send({**thin(kind, account), "id": f"evt_{number}"}, live_scene.at, path=V2) == 200
    assert send(event("transfer.created", "tr_1"), live_scene.at) == 200
    assert processing.process_due(live_scene.at + MINUTE) == 3
    outcomes = list(WebhookEvent.objects.order_by("id").values_list("outcome", flat=True))
    assert outcomes == ["done", "done", "ignored: Stripe knows no such object"]
