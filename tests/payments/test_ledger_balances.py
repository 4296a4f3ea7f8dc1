"""Balances: a row where overdrawing must be impossible, elsewhere a snapshot and what came after it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from itertools import count

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from payments.ledger import balances
from payments.ledger.balances import balance_of, take_snapshots, total_of
from payments.ledger.kinds import Kind, Place
from payments.ledger.posting import credit, debit, post
from payments.models import Snapshot
from tests.support.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

STRIPE, FEES = Place(Kind.STRIPE_BALANCE), Place(Kind.FEE_REVENUE)


def hold(charge: str) -> Place:
    return Place(Kind.HOLD, reference=charge)


def fund(key: str, amount: int, at: datetime, currency: str = "EUR") -> None:
    legs = debit(STRIPE, amount), credit(hold(key), amount)
    post(op_key=f"capture:{key}", kind="capture", reference="order:1", currency=currency, legs=legs, at=at)


@pytest.fixture
def every_entry_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balances, "_WORTH_A_SNAPSHOT", 1)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balances, "_PATIENCE", "100 milliseconds")


def snapshots() -> list[tuple[str, int]]:
    return list(Snapshot.objects.order_by("id").values_list("account__kind", "posted_minor"))


def test_balances_are_per_place_and_currency(at: datetime) -> None:
    fund("c1", 1_000, at)
    fund("c2", 500, at)
    fund("c3", 70, at, "USD")
    assert (balance_of(STRIPE, "EUR"), balance_of(STRIPE, "USD")) == (-1_500, -70)
    assert (balance_of(hold("c1"), "EUR"), balance_of(hold("c3"), "EUR")) == (1_000, 0)
    assert (total_of(Kind.HOLD, "EUR"), total_of(Kind.STRIPE_BALANCE, "EUR"), total_of(Kind.SUSPENSE, "EUR")) == (
        1_500,
        -1_500,
        0,
    )


@pytest.mark.usefixtures("every_entry_counts")
def test_a_balance_is_the_newest_snapshot_and_what_follows(at: datetime) -> None:
    fund("c1", 1_000, at)
    assert take_snapshots(at) == 1
    fund("c2", 500, at)
    assert balance_of(STRIPE, "EUR") == -1_500
    assert take_snapshots(at) == 1
    fund("c3", 25, at)
    assert (balance_of(STRIPE, "EUR"), total_of(Kind.STRIPE_BALANCE, "EUR")) == (-1_525, -1_525)
    assert snapshots() == [("stripe_balance", -1_000), ("stripe_balance", -1_500)]


@pytest.mark.usefixtures("every_entry_counts")
def test_nothing_new_takes_no_snapshot(at: datetime) -> None:
    assert take_snapshots(at) == 0
    fund("c1", 1_000, at)
    assert (take_snapshots(at), take_snapshots(at)) == (1, 0)


def test_a_short_tail_is_not_worth_one_until_it_has_grown(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balances, "_WORTH_A_SNAPSHOT", 3)
    legs = debit(STRIPE, 1), credit(FEES, 1)
    for number in range(3):
        assert take_snapshots(at) == 0
        post(op_key=f"k{number}", kind="x", reference="r", currency="EUR", legs=legs, at=at)
    assert take_snapshots(at) == 2
    assert sorted(snapshots()) == [("fee_revenue", 3), ("stripe_balance", -3)]


def sleeping_in_the_database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
        )
        return bool(cursor.fetchone() == (1,))


@contextmanager
def posting_under_way(at: datetime) -> Iterator[None]:
    """Another connection has written its entries, and commits when the block ends."""
    written, finish = threading.Event(), threading.Event()

    def work() -> None:
        try:
            with transaction.atomic():
                fund("slow", 10, at)
                written.set()
                finish.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert written.wait(20)
    try:
        yield
    finally:
        finish.set()
        thread.join()


# What "up to the highest id there is" would do: it forgets the entry that commits later with a lower id.
NAIVE = """
INSERT INTO ledger_snapshot (account_id, through_entry_id, posted_minor, taken_at)
SELECT account_id, (SELECT max(id) FROM ledger_entry), sum(amount_minor), now()
FROM ledger_entry WHERE account_id = (SELECT id FROM ledger_account WHERE kind = 'stripe_balance') GROUP BY account_id
"""


def test_a_snapshot_up_to_the_highest_id_loses_what_commits_later(at: datetime) -> None:
    fund("c1", 1_000, at)
    with posting_under_way(at):
        fund("c2", 500, at)
        with connection.cursor() as cursor:
            cursor.execute(NAIVE)
    assert balance_of(STRIPE, "EUR") == -1_500  # and 10 are gone


@pytest.mark.usefixtures("every_entry_counts", "impatient")
def test_no_snapshot_passes_a_posting_that_is_under_way(at: datetime) -> None:
    fund("c1", 1_000, at)
    with posting_under_way(at):
        fund("c2", 500, at)
        assert take_snapshots(at) == 0
        assert balance_of(STRIPE, "EUR") == -1_500
    assert take_snapshots(at) == 1
    assert (snapshots(), balance_of(STRIPE, "EUR")) == ([("stripe_balance", -1_510)], -1_510)


@pytest.mark.usefixtures("every_entry_counts")
def test_it_waits_a_moment_for_postings_that_end(at: datetime) -> None:
    fund("c1", 1_000, at)
    taken: list[int] = []

    def take() -> None:
        taken.append(take_snapshots(at))
        connection.close()

    with posting_under_way(at):
        fund("c2", 500, at)
        thread = threading.Thread(target=take)
        thread.start()
        wait_until(sleeping_in_the_database, seconds=10, what="the snapshot's wait")
    thread.join()
    assert (taken, snapshots()) == ([1], [("stripe_balance", -1_510)])


@pytest.mark.usefixtures("every_entry_counts")
def test_snapshots_agree_with_the_entries_while_many_post(at: datetime) -> None:
    enough = threading.Event()

    def work(worker: int) -> int:
        legs = debit(STRIPE, 7), credit(FEES, 7)
        for number in count():
            if enough.is_set():
                connection.close()
                return number
            post(op_key=f"{worker}:{number}", kind="x", reference="r", currency="EUR", legs=legs, at=at)
        raise AssertionError("it counts without end")

    with ThreadPoolExecutor(4) as pool:
        work_done = [pool.submit(work, worker) for worker in range(4)]
        try:
            wait_until(lambda: take_snapshots(at) and Snapshot.objects.count() >= 8, seconds=30, what="snapshots")
        finally:
            enough.set()
    posted = sum(done.result() for done in work_done)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM ledger_snapshot s WHERE s.posted_minor <> (SELECT sum(e.amount_minor)"
            " FROM ledger_entry e WHERE e.account_id = s.account_id AND e.id <= s.through_entry_id)"
        )
        assert cursor.fetchone() == (0,)
    assert (balance_of(STRIPE, "EUR"), balance_of(FEES, "EUR")) == (-7 * posted, 7 * posted)


@pytest.mark.usefixtures("every_entry_counts")
def test_what_its_own_transaction_wrote_stands_and_falls_with_it(at: datetime) -> None:
    fund("c1", 1_000, at)
    with transaction.atomic():
        fund("c2", 500, at)
        assert take_snapshots(at) == 1
        assert balance_of(STRIPE, "EUR") == -1_500
        transaction.set_rollback(True)
    assert (snapshots(), balance_of(STRIPE, "EUR")) == ([], -1_000)


@pytest.mark.usefixtures("every_entry_counts")
@pytest.mark.parametrize("statement", ["UPDATE {} SET posted_minor = 0", "DELETE FROM {}", "TRUNCATE {}"])
def test_snapshots_are_not_changed(at: datetime, statement: str) -> None:
    fund("c1", 1_000, at)
    take_snapshots(at)
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement.format("ledger_snapshot"))
    assert snapshots() == [("stripe_balance", -1_000)]


# As many postings, with the guards on, in one statement.
MANY = """
WITH accounts AS (SELECT min(id) FILTER (WHERE kind = 'stripe_balance') AS stripe,
                         min(id) FILTER (WHERE kind = 'fee_revenue') AS fees FROM ledger_account),
made AS (INSERT INTO ledger_transfer (op_key, kind, reference, effective_at)
         SELECT 'many:' || n, 'x', 'r', now() FROM generate_series(1, 5000) n RETURNING id)
INSERT INTO ledger_entry (transfer_id, account_id, amount_minor, currency)
SELECT made.id, leg.account_id, leg.amount, 'EUR' FROM made, accounts,
     LATERAL (VALUES (accounts.stripe, -2), (accounts.fees, 2)) AS leg (account_id, amount)
"""


def test_the_tail_alone_is_read(at: datetime) -> None:
    legs = debit(STRIPE, 1), credit(FEES, 1)
    post(op_key="first", kind="x", reference="r", currency="EUR", legs=legs, at=at)
    with connection.cursor() as cursor:
        cursor.execute(MANY)
        assert take_snapshots(at) == 2
        for number in range(50):
            post(op_key=f"k{number}", kind="x", reference="r", currency="EUR", legs=legs, at=at)
        cursor.execute("VACUUM ANALYZE ledger_entry")
    # A handful for each entry of the tail, whatever the vacuum could mark as visible; none of the ten thousand before.
    assert entries_read_by(lambda: balance_of(STRIPE, "EUR")) < 500
    assert balance_of(STRIPE, "EUR") == -(1 + 2 * 5_000 + 50)


def entries_read_by(read: Callable[[], object]) -> int:
    """How many index entries and rows of the ledger's entries a read touches, as PostgreSQL counts them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_READ)
        (before,) = cursor.fetchone()
        read()
        cursor.execute(_READ)
        (after,) = cursor.fetchone()
    return int(after - before)


_READ = """
SELECT sum(coalesce(pg_stat_get_xact_tuples_returned(oid), 0) + coalesce(pg_stat_get_xact_tuples_fetched(oid), 0))
FROM pg_class WHERE oid = 'ledger_entry'::regclass
   OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'ledger_entry'::regclass)
"""
