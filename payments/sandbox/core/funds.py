"""Balances: sums of balance transactions, pending until their day of availability."""

from __future__ import annotations

from payments.sandbox import identifiers, runtime
from payments.sandbox.errors import insufficient_balance
from payments.sandbox.store import Obj, Tx

CATEGORIES = {
    "payment": "charge",
    "adjustment": "dispute",
    "payment_refund": "refund",
    "transfer_refund": "transfer_reversal",
    "payout_failure": "payout_reversal",
    "payout_cancel": "payout_reversal",
    "refund_failure": "refund_failure",
}


def book(
    tx: Tx,
    *,
    kind: str,
    amount: int,
    currency: str,
    source: str,
    account: str = "",
    fee: int = 0,
    fee_name: str = "Stripe processing fees",
    available_on: int | None = None,
) -> Obj:
    """A balance transaction; ``amount`` and ``fee`` in minor units, negative amounts take from the balance."""
    charged = {"amount": fee, "application": None, "currency": currency, "description": fee_name, "type": "stripe_fee"}
    entry: Obj = {
        "id": identifiers.new("txn_"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": identifiers.now() if available_on is None else available_on,
        "balance_type": "payments",
        "created": identifiers.now(),
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [charged] if fee else [],
        "net": amount - fee,
        "reporting_category": CATEGORIES.get(kind, kind),
        "source": source,
        "status": "pending",
        "type": kind,
    }
    tx.add("balance_transaction", entry, account)
    tx.run(
        "INSERT INTO funds (id, account, currency, net, available_on) VALUES (?, ?, ?, ?, ?)",
        entry["id"], account, currency, entry["net"], entry["available_on"],
    )  # fmt: skip
    return entry


def balances(tx: Tx, account: str = "") -> dict[str, tuple[int, int]]:
    """Currency -> (available, pending), minor units."""
    rows = tx.rows(
        "SELECT currency, sum(CASE WHEN available_on <= ? THEN net ELSE 0 END) AS available, sum(net) AS total "
        "FROM funds WHERE account = ? GROUP BY currency ORDER BY currency",
        identifiers.now(), account,
    )  # fmt: skip
    return {row["currency"]: (row["available"], row["total"] - row["available"]) for row in rows}


def balance(tx: Tx, account: str, currency: str) -> tuple[int, int]:
    return balances(tx, account).get(currency, (0, 0))


def availability(tx: Tx, transaction_id: str | None) -> int:
    """When the funds of a balance transaction arrive; a time that has passed counts as now."""
    found = tx.find("balance_transaction", transaction_id or "", None)
    return max(found["available_on"] if found else 0, identifiers.now())


def demand(tx: Tx, *, account: str, currency: str, amount: int, pending_too: bool, message: str) -> None:
    """Refuse when the balance does not cover ``amount``."""
    available, pending = balance(tx, account, currency)
    if amount > available + (max(pending, 0) if pending_too else 0):
        raise insufficient_balance(message)


def funds_due() -> int:
    return identifiers.now() + runtime.options().funds_seconds


def release_all(tx: Tx) -> None:
    """Make every pending balance available now."""
    now = identifiers.now()
    for row in tx.rows("SELECT id FROM funds WHERE available_on > ?", now):
        entry = tx.find("balance_transaction", row["id"], None)
        if entry:
            tx.save(entry | {"available_on": now})
    tx.run("UPDATE funds SET available_on = ? WHERE available_on > ?", now, now)
