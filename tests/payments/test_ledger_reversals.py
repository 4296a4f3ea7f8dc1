"""A posting is corrected by its mirror: once, whole, and never the mirror itself."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from payments.errors import ExceedsHold, KeyReused, NotPosted, NotReversible
from payments.ledger.kinds import Kind, Place
from payments.ledger.posting import credit, debit, post, reverse
from payments.models import Balance, LedgerTransfer
from tests.payments.scenes import entries, ledger_size

pytestmark = pytest.mark.django_db

STRIPE, HOLD, FEES = Place(Kind.STRIPE_BALANCE), Place(Kind.HOLD, reference="c1"), Place(Kind.FEE_REVENUE)


@pytest.fixture
def posted(at: datetime) -> str:
    legs = debit(STRIPE, 1_000), credit(HOLD, 900), credit(FEES, 100)
    post(op_key="capture:c1", kind="capture", reference="order:1", currency="EUR", legs=legs, at=at)
    return "capture:c1"


def held() -> int:
    return Balance.objects.get().posted_minor


def check_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_reversal_is_the_mirror_under_the_same_reference(posted: str, at: datetime) -> None:
    assert reverse(op_key=posted, new_key="undo", at=at)
    check_now()
    assert entries("undo") == {("stripe_balance", 0, ""): 1_000, ("hold", 0, "c1"): -900, ("fee_revenue", 0, ""): -100}
    transfer = LedgerTransfer.objects.select_related("reverses").get(op_key="undo")
    assert transfer.reverses is not None
    assert transfer.reverses.op_key == posted
    assert (transfer.kind, transfer.reference, held()) == ("reversal", "order:1", 0)


def test_the_same_key_reverses_once(posted: str, at: datetime) -> None:
    assert reverse(op_key=posted, new_key="undo", at=at)
    assert not reverse(op_key=posted, new_key="undo", at=at)
    assert ledger_size() == (2, 6)


def test_nothing_is_reversed_twice(posted: str, at: datetime) -> None:
    reverse(op_key=posted, new_key="undo", at=at)
    post(op_key="more", kind="x", reference="r", currency="EUR", legs=[debit(STRIPE, 900), credit(HOLD, 900)], at=at)
    with pytest.raises(NotReversible), transaction.atomic():
        reverse(op_key=posted, new_key="again", at=at)
    assert (ledger_size(), held()) == ((3, 8), 900)


def test_a_reversal_is_not_reversed(posted: str, at: datetime) -> None:
    reverse(op_key=posted, new_key="undo", at=at)
    with pytest.raises(NotReversible), transaction.atomic():
        reverse(op_key="undo", new_key="redo", at=at)
    assert ledger_size() == (2, 6)


def test_what_was_never_posted_is_not_reversed(posted: str, at: datetime) -> None:
    with pytest.raises(NotPosted):
        reverse(op_key="capture:c2", new_key="undo", at=at)
    assert ledger_size() == (1, 3)


def test_money_that_has_moved_on_stays(posted: str, at: datetime) -> None:
    legs = debit(HOLD, 1), credit(FEES, 1)
    post(op_key="on", kind="x", reference="order:1", currency="EUR", legs=legs, at=at)
    with pytest.raises(ExceedsHold), transaction.atomic():
        reverse(op_key=posted, new_key="undo", at=at)
    assert (ledger_size(), held()) == ((2, 5), 899)


def test_the_key_of_another_posting_reverses_nothing(posted: str, at: datetime) -> None:
    with pytest.raises(KeyReused), transaction.atomic():
        reverse(op_key=posted, new_key=posted, at=at)
    assert ledger_size() == (1, 3)


# What PostgreSQL itself refuses, whoever writes.


def insert(op_key: str, reverses: int, *amounts: tuple[str, int]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_transfer (op_key, kind, reference, effective_at, reverses_id)"
            " VALUES (%s, 'reversal', 'order:1', now(), %s) RETURNING id",
            [op_key, reverses],
        )
        (transfer,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO ledger_entry (transfer_id, account_id, amount_minor, currency)"
            " SELECT %s, a.id, leg.amount, 'EUR' FROM unnest(%s::text[], %s::bigint[]) AS leg (kind, amount)"
            " JOIN ledger_account a ON a.kind = leg.kind",
            [transfer, [kind for kind, _ in amounts], [amount for _, amount in amounts]],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_reversal_with_other_amounts_is_refused(posted: str, at: datetime) -> None:
    original = LedgerTransfer.objects.get()
    with pytest.raises(IntegrityError, match="is no mirror of"):
        insert("undo", original.pk, ("stripe_balance", 999), ("hold", -899), ("fee_revenue", -100))
    assert ledger_size() == (1, 3)


def test_a_second_mirror_is_refused(posted: str, at: datetime) -> None:
    original = LedgerTransfer.objects.get()
    mirror = ("stripe_balance", 1_000), ("hold", -900), ("fee_revenue", -100)
    insert("undo", original.pk, *mirror)
    with pytest.raises(IntegrityError, match="ledger_transfer_reversed_once"):
        insert("again", original.pk, *mirror)
    assert ledger_size() == (2, 6)


def test_a_mirror_of_a_mirror_is_refused(posted: str, at: datetime) -> None:
    reverse(op_key=posted, new_key="undo", at=at)
    undo = LedgerTransfer.objects.get(op_key="undo")
    with pytest.raises(IntegrityError, match="is no mirror of"):
        insert("redo", undo.pk, ("stripe_balance", -1_000), ("hold", 900), ("fee_revenue", 100))
    assert ledger_size() == (2, 6)
