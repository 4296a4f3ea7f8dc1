"""Queries whose SQL is put together once.

Django puts the SQL of a queryset together anew each time it is read, which takes this side three to eight times as
long as sending it and reading the rows. That is nothing for a page of its own; what every page, order or timer asks
for is written as ``prepared``. See ADR 20 for what was measured and when not to.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from copy import copy
from functools import cached_property
from itertools import count
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, QuerySet
from django.db.models.sql import DeleteQuery, UpdateQuery
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

from marketplace.kernel.postgresql.statements import execution, numbered

T = TypeVar("T")
LARGEST_ID = 2**63 - 1
_numbers = count(1)


class Given(Expression):
    """In a prepared query: a value that comes with each call."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class EachOf(Given):
    """The same for ``__in``: a list with something in it."""

    SQL = "SELECT unnest(%s)"

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        return self.SQL, [self]


Text = tuple[str, tuple[Any, ...]]  # SQL with ``%s``, and for each a value or what is Given


class _Built(Generic[T]):
    """``build`` is called once, with a ``Given`` for each of its parameters, or an ``EachOf`` where it ends in "ids".

    What it is called with has to be what the column holds: nothing is converted. What else it reads (settings, the
    time) stays as it was at the first call.
    """

    def __init__(self, build: Callable[..., T]) -> None:
        self.build = build
        self.names = tuple(inspect.signature(build).parameters)
        self.key = f"prepared_{next(_numbers)}"

    def _built(self) -> T:
        return self.build(*((EachOf if name.endswith("ids") else Given)(name) for name in self.names))

    def _statement(self, connection: Any, given: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
        """What a cursor of the connection executes, with the values in their order."""
        if settings.DATABASE_KEEPS_STATEMENTS:
            return execution(connection, self.key, len(given), self._numbered), tuple(given.values())
        sql, params = self._text
        return sql, tuple(given[one.name] if isinstance(one, Given) else one for one in params)

    def _numbered(self, cursor: Any) -> str:
        """The statement with ``$1`` and so on for what is given, and everything else written out."""
        sql, params = self._text
        places = (
            f"${self.names.index(one.name) + 1}" if isinstance(one, Given) else cursor.mogrify("%s", [one]).decode()
            for one in params
        )
        return numbered(sql, places)

    @property
    def _text(self) -> Text:
        raise NotImplementedError


def _text_of(compiler: SQLCompiler) -> Text:
    sql, params = compiler.as_sql()
    return sql.replace(f"IN ({EachOf.SQL})", "= ANY(%s)"), tuple(params)  # the same, and planned in half the time


class Prepared(_Built["QuerySet[Any, T]"], Generic[T]):
    """Rows, from a queryset."""

    def all(self, *values: Any) -> list[T]:
        """The rows, for the values of the parameters in their order."""
        given = dict(zip(self.names, values, strict=True))
        if any(name.endswith("ids") and not value for name, value in given.items()):
            return []
        if any(isinstance(value, int) and abs(value) > LARGEST_ID for value in values):
            return []  # the database would not take it for a number of that column
        return list(self._queryset_with(given))

    def first(self, *values: Any) -> T | None:
        """The first row; the query itself should not find more."""
        return next(iter(self.all(*values)), None)

    def get(self, *values: Any) -> T:
        """The one row. Raises the model's DoesNotExist."""
        found = self.first(*values)
        if found is None:
            raise self._compiled[0].model.DoesNotExist(f"no row for {values}")
        return found

    def _queryset_with(self, given: dict[str, Any]) -> QuerySet[Any, T]:
        """To be read once. Django would copy all parts of the one that is kept; all that differs is how it is sent."""
        queryset, known, _text, converters = self._compiled
        query, compiler = copy(queryset.query), copy(known)
        connection = compiler.connection = connections[DEFAULT_DB_ALIAS]  # of this thread
        if query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        statement = self._statement(connection, given)
        compiler.as_sql = lambda *_, **__: statement
        compiler.get_converters = lambda *_: converters
        vars(query)["get_compiler"] = lambda *_, **__: compiler
        read: Any = type(queryset)(queryset.model, query, DEFAULT_DB_ALIAS)
        for name in ("_iterable_class", "_fields", "_prefetch_related_lookups"):
            setattr(read, name, getattr(queryset, name))
        return read  # type: ignore[no-any-return]

    @property
    def _text(self) -> Text:
        return self._compiled[2]

    @cached_property
    def _compiled(self) -> tuple[QuerySet[Any, T], Any, Text, dict[int, Any]]:
        queryset = self._built()
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        text = _text_of(compiler)
        converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
        return queryset, compiler, text, converters


class PreparedChange(_Built["QuerySet[Any] | tuple[QuerySet[Any], dict[str, Any]]"]):
    """An UPDATE, from a queryset and what it writes by field; or from a queryset alone a DELETE of its rows.

    Neither calls ``save`` or ``delete``, sends signals or looks after what points at the rows.
    """

    def run(self, *values: Any) -> int:
        """How many rows it changed, for the values of the parameters in their order."""
        connection = connections[DEFAULT_DB_ALIAS]
        with connection.cursor() as cursor:
            cursor.execute(*self._statement(connection, dict(zip(self.names, values, strict=True))))
            return int(cursor.rowcount)

    @cached_property
    def _text(self) -> Text:
        built = self._built()
        if isinstance(built, tuple):
            queryset, written = built
            update: Any = queryset.query.chain(UpdateQuery)
            update.add_update_values(written)
            return _text_of(update.get_compiler(DEFAULT_DB_ALIAS))
        return _text_of(built.query.chain(DeleteQuery).get_compiler(DEFAULT_DB_ALIAS))


def prepared(build: Callable[..., QuerySet[Any, T]]) -> Prepared[T]:
    """``by_code = prepared(lambda code: Order.objects.filter(code=code))``, then ``by_code.first("7K3M")``."""
    return Prepared(build)


def prepared_change(build: Callable[..., QuerySet[Any] | tuple[QuerySet[Any], dict[str, Any]]]) -> PreparedChange:
    """``finish = prepared_change(lambda code, at: (Order.objects.filter(code=code), {"closed_at": at}))``."""
    return PreparedChange(build)
