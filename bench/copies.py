"""Copies whole orders many times, table by table, with ids of their own: rows as the product writes them, quickly.

A copy's UUID is a hash of the original's and its number, wherever it stands: as a key, or inside of a text such as
"capture:…". The ledger's numbers are moved by a multiple of a stride; the platform's own accounts are shared.
"""

from __future__ import annotations

from bench import database

_STRIDE = 1_000
_TABLES = ("payments_charge", "payments_release", "payments_refund", "payments_stripeoperation")
_FUNCTIONS = """
CREATE FUNCTION pg_temp.copied(id uuid, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT
RETURN md5(id::text || n)::uuid;
CREATE FUNCTION pg_temp.copied(t text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE STRICT
RETURN coalesce(replace(t, substring(t FROM '[0-9a-f]{8}-[0-9a-f-]{27}'),
    md5(substring(t FROM '[0-9a-f]{8}-[0-9a-f-]{27}') || n)::uuid::text), t);
"""
_EXPRESSIONS = {"uuid": "pg_temp.copied({0}, n)", "varchar": "pg_temp.copied({0}::text, n)"}
_LEDGER = f"""
INSERT INTO ledger_account (id, kind, owner_id, reference, currency, shard)
SELECT id + n * {_STRIDE}, kind, owner_id, pg_temp.copied(reference::text, n), currency, shard
FROM ledger_account, generate_series(1, %(copies)s) n WHERE reference <> '';
INSERT INTO ledger_balance (account_id, posted_minor, version)
SELECT account_id + n * {_STRIDE}, posted_minor, version FROM ledger_balance, generate_series(1, %(copies)s) n;
INSERT INTO ledger_transfer (id, op_key, kind, reference, effective_at)
SELECT id + n * {_STRIDE}, pg_temp.copied(op_key::text, n), kind, pg_temp.copied(reference::text, n), effective_at
FROM ledger_transfer, generate_series(1, %(copies)s) n;
INSERT INTO ledger_entry (id, transfer_id, account_id, amount_minor, currency)
SELECT e.id + n * {_STRIDE}, e.transfer_id + n * {_STRIDE},
       CASE a.reference WHEN '' THEN a.id ELSE a.id + n * {_STRIDE} END, e.amount_minor, e.currency
FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id, generate_series(1, %(copies)s) n;
"""


def multiply(copies: int) -> None:
    """Adds so many copies of all that is there. In one transaction, without triggers: check_ledger is the judge."""
    database.run("BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL synchronous_commit = off")
    database.run(_FUNCTIONS)
    for name in _TABLES:
        columns = database.run(
            "SELECT column_name, udt_name FROM information_schema.columns WHERE table_name = %s", [name]
        )
        names = ", ".join(column for column, _ in columns)
        values = ", ".join(_EXPRESSIONS.get(kind, "{0}").format(column) for column, kind in columns)
        statement = f"INSERT INTO {name} ({names}) SELECT {values} FROM {name}, generate_series(1, %(copies)s) n"
        database.run(statement, {"copies": copies})
    database.run(_LEDGER, {"copies": copies})
    database.run("COMMIT")
