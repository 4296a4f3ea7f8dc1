"""The restricted role: the application works under it, and every way to change the books is refused."""

from __future__ import annotations

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError

from payments.errors import ExceedsHold
from payments.ledger.balances import balance_of, take_snapshots
from payments.ledger.kinds import Kind, Place
from payments.ledger.posting import credit, debit, post, reverse
from tests.payments.scenes import Scene, ledger_size

pytestmark = pytest.mark.django_db

STRIPE, HOLD = Place(Kind.STRIPE_BALANCE), Place(Kind.HOLD, reference="c1")


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def made_role() -> str:
    """Named after the test's database: roles are the cluster's."""
    name = f"app_{connection.settings_dict['NAME']}"
    run(f"CREATE ROLE {name}; GRANT {name} TO CURRENT_USER")
    call_command("ledger_role", name, stdout=StringIO())
    return name


@pytest.fixture
def role(db: None) -> str:
    """Made in the test's transaction, and gone with it."""
    return made_role()


@pytest.fixture
def restricted(role: str, at: datetime) -> None:
    """One posting is there, and from now on everything is done by the role."""
    fund("c1", at)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run(f"SET LOCAL ROLE {role}")


def fund(key: str, at: datetime, credited: int = 1_000) -> bool:
    legs = debit(STRIPE, 1_000), credit(HOLD, credited)
    return post(op_key=key, kind="capture", reference="order:1", currency="EUR", legs=legs, at=at)


@pytest.mark.usefixtures("restricted")
def test_the_role_posts_reverses_and_reads(at: datetime) -> None:
    assert fund("c2", at)
    assert not fund("c2", at)
    assert reverse(op_key="c1", new_key="undo", at=at)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    assert (balance_of(STRIPE, "EUR"), balance_of(HOLD, "EUR"), ledger_size()) == (-1_000, 1_000, (3, 6))


@pytest.mark.usefixtures("restricted")
def test_what_is_refused_to_the_owner_is_refused_to_the_role(at: datetime) -> None:
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        fund("c2", at, credited=999)
    legs = debit(HOLD, 1_001), credit(STRIPE, 1_001)
    with pytest.raises(ExceedsHold), transaction.atomic():
        post(op_key="x", kind="x", reference="r", currency="EUR", legs=legs, at=at)
    assert ledger_size() == (1, 2)


def test_the_product_works_under_the_role(role: str, scene: Scene) -> None:
    run(f"SET LOCAL ROLE {role}")
    release = scene.released()
    run("SET CONSTRAINTS ALL IMMEDIATE")
    assert balance_of(Place(Kind.HOLD, reference=str(release.charge_id)), "EUR") == 0


@pytest.mark.usefixtures("restricted")
def test_a_temporary_table_does_not_take_a_tables_place(at: datetime) -> None:
    run("CREATE TEMPORARY TABLE ledger_entry (transfer_id bigint, amount_minor bigint, currency text)")
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        fund("c2", at, credited=999)


# And a column of each.
TABLES = {
    "ledger_account": "currency",
    "ledger_transfer": "op_key",
    "ledger_entry": "amount_minor",
    "ledger_balance": "posted_minor",
    "ledger_snapshot": "posted_minor",
}
ON_A_TABLE = (
    "INSERT INTO {} DEFAULT VALUES",
    "UPDATE {} SET {column} = {column}",
    "DELETE FROM {}",
    "TRUNCATE {} CASCADE",
    "ALTER TABLE {} DISABLE TRIGGER ALL",
    "ALTER TABLE {} DISABLE TRIGGER USER",
    "ALTER TABLE {} ADD COLUMN more int",
    "ALTER TABLE {} OWNER TO CURRENT_USER",
    "CREATE TRIGGER mine BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()",
    "CREATE RULE mine AS ON INSERT TO {} DO INSTEAD NOTHING",
    "CREATE INDEX mine ON {} ((1))",
    "LOCK TABLE {} IN EXCLUSIVE MODE",
    "DROP TABLE {} CASCADE",
)
ELSEWHERE = (
    "SET session_replication_role = replica",
    "SET LOCAL session_replication_role = replica",
    "DROP TRIGGER ledger_entries_checked ON ledger_entry",
    "ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_not_negative",
    "CREATE OR REPLACE FUNCTION ledger_check_entries() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
    "DROP FUNCTION ledger_refuse_change() CASCADE",
    "ALTER FUNCTION ledger_post RESET ALL",
    "SELECT ledger_open_accounts('EUR', '[]')",
    "SELECT setval('ledger_entry_id_seq', 1)",
    "SELECT nextval('ledger_entry_id_seq')",
    "CREATE TABLE mine (id int)",
)


@pytest.mark.usefixtures("restricted")
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ON_A_TABLE)
def test_no_table_is_changed(table: str, statement: str) -> None:
    refused(statement.format(table, column=TABLES[table]))


@pytest.mark.usefixtures("restricted")
@pytest.mark.parametrize("statement", ELSEWHERE)
def test_no_guard_is_taken_away(statement: str) -> None:
    refused(statement)


def refused(statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be (owner|able)"), transaction.atomic():
        run(statement)
    assert ledger_size() == (1, 2)


@pytest.mark.usefixtures("role")
def test_every_table_of_the_ledger_is_covered() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'ledger%%' ORDER BY 1")
        assert sorted(TABLES) == [name for (name,) in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_the_role_takes_snapshots(at: datetime) -> None:
    fund("c1", at)
    role = made_role()
    try:
        run(f"SET ROLE {role}")
        assert take_snapshots(at) == 0  # nothing is long enough, and nothing is refused
    finally:
        run(f"RESET ROLE; DROP OWNED BY {role}; DROP ROLE {role}")


def test_a_role_that_no_grant_restricts_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()
    with pytest.raises(CommandError, match=r"owns the table|is a superuser"):
        call_command("ledger_role", owner)
    with pytest.raises(CommandError, match="There is no role nobody_here"):
        call_command("ledger_role", "nobody_here")
