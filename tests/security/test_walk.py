"""Every address of the site in every role: who may read what, and what every answer must be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from tests.security.conftest import ROLES, Market, addresses
from tests.security.pages import wrongs

# Whatever the page. That the number does not grow with the data is the business of each page's own tests.
MOST_QUERIES = 60
# "in": to the sign-in page; "on": to another page. Columns as in ROLES. An order's sides are buyer and seller; the
# moderator sees an order's page through the dispute alone.
EXPECTED = Path(__file__).with_name("expected.txt").read_text()
TABLE = {line.split()[0]: line.split()[1:] for line in EXPECTED.strip().splitlines()}


def names(patterns: Any, space: str = "") -> Iterator[str]:
    for entry in patterns:
        if hasattr(entry, "url_patterns"):
            yield from names(entry.url_patterns, f"{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}"


def address(name: str, known: dict[str, dict[str, Any]]) -> str:
    return reverse(name.partition("/")[0], kwargs=known.get(name, {}))


def told(response: Any) -> str:
    if response.status_code not in {301, 302}:
        return str(response.status_code)
    return "in" if response.headers["Location"].startswith("/accounts/login/?next=") else "on"


def test_the_table_names_every_address() -> None:
    site = {name for name in names(get_resolver().url_patterns) if not name.startswith("admin:")}
    site.remove("None")  # former addresses of allauth's, which lead to the ones that it has now
    assert site == {name.partition("/")[0] for name in TABLE}


@pytest.mark.parametrize("role", ROLES)
def test_everybody_sees_what_is_theirs_and_nothing_else(market: Market, role: str) -> None:
    known, column = addresses(market), ROLES.index(role)
    different, broken = {}, {}
    for name, row in TABLE.items():
        with CaptureQueriesContext(connection) as asked:
            response = market.client(role).get(address(name, known))
        if told(response) != row[column]:
            different[name] = f"{told(response)}, not {row[column]}"
        if found := wrongs(response):
            broken[name] = found
        if len(asked) > MOST_QUERIES:
            broken[name] = [f"{len(asked)} queries"]
    assert different == {}
    assert broken == {}


@pytest.mark.parametrize("role", ["anonymous", "stranger", "buyer", "moderator"])
def test_the_admin_is_for_staff(market: Market, role: str) -> None:
    client = market.client(role)
    for page in ("/admin/", "/admin/orders/order/", "/admin/accounts/user/", "/admin/login/"):
        response = client.get(page, follow=False)
        assert response.status_code in {302, 403}, page


def test_forms_without_the_csrf_token_are_refused(market: Market) -> None:
    """All but those that carry another proof: a webhook's signature, an unsubscribe link's."""
    known, client = addresses(market), market.client("buyer", enforce_csrf_checks=True)
    excused = {"inbox:unsubscribe", "inbox:unsubscribe/forged"}
    excused |= {"payments:webhooks", "payments:connect_webhooks", "payments:v2_webhooks"}
    for name in TABLE:
        if name in excused or name.startswith("api-"):
            continue
        response = client.post(address(name, known), {"a": "b"})
        assert response.status_code in {403, 405}, name
        assert wrongs(response) == [], name
