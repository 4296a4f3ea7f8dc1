"""Money in the rarer stages, without Stripe: what it would have said is handed to the services as it was read."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from accounts.models import User
from marketplace.kernel.money import Money
from payments import api, locks
from payments.gateway import objects
from payments.gateway.errors import Refused
from payments.models import (
    Charge,
    Chargeback,
    ConnectedAccount,
    OperationKind,
    OperationState,
    Payout,
    Refund,
    Release,
    SellerDebt,
    StripeOperation,
    TransferReversal,
)
from payments.operations import executor, queue
from payments.operations.registry import handler_of
from payments.services.chargebacks import record_dispute
from payments.services.payouts import asking
from payments.services.refunds import record_refund
from tests.payments.scenes import PRICE, SELLER_FEE, Scene, eur

DISPUTE_FEE = 1_500


def people() -> tuple[User, User]:
    make = User.objects.create_user
    buyer = make("proofs-buyer@example.org", display_name="Bea Buyer")
    return buyer, make("proofs-seller@example.org", display_name="Sam Seller", country="IE")


def operation(kind: OperationKind, subject: object) -> StripeOperation:
    return StripeOperation.objects.get(kind=kind, subject=str(subject))


def sent(scene: Scene, reference: str) -> Release:
    """In the connected account of a seller who can be paid."""
    release = scene.released(reference)
    api.clear(reference, scene.at)
    op = operation(OperationKind.CREATE_TRANSFER, release.id)
    release.refresh_from_db()
    made = objects.Transfer(f"tr_{release.id.hex}", eur(release.sent_minor), "acct_1Test", {})
    executor.complete(op.id, made, scene.at)
    release.refresh_from_db()
    return release


def refunded(scene: Scene, charge: Charge, minor: int) -> Refund:
    """Taken by Stripe, and by the buyer's bank."""
    refund = scene.refund(charge, minor)
    finish(scene, refund)
    return refund


def finish(scene: Scene, refund: Refund, status: str = "succeeded") -> None:
    op = operation(OperationKind.CREATE_REFUND, refund.id)
    executor.complete(op.id, objects.Refund(f"re_{refund.id.hex}", status, "", {}), scene.at)
    refund.refresh_from_db()


def bounce(scene: Scene, refund: Refund) -> None:
    with transaction.atomic():
        record_refund(refund.id, objects.Refund(refund.stripe_refund_id, "failed", "closed_account", {}), scene.at)
    refund.refresh_from_db()


def asked_back(scene: Scene, reference: str, minor: int) -> TransferReversal:
    """Refunded after the transfer: the reversal is under way, the refund waits for it."""
    release = sent(scene, reference)
    scene.refund(release.charge, minor)
    return TransferReversal.objects.get(release=release)


def given_back(scene: Scene, reversal: TransferReversal) -> None:
    op = operation(OperationKind.REVERSE_TRANSFER, reversal.id)
    found = objects.Reversal(f"trr_{reversal.id.hex}", "tr", eur(reversal.amount_minor), {})
    executor.complete(op.id, found, scene.at)
    reversal.refresh_from_db()


def not_given_back(scene: Scene, reversal: TransferReversal) -> SellerDebt:
    """Stripe refuses the reversal: the seller owes it."""
    with transaction.atomic():
        op = locks.lock_operation(operation(OperationKind.REVERSE_TRANSFER, reversal.id).pk)
        queue.close(op, OperationState.FAILED, scene.at, error="nothing there")
        handler_of(op).refuse(op, Refused("nothing there"), scene.at)
    reversal.refresh_from_db()
    return SellerDebt.objects.get(release=reversal.release)


def recovered(scene: Scene, reference: str) -> Release:
    """A later, larger share that pays the seller's debts."""
    return sent(scene, reference)


def paid_out(scene: Scene, release: Release) -> Payout:
    """On its way from the connected account to the seller's bank."""
    account = ConnectedAccount.objects.get(user=scene.seller, replaced_at=None)
    asking.ask(account.id, objects.Funds(eur(release.sent_minor), eur(0)), scene.at)
    payout = Payout.objects.get(account=account)
    op = operation(OperationKind.CREATE_PAYOUT, payout.id)
    executor.complete(op.id, objects.Payout(f"po_{payout.id.hex}", "in_transit", None, "", {}), scene.at)
    return payout


def dispute_of(charge: Charge, status: str, *moved: int, name: str = "") -> objects.Dispute:
    """``moved``: minor units of its balance transactions; what was withdrawn is negative and costs a fee."""
    dispute_id = f"dp_{name}{charge.id.hex}"
    return objects.Dispute(
        id=dispute_id,
        charge_id=charge.stripe_charge_id,
        status=status,
        reason="fraudulent",
        amount=Money(charge.captured_minor, charge.currency),
        movements=tuple(
            objects.Movement(f"txn_{dispute_id}{number}", eur(minor), DISPUTE_FEE if minor < 0 else 0)
            for number, minor in enumerate(moved)
        ),
        evidence_due_at=None,
        has_evidence=False,
        submissions=0,
        livemode=False,
        metadata={},
    )


def charged_back(scene: Scene, charge: Charge, *statuses: str) -> Chargeback:
    """The bank takes the whole charge and says in turn what became of its claim."""
    chargeback = None
    for status in statuses:
        movements = (-charge.captured_minor, charge.captured_minor) if status == "won" else (-charge.captured_minor,)
        with transaction.atomic():
            chargeback = record_dispute(charge.id, dispute_of(charge, status, *movements), scene.at)
    assert chargeback
    charge.refresh_from_db()
    return chargeback


def everywhere(scene: Scene) -> None:
    """Money in every stage there is. References that nobody owns: the platform bears their sellers' chargebacks."""
    scene.captured("order:held")
    _with_fee(scene, "order:fee")
    scene.released("order:clearing")
    scene.open_account()
    scene.released("order:sending")
    api.clear("order:sending", scene.at)
    scene.refund(scene.captured("order:refunding"), 1_000)
    refunded(scene, scene.captured("order:refunded"), 1_000)
    bounce(scene, refunded(scene, scene.captured("order:bounced"), 1_100))
    _again(scene, scene.captured("order:reissued"))
    _by_bank(scene, scene.captured("order:settled"))
    paid_out(scene, sent(scene, "order:sent"))
    asked_back(scene, "order:asked_back", 900)
    given_back(scene, asked_back(scene, "order:given_back", 1_000))
    charged_back(scene, scene.captured("work:open"), "needs_response")
    charged_back(scene, scene.captured("work:won"), "needs_response", "won")
    charged_back(scene, scene.captured("work:lost"), "needs_response", "lost")
    charged_back(scene, sent(scene, "work:written_off").charge, "needs_response", "lost")
    _debts(scene)
    _promotion(scene)


def _with_fee(scene: Scene, reference: str) -> None:
    charge = scene.pending(reference)
    op = operation(OperationKind.CREATE_SESSION, charge.id)
    executor.complete(op.id, scene.paid_session(charge, fee=eur(112)), scene.at)


def _again(scene: Scene, charge: Charge) -> None:
    refund = refunded(scene, charge, 1_200)
    bounce(scene, refund)
    finish(scene, api.reissue(refund.id, scene.at), "pending")


def _by_bank(scene: Scene, charge: Charge) -> None:
    refund = refunded(scene, charge, 1_300)
    bounce(scene, refund)
    api.settle_by_bank(refund.id, scene.at)


def _debts(scene: Scene) -> None:
    """Two debts: one paid by a later order and written off in part, one open."""
    debt = not_given_back(scene, asked_back(scene, "order:owed", 3_000))
    recovered(scene, "order:paid_a_debt")
    debt = not_given_back(scene, asked_back(scene, "order:written_off", 2_000))
    api.write_off(debt.id, eur(100), scene.at)


def _promotion(scene: Scene) -> None:
    from payments.contracts import PromotionRequest, ReleaseRequest

    charge = api.promote(PromotionRequest("gift", "work:gift", scene.seller.pk, eur(PRICE)), scene.at)
    part = ReleaseRequest("gift:release", charge.id, scene.seller.pk, eur(PRICE // 2), eur(SELLER_FEE), eur(0))
    api.release(part, scene.at + timedelta(seconds=1))
