"""Two treasurers and everybody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from accounts import api as people
from accounts.models import User
from payments.models import DeedKind
from payments.services.manual import DeedRequest
from tests.payments.conftest import at, buyer, facts, live_scene, now, sandbox, sandbox_process, scene, seller
from tests.payments.scenes import Scene, eur

__all__ = ["at", "buyer", "facts", "live_scene", "now", "sandbox", "sandbox_process", "scene", "seller"]


@pytest.fixture
def treasurer(db: None) -> User:
    return User.objects.create_user("tess@example.org", display_name="Tess Treasurer", is_treasurer=True)


@pytest.fixture
def second(db: None) -> User:
    return User.objects.create_user("sid@example.org", display_name="Sid Second", is_treasurer=True)


@pytest.fixture
def moderator(db: None) -> User:
    return User.objects.create_user("mo@example.org", display_name="Mo Moderator", is_moderator=True)


@pytest.fixture
def enter() -> Callable[[User], Client]:
    def made(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return made


@pytest.fixture
def client(treasurer: User, enter: Callable[[User], Client]) -> Client:
    """A treasurer's browser."""
    return enter(treasurer)


@pytest.fixture
def selling(scene: Scene) -> Scene:
    people.become_seller(user_id=scene.seller.pk, country="IE", at=scene.at)
    return scene


def wanted(kind: DeedKind, minor: int, subject: object = "", key: str = "form-1", **more: object) -> DeedRequest:
    return DeedRequest(key, kind, eur(minor), "because it is owed", str(subject), **more)  # type: ignore[arg-type]


def moment(day: int, hour: int = 12) -> datetime:
    from datetime import UTC

    return datetime(2026, 11, day, hour, 0, tzinfo=UTC)
