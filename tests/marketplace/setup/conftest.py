"""An operator, and a client of theirs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts import api as accounts
from accounts.models import User

AT = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def operator(db: None) -> User:
    pk = accounts.create_operator(name="Olga Owner", email="olga@example.org", password=PASSWORD, at=AT)
    return User.objects.get(pk=pk)


@pytest.fixture
def as_operator(operator: User) -> Client:
    client = Client()
    client.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
    return client
