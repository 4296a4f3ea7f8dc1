"""The chart of accounts as plain-text accounting names it: five roots, a colon between the levels."""

from __future__ import annotations

import re

from payments.ledger.kinds import Kind

_NAMES = {
    Kind.STRIPE_BALANCE: "Assets:Stripe",
    Kind.PLATFORM_BANK: "Assets:Bank",
    Kind.PLATFORM_EQUITY: "Equity:Operator",
    Kind.HOLD: "Liabilities:Holds",
    Kind.SELLER_CLEARING: "Liabilities:Sellers:Clearing",
    Kind.SELLER_AVAILABLE: "Liabilities:Sellers:Available",
    Kind.SELLER_DEBT: "Assets:Sellers:Debt",
    Kind.DEBT_SETTLEMENT: "Liabilities:Settlement:Debt",
    Kind.TRANSFER_CLEARING: "Liabilities:Clearing:Transfers",
    Kind.REFUND_CLEARING: "Liabilities:Clearing:Refunds",
    Kind.DISPUTE_CLEARING: "Assets:Clearing:Disputes",
    Kind.BUYER_PAYABLE: "Liabilities:Buyers:Payable",
    Kind.FEE_REVENUE: "Income:Fees",
    Kind.STRIPE_FEE_EXPENSE: "Expenses:Stripe:Fees",
    Kind.DISPUTE_FEE_EXPENSE: "Expenses:Stripe:Disputes",
    Kind.PROMOTION_EXPENSE: "Expenses:Promotions",
    Kind.PLATFORM_LOSS: "Expenses:Losses",
    Kind.SUSPENSE: "Equity:Suspense",
}


def name_of(kind: str, owner_id: int, reference: str) -> str:
    """``Liabilities:Holds:0190…``, ``Liabilities:Sellers:Clearing:17:Order-0190…``: one name per account.

    A kind that has no place here yet is a liability under its own name, so that no entry is left out.
    """
    parts = [_NAMES.get(kind) or f"Liabilities:Other:{_word(kind)}"]  # type: ignore[call-overload]
    parts += [f"P{owner_id}"] if owner_id else []
    parts += [_word(reference)] if reference else []
    return ":".join(parts)


def _word(text: str) -> str:
    """A level of a name: letters, digits and hyphens, a capital first, as beancount wants it."""
    word = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-") or "X"
    return word[0].upper() + word[1:]
