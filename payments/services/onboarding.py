"""Sellers' accounts at the provider: made when first asked for, and re-read whenever it matters."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts import api as accounts
from marketplace.kernel import events
from payments import locks
from payments.contracts import PayoutGate, PayoutGateChanged, PayoutStatus
from payments.errors import ProviderAway, ProviderRefused
from payments.gateway import accounts as gateway
from payments.gateway import objects
from payments.gateway.errors import GatewayError, Refused
from payments.models import ConnectedAccount, OperationKind, OperationState, Release, ReleaseState, StripeOperation
from payments.operations import executor, queue
from payments.operations.registry import handles
from payments.selectors.gate import payout_status
from payments.services.transfers import send_waiting


def onboarding_url(*, user_id: int, email: str, country: str, at: datetime) -> str:
    """Where the seller tells the provider who they are; good for one visit. Outside any transaction.

    Makes the connected account the first time. Raises ProviderAway, ProviderRefused.
    """
    account = _account_of(user_id, email, country, at)
    if not account.stripe_id:
        _make(account, at)
        account.refresh_from_db()
    back = settings.SITE_URL + reverse("payments:onboarding_return")
    again = settings.SITE_URL + reverse("payments:earnings") + "?again=1"
    try:
        return gateway.onboarding_link(account.stripe_id, return_url=back, refresh_url=again)
    except Refused as error:
        raise ProviderRefused from error
    except GatewayError as error:
        raise ProviderAway from error


@transaction.atomic
def _account_of(user_id: int, email: str, country: str, at: datetime) -> ConnectedAccount:
    account, is_new = ConnectedAccount.objects.get_or_create(
        user_id=user_id, defaults={"email": email, "country": country, "gate_since": at, "created_at": at}
    )
    if is_new:
        queue.enqueue(OperationKind.CREATE_ACCOUNT, account.id, reference="", at=at, soon=False)
    return account


def _make(account: ConnectedAccount, at: datetime) -> None:
    op = queue.current(OperationKind.CREATE_ACCOUNT, account.id, reference="", at=at)
    op = executor.execute(op.id, at)
    if op.state == OperationState.FAILED:
        raise ProviderRefused
    if op.state != OperationState.DONE:
        raise ProviderAway


def refresh_gate(user_id: int, at: datetime) -> PayoutStatus:
    """Asks the provider whether this seller can be paid, and sends what has waited. Outside any transaction.

    The provider's return address proves nothing, so the return page calls this. Raises ProviderAway.
    """
    account = ConnectedAccount.objects.filter(user_id=user_id).exclude(stripe_id="").first()
    if account is None:
        return payout_status(user_id)
    try:
        found = gateway.read(account.stripe_id)
    except GatewayError as error:
        raise ProviderAway from error
    with transaction.atomic():
        record_account(account.id, found, at)
    send_waiting(at, payee_id=user_id)
    return payout_status(user_id)


def record_account(account_id: uuid.UUID, found: objects.ConnectedAccount, at: datetime) -> None:
    """Applies an account that was read at the provider. Inside a transaction."""
    account = locks.lock_account(account_id)
    gate = PayoutGate.OPEN if found.can_receive else PayoutGate.INCOMPLETE
    was, account.stripe_id = account.gate, account.stripe_id or found.id
    account.requirements, account.livemode, account.synced_at = list(found.requirements), found.livemode, at
    if gate != was:
        account.gate, account.gate_since = gate, at
    account.save()
    if gate != was:
        if gate == PayoutGate.OPEN:
            # What the provider refused while the account was not in order may be tried again.
            Release.objects.filter(payee_id=account.user_id, state=ReleaseState.AVAILABLE).update(note="")
        events.publish(PayoutGateChanged(account.user_id, gate, at))


@handles(OperationKind.CREATE_ACCOUNT)
class CreateAccount:
    def freeze(self, op: StripeOperation, at: datetime) -> dict[str, Any]:
        account = ConnectedAccount.objects.get(pk=op.subject)
        return gateway.create_params(
            email=account.email,
            country=account.country,
            display_name=accounts.person(account.user_id).name,
            metadata={"op_id": str(op.id), "account_id": str(account.id)},
        )

    def send(self, op: StripeOperation) -> objects.ConnectedAccount:
        return gateway.create(op.frozen, op.idempotency_key)

    def find(self, op: StripeOperation) -> objects.ConnectedAccount | None:
        return gateway.find(str(op.id))

    def succeed(self, op: StripeOperation, found: objects.ConnectedAccount, at: datetime) -> str:
        account_id = uuid.UUID(op.subject)
        record_account(account_id, found, at)
        if queue.latest(OperationKind.SET_PAYOUT_SCHEDULE, account_id) is None:
            queue.enqueue(
                OperationKind.SET_PAYOUT_SCHEDULE, account_id, reference="", account=found.id, params={}, at=at
            )
        return found.id

    def refuse(self, op: StripeOperation, error: GatewayError, at: datetime) -> None:
        """The seller may ask again, which makes a new operation."""


@handles(OperationKind.SET_PAYOUT_SCHEDULE)
class SetPayoutSchedule:
    """Setting it twice is harmless, so it needs no looking for."""

    def freeze(self, op: StripeOperation, at: datetime) -> dict[str, Any]:
        return {}

    def send(self, op: StripeOperation) -> str:
        return gateway.set_manual_payouts(op.account, op.idempotency_key)

    def find(self, op: StripeOperation) -> str:
        return self.send(op)

    def succeed(self, op: StripeOperation, found: str, at: datetime) -> str:
        return found

    def refuse(self, op: StripeOperation, error: GatewayError, at: datetime) -> None:
        """Logged as an error: the account would be paid out by the provider's own schedule until mended."""
