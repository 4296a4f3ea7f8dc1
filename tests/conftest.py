"""Fixtures that every test may use: four people and a moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from gigs.search import memory
from marketplace.setup import look
from orders import site_rules
from tests.support.database import (  # noqa: F401 - fixtures for every test
    _flush_without_triggers,
    django_db_modify_db_settings,
)
from tests.support.traffic import TRAFFIC

# Not the product: clients of the tests' own, whose traffic they look at themselves.
_SPEAK_TO_THE_SANDBOX_ITSELF = "tests/payments/sandbox/"


@pytest.fixture(autouse=True)
def _nobody_set_rules() -> None:
    """What a test before set went with its transaction, but this process would still know it."""
    site_rules.forget()


@pytest.fixture(autouse=True)
def _nobody_chose_a_look() -> None:
    look.forget()


@pytest.fixture(autouse=True)
def _nobody_has_spoken() -> None:
    """A page leaves its thread speaking its reader's language; what the next test makes would be named in it."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _nothing_is_kept_of_the_catalogue() -> None:
    """Ids of categories that went with their test's transaction."""
    memory.forget_all()


@pytest.fixture
def show_what_is_missing(settings: Any) -> None:
    """What a template asks for and nobody has given stands in its text as MISSING(name)."""
    (one,) = settings.TEMPLATES
    settings.TEMPLATES = [{**one, "OPTIONS": {**one["OPTIONS"], "string_if_invalid": "MISSING(%s)"}}]


@pytest.fixture(autouse=True)
def _what_was_said_keeps_to_stripes_description(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every request of the product, and every answer of the sandbox, in every test."""
    yield
    problems = TRAFFIC.problems()
    on_purpose = request.node.get_closest_marker("asks_wrongly")
    if not on_purpose and not request.node.nodeid.startswith(_SPEAK_TO_THE_SANDBOX_ITSELF):
        assert problems == []
