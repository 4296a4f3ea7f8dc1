from __future__ import annotations

from tests.invariants.fixtures import world  # noqa: F401 - a fixture of this folder
