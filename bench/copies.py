"""Copies whole orders many times, table by table, with ids of their own: rows as the product writes them, quickly.

A copy's UUID is a hash of the original's and its number, wherever it stands: as a key, or inside of a text such as
"capture:…". The ledger's numbers are moved by a multiple of a stride; the platform's own accounts are shared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bench import database

_MONEY = ("payments_charge", "payments_release", "payments_refund", "payments_stripeoperation")
_ORDERS = {
    "orders_order": "id",
    "orders_orderevent": "order_id",
    "orders_orderpayment": "order_id",
    "orders_timer": "order_id",
}
_NUMBERED = {name for name in _ORDERS if name != "orders_order"}  # the database counts their ids
_FUNCTIONS = """
CREATE OR REPLACE FUNCTION pg_temp.copied(id uuid, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT
RETURN md5(id::text || n)::uuid;
CREATE OR REPLACE FUNCTION pg_temp.copied(t text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE STRICT
RETURN coalesce(replace(t, substring(t FROM '[0-9a-f]{8}-[0-9a-f-]{27}'),
    md5(substring(t FROM '[0-9a-f]{8}-[0-9a-f-]{27}') || n)::uuid::text), t);
"""
_EXPRESSIONS = {"uuid": "pg_temp.copied({0}, n)", "varchar": "pg_temp.copied({0}::text, n)"}
_LEDGER = """
INSERT INTO ledger_account (id, kind, owner_id, reference, currency, shard)
SELECT id + n * {0}, kind, owner_id, pg_temp.copied(reference::text, n), currency, shard
FROM ledger_account, generate_series(1, %(copies)s) n WHERE reference <> '';
INSERT INTO ledger_balance (account_id, posted_minor, version)
SELECT account_id + n * {0}, posted_minor, version FROM ledger_balance, generate_series(1, %(copies)s) n;
INSERT INTO ledger_transfer (id, op_key, kind, reference, effective_at)
SELECT id + n * {0}, pg_temp.copied(op_key::text, n), kind, pg_temp.copied(reference::text, n), effective_at
FROM ledger_transfer, generate_series(1, %(copies)s) n;
INSERT INTO ledger_entry (id, transfer_id, account_id, amount_minor, currency)
SELECT e.id + n * {0}, e.transfer_id + n * {0},
       CASE a.reference WHEN '' THEN a.id ELSE a.id + n * {0} END, e.amount_minor, e.currency
FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id, generate_series(1, %(copies)s) n;
"""
_NUMBERS = ("ledger_account", "ledger_transfer", "ledger_entry")


def multiply(copies: int) -> None:
    """Adds so many copies of all money that is there. check_ledger is the judge."""
    with _quickly():
        for name in _MONEY:
            _copy(name, copies)
        stride = max(database.run(f"SELECT coalesce(max(id), 0) FROM {name}")[0][0] for name in _NUMBERS) + 1
        database.run(_LEDGER.format(stride), {"copies": copies})
        for name in _NUMBERS:
            database.run(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}")


def multiply_orders(copies: int, where: str = "true", also: Mapping[str, str] | None = None) -> None:
    """Adds so many copies of the orders ``where`` says, without their money.

    ``also``: expressions by column for what is not as in the original, with ``n`` for the copy's number.
    """
    chosen = f"IN (SELECT id FROM orders_order WHERE {where})"
    unique = {"code": "upper(left(md5({0} || n), 12))"}
    with _quickly():
        # The orders last, which say what is copied.
        for name, column in reversed(_ORDERS.items()):
            _copy(name, copies, f"{column} {chosen}", {**unique, **(also or {})})


@contextmanager
def _quickly() -> Iterator[None]:
    """In one transaction, without triggers."""
    database.run("BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL synchronous_commit = off")
    database.run(_FUNCTIONS)
    yield
    database.run("COMMIT")


def _copy(table: str, copies: int, where: str = "true", also: Mapping[str, str] | None = None) -> None:
    columns = database.run(
        "SELECT column_name, udt_name FROM information_schema.columns WHERE table_name = %s", [table]
    )
    kept = [(column, kind) for column, kind in columns if (column, table in _NUMBERED) != ("id", True)]
    names = ", ".join(column for column, _ in kept)
    expressions = ((also or {}).get(column, _EXPRESSIONS.get(kind, "{0}")).format(column) for column, kind in kept)
    # Neighbours in the table belong to different originals, as orders of different people do.
    database.run(
        f"INSERT INTO {table} ({names}) SELECT {', '.join(expressions)}"
        f" FROM generate_series(1, %(copies)s) n CROSS JOIN LATERAL (SELECT * FROM {table} WHERE {where}) AS original",
        {"copies": copies},
    )
