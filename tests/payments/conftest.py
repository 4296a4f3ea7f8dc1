"""People, a moment, money in every stage, and the sandbox as a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from accounts import api as people
from accounts.models import User
from marketplace.kernel import clock, events
from payments import owners
from payments.events import (
    ChargebackLost,
    ChargebackOpened,
    ChargebackWon,
    ChargeCaptured,
    ChargeExpired,
    MoneyOverdue,
    PaymentWarned,
    PayoutFailed,
    PayoutGateChanged,
    PayoutPaid,
    RefundBounced,
    RefundSucceeded,
    SellerOwes,
    TransferSucceeded,
)
from tests.payments.outlook_scenes import Owner
from tests.payments.scenes import Scene
from tests.support.sandbox import CONNECT_SECRET, SECRET, V2_SECRET, SandboxProcess


@pytest.fixture
def at() -> datetime:
    return datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def now(db: None) -> datetime:
    """For tests with the sandbox, which lives in real time."""
    return clock.now()


@pytest.fixture
def buyer(db: None) -> User:
    return User.objects.create_user("buyer@example.org", display_name="Bea Buyer")


@pytest.fixture
def seller(db: None) -> User:
    return User.objects.create_user("seller@example.org", display_name="Sam Seller", country="IE")


@pytest.fixture
def scene(buyer: User, seller: User, at: datetime) -> Scene:
    """Money without Stripe: what Stripe would have said is handed to the services as it was read."""
    return Scene(buyer, seller, at)


@pytest.fixture
def owner(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Owner:
    """The scene's seller sells; what they earned is of things that this owner knows. Now is the scene's moment."""
    people.become_seller(user_id=scene.seller.pk, country="IE", at=scene.at)
    found, moment = Owner(scene), scene.at
    monkeypatch.setattr(owners, "_owners", {"job": found})
    monkeypatch.setattr(clock, "_source", lambda: moment)
    return found


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    folder: Path = tmp_path_factory.mktemp("stripe")
    process = SandboxProcess(folder, options=("--funds-seconds", "0", "--payout-seconds", "0")).up()
    yield process
    process.stop()


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess, settings: Any) -> SandboxProcess:
    sandbox_process.reset()
    settings.STRIPE_API_BASE = sandbox_process.url
    settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_CONNECT_WEBHOOK_SECRET = SECRET, CONNECT_SECRET
    settings.STRIPE_V2_WEBHOOK_SECRET = V2_SECRET
    return sandbox_process


@pytest.fixture
def live_scene(sandbox: SandboxProcess, buyer: User, seller: User, now: datetime) -> Scene:
    """The same scene with the sandbox behind it; the platform has some money of its own there, for Stripe's fees."""
    sandbox.control("funds/add", amount=10_000, currency="eur")
    return Scene(buyer, seller, now, sandbox)


@pytest.fixture
def facts(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every fact that payments published, in order."""
    heard: list[object] = []
    published = [
        ChargeCaptured,
        ChargeExpired,
        RefundSucceeded,
        TransferSucceeded,
        PayoutPaid,
        PayoutFailed,
        PayoutGateChanged,
        RefundBounced,
        SellerOwes,
        ChargebackOpened,
        ChargebackWon,
        ChargebackLost,
        PaymentWarned,
        MoneyOverdue,
    ]
    # The owners' subscribers stay out: these tests are about what is published.
    for kind in published:
        monkeypatch.setitem(events._subscribers, kind, [heard.append])
    return heard
