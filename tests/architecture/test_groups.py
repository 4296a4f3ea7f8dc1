"""What must run in one process does: a group that the runner loses fails nothing, it only makes tests meet."""

from __future__ import annotations

import os

import pytest


@pytest.mark.xdist_group("together")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process runs every test")
def test_a_group_is_known_to_the_runner(request: pytest.FixtureRequest) -> None:
    assert request.node.nodeid.endswith("@together")
