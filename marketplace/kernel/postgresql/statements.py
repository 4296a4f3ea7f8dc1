"""Statements that the database has parsed, and soon planned, once for a connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL that never changes, with ``%s`` for each of its ``places``. ``name`` is its own in the database, too."""

    name: str
    sql: str
    places: int

    def on(self, connection: Any) -> str:
        """What a cursor of the connection executes, with the values in their order."""
        if not settings.DATABASE_KEEPS_STATEMENTS:
            return self.sql
        return execution(connection, self.name, self.places, self._text)

    def _text(self, _cursor: Any) -> str:
        return numbered(self.sql, [f"${place}" for place in range(1, self.places + 1)])


def execution(connection: Any, name: str, count: int, text: Callable[[Any], str]) -> str:
    """What executes the statement of that name, with ``%s`` for each of its values.

    ``text``, called with a cursor unless this connection knows the name, has ``$1`` to ``$count`` for them. Raises
    Django's DatabaseError.
    """
    connection.ensure_connection()
    known: tuple[Any, set[str]] = getattr(connection, "kept_statements", (None, set()))
    if known[0] is not connection.connection:  # a new one knows nothing
        known = connection.kept_statements = connection.connection, set()
    if name not in known[1]:
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(f"PREPARE {name} AS {text(cursor)}")
        known[1].add(name)
    return f"EXECUTE {name} ({', '.join(['%s'] * count)})" if count else f"EXECUTE {name}"


def numbered(sql: str, places: Iterable[str]) -> str:
    """``sql`` with ``places`` where Django has ``%s``, as PREPARE wants it."""
    pieces = iter(sql.split("%s"))
    text = next(pieces).replace("%%", "%")
    return text + "".join(place + piece.replace("%%", "%") for place, piece in zip(places, pieces, strict=True))
