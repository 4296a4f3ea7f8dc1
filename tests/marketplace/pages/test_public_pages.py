"""Home, fees and what sellers to be read: from the site's own rules, at a fixed cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.gigs.conftest import MakeGig

pytestmark = pytest.mark.django_db


def text(client: Client, path: str, **given: str) -> str:
    return client.get(path, given).content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_home_says_how_it_works_with_the_sites_own_times(client: Client, settings: Any) -> None:
    settings.ORDER_RULES = {"seller_fee_bp": 800}
    page = text(client, "/")
    assert "Their fee is 8 %" in page
    assert "You have 3 days to open every file" in page
    assert "Sell it for €50.00, and €46.00 is yours" in page
    assert f'href="{reverse("pages:selling")}"' in page


def test_home_costs_the_same_with_one_gig_and_with_many(client: Client, make_gig: MakeGig) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        return len(queries)

    make_gig()
    cost()
    first = cost()
    for number in range(5):
        make_gig(title=f"Proofread {number} pages by tonight")
    assert cost() <= first + 3  # cards that are not kept yet; never one for each
    assert cost() <= 20


def test_sellers_to_be_read_what_they_would_receive(client: Client, settings: Any) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR", "JPY"]
    page = text(client, reverse("pages:selling"))
    assert "€51.50" in page
    assert "€45.00" in page
    assert "¥" in text(client, reverse("pages:selling"), currency="JPY")


def test_the_calculator_gives_the_script_what_the_server_counts_with(client: Client) -> None:
    page = text(client, "/fees/", price="100")
    for fact in ('data-fee-bps="300"', 'data-fee-min="50"', 'data-fee-max="2500"', 'data-seller-bps="1000"'):
        assert fact in page
    assert ("€103.00" in page, "€90.00" in page) == (True, True)


@pytest.mark.parametrize("typed", ["abc", "-1", "0", "1e3", "99999999999", "12.345"])
def test_what_is_no_price_is_told_at_the_field(client: Client, typed: str) -> None:
    page = text(client, "/fees/", price=typed)
    assert 'aria-invalid="true"' in page
    assert f'value="{typed}"' in page
    assert "The seller receives" not in page
