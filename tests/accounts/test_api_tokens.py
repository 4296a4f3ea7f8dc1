"""Programs: who a token is, when it is noted, and what a wrong one learns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import api
from accounts.models import ApiToken, User
from accounts.services import tokens
from tests.accounts.conftest import AT

pytestmark = pytest.mark.django_db


def me(header: str | None) -> Any:
    headers = {"Authorization": header} if header is not None else {}
    return Client().get(reverse("api-me"), headers=headers)


@pytest.fixture
def key(buyer: User) -> str:
    return tokens.create_token(user_id=buyer.pk, name="script", at=AT)


def test_a_token_tells_whose_it_is(key: str, buyer: User) -> None:
    answer = me(f"Bearer {key}")
    assert answer.status_code == 200
    assert answer.json() == {
        "id": buyer.pk,
        "email": "bob@example.org",
        "name": "Bob Smith",
        "handle": "bob-smith",
        "country": "",
        "city": "",
        "time_zone": "America/New_York",
        "is_seller": False,
        "portrait_url": "",
        "joined_at": answer.json()["joined_at"],
    }


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer art_nonsense", "Bearer a b", "Basic Ym9iOnB3", "Bearer \xe9"]
)
def test_without_a_good_token_there_is_nothing_to_see(buyer: User, header: str | None) -> None:
    answer = me(header)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "bob" not in answer.content.decode()


def test_a_session_is_no_token(buyer: User) -> None:
    client = Client()
    client.force_login(buyer)
    assert client.get(reverse("api-me")).status_code == 401


def test_a_revoked_token_is_refused(key: str, buyer: User) -> None:
    tokens.revoke_token(token_id=ApiToken.objects.get().pk, user_id=buyer.pk)
    assert me(f"Bearer {key}").status_code == 401


def test_a_suspended_persons_token_is_refused(key: str, buyer: User) -> None:
    api.suspend(user_id=buyer.pk, by_id=None, reason="They send spam.", at=AT)
    assert me(f"Bearer {key}").status_code == 401


def test_use_is_noted_at_most_once_a_minute(key: str, django_assert_num_queries: Any) -> None:
    tokens.user_of_token(key, AT)
    assert ApiToken.objects.get().last_used_at == AT
    with django_assert_num_queries(1):
        tokens.user_of_token(key, AT + timedelta(seconds=59))
    assert ApiToken.objects.get().last_used_at == AT
    later = AT + timedelta(seconds=61)
    tokens.user_of_token(key, later)
    assert ApiToken.objects.get().last_used_at == later
