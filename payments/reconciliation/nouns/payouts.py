"""The platform's own payouts beside the ledger: a withdrawal, and its return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from payments.gateway import listings
from payments.gateway.listings import Listed, Side
from payments.reconciliation import posted
from payments.reconciliation.nouns.noun import Noun


def _ours(found: Sequence[Listed]) -> dict[str, Side]:
    keys = {f"{kind}:{item.id}": item.id for item in found for kind in ("withdrawal", "withdrawal_returned")}
    sums: Counter[str] = Counter()
    currencies: dict[str, str] = {}
    for key, entry in posted.by_key(keys).items():
        sums[keys[key]] += entry.amount_minor
        currencies[keys[key]] = entry.currency
    return {item_id: Side(sums[item_id], currency) for item_id, currency in currencies.items()}


PAYOUTS = Noun("payouts", listings.PAYOUTS, "payout.updated", _ours)
