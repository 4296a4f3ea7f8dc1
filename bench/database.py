"""Databases of the bench, in the cluster that ``DATABASE_URL`` names: one is migrated, the others are its copies."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.management import call_command
from django.db import connection

_HERE = Path(__file__).parent


def migrate() -> None:
    call_command("migrate", verbosity=0)


def fresh(name: str, like: str = "") -> None:
    """Makes a database as it is after migrating, or ``like`` another one, and points Django at it."""
    original = like or urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {original}")
    use(name)


def exists(name: str) -> bool:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        return bool(cursor.fetchall())


def empty(name: str) -> None:
    """Makes a database with nothing in it, for somebody else."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")


def use(name: str) -> None:
    """Points Django at one that is there."""
    if connection.settings_dict["NAME"] != name:
        connection.close()
        connection.settings_dict["NAME"] = name


def run_file(name: str) -> None:
    run((_HERE / name).read_text())


def run(statement: str, arguments: Sequence[Any] | Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall() if cursor.description else []
