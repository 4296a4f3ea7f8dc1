"""``check_ledger`` finds every kind of corruption, and nothing where all is well."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from payments import api
from payments.services import books
from tests.payments.scenes import Scene, eur

pytestmark = pytest.mark.django_db

# What somebody with too many rights might do, and the invariant that must notice.
CORRUPTIONS = {
    "entries_sum_to_zero": """
        UPDATE ledger_entry SET amount_minor = amount_minor + 1 WHERE id = (SELECT min(id) FROM ledger_entry)""",
    "every_transfer_balances": "DELETE FROM ledger_entry WHERE id = (SELECT min(id) FROM ledger_entry)",
    "entries_in_their_accounts_currency": """
        UPDATE ledger_entry SET currency = 'USD' WHERE id = (SELECT min(id) FROM ledger_entry)""",
    "balance_is_sum_of_entries": "UPDATE ledger_balance SET posted_minor = posted_minor + 1",
    "guarded_accounts_not_negative": """
        ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_not_negative;
        UPDATE ledger_balance SET posted_minor = -1""",
    "charge_never_overdrawn": """
        ALTER TABLE payments_charge DROP CONSTRAINT charge_never_overdrawn;
        ALTER TABLE payments_charge DROP CONSTRAINT charge_waiting_within;
        UPDATE payments_charge SET lost_minor = captured_minor + 1""",
    "hold_is_what_is_left_of_the_charge": "UPDATE payments_charge SET lost_minor = 1 WHERE reference = 'order:held'",
    "charge_columns_are_sums_of_their_rows": """
        UPDATE payments_charge SET released_minor = released_minor - 1 WHERE released_minor > 0""",
    "captured_charges_are_posted": "UPDATE payments_charge SET captured_minor = captured_minor + 1",
    "stripe_fees_are_posted": "UPDATE payments_charge SET stripe_fee_minor = 7",
    "sellers_shares_stand_in_their_accounts": """
        UPDATE payments_release SET state = 'available' WHERE state = 'clearing'""",
    "transfers_under_way": "UPDATE payments_release SET state = 'transferred' WHERE state = 'sending'",
    "transfers_came_back_as_far_as_reversed": """
        UPDATE payments_release SET reversed_minor = reversed_minor + 1 WHERE state = 'sending'""",
    "chargebacks_under_way": "UPDATE payments_chargeback SET withdrawn_minor = withdrawn_minor - 1",
    "debts_are_posted": "UPDATE payments_sellerdebt SET amount_minor = amount_minor + 1",
    "debts_are_recovered_by_releases": "UPDATE payments_sellerdebt SET recovered_minor = recovered_minor + 1",
    "bounced_refunds_are_owed": "UPDATE payments_refund SET state = 'bounced' WHERE state = 'asked'",
    "losses_have_a_cause": "UPDATE payments_sellerdebt SET written_off_minor = written_off_minor + 1",
    "refunds_under_way": "UPDATE payments_refund SET state = 'succeeded'",
    "one_operation_per_object": "DELETE FROM payments_stripeoperation WHERE kind = 'create_refund'",
    "one_object_per_operation": """
        UPDATE payments_stripeoperation SET subject = 'nothing' WHERE kind = 'create_transfer'""",
    "debts_settle_to_zero": "UPDATE ledger_account SET kind = 'debt_settlement' WHERE kind = 'stripe_balance'",
    "every_cent_is_in_one_known_place": """
        UPDATE payments_release SET state = 'transferred' WHERE state = 'clearing'""",
}


@pytest.fixture
def busy(scene: Scene) -> Scene:
    """Money in every stage: held, clearing, being sent, being refunded."""
    scene.captured("order:held")
    scene.released("order:clearing")
    scene.open_account()
    scene.released("order:sending")
    api.clear("order:sending", scene.at)
    scene.refund(scene.captured("order:refunding"), 1_000)
    return scene


def corrupt(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL session_replication_role = replica;" + statement)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_nothing_differs_where_all_is_well(busy: Scene) -> None:
    assert books.differences() == []
    out = StringIO()
    call_command("check_ledger", stdout=out)
    assert out.getvalue() == f"{len(books.invariants())} invariants, 0 differences\n"


@pytest.mark.parametrize("invariant", books.invariants())
def test_each_invariant_notices(busy: Scene, invariant: str) -> None:
    corrupt(CORRUPTIONS[invariant])
    assert invariant in {difference.invariant for difference in books.differences()}


def test_the_command_names_the_difference_and_fails(busy: Scene) -> None:
    corrupt("UPDATE ledger_balance SET posted_minor = posted_minor + 1")
    out = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("check_ledger", stdout=out)
    assert "balance_is_sum_of_entries: account" in out.getvalue()


def test_the_parts_of_an_order_add_up_to_what_was_paid(busy: Scene) -> None:
    for reference in ("order:held", "order:clearing", "order:sending", "order:refunding"):
        position = api.position(reference, "EUR")
        parts = position.held + position.clearing + position.available + position.sending + position.refunding
        assert parts + position.transferred + position.refunded + position.fees == position.captured
        assert position.captured > eur(0)
