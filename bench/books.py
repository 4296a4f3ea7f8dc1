"""How long ``check_ledger`` takes over a million transfers, all of which agree."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench import copies, database
from bench.goals import Goal, at_most
from bench.stories import Stories
from payments.services import books


def prepare(transfers: int) -> None:
    """Of seven orders four were transferred; one each clears, was refunded in part, and is held."""
    database.fresh("bench_books")
    stories = Stories()
    for story in (*[stories.transferred] * 4, stories.clearing, stories.refunded, stories.held):
        story()
    (made,) = database.run("SELECT count(*) FROM ledger_transfer")[0]
    copies.multiply(transfers // made)
    database.run("VACUUM ANALYZE")


def check() -> Iterator[Goal]:
    ((transfers, entries, charges),) = database.run(
        "SELECT (SELECT count(*) FROM ledger_transfer), (SELECT count(*) FROM ledger_entry),"
        " (SELECT count(*) FROM payments_charge)"
    )
    print(f"  {transfers:,} transfers, {entries:,} entries, {charges:,} charges")
    started = time.perf_counter()
    found = books.differences()
    seconds = time.perf_counter() - started
    if found:
        raise AssertionError(f"the books of the bench differ: {found[:3]}")
    for name, query in books.invariants().items():
        began = time.perf_counter()
        database.run(query)
        print(f"    {time.perf_counter() - began:6.2f} s  {name}")
    yield at_most(f"check_ledger over {transfers:,} transfers", 30, seconds, "s")
