"""The statement of an INSERT, and of an UPDATE by what columns hold, is the same for the same columns."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cache
from itertools import count
from typing import Any, NamedTuple

from django.db.backends.postgresql import compiler
from django.db.backends.postgresql.compiler import SQLAggregateCompiler, SQLCompiler, SQLDeleteCompiler
from django.db.models.expressions import Col
from django.db.models.fields.related_lookups import RelatedExact
from django.db.models.lookups import Exact, IntegerFieldExact
from django.db.models.sql.where import AND

from marketplace.kernel.postgresql.statements import Statement

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]


class _Kept(NamedTuple):
    """A statement whose places are in the order of the columns, and what it returns."""

    statement: Statement
    returning: Any


_statements: dict[Hashable, _Kept] = {}
_numbers = count(1)


def _keep(shape: Hashable, sql: str, places: int, returning: Any = None) -> None:
    if sql.count("%s") == places:
        _statements[shape] = _Kept(Statement(f"kept_{next(_numbers)}", sql, places), returning)


_EQUAL = (Exact, IntegerFieldExact, RelatedExact)
_SPECIAL = ("as_sql", "resolve_expression", "prepare_database_save")  # expressions, and models given for their keys


def _are_plain(values: Sequence[Any]) -> bool:
    return not any(map(_is_special, set(map(type, values))))


@cache
def _is_special(kind: type) -> bool:
    return any(hasattr(kind, name) for name in _SPECIAL)


class SQLInsertCompiler(compiler.SQLInsertCompiler):
    def as_sql(self, *_: Any, **__: Any) -> Any:
        query: Any = self.query
        columns = query.fields
        # An expression is part of the text of its statement, and may have as many values as a plain one.
        if not columns or not _are_plain([getattr(row, one.attname) for row in query.objs for one in columns]):
            return super().as_sql()
        shape = (
            query.model, len(query.objs) > 1, *columns, query.on_conflict, *query.update_fields, "of",
            *query.unique_fields, "returning", *(self.returning_fields or ()),
        )  # fmt: skip
        kept = _statements.get(shape)
        if kept is None:
            [(sql, params)] = compiled = super().as_sql()
            # One value for each column: of one row, or the list of those of many.
            if len(params) == len(columns):
                _keep(shape, sql, len(columns), self.returning_params if self.returning_fields else ())
            return compiled
        database = self.connection
        rows = [[one.get_db_prep_save(self.pre_save_val(one, row), database) for one in columns] for row in query.objs]
        self.returning_params = kept.returning
        values = rows[0] if len(rows) == 1 else map(list, zip(*rows, strict=True))
        return [(kept.statement.on(self.connection), tuple(values))]


class SQLUpdateCompiler(compiler.SQLUpdateCompiler):
    def as_sql(self, *_: Any, **__: Any) -> Any:
        conditions = self._conditions()
        if conditions is None:
            return super().as_sql()
        query: Any = self.query
        shape = (query.model, "update", *(column for column, _, _ in query.values), "where", *conditions)
        kept = _statements.get(shape)
        if kept is None:
            sql, params = super().as_sql()
            _keep(shape, self._with_places(sql), len(query.values) + len(conditions))
            return sql, params
        values = [column.get_db_prep_save(value, self.connection) for column, _, value in query.values]
        return kept.statement.on(self.connection), (*values, *conditions.values())

    def _with_places(self, sql: str) -> str:
        """With a place also for what is NULL just now, which Django writes out."""
        query: Any = self.query
        for column, _, value in query.values:
            if value is None:
                place = getattr(column, "get_placeholder", lambda *_: "%s")(value, self, self.connection)
                name = self.quote_name_unless_alias(column.column)
                sql = sql.replace(f"{name} = NULL", f"{name} = {place}", 1)
        return sql

    def _conditions(self) -> dict[Any, Any] | None:
        """The columns that have to hold a value, and the values; None where anything else is asked or written."""
        query: Any = self.query
        where, table = query.where, query.get_initial_alias()
        if not query.values or not where.children or where.negated or where.connector != AND:
            return None
        if query.get_related_updates() or not _are_plain([value for _, _, value in query.values]):
            return None
        found = {}
        for one in where.children:
            if type(one) not in _EQUAL or not isinstance(one.lhs, Col) or not one.rhs_is_direct_value():
                return None
            if one.lhs.alias != table or one.lhs.target in found:
                return None
            _, (found[one.lhs.target],) = one.process_rhs(self, self.connection)
        return found
