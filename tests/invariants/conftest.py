from __future__ import annotations

from tests.invariants.fixtures import quiet_sandbox, world  # noqa: F401 - fixtures of this folder
