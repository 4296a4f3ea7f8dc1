"""A talk between a seller and a buyer, and somebody whom it does not concern."""

from __future__ import annotations

import uuid
from datetime import datetime

import pytest

from accounts.models import User
from inbox import api
from tests.accounts.conftest import AT, buyer, moderator, seller, stranger

__all__ = ["buyer", "moderator", "seller", "stranger"]
REFERENCE = "gig:7:2"


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def talk(seller: User, buyer: User) -> uuid.UUID:
    return api.open_conversation(
        reference=REFERENCE, title="Fifty rows cleaned", url="", participant_ids=[seller.pk, buyer.pk], at=AT
    )


def say(talk: uuid.UUID, author: User, body: str = "Hello", key: str = "k1", at: datetime = AT) -> int:
    return api.post_message(conversation_id=talk, author_id=author.pk, body=body, files=[], key=key, at=at)
