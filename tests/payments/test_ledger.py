"""What PostgreSQL itself refuses in the ledger, and what the one posting function does."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection, transaction
from django.db.utils import DataError, IntegrityError

from payments.errors import ExceedsHold, KeyReused
from payments.ledger.kinds import Kind, Place
from payments.ledger.posting import Leg, credit, debit, post
from payments.models import Account, Balance, Entry, LedgerTransfer
from tests.payments.scenes import entries, ledger_size

pytestmark = pytest.mark.django_db

STRIPE, HOLD, FEES = Place(Kind.STRIPE_BALANCE), Place(Kind.HOLD, reference="c1"), Place(Kind.FEE_REVENUE)


def fund(at: datetime, amount: int = 1_000, key: str = "capture:c1") -> bool:
    legs = debit(STRIPE, amount), credit(HOLD, amount)
    return post(op_key=key, kind="capture", reference="order:1", currency="EUR", legs=legs, at=at)


def insert_entry(transfer: int, account: int, amount: int, currency: str = "EUR") -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_entry (transfer_id, account_id, amount_minor, currency) VALUES (%s, %s, %s, %s)",
            [transfer, account, amount, currency],
        )


def check_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def fund_all(at: datetime, *legs: Leg) -> None:
    """One posting of these legs, with the check that else waits for the commit."""
    with transaction.atomic():
        post(op_key="u", kind="capture", reference="order:1", currency="EUR", legs=legs, at=at)
        check_now()


def add_entries(transfer: int, *entries: tuple[int, int, str]) -> None:
    with transaction.atomic():
        for account, amount, currency in entries:
            insert_entry(transfer, account, amount, currency)
        check_now()


@transaction.atomic
def mixed(at: datetime, *entries: tuple[int, int, str]) -> None:
    transfer = LedgerTransfer.objects.create(op_key="m", kind="x", reference="r", effective_at=at)
    add_entries(transfer.pk, *entries)


def account_id(place: Place) -> int:
    return Account.objects.values_list("id", flat=True).get(kind=place.kind, reference=place.reference)


def test_a_posting_writes_its_legs_and_moves_the_guarded_balance(at: datetime) -> None:
    assert fund(at)
    assert entries("capture:c1") == {("stripe_balance", 0, ""): -1_000, ("hold", 0, "c1"): 1_000}
    balance = Balance.objects.get()
    assert (balance.account_id, balance.posted_minor, balance.version) == (account_id(HOLD), 1_000, 1)
    check_now()


def test_platform_accounts_have_no_balance_row(at: datetime) -> None:
    fund(at)
    assert not Balance.objects.filter(account__kind=Kind.STRIPE_BALANCE).exists()


def test_the_same_key_posts_once(at: datetime) -> None:
    assert fund(at)
    assert not fund(at)
    assert ledger_size() == (1, 2)
    assert Balance.objects.get().posted_minor == 1_000


@pytest.mark.parametrize("amount", [999, 1_001])
def test_the_same_key_with_other_contents_is_refused(at: datetime, amount: int) -> None:
    fund(at)
    with pytest.raises(KeyReused), transaction.atomic():
        fund(at, amount)
    assert ledger_size() == (1, 2)


def test_a_hold_is_never_overdrawn(at: datetime) -> None:
    fund(at)
    with pytest.raises(ExceedsHold):
        fund_all(at, debit(HOLD, 1_001), credit(FEES, 1_001))
    assert (Balance.objects.get().posted_minor, ledger_size()) == (1_000, (1, 2))


def test_legs_of_zero_are_left_out(at: datetime) -> None:
    legs = debit(STRIPE, 5), credit(HOLD, 5), credit(FEES, 0)
    post(op_key="z", kind="capture", reference="order:1", currency="EUR", legs=legs, at=at)
    check_now()
    assert ledger_size() == (1, 2)


@pytest.mark.parametrize("legs", [[-1_000, 999], [-1_000, 1_000, 1], [5], []])
def test_an_unbalanced_transfer_is_refused(at: datetime, legs: list[int]) -> None:
    places = [STRIPE, HOLD, FEES]
    made = [credit(place, amount) for place, amount in zip(places, legs, strict=False)]
    with pytest.raises(IntegrityError, match="does not balance"):
        fund_all(at, *made)


@pytest.mark.django_db(transaction=True)
def test_an_unbalanced_transfer_is_refused_at_commit(at: datetime) -> None:
    legs = debit(STRIPE, 10), credit(HOLD, 9)
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        post(op_key="u", kind="capture", reference="order:1", currency="EUR", legs=legs, at=at)
    assert ledger_size() == (0, 0)


def test_each_currency_balances_for_itself(at: datetime) -> None:
    fund(at)
    dollars = Account.objects.create(kind=Kind.SUSPENSE, currency="USD")
    with pytest.raises(IntegrityError, match="does not balance"):
        mixed(at, (account_id(HOLD), 7, "EUR"), (dollars.pk, -7, "USD"))


@pytest.fixture
def dollars(at: datetime) -> int:
    """An account in dollars, beside those in euros."""
    fund(at)
    return Account.objects.create(kind=Kind.SUSPENSE, currency="USD").pk


@transaction.atomic
def together(at: datetime, *entries: tuple[str, int, int, str]) -> None:
    """New transfers by their keys, and their entries' accounts, amounts and currencies in one statement."""
    keys = sorted({key for key, *_ in entries})
    made = {k: LedgerTransfer.objects.create(op_key=k, kind="x", reference="r", effective_at=at).pk for k in keys}
    rows = [(made[key], *rest) for key, *rest in entries]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_entry (transfer_id, account_id, amount_minor, currency)"
            " SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[])",
            [list(column) for column in zip(*rows, strict=True)],
        )
    check_now()


def test_one_statement_may_bring_several_transfers_and_currencies(at: datetime, dollars: int) -> None:
    euros = account_id(HOLD)
    mixed = [("m", euros, 7, "EUR"), ("m", euros, -7, "EUR"), ("m", dollars, 3, "USD"), ("m", dollars, -3, "USD")]
    together(at, *mixed, ("n", euros, 5, "EUR"), ("n", euros, -5, "EUR"))
    assert ledger_size() == (3, 8)


def test_currencies_of_one_statement_do_not_make_up_for_each_other(at: datetime, dollars: int) -> None:
    with pytest.raises(IntegrityError, match="does not balance"):
        together(at, ("m", account_id(HOLD), 7, "EUR"), ("m", dollars, -7, "USD"))
    assert ledger_size() == (1, 2)


def test_transfers_of_one_statement_do_not_make_up_for_each_other(at: datetime, dollars: int) -> None:
    euros = account_id(HOLD)
    entries = [("m", euros, 7, "EUR"), ("m", euros, 1, "EUR"), ("n", euros, -7, "EUR"), ("n", euros, -1, "EUR")]
    with pytest.raises(IntegrityError, match="does not balance"):
        together(at, *entries)
    assert ledger_size() == (1, 2)


def test_an_entry_added_after_an_early_check_is_refused(at: datetime) -> None:
    fund(at)
    check_now()
    transfer = LedgerTransfer.objects.get()
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        insert_entry(transfer.pk, account_id(HOLD), 1)


@pytest.mark.django_db(transaction=True)
def test_a_committed_transfer_takes_no_more_entries(at: datetime) -> None:
    fund(at)
    transfer = LedgerTransfer.objects.get()
    with pytest.raises(IntegrityError, match="takes no more entries"):
        add_entries(transfer.pk, (account_id(HOLD), 1, "EUR"), (account_id(STRIPE), -1, "EUR"))
    assert ledger_size() == (1, 2)


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_transfer", "ledger_account"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "DELETE FROM {} WHERE false", "TRUNCATE {} CASCADE"]
)
def test_history_is_not_changed(at: datetime, table: str, statement: str) -> None:
    fund(at)
    check_now()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert ledger_size() == (1, 2)


@pytest.mark.parametrize("statement", ["DELETE FROM ledger_balance", "TRUNCATE ledger_balance"])
def test_balances_are_not_removed(at: datetime, statement: str) -> None:
    fund(at)
    check_now()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_entry_has_its_accounts_currency(at: datetime) -> None:
    fund(at)
    with pytest.raises(IntegrityError, match="ledger_entry_same_currency"), transaction.atomic():
        insert_entry(LedgerTransfer.objects.get().pk, account_id(HOLD), 1, "USD")


def test_an_entry_of_zero_is_refused(at: datetime) -> None:
    fund(at)
    with pytest.raises(IntegrityError, match="ledger_entry_not_zero"), transaction.atomic():
        insert_entry(LedgerTransfer.objects.get().pk, account_id(HOLD), 0)


def test_an_amount_beyond_64_bits_is_refused(at: datetime) -> None:
    with pytest.raises(DataError), transaction.atomic():
        fund(at, 2**63)
    assert Entry.objects.count() == 0
