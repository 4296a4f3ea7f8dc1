"""The desk: where each hat lands, what a newcomer still has to do, and what it costs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

import accounts.api
from accounts.models import User

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def person(name: str, *, selling: bool = False, **fields: object) -> User:
    user_id = accounts.api.register_person(email=f"{name}@example.com", name=name, password=None, at=AT)
    if selling:
        accounts.api.become_seller(user_id=user_id, country="IE", at=AT)
    User.objects.filter(pk=user_id).update(**fields) if fields else None
    return User.objects.get(pk=user_id)


def test_a_visitor_signs_in_first(client: Client) -> None:
    answer = client.get(reverse("pages:desk"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("fields", "lands"), [({"is_treasurer": True}, "money:desk"), ({"is_moderator": True}, "orders:moderation")]
)
def test_staff_land_where_their_work_is(client: Client, fields: dict[str, object], lands: str) -> None:
    client.force_login(person("Anna", **fields))
    assert client.get(reverse("pages:desk"))["Location"] == reverse(lands)


def test_the_desk_is_that_of_the_hat_and_the_hat_is_remembered(client: Client) -> None:
    tom = person("Tom", selling=True)
    client.force_login(tom)
    shown = []
    for hat in ("buying", "selling"):
        answer = client.post(reverse("accounts:switch_hat"), {"hat": hat}, follow=True)
        assert answer.redirect_chain[-1][0] == reverse("pages:desk")
        again = Client()
        again.force_login(tom)
        shown.append([one.name for one in again.get(reverse("pages:desk")).templates if one.name][0])
    assert shown == ["pages/desk_buying.html", "pages/desk.html"]


def test_a_newcomer_without_orders_is_told_what_to_do(client: Client) -> None:
    client.force_login(person("Anna"))
    page = client.get(reverse("pages:desk")).content.decode()
    assert "Nothing is waiting for you." in page
    assert "No open orders" in page
    assert "charts.js" not in page


def test_a_newcomer_is_shown_the_way_to_the_first_sale(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(person("Tom", selling=True))
    with django_assert_max_num_queries(20):
        answer = client.get(reverse("pages:desk"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Tom. " in " ".join(page.split()) or "Tom." in page
    assert "Nothing is waiting for you." in page
    assert [step.done for step in answer.context["steps"]] == [False, False, False]
