"""Emptying the test database although the ledger refuses to be emptied.

A test that commits (``django_db(transaction=True)``) ends with Django's flush. It deletes rows here: a TRUNCATE would
write new files for each of hundreds of tables and indexes, nearly all of them empty. The append-only triggers refuse
both, as they should. The flush alone, in its own transaction, runs with
``session_replication_role = replica``: no trigger fires, and the setting ends with that transaction. Everything
under test runs with the triggers on. The role of ``DATABASE_URL`` must be a superuser of the test cluster, or
have been granted ``SET ON PARAMETER session_replication_role``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations

from tests.support import template


@pytest.fixture(scope="session", autouse=True)
def _flush_without_triggers() -> Iterator[None]:
    def sql_flush(self: DatabaseOperations, _style: Any, tables: Sequence[str], **_kwargs: Any) -> list[str]:
        deletions = [f"DELETE FROM {self.quote_name(table)}" for table in tables]  # noqa: S608 - Django's own names
        return ["SET LOCAL session_replication_role = replica", *deletions] if deletions else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    connections["default"].settings_dict["TEST"]["TEMPLATE"] = template.named()
