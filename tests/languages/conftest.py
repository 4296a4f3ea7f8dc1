"""The market of tests/security, whose people have said something everywhere, in a language of marks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.security.conftest import market  # noqa: F401 - a fixture for the tests here
from tests.support import pseudo


@pytest.fixture
def language_of_marks(settings: Any) -> str:
    """Its code. Whoever wants to read it says so, as a browser does."""
    for name, value in pseudo.settings_of(pseudo.folder()).items():
        setattr(settings, name, value)
    return pseudo.CODE
