"""Money in the stages that the tests start from."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from accounts.models import User
from marketplace.kernel.money import Money
from payments import api
from payments.contracts import ChargeLine, ChargeRequest, PayoutGate, RefundRequest, ReleaseRequest
from payments.gateway import objects
from payments.models import Charge, ConnectedAccount, OperationKind, Refund, Release, StripeOperation
from payments.operations import executor
from tests.support.sandbox import SandboxProcess

PRICE, BUYER_FEE, SELLER_FEE = 5_800, 174, 580
WHOLE, NET = PRICE + BUYER_FEE, PRICE - SELLER_FEE


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def entries(op_key: str) -> dict[tuple[str, int, str], int]:
    """What a posting wrote: (kind, owner, reference) → credit positive."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.kind, a.owner_id, a.reference, e.amount_minor FROM ledger_entry e "
            "JOIN ledger_account a ON a.id = e.account_id JOIN ledger_transfer t ON t.id = e.transfer_id "
            "WHERE t.op_key = %s",
            [op_key],
        )
        return {(kind, owner, reference): amount for kind, owner, reference, amount in cursor.fetchall()}


def ledger_size() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM ledger_transfer), (SELECT count(*) FROM ledger_entry)")
        transfers, rows = cursor.fetchone()
        return transfers, rows


@dataclass
class Scene:
    buyer: User
    seller: User
    at: datetime
    stripe: SandboxProcess | None = None

    @property
    def sandbox(self) -> SandboxProcess:
        assert self.stripe
        return self.stripe

    def request(self, reference: str = "order:1", **changes: object) -> ChargeRequest:
        given: dict[str, object] = {
            "key": reference,
            "reference": reference,
            "purpose": "order",
            "payer_id": self.buyer.pk,
            "payer_email": self.buyer.email,
            "lines": (ChargeLine("Ten descriptions", 1, eur(PRICE)), ChargeLine("Service fee", 1, eur(BUYER_FEE))),
            "window": timedelta(minutes=30),
            "success_path": "/orders/1/?paid=1",
            "cancel_path": "/orders/1/",
        }
        return ChargeRequest(**{**given, **changes})  # type: ignore[arg-type]

    def pending(self, reference: str = "order:1") -> Charge:
        return Charge.objects.get(pk=api.request_charge(self.request(reference), self.at).id)

    def captured(self, reference: str = "order:1") -> Charge:
        charge = self.pending(reference)
        if self.stripe:
            api.checkout_url(charge.id, self.at)
            charge.refresh_from_db()
            self.stripe.pay(charge.session_id)
            api.sync_charge(charge.id, self.at)
        else:
            op = StripeOperation.objects.get(kind=OperationKind.CREATE_SESSION, subject=str(charge.id))
            executor.complete(op.id, self.paid_session(charge), self.at)
        charge.refresh_from_db()
        return charge

    def paid_session(self, charge: Charge, *, minor: int = WHOLE, fee: Money | None = None) -> objects.Session:
        return objects.Session(
            id=f"cs_{charge.id.hex}",
            url="https://checkout.test/pay",
            status="complete",
            is_paid=True,
            livemode=False,
            payment_intent_id=f"pi_{charge.id.hex}",
            charge_id=f"ch_{charge.id.hex}",
            received=Money(minor, charge.currency),
            fee=fee,
            metadata={},
        )

    def release_request(self, charge: Charge, key: str = "release", price: int = PRICE) -> ReleaseRequest:
        whole = price == PRICE
        return ReleaseRequest(
            key=f"{charge.reference}:{key}",
            charge_id=charge.id,
            payee_id=self.seller.pk,
            price=eur(price),
            seller_fee=eur(SELLER_FEE if whole else price // 10),
            buyer_fee=eur(BUYER_FEE if whole else 0),
        )

    def released(self, reference: str = "order:1") -> Release:
        charge = self.captured(reference)
        api.release(self.release_request(charge), self.at)
        return Release.objects.select_related("charge").get(charge=charge)

    def transferred(self, reference: str = "order:1") -> Release:
        """In the connected account; with the sandbox only, after ``open_account``."""
        self.released(reference)
        api.clear(reference, self.at)
        self.run()
        return Release.objects.select_related("charge").get(charge__reference=reference)

    def refund(self, charge: Charge, minor: int, key: str = "refund") -> Refund:
        request = RefundRequest(f"{charge.reference}:{key}", charge.id, eur(minor), "cancelled")
        api.refund(request, self.at)
        return Refund.objects.get(key=request.key)

    def open_account(self) -> ConnectedAccount:
        """The seller can be paid."""
        known = ConnectedAccount.objects.filter(user=self.seller, gate=PayoutGate.OPEN, replaced_at=None).first()
        if known:
            return known
        if self.stripe:
            api.onboarding_url(user_id=self.seller.pk, email=self.seller.email, country="IE", at=self.at)
            account = ConnectedAccount.objects.get(user=self.seller, replaced_at=None)
            self.stripe.control("onboard", account=account.stripe_id)
            api.refresh_gate(self.seller.pk, self.at)
            self.run()
            account.refresh_from_db()
            return account
        return ConnectedAccount.objects.create(
            user=self.seller,
            stripe_id="acct_1Test",
            email=self.seller.email,
            country="IE",
            gate=PayoutGate.OPEN,
            gate_since=self.at,
            created_at=self.at,
        )

    def run(self, later: timedelta = timedelta(0)) -> int:
        return executor.run_due(self.at + later)


def new_reference() -> str:
    return f"order:{uuid.uuid4()}"
