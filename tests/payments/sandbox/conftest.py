"""One sandbox process for the folder's tests, emptied before each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stripe

from tests.support.sandbox import Ear, SandboxProcess

OPTIONS = ("--payout-seconds", "1", "--shortest-session-seconds", "1")


@pytest.fixture(scope="session")
def _ear() -> Iterator[Ear]:
    ear = Ear()
    yield ear
    ear.close()


@pytest.fixture(scope="session")
def _process(tmp_path_factory: pytest.TempPathFactory, _ear: Ear) -> Iterator[SandboxProcess]:
    folder = tmp_path_factory.mktemp("sandbox")
    process = SandboxProcess(folder, webhook_url=_ear.url, options=OPTIONS).up()
    yield process
    process.stop()


@pytest.fixture
def ear(_ear: Ear) -> Ear:
    _ear.answer = 200
    return _ear


@pytest.fixture
def sandbox(_process: SandboxProcess, ear: Ear) -> SandboxProcess:
    _process.reset()
    ear.heard.clear()
    return _process


@pytest.fixture
def client(sandbox: SandboxProcess) -> stripe.StripeClient:
    return sandbox.client()
