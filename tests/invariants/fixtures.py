"""The product with a sandbox of its own, whose webhooks all wait in the bag."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.invariants.world import World
from tests.support.sandbox import CONNECT_SECRET, SECRET, V2_SECRET, SandboxProcess

NOWHERE = "http://127.0.0.1:9/"
AT_ONCE = ("--funds-seconds", "0", "--payout-seconds", "0")


@pytest.fixture(scope="session")
def quiet_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    process = SandboxProcess(tmp_path_factory.mktemp("quiet"), webhook_url=NOWHERE, options=AT_ONCE).up()
    yield process
    process.stop()


@pytest.fixture
def world(quiet_sandbox: SandboxProcess, settings: Any) -> Iterator[World]:
    settings.STRIPE_API_BASE = quiet_sandbox.url
    settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_CONNECT_WEBHOOK_SECRET = SECRET, CONNECT_SECRET
    settings.STRIPE_V2_WEBHOOK_SECRET = V2_SECRET
    found = World(quiet_sandbox)
    yield found
    found.truth.close()
