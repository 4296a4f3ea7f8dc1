"""Fixtures that every test may use: four people and a moment."""

from __future__ import annotations

from tests.support.database import _flush_without_triggers  # noqa: F401 - a fixture for every test
