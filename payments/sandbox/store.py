"""The sandbox's state: one SQLite file, one writer at a time.

Every API call is one transaction that holds the objects, the events, the webhooks to send and the saved answer, so
that ``kill -9`` at any point leaves either all of a call or nothing of it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Obj = dict[str, Any]
SCHEMA = Path(__file__).with_name("schema.sql")
UPGRADE = Path(__file__).with_name("upgrade.sql")
VERSION = 2
TABLES = (
    "objects",
    "contents",
    "balances",
    "pending_funds",
    "idempotency",
    "jobs",
    "deliveries",
    "faults",
    "requests",
    "settings",
)


class Store:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(folder / "stripe-sandbox.sqlite3", check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        # The file survives the process being killed; waiting for the disk as well would only guard against a power cut.
        self._db.execute("PRAGMA synchronous = OFF")
        if self._db.execute("PRAGMA user_version").fetchone()[0] < VERSION:
            self._upgrade()
        self._db.executescript(SCHEMA.read_text())

    def _upgrade(self) -> None:
        """A state file of the first layout keeps its objects; balances are counted anew from them."""
        tables = {row["name"] for row in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "funds" in tables:
            self._db.executescript(UPGRADE.read_text())

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield Tx(self._db)
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def reset(self) -> None:
        with self.transaction() as tx:
            for table in TABLES:
                tx.run(f"DELETE FROM {table}")  # noqa: S608  (names from the tuple above)


class Tx:
    """What may be done inside one transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Undo what was done within, and only that, when it is refused."""
        self._db.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK TO attempt")
            raise
        finally:
            self._db.execute("RELEASE attempt")

    def run(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return self._db.execute(sql, values)

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in self._db.execute(sql, values)]

    def add(self, kind: str, obj: Obj, account: str = "") -> Obj:
        self.run(
            "INSERT INTO objects (id, kind, account, created, body) VALUES (?, ?, ?, ?, ?)",
            obj["id"], kind, account, obj.get("created") or obj["_created"], json.dumps(obj),
        )  # fmt: skip
        return obj

    def save(self, obj: Obj) -> Obj:
        self.run("UPDATE objects SET body = ? WHERE id = ?", json.dumps(obj), obj["id"])
        return obj

    def find(self, kind: str, identifier: str, account: str | None = "") -> Obj | None:
        """The object, or None. ``account=None`` looks in every account."""
        row = self.run("SELECT account, body FROM objects WHERE id = ? AND kind = ?", identifier, kind).fetchone()
        if row is None or (account is not None and row["account"] != account):
            return None
        return _object(row["body"])

    def any(self, identifier: str) -> tuple[str, str, Obj] | None:
        """Kind, account and object of any id."""
        row = self.run("SELECT kind, account, body FROM objects WHERE id = ?", identifier).fetchone()
        return (row["kind"], row["account"], _object(row["body"])) if row else None

    def select(
        self, kind: str, account: str | None = "", where: Mapping[str, Any] | None = None, *, limit: int = -1
    ) -> list[Obj]:
        """Newest first, with equality on members of the object."""
        sql, values = "SELECT body FROM objects WHERE kind = ?", [kind]
        if account is not None:
            sql, values = sql + " AND account = ?", [*values, account]
        for member, value in (where or {}).items():
            sql, values = f"{sql} AND json_extract(body, '$.{member}') = ?", [*values, value]
        rows = self.run(f"{sql} ORDER BY seq DESC LIMIT ?", *values, limit)
        return [_object(row["body"]) for row in rows]

    def setting(self, name: str, default: str = "") -> str:
        row = self.run("SELECT value FROM settings WHERE name = ?", name).fetchone()
        return str(row["value"]) if row else default

    def set(self, name: str, value: str) -> None:
        self.run(
            "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value
        )

    def schedule(self, name: str, argument: str, due: int) -> None:
        self.run("INSERT INTO jobs (name, argument, due) VALUES (?, ?, ?)", name, argument, due)


def _object(text: str) -> Obj:
    found: Obj = json.loads(text)
    return found
