"""Orders in every stage, made by the product's own services; what Stripe would have answered is handed to them.

Every id that Stripe would give holds the id of a row here, so that copies of the rows have ids of their own.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from accounts.models import User
from marketplace.kernel.money import Money
from payments import api
from payments.contracts import ChargeLine, ChargeRequest, PayoutGate, RefundRequest, ReleaseRequest
from payments.gateway import objects
from payments.models import Charge, ConnectedAccount, OperationKind, Refund, Release, StripeOperation
from payments.operations import executor

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
PRICE, BUYER_FEE, SELLER_FEE, STRIPES_FEE = 5_800, 174, 580, 112


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


class Stories:
    """``held`` → ``cleared_later`` → ``transferred``, or ``refunded``: each method makes one order."""

    def __init__(self) -> None:
        self.buyer = User.objects.create_user("buyer@bench.invalid", display_name="Buyer")
        self.seller = User.objects.create_user("seller@bench.invalid", display_name="Seller", country="IE")
        ConnectedAccount.objects.create(
            user=self.seller,
            stripe_id="acct_bench",
            email=self.seller.email,
            country="IE",
            gate=PayoutGate.OPEN,
            gate_since=AT,
            created_at=AT,
        )

    def held(self) -> Charge:
        reference = f"bench:{uuid.uuid4()}"
        request = ChargeRequest(
            key=reference,
            reference=reference,
            purpose="order",
            payer_id=self.buyer.pk,
            payer_email=self.buyer.email,
            lines=(ChargeLine("Work", 1, eur(PRICE)), ChargeLine("Service fee", 1, eur(BUYER_FEE))),
            window=timedelta(minutes=30),
            success_path="/",
            cancel_path="/",
        )
        charge = Charge.objects.get(pk=api.request_charge(request, AT).id)
        complete(OperationKind.CREATE_SESSION, charge.id, paid(charge), AT)
        charge.refresh_from_db()
        return charge

    def clearing(self) -> Charge:
        charge = self.held()
        request = ReleaseRequest(
            key=f"{charge.reference}:release",
            charge_id=charge.id,
            payee_id=self.seller.pk,
            price=eur(PRICE),
            seller_fee=eur(SELLER_FEE),
            buyer_fee=eur(BUYER_FEE),
        )
        api.release(request, AT)
        return charge

    def transferred(self) -> Charge:
        charge = self.clearing()
        api.clear(charge.reference, AT)
        release = Release.objects.get(charge=charge)
        answer = objects.Transfer(f"tr_{release.id}", eur(release.sent_minor), "acct_bench", {})
        complete(OperationKind.CREATE_TRANSFER, release.id, answer, AT)
        return charge

    def refunded(self) -> Charge:
        charge = self.held()
        request = RefundRequest(f"{charge.reference}:refund", charge.id, eur(1_000), "changed their mind")
        api.refund(request, AT)
        refund = Refund.objects.get(charge=charge)
        answer = objects.Refund(f"re_{refund.id}", "succeeded", "", {})
        complete(OperationKind.CREATE_REFUND, refund.id, answer, AT)
        return charge


def complete(kind: OperationKind, subject: uuid.UUID, answer: object, at: datetime) -> None:
    """Hands payments what Stripe answered."""
    op = StripeOperation.objects.get(kind=kind, subject=str(subject))
    executor.complete(op.id, answer, at)


def paid(charge: Charge) -> objects.Session:
    return objects.Session(
        id=f"cs_{charge.id}",
        url="https://checkout.invalid/pay",
        status="complete",
        is_paid=True,
        livemode=False,
        payment_intent_id=f"pi_{charge.id}",
        charge_id=f"ch_{charge.id}",
        received=charge.amount,
        fee=eur(STRIPES_FEE),
        metadata={},
    )
