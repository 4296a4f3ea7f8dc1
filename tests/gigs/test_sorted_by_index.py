"""A plain sort follows an index to the end of its page: what a word finds need not be put in order first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gigs.contracts import CatalogueQuery
from gigs.search import statement
from gigs.search.conditions import conditions_of


@pytest.mark.django_db
@pytest.mark.parametrize("name", statement.PLAIN)
@pytest.mark.parametrize("currency", ["", "EUR", "USD"])
def test_the_index_has_the_order(name: str, currency: str, at: datetime, settings: Any) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR", "USD"]
    with connection.cursor() as cursor:
        for costly in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{costly} = off")  # where there is another way, it is taken
    query = CatalogueQuery(sort=name, currency=currency)
    with CaptureQueriesContext(connection) as asked:
        statement.page(conditions_of(query, "", at), name, None, 24)
    text = next(each["sql"] for each in asked.captured_queries if "ORDER BY" in each["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {text}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Sort" not in plan, plan
    assert "Index" in plan
