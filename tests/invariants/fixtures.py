"""The product with a sandbox of its own, whose webhooks all wait in the bag."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.invariants.world import World
from tests.support.sandbox import CONNECT_SECRET, SECRET, V2_SECRET, SandboxProcess

NOWHERE = "http://127.0.0.1:9/"
AT_ONCE = ("--funds-seconds", "0", "--payout-seconds", "0")


@pytest.fixture
def world(tmp_path: Path, settings: Any) -> Iterator[World]:
    process = SandboxProcess(tmp_path, webhook_url=NOWHERE, options=AT_ONCE).up()
    settings.STRIPE_API_BASE = process.url
    settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_CONNECT_WEBHOOK_SECRET = SECRET, CONNECT_SECRET
    settings.STRIPE_V2_WEBHOOK_SECRET = V2_SECRET
    settings.PAYOUT_MINIMUM_MINOR = 1
    found = World(process)
    yield found
    found.truth.close()
    process.stop()
