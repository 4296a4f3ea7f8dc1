"""Everything that a test made the product say to the sandbox, and every answer, against Stripe's description.

A message is looked at once per shape in each test process: names, types and words of the kind that Stripe lists
(``needs_response``) count, ids, amounts and texts do not. Otherwise it would take longer than the tests.
"""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support import stripe_spec

_FILE = "stripe-sandbox.sqlite3"
_WORD = re.compile(r"[a-z][a-z_.]{0,40}")
_ID = re.compile(r"/(?:[a-z]+_)+[A-Za-z0-9]+")


@dataclass
class Watched:
    """The request log of one sandbox process, read from its state file."""

    state: Path
    last: int = 0

    def news(self) -> list[dict[str, Any]]:
        """What was said since; the file may not be there yet, or the log may have begun anew."""
        if not (self.state / _FILE).exists():
            return []
        db = sqlite3.connect(f"file:{self.state / _FILE}?mode=ro", uri=True, timeout=20)
        db.row_factory = sqlite3.Row
        try:
            rows = db.execute(
                "SELECT id, method, path, params, status, answer FROM requests WHERE id > ? ORDER BY id", [self.last]
            ).fetchall()
        finally:
            db.close()
        self.last = rows[-1]["id"] if rows else self.last
        return [_read(row) for row in rows]


def _read(row: sqlite3.Row) -> dict[str, Any]:
    answer = row["answer"] and json.loads(row["answer"])
    return dict(row) | {"params": json.loads(row["params"]), "answer": answer}


@dataclass
class Traffic:
    """What the sandboxes of this test process heard and said."""

    watched: list[Watched] = field(default_factory=list)
    covered: stripe_spec.Coverage = stripe_spec.NOTHING
    found: list[str] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)

    def watch(self, state: Path) -> None:
        self.watched.append(Watched(state))

    def look(self) -> None:
        """Before a log is thrown away, too."""
        fresh = [row for watched in self.watched for row in watched.news() if self._is_new(row)]
        if fresh and stripe_spec.present():
            self.covered |= stripe_spec.coverage_of(fresh, [])
            self.found += stripe_spec.problems_in(fresh)

    def problems(self) -> list[str]:
        """What was wrong since somebody last asked."""
        self.look()
        found, self.found = self.found, []
        return found

    def _is_new(self, row: dict[str, Any]) -> bool:
        path = _ID.sub("/{}", row["path"])
        shape = json.dumps([row["method"], path, row["status"], _shape(row["params"]), _shape(row["answer"])])
        is_new = shape not in self._known
        self._known.add(shape)
        return is_new


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        kept = sorted((name, item) for name, item in value.items() if name not in ("metadata", "request_log_url"))
        return {name: _shape(item) for name, item in kept}
    if isinstance(value, list):
        return sorted({json.dumps(_shape(item)) for item in value})
    if isinstance(value, str):
        return value if _WORD.fullmatch(value) else "text"
    return type(value).__name__


TRAFFIC = Traffic()
