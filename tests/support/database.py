"""Emptying the test database although the ledger refuses to be emptied.

A test that commits (``django_db(transaction=True)``) ends with Django's flush, a TRUNCATE, which the append-only
triggers refuse, as they should. The flush alone, in its own transaction, runs with
``session_replication_role = replica``: no trigger fires, and the setting ends with that transaction. Everything
under test runs with the triggers on. The role of ``DATABASE_URL`` must be a superuser of the test cluster, or
have been granted ``SET ON PARAMETER session_replication_role``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations


@pytest.fixture(scope="session", autouse=True)
def _flush_without_triggers() -> Iterator[None]:
    plain = DatabaseOperations.sql_flush

    def sql_flush(self: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        statements = plain(self, *args, **kwargs)
        return ["SET LOCAL session_replication_role = replica", *statements] if statements else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield
