"""Rows by the million, straight into tables: no triggers, no checks of other tables, defaults as the models say."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from bench import database

_AT_ONCE = 10_000


def copy(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Writes rows with these columns; whatever else the table has is as the model's default says. Returns how many."""
    fields = {str(field.column): field for field in model._meta.concrete_fields}
    fixed = {
        name: _text(field, field.get_default())
        for name, field in fields.items()
        if name not in columns and _is_ours(field)
    }
    wanted = [fields[name] for name in columns]
    statement = f"COPY {model._meta.db_table} ({', '.join([*columns, *fixed])}) FROM STDIN"
    end = "".join(f"\t{text}" for text in fixed.values()) + "\n"
    done, waiting = 0, iter(rows)
    with _without_triggers():
        while batch := list(islice(waiting, _AT_ONCE)):
            lines = ("\t".join(map(_text, wanted, row)) + end for row in batch)
            with connection.cursor() as cursor:
                cursor.copy_expert(statement, io.StringIO("".join(lines)))
            done += len(batch)
    _count_on(model, fields)
    return done


def _is_ours(field: models.Field[Any, Any]) -> bool:
    """Not counted and not filled by the database."""
    return not isinstance(field, models.AutoField) and not field.has_db_default()


@contextmanager
def _without_triggers() -> Iterator[None]:
    database.run("BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL synchronous_commit = off")
    yield
    database.run("COMMIT")


def _count_on(model: type[models.Model], fields: dict[str, Any]) -> None:
    key = model._meta.pk
    if isinstance(key, models.AutoField):
        table, column = model._meta.db_table, key.column
        database.run(f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table}")


def _text(field: models.Field[Any, Any], value: Any) -> str:
    """As COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(field, models.JSONField):
        return _plain(json.dumps(value))
    if isinstance(field, ArrayField):
        return _plain("{" + ",".join(f'"{one}"' if isinstance(one, str) else str(one) for one in value) + "}")
    if isinstance(value, bool):
        return "t" if value else "f"
    return _plain(value) if isinstance(value, str) else str(value)


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
