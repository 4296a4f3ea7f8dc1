"""Four people: a seller, a buyer, a stranger, a moderator."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts import api
from accounts.models import User

AT = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
PASSWORD = "correct horse battery"


def make(email: str, name: str, **fields: Any) -> User:
    user_id = api.register_person(email=email, name=name, password=PASSWORD, at=AT, **fields)
    return User.objects.get(pk=user_id)


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def seller(db: None) -> User:
    user = make("aoife@example.org", "Aoife Byrne", country="IE", time_zone="Europe/Dublin")
    api.become_seller(user_id=user.pk, country="IE", at=AT)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def buyer(db: None) -> User:
    return make("bob@example.org", "Bob Smith", time_zone="America/New_York")


@pytest.fixture
def stranger(db: None) -> User:
    return make("eve@example.org", "Eve")


@pytest.fixture
def moderator(db: None) -> User:
    user = make("mo@example.org", "Mo")
    User.objects.filter(pk=user.pk).update(is_moderator=True)
    return User.objects.get(pk=user.pk)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
