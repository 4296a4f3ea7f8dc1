"""What of the money at Stripe is the platform's own.

Every entry of the ledger has its counterpart, so what is not owed to anybody is what the platform earned and put in,
less what it spent, lost, withdrew, and less what is out at sellers (debts) and banks (open chargebacks). That sum needs
no look at any hold.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Sum
from django.db.models.fields.json import KT

from marketplace.kernel.money import Money
from payments.ledger.kinds import Kind
from payments.models import Account, OperationKind, OperationState, SellerDebt, StripeOperation
from payments.selectors.balances import balances_of

_OWN = (
    Kind.PLATFORM_EQUITY,
    Kind.FEE_REVENUE,
    Kind.STRIPE_FEE_EXPENSE,
    Kind.DISPUTE_FEE_EXPENSE,
    Kind.PROMOTION_EXPENSE,
    Kind.PLATFORM_LOSS,
    Kind.PLATFORM_BANK,
    Kind.DISPUTE_CLEARING,
)


@dataclass(frozen=True, slots=True)
class PlatformFunds:
    currency: str
    parts: tuple[tuple[str, Money], ...]  # kind of account → what it adds (positive) or takes
    under_way: Money  # withdrawals that Stripe has not confirmed

    @property
    def own(self) -> Money:
        return Money(sum(amount.amount_minor for _, amount in self.parts), self.currency)

    @property
    def withdrawable(self) -> Money:
        """Never below zero."""
        return Money(max((self.own - self.under_way).amount_minor, 0), self.currency)


def platform_funds(currency: str) -> PlatformFunds:
    """Four queries, however many orders there are."""
    kinds = [kind.value for kind in (*_OWN, Kind.SUSPENSE)]
    accounts = list(Account.objects.filter(kind__in=kinds, owner_id=0, currency=currency))
    balances, sums = balances_of(accounts), dict.fromkeys(kinds, 0)
    for account in accounts:
        sums[account.kind] += balances[account.id]
    # What came in without an explanation may be somebody's; what went out is gone.
    sums[Kind.SUSPENSE.value] = min(sums[Kind.SUSPENSE.value], 0)
    sums[Kind.SELLER_DEBT.value] = -_debts_minor(currency)
    parts = tuple((kind, Money(minor, currency)) for kind, minor in sums.items())
    return PlatformFunds(currency, parts, Money(_under_way_minor(currency), currency))


def _debts_minor(currency: str) -> int:
    settled = F("recovered_minor") + F("written_off_minor")
    open_ones = SellerDebt.objects.filter(currency=currency, amount_minor__gt=settled)
    return open_ones.aggregate(sum=Sum(F("amount_minor") - settled))["sum"] or 0


def _under_way_minor(currency: str) -> int:
    asked = StripeOperation.objects.filter(
        kind=OperationKind.CREATE_WITHDRAWAL,
        state__in=[OperationState.PENDING, OperationState.PARKED],
        params__currency=currency.lower(),
    )
    return sum(int(text) for text in asked.values_list(KT("params__amount"), flat=True))
