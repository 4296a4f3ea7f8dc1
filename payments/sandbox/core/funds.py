"""Balances: sums of balance transactions, pending until their day of availability."""

from __future__ import annotations

from payments.sandbox import identifiers, runtime
from payments.sandbox.errors import insufficient_balance
from payments.sandbox.store import Obj, Tx

CATEGORIES = {
    "payment": "charge",
    "adjustment": "other_adjustment",
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
    source: str | None,
    account: str = "",
    fee: int = 0,
    fee_name: str = "Stripe processing fees",
    available_on: int | None = None,
    category: str = "",
    description: str | None = None,
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
        "description": description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [charged] if fee else [],
        "net": amount - fee,
        "reporting_category": category or CATEGORIES.get(kind, kind),
        "source": source,
        "status": "pending",
        "type": kind,
    }
    tx.add("balance_transaction", entry, account)
    _count(tx, entry, account)
    return entry


def _count(tx: Tx, entry: Obj, account: str) -> None:
    pending = entry["available_on"] > identifiers.now()
    column = "pending" if pending else "available"
    tx.run(
        f"INSERT INTO balances (account, currency, {column}) VALUES (?, ?, ?) "  # noqa: S608  (one of two names)
        f"ON CONFLICT DO UPDATE SET {column} = {column} + excluded.{column}",
        account, entry["currency"], entry["net"],
    )  # fmt: skip
    if pending:
        tx.run(
            "INSERT INTO pending_funds (id, account, currency, net, available_on) VALUES (?, ?, ?, ?, ?)",
            entry["id"], account, entry["currency"], entry["net"], entry["available_on"],
        )  # fmt: skip


def _arrive(tx: Tx, now: int) -> None:
    """Count as available whose day has come."""
    due = tx.rows(
        "SELECT account, currency, sum(net) AS net FROM pending_funds WHERE available_on <= ? GROUP BY 1, 2", now
    )
    for row in due:
        tx.run(
            "UPDATE balances SET available = available + ?, pending = pending - ? WHERE account = ? AND currency = ?",
            row["net"], row["net"], row["account"], row["currency"],
        )  # fmt: skip
    if due:
        tx.run("DELETE FROM pending_funds WHERE available_on <= ?", now)


def balances(tx: Tx, account: str = "") -> dict[str, tuple[int, int]]:
    """Currency -> (available, pending), minor units."""
    _arrive(tx, identifiers.now())
    rows = tx.rows("SELECT currency, available, pending FROM balances WHERE account = ? ORDER BY currency", account)
    return {row["currency"]: (row["available"], row["pending"]) for row in rows}


def balance(tx: Tx, account: str, currency: str) -> tuple[int, int]:
    return balances(tx, account).get(currency, (0, 0))


def availability(tx: Tx, transaction_id: str | None) -> int:
    """When the funds of a balance transaction arrive; a time that has passed counts as now."""
    found = tx.find("balance_transaction", transaction_id or "", None)
    return max(found["available_on"] if found else 0, identifiers.now())


def demand(tx: Tx, *, account: str, currency: str, amount: int, pending_too: bool, message: str) -> None:
    """Refuse when the balance does not cover ``amount``."""
    if not covers(tx, account=account, currency=currency, amount=amount, pending_too=pending_too):
        raise insufficient_balance(message)


def covers(tx: Tx, *, account: str, currency: str, amount: int, pending_too: bool) -> bool:
    available, pending = balance(tx, account, currency)
    return amount <= available + (max(pending, 0) if pending_too else 0)


def funds_due() -> int:
    return identifiers.now() + runtime.options().funds_seconds


def release_all(tx: Tx) -> None:
    """Make every pending balance available now."""
    now = identifiers.now()
    for row in tx.rows("SELECT id FROM pending_funds WHERE available_on > ?", now):
        entry = tx.find("balance_transaction", row["id"], None)
        if entry:
            tx.save(entry | {"available_on": now})
    tx.run("UPDATE pending_funds SET available_on = ? WHERE available_on > ?", now, now)
    _arrive(tx, now)
