"""``check_ledger`` finds every kind of corruption, and nothing where all is well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from marketplace.kernel.money import Money
from payments import api
from payments.models import Charge
from payments.services import books
from tests.payments.proofs import stages
from tests.payments.scenes import Scene, eur

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)

# What somebody with too many rights might do, and the invariant that must notice each of them.
CORRUPTIONS: dict[str, tuple[str, ...]] = {
    "entries_sum_to_zero": (
        "UPDATE ledger_entry SET amount_minor = amount_minor + 1 WHERE id = (SELECT min(id) FROM ledger_entry)",
    ),
    "every_transfer_balances": (
        "DELETE FROM ledger_entry WHERE id = (SELECT min(id) FROM ledger_entry)",
        "DELETE FROM ledger_entry WHERE transfer_id = (SELECT min(id) FROM ledger_transfer)",
    ),
    "entries_in_their_accounts_currency": (
        "UPDATE ledger_entry SET currency = 'USD' WHERE id = (SELECT min(id) FROM ledger_entry)",
    ),
    "balance_is_sum_of_entries": (
        "UPDATE ledger_balance SET posted_minor = posted_minor + 1",
        "DELETE FROM ledger_balance WHERE posted_minor > 0",
    ),
    "newest_snapshots_are_sums_of_entries": (
        """INSERT INTO ledger_snapshot (account_id, through_entry_id, posted_minor, taken_at)
        SELECT account_id, max(id), sum(amount_minor) + 1, now() FROM ledger_entry GROUP BY account_id""",
    ),
    "guarded_accounts_not_negative": (
        """ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_not_negative;
        UPDATE ledger_balance SET posted_minor = -1""",
    ),
    "charge_never_overdrawn": (
        """ALTER TABLE payments_charge DROP CONSTRAINT charge_never_overdrawn;
        ALTER TABLE payments_charge DROP CONSTRAINT charge_waiting_within;
        UPDATE payments_charge SET lost_minor = captured_minor + 1""",
    ),
    "hold_is_what_is_left_of_the_charge": (
        "UPDATE payments_charge SET lost_minor = 1 WHERE reference = 'order:held'",
        "UPDATE payments_charge SET captured_minor = captured_minor - 1 WHERE reference = 'order:held'",
    ),
    "charge_columns_are_sums_of_their_rows": (
        "UPDATE payments_charge SET released_minor = released_minor - 1 WHERE released_minor > 0",
        "UPDATE payments_charge SET refunded_minor = refunded_minor - 1 WHERE refunded_minor > 0",
        "UPDATE payments_charge SET waiting_minor = waiting_minor - 1 WHERE waiting_minor > 0",
        "UPDATE payments_charge SET lost_minor = lost_minor - 1 WHERE lost_minor > 0",
        "UPDATE payments_refund SET state = 'asked' WHERE state = 'waiting'",
    ),
    "captured_charges_are_posted": (
        "UPDATE payments_charge SET captured_minor = captured_minor + 1 WHERE funding = 'buyer'",
        "UPDATE payments_charge SET captured_minor = captured_minor + 1 WHERE funding = 'platform'",
    ),
    "stripe_fees_are_posted": (
        "UPDATE payments_charge SET stripe_fee_minor = 7",
        "UPDATE payments_charge SET stripe_fee_minor = NULL",
    ),
    "sellers_shares_stand_in_their_accounts": (
        "UPDATE payments_release SET state = 'available' WHERE state = 'clearing'",
        "UPDATE payments_release SET undone_minor = undone_minor + 100 WHERE state = 'clearing'",
    ),
    "transfers_under_way": (
        "UPDATE payments_release SET state = 'transferred' WHERE state = 'sending'",
        "UPDATE payments_release SET sent_minor = sent_minor + 1 WHERE state = 'sending'",
    ),
    "transfers_came_back_as_far_as_reversed": (
        "UPDATE payments_release SET reversed_minor = reversed_minor + 1 WHERE state = 'sending'",
        "UPDATE payments_transferreversal SET state = 'refused' WHERE state = 'done'",
    ),
    "refunds_under_way": (
        "UPDATE payments_refund SET state = 'succeeded' WHERE state = 'asked'",
        "UPDATE payments_refund SET state = 'succeeded' WHERE state = 'pending'",
    ),
    "chargebacks_under_way": (
        "UPDATE payments_chargeback SET withdrawn_minor = withdrawn_minor - 1",
        "UPDATE payments_chargeback SET settled_at = opened_at WHERE state = 'open'",
    ),
    "debts_are_posted": (
        "UPDATE payments_sellerdebt SET amount_minor = amount_minor + 1",
        "DELETE FROM payments_sellerdebt WHERE written_off_minor > 0",
    ),
    "debts_are_recovered_by_releases": (
        "UPDATE payments_sellerdebt SET recovered_minor = recovered_minor - 1 WHERE recovered_minor > 0",
        "UPDATE payments_release SET recovered_minor = recovered_minor + 1 WHERE recovered_minor > 0",
    ),
    "bounced_refunds_are_owed": (
        "UPDATE payments_refund SET state = 'bounced' WHERE state = 'asked'",
        "UPDATE payments_refund SET state = 'settled' WHERE state = 'bounced'",
    ),
    "losses_have_a_cause": (
        "UPDATE payments_sellerdebt SET written_off_minor = written_off_minor + 1 WHERE written_off_minor > 0",
        "UPDATE payments_chargeback SET written_off_minor = written_off_minor + 1 WHERE written_off_minor > 0",
    ),
    "one_operation_per_object": (
        "DELETE FROM payments_stripeoperation WHERE kind = 'create_refund'",
        "DELETE FROM payments_stripeoperation WHERE kind = 'create_transfer'",
        "DELETE FROM payments_stripeoperation WHERE kind = 'reverse_transfer'",
        "DELETE FROM payments_stripeoperation WHERE kind = 'create_session'",
        "DELETE FROM payments_stripeoperation WHERE kind = 'create_payout'",
        """ALTER TABLE payments_stripeoperation DROP CONSTRAINT IF EXISTS operation_once;
        DROP INDEX IF EXISTS operation_once;
        UPDATE payments_stripeoperation o SET subject = (SELECT min(subject) FROM payments_stripeoperation
            WHERE kind = o.kind) WHERE kind = 'create_transfer'""",
    ),
    "one_object_per_operation": tuple(
        f"UPDATE payments_stripeoperation SET stripe_id = 'x' WHERE kind = '{kind}' AND state = 'done'"  # noqa: S608
        for kind in ("create_session", "create_transfer", "reverse_transfer", "create_refund", "create_payout")
    )
    + ("UPDATE payments_stripeoperation SET subject = 'nothing' WHERE kind = 'create_transfer' AND state = 'pending'",),
    "debts_settle_to_zero": (
        "UPDATE ledger_account SET kind = 'debt_settlement', shard = 1 WHERE kind = 'platform_loss'",
    ),
    "every_cent_is_in_one_known_place": (
        "UPDATE payments_release SET sent_minor = sent_minor + 1 WHERE state = 'transferred'",
        "UPDATE payments_release SET reversed_minor = reversed_minor + 1 WHERE state = 'transferred'",
        "UPDATE payments_charge SET captured_minor = captured_minor + 1",
        "UPDATE payments_refund SET amount_minor = amount_minor + 1 WHERE state = 'succeeded'",
        "UPDATE payments_refund SET amount_minor = amount_minor + 1 WHERE state = 'settled'",
        "UPDATE payments_chargeback SET withdrawn_minor = withdrawn_minor + 1",
        "UPDATE ledger_transfer SET reference = 'order:nobody' WHERE kind = 'chargeback_withdrawn'",
    ),
}


@pytest.fixture(scope="module")
def everywhere(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Money in every stage, made once: each test corrupts it within a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        stages.everywhere(Scene(*stages.people(), AT))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def busy(everywhere: None, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def corrupt(statement: str) -> int:
    """Returns how many rows were changed."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        changed = cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return changed


def test_nothing_differs_where_all_is_well(busy: None) -> None:
    assert books.differences() == []
    out = StringIO()
    call_command("check_ledger", stdout=out)
    assert out.getvalue() == f"{len(books.invariants())} invariants, 0 differences\n"


def _each() -> list[Any]:
    """Every invariant with each corruption that it must notice; one without any fails."""
    return [
        pytest.param(name, statement, id=f"{name}-{number}")
        for name in books.invariants()
        for number, statement in enumerate(CORRUPTIONS.get(name, ("",)))
    ]


@pytest.mark.parametrize(("invariant", "statement"), _each())
def test_each_invariant_notices(busy: None, invariant: str, statement: str) -> None:
    assert statement, f"nothing shows that {invariant} notices anything"
    assert corrupt(statement), "nothing was corrupted"
    assert invariant in {difference.invariant for difference in books.differences()}


def test_the_command_names_the_difference_and_fails(busy: None) -> None:
    assert corrupt("UPDATE ledger_balance SET posted_minor = posted_minor + 1")
    out = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("check_ledger", stdout=out)
    assert "balance_is_sum_of_entries: account" in out.getvalue()


def test_the_parts_of_an_order_add_up_to_what_was_paid(busy: None) -> None:
    for reference in Charge.objects.filter(funding="buyer").values_list("reference", flat=True):
        stands = api.position(reference, "EUR")
        here = stands.held + stands.clearing + stands.available + stands.sending + stands.refunding + stands.fees
        gone = stands.transferred + stands.refunded + stands.lost
        parts = here + gone + stands.owed_to_buyer - stands.owed_by_seller + borne_elsewhere(reference)
        assert parts == stands.captured, reference
        assert stands.captured > eur(0)


def borne_elsewhere(reference: str) -> Money:
    """Paid by other orders of the same seller (debts), or by the platform (losses, negative)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(e.amount_minor), 0) FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id "
            "JOIN ledger_transfer t ON t.id = e.transfer_id "
            "WHERE t.reference = %s AND a.kind IN ('debt_settlement', 'platform_loss')",
            [reference],
        )
        return eur(int(cursor.fetchone()[0]))
