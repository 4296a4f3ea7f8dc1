"""What is true at the sandbox, read from its state file: quick enough to be looked at after every step of a test."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from pathlib import Path
from typing import Any

Obj = dict[str, Any]
# What an operation of ours creates there; each carries the operation's id in its metadata.
CREATED = ("checkout.session", "account", "refund", "transfer", "transfer_reversal", "payout")


class SandboxState:
    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(f"file:{folder / 'stripe-sandbox.sqlite3'}?mode=ro", uri=True, timeout=20)

    def close(self) -> None:
        self._db.close()

    def objects(self, kind: str) -> list[Obj]:
        """Oldest first, of the platform and of every connected account."""
        rows = self._db.execute("SELECT body FROM objects WHERE kind = ? ORDER BY seq", [kind])
        return [json.loads(body) for (body,) in rows]

    def balance_minor(self, currency: str = "eur", account: str = "") -> int:
        """Available and pending together."""
        query = (
            "SELECT coalesce(sum(json_extract(body, '$.net')), 0) FROM objects WHERE kind = 'balance_transaction' "
            "AND account = ? AND json_extract(body, '$.currency') = ?"
        )
        return int(self._db.execute(query, [account, currency]).fetchone()[0])

    def moved(self) -> Counter[str]:
        """What moved in the platform's balance, net of fees, by the kind of balance transaction."""
        rows = self._db.execute(
            "SELECT json_extract(body, '$.type'), sum(json_extract(body, '$.net')) FROM objects "
            "WHERE kind = 'balance_transaction' AND account = '' GROUP BY 1"
        )
        return Counter(dict(rows.fetchall()))

    def made_by(self) -> Counter[str]:
        """Operation → how many objects it made."""
        marks = ", ".join("?" * len(CREATED))
        rows = self._db.execute(
            "SELECT json_extract(body, '$.metadata.op_id'), count(*) FROM objects "  # noqa: S608
            f"WHERE kind IN ({marks}) AND json_extract(body, '$.metadata.op_id') IS NOT NULL GROUP BY 1",
            CREATED,
        )
        return Counter(dict(rows.fetchall()))

    def faulted(self, kind: str) -> int:
        """How many requests met a fault of this kind."""
        return int(self._db.execute("SELECT count(*) FROM requests WHERE fault = ?", [kind]).fetchone()[0])

    def works(self) -> bool:
        """Whether it will do something by itself within seconds: a bank's answer, a payout's arrival."""
        query = "SELECT count(*) FROM jobs WHERE due <= ? AND name NOT IN ('session.expire', 'dispute.due')"
        return bool(self._db.execute(query, [int(time.time()) + 2]).fetchone()[0])
