"""The same orders for a program with a token."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import api as accounts
from accounts.models import User
from tests.orders.scenes import ALL_IN, NET, PRICE, Desk

pytestmark = pytest.mark.django_db


def reader(user: User, at: Any) -> Client:
    from accounts.services import tokens

    secret = tokens.create_token(user_id=user.pk, name="test", at=at)
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def as_program(desk: Desk) -> Client:
    return reader(desk.buyer, desk.at)


def test_a_token_is_needed(desk: Desk, client: Client) -> None:
    assert client.get(reverse("api-orders")).status_code in {401, 403}


def test_what_answers_get_answers_head(desk: Desk, as_program: Client) -> None:
    """For those who only ask whether something is there."""
    order = desk.pending()
    for url in (reverse("api-orders"), reverse("api-order", args=[order.pk])):
        assert as_program.head(url).status_code == 200
    as_program.force_login(desk.buyer, backend="django.contrib.auth.backends.ModelBackend")
    assert as_program.head(reverse("orders:list")).status_code == 200


def test_the_list_is_ones_own_and_pages_by_key(desk: Desk, as_program: Client, stranger: User) -> None:
    orders = [desk.pending(at=desk.at + number * timedelta(minutes=1)) for number in range(5)]
    desk.pending(buyer_id=stranger.pk)
    seen, before = [], ""
    while True:
        answer = as_program.get(reverse("api-orders"), {"limit": 2, **({"before": before} if before else {})}).json()
        seen += [row["code"] for row in answer["results"]]
        before = answer["next"]
        if not before:
            break
    assert seen == [order.code for order in reversed(orders)]


def test_wrong_parameters_are_named(desk: Desk, as_program: Client) -> None:
    answer = as_program.get(reverse("api-orders"), {"before": "yesterday"})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["before"])
    assert as_program.get(reverse("api-orders"), {"limit": 1000}).status_code == 400


def test_detail(desk: Desk, as_program: Client) -> None:
    order = desk.completed()
    found = as_program.get(reverse("api-order", args=[order.pk])).json()
    assert (found["state"], found["role"], found["word"]) == ("completed", "buyer", "Done")
    assert found["all_in"] == {"amount_minor": ALL_IN, "currency": "EUR"}
    assert found["money"]["clearing"] == {"amount_minor": NET, "currency": "EUR"}
    assert sum(line["quantity"] * line["unit_minor"] for line in found["lines"]) == PRICE
    assert [event["action"] for event in found["events"]] == ["place", "pay", "deliver", "accept"]
    assert [file["name"] for file in found["deliveries"][0]["files"]] == ["descriptions.xlsx"]


def test_somebody_elses_order_is_not_there(desk: Desk, stranger: User) -> None:
    order = desk.completed()
    program = reader(stranger, desk.at)
    for pk in (order.pk, uuid.uuid4()):
        assert program.get(reverse("api-order", args=[pk])).status_code == 404
    assert accounts.is_moderator(stranger.pk) is False
