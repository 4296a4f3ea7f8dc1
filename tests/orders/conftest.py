"""Four people, a Monday noon, and a desk with orders in every state."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts import api as accounts
from accounts.models import User
from tests.orders.scenes import Desk

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def at() -> datetime:
    return datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def buyer(db: None) -> User:
    return User.objects.create_user("bea@example.org", display_name="Bea Buyer")


@pytest.fixture
def seller(db: None, at: datetime) -> User:
    user = User.objects.create_user("tom@example.org", display_name="Tom Oliveira")
    accounts.become_seller(user_id=user.pk, country="PT", at=at)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def stranger(db: None) -> User:
    return User.objects.create_user("sid@example.org", display_name="Sid Stranger")


@pytest.fixture
def moderator(db: None) -> User:
    return User.objects.create_user("mo@example.org", display_name="Mo Moderator", is_moderator=True)


@pytest.fixture
def desk(buyer: User, seller: User, moderator: User, at: datetime) -> Desk:
    return Desk(buyer, seller, moderator, at)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.fixture
def as_buyer(buyer: User) -> Client:
    return signed_in(buyer)


@pytest.fixture
def as_seller(seller: User) -> Client:
    return signed_in(seller)


@pytest.fixture
def as_stranger(stranger: User) -> Client:
    return signed_in(stranger)


@pytest.fixture
def as_moderator(moderator: User) -> Client:
    return signed_in(moderator)
