"""Queries whose SQL is put together once.

Django puts the SQL of a queryset together anew each time it is read, which takes this side three to eight times as
long as sending it and reading the rows. That is nothing for a page of its own; what every page, order or timer asks
for is written as ``prepared``. See ADR 20 for what was measured and when not to.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from copy import copy
from functools import cached_property
from itertools import count
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, QuerySet
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


class Prepared(Generic[T]):
    """``build`` is called once, with a ``Given`` for each of its parameters, or an ``EachOf`` where it ends in "ids".

    What it is called with has to be what the column holds: nothing is converted. What else it reads (settings, the
    time) stays as it was at the first call.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, T]]) -> None:
        self.build = build
        self.names = tuple(inspect.signature(build).parameters)
        self.key = f"prepared_{next(_numbers)}"

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
        compiled, known, (sql, params), converters = self._compiled
        queryset, compiler = compiled.all(), copy(known)
        connection = compiler.connection = connections[DEFAULT_DB_ALIAS]  # of this thread
        if queryset.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        if settings.DATABASE_KEEPS_STATEMENTS:
            statement = execution(connection, self.key, len(given), self._text), tuple(given.values())
        else:
            statement = sql, tuple(given[one.name] if isinstance(one, Given) else one for one in params)
        compiler.as_sql = lambda *_, **__: statement
        compiler.get_converters = lambda *_: converters
        vars(queryset.query)["get_compiler"] = lambda *_, **__: compiler
        return queryset

    def _text(self, cursor: Any) -> str:
        """The statement with ``$1`` and so on for what is given, and everything else written out."""
        sql, params = self._compiled[2]
        places = (
            f"${self.names.index(one.name) + 1}" if isinstance(one, Given) else cursor.mogrify("%s", [one]).decode()
            for one in params
        )
        return numbered(sql, places)

    @cached_property
    def _compiled(self) -> tuple[QuerySet[Any, T], Any, tuple[str, Any], dict[int, Any]]:
        queryset = self.build(*((EachOf if name.endswith("ids") else Given)(name) for name in self.names))
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
        # The same, and planned in half the time.
        return queryset, compiler, (sql.replace(f"IN ({EachOf.SQL})", "= ANY(%s)"), params), converters


def prepared(build: Callable[..., QuerySet[Any, T]]) -> Prepared[T]:
    """``by_code = prepared(lambda code: Order.objects.filter(code=code))``, then ``by_code.first("7K3M")``."""
    return Prepared(build)
