"""What is kept as HTML for the next reader is kept for each language; answers to programs follow theirs."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.security.conftest import Market, addresses
from tests.security.test_walk import address


@pytest.mark.parametrize("name", ["pages:home", "gigs:categories", "gigs:search", "gigs:category", "gigs:detail"])
def test_a_page_is_kept_for_each_language(market: Market, language_of_marks: str, name: str) -> None:
    path = address(name, addresses(market))
    for code in ("en", language_of_marks, "en", language_of_marks):
        html = Client(headers={"Accept-Language": code}).get(path).content.decode()
        assert f'<html lang="{code}"' in html
        assert ("«" in html) == (code == language_of_marks)
        assert ("«Buy»" in html) == (code == language_of_marks)  # the footer, which is kept by itself


def test_programs_are_refused_in_their_language(market: Market, language_of_marks: str) -> None:
    for code, marked in (("en", False), (language_of_marks, True)):
        answer = Client(headers={"Accept-Language": code}).get("/api/v1/gigs/0/")
        assert answer.status_code == 404
        assert answer.headers["Content-Language"] == code
        assert ("«" in answer.content.decode()) == marked
