"""Where the money of a reference stands, read from the ledger in one query however many are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.db import connection

from marketplace.kernel.money import Money
from payments.contracts import ChargeView, Position
from payments.ledger.kinds import Kind
from payments.models import Charge

_SUMS = """
SELECT t.reference, t.kind, a.kind, e.currency, sum(e.amount_minor)::bigint
FROM ledger_transfer t
JOIN ledger_entry e ON e.transfer_id = t.id
JOIN ledger_account a ON a.id = e.account_id
WHERE t.reference = ANY(%s)
GROUP BY 1, 2, 3, 4
"""
_Sums = dict[tuple[str, str], int]


def position(reference: str, currency: str) -> Position:
    """Where the money of one reference stands in one currency."""
    sums = _read([reference])[reference]
    return _position(sums.get(currency, {}), currency)


def positions(currencies: Mapping[str, str]) -> dict[str, Position]:
    """The same for many, each reference with its currency; those without money stand at zero."""
    found = _read(list(currencies))
    return {reference: _position(found[reference].get(code, {}), code) for reference, code in currencies.items()}


def charges_of(reference: str) -> list[ChargeView]:
    """Every charge of a reference, oldest first."""
    return [charge.view for charge in Charge.objects.filter(reference=reference).order_by("created_at", "id")]


def _read(references: list[str]) -> defaultdict[str, dict[str, _Sums]]:
    """reference → currency → (kind of transfer, kind of account) → sum, credit positive."""
    result: defaultdict[str, dict[str, _Sums]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [references])
        for reference, transfer_kind, account_kind, currency, amount in cursor.fetchall():
            result[reference].setdefault(currency, {})[transfer_kind, account_kind] = amount
    return result


def _position(sums: _Sums, currency: str) -> Position:
    def standing(kind: Kind) -> Money:
        return Money(sum(amount for (_, account), amount in sums.items() if account == kind), currency)

    def left(account: Kind, *transfer_kinds: str) -> int:
        return sum(sums.get((kind, account), 0) for kind in transfer_kinds)

    taken_back = left(Kind.STRIPE_BALANCE, "chargeback_withdrawn", "chargeback_reinstated")
    charged_back = -standing(Kind.DISPUTE_CLEARING)
    by_bank = left(Kind.PLATFORM_BANK, "paid_by_bank")
    return Position(
        captured=Money(-left(Kind.STRIPE_BALANCE, "capture"), currency) - standing(Kind.PROMOTION_EXPENSE),
        held=standing(Kind.HOLD),
        clearing=standing(Kind.SELLER_CLEARING),
        available=standing(Kind.SELLER_AVAILABLE),
        sending=standing(Kind.TRANSFER_CLEARING),
        transferred=Money(left(Kind.STRIPE_BALANCE, "transfer_done", "transfer_reversed"), currency),
        refunding=standing(Kind.REFUND_CLEARING),
        refunded=Money(left(Kind.STRIPE_BALANCE, "refund_done", "refund_bounced") + by_bank, currency),
        fees=standing(Kind.FEE_REVENUE),
        charged_back=charged_back,
        lost=Money(taken_back, currency) - charged_back,
        owed_by_seller=-standing(Kind.SELLER_DEBT),
        owed_to_buyer=standing(Kind.BUYER_PAYABLE),
    )
