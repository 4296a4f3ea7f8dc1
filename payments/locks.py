"""The one order in which rows are locked, so that no two transactions wait for each other.

1. a webhook's log row, the operation that is being recorded, or the deed that is being done
2. the owner of the reference (the order), through ``owners.lock``
3. the charge
4. its releases, then their reversals, its refunds and chargebacks, by id
5. sellers' debts, by id
6. guarded balances, by account id (inside ``ledger_post``)

Whoever calls ``payments.api`` has locked the owner already; whoever records a fact from Stripe starts at 1.
A payout locks only its connected account.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import F

from marketplace.kernel.prepared import prepared
from payments import owners
from payments.models import (
    Charge,
    Chargeback,
    ConnectedAccount,
    ManualDeed,
    Refund,
    Release,
    SellerDebt,
    StripeOperation,
    WebhookEvent,
)


def lock_event(event_id: int) -> WebhookEvent:
    return WebhookEvent.objects.select_for_update().get(pk=event_id)


def lock_operation(operation_id: uuid.UUID) -> StripeOperation:
    return _OPERATION.get(operation_id)


_OPERATION = prepared(lambda pk: StripeOperation.objects.select_for_update().filter(pk=pk))


def lock_deed(deed_id: uuid.UUID) -> ManualDeed:
    return ManualDeed.objects.select_for_update().get(pk=deed_id)


def lock_charge(charge_id: uuid.UUID) -> Charge:
    return _CHARGE.get(charge_id)


_CHARGE = prepared(lambda pk: Charge.objects.select_for_update().filter(pk=pk))


def lock_charge_for_fact(charge_id: uuid.UUID, reference: str) -> Charge:
    """For facts that come from Stripe: the owner first, then the charge."""
    owners.lock(reference)
    return lock_charge(charge_id)


def lock_releases(charge: Charge) -> Sequence[Release]:
    releases = _RELEASES.all(charge.pk)
    for release in releases:
        release.charge = charge
    return releases


_RELEASES = prepared(
    lambda charge: Release.objects.select_for_update(of=("self",)).filter(charge=charge).order_by("id")
)


def lock_refund(refund_id: uuid.UUID, charge: Charge) -> Refund:
    refund = Refund.objects.select_for_update(of=("self",)).get(pk=refund_id)
    refund.charge = charge
    return refund


def lock_chargeback(stripe_dispute_id: str) -> Chargeback | None:
    found = Chargeback.objects.select_for_update(of=("self",)).filter(stripe_dispute_id=stripe_dispute_id)
    return found.first()


def lock_debts(seller_id: int, currency: str) -> Sequence[SellerDebt]:
    """A seller's open debts, oldest first (ids grow with time)."""
    return _DEBTS.all(seller_id, currency)


_DEBTS = prepared(
    lambda seller, currency: (
        SellerDebt.objects.filter(
            seller_id=seller, currency=currency, amount_minor__gt=F("recovered_minor") + F("written_off_minor")
        )
        .select_for_update(of=("self",))
        .select_related("release__charge")
        .order_by("id")
    )
)


def lock_debt(debt_id: uuid.UUID) -> SellerDebt:
    return SellerDebt.objects.select_for_update(of=("self",)).select_related("release__charge").get(pk=debt_id)


def lock_account(account_id: uuid.UUID) -> ConnectedAccount:
    return ConnectedAccount.objects.select_for_update(of=("self",)).get(pk=account_id)
