"""The restricted database role: grants it what ``role.sql`` says, and refuses one that could do more anyway."""

from __future__ import annotations

from pathlib import Path

from django.db import connection, transaction

_FILE = Path(__file__).with_name("role.sql")
_OBJECTIONS = """
SELECT format('%%s is a superuser', rolname) FROM pg_roles WHERE rolname = %(role)s AND rolsuper
UNION ALL
SELECT format('%%s owns the table %%s, or may act as its owner', %(role)s::text, tablename) FROM pg_tables
WHERE schemaname = current_schema() AND pg_has_role(%(role)s, tableowner, 'MEMBER')
LIMIT 3
"""


class UnfitRole(Exception):
    """The role does not exist, or no grant could restrict it."""


@transaction.atomic
def restrict(role: str) -> None:
    """Grants the role what the application needs, and of the ledger only reading and posting. Raises UnfitRole."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role])
        schema, exists = cursor.fetchone()
        if not exists:
            raise UnfitRole(f"There is no role {role}. Create it: CREATE ROLE {role} LOGIN PASSWORD '…'")
        cursor.execute(_OBJECTIONS, {"role": role})
        if objections := [line for (line,) in cursor.fetchall()]:
            raise UnfitRole("; ".join(objections))
        quote = connection.ops.quote_name
        cursor.execute(_FILE.read_text().replace("{role}", quote(role)).replace("{schema}", quote(schema)))
