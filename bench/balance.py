"""How long it takes to read the balance of an account with 100,000 entries: one of the platform's, and a hold."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from bench import database
from bench.goals import Goal, at_most, median
from payments.ledger.balances import balance_of, take_snapshots
from payments.ledger.kinds import Kind, Place
from payments.ledger.posting import credit, debit, post

_AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
_FEES, _HOLD = Place(Kind.FEE_REVENUE), Place(Kind.HOLD, reference="busy")
_READS = 500
# What is posted in the minute between snapshots, at ten postings a second.
_TAIL = 600


def prepare() -> None:
    database.fresh("bench_balance")
    legs = debit(Place(Kind.STRIPE_BALANCE), 200), credit(_HOLD, 100), credit(_FEES, 100)
    post(op_key="first", kind="bench", reference="busy", currency="EUR", legs=legs, at=_AT)
    database.run_file("busy_account.sql")
    database.run("VACUUM ANALYZE")
    take_snapshots(_AT)
    for number in range(_TAIL):
        post(op_key=f"tail:{number}", kind="bench", reference="busy", currency="EUR", legs=legs, at=_AT)


# The two reads of ledger_sum, and the one of a guarded account.
_PLANS = (
    "SELECT * FROM ledger_snapshot WHERE account_id = {account} ORDER BY through_entry_id DESC LIMIT 1",
    "SELECT sum(amount_minor) FROM ledger_entry WHERE account_id = {account} AND id > {through}",
    "SELECT b.posted_minor FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id"
    " WHERE (a.kind, a.owner_id, a.reference, a.currency, a.shard) = ('hold', 0, 'busy', 'EUR', 0)",
)


def read_balances() -> Iterator[Goal]:
    _explain()
    for what, place in (("fee_revenue, snapshot and tail", _FEES), ("a hold, its row", _HOLD)):
        ((entries, total),) = database.run(
            "SELECT count(*), sum(amount_minor) FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id"
            " WHERE (a.kind, a.reference) = (%s, %s)",
            [place.kind.value, place.reference],
        )
        if balance_of(place, "EUR") != total:
            raise AssertionError(f"the balance of {place} is not the sum of its entries")
        milliseconds = median([_milliseconds(place) for _ in range(_READS)])
        yield at_most(f"balance after {entries:,} entries, {what}", 1.0, milliseconds, "ms")


def _explain() -> None:
    ((account, through),) = database.run(
        "SELECT a.id, max(s.through_entry_id) FROM ledger_account a JOIN ledger_snapshot s ON s.account_id = a.id"
        " WHERE a.kind = 'fee_revenue' GROUP BY a.id"
    )
    for query in _PLANS:
        print(f"  {query.format(account=account, through=through)}")
        for (line,) in database.run(
            f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {query}".format(account=account, through=through)
        ):
            print(f"    {line}")


def _milliseconds(place: Place) -> float:
    started = time.perf_counter()
    balance_of(place, "EUR")
    return (time.perf_counter() - started) * 1_000
