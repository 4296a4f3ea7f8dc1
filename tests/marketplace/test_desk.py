"""The desk: where each hat lands, what a newcomer still has to do, and what it costs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

import accounts.api
from accounts.models import User
from marketplace.pages.checklist import Checklist

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
    assert [step.done for step in answer.context["checklist"].steps] == [False] * 6
    for name in ("orders:clients", "gigs:insights", "gigs:in_demand", "gigs:portfolio", "gigs:certificates"):
        assert f'href="{reverse(name)}"' in page, name
    assert 'href="/@tom/"' in page
    assert 'href="/@tom/share/"' in page


def test_the_checklist_follows_the_facts_and_is_put_away_when_all_is_done(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = person("Tom", selling=True)
    client.force_login(user)
    accounts.api.save_time(user_id=user.pk, time_zone="Europe/Dublin", spans=[], at=AT)
    words = accounts.api.SellerWords("I clean tables", "Since 2014.", [], [])
    accounts.api.save_seller_words(user_id=user.pk, words=words)
    User.objects.filter(pk=user.pk).update(portrait="portraits/x")
    page = client.get(reverse("pages:checklist"))
    assert [step.done for step in page.context["checklist"].steps] == [True, True, False, False, False, True]
    assert b"Put the checklist away" not in page.content
    client.post(reverse("pages:close_checklist"))  # not done: it stays
    assert client.get(reverse("pages:desk")).context["checklist"] is not None
    monkeypatch.setattr(Checklist, "is_done", True)
    assert b"Put the checklist away" in client.get(reverse("pages:checklist")).content
    client.post(reverse("pages:close_checklist"))
    assert client.get(reverse("pages:desk")).context["checklist"] is None


def test_who_does_not_sell_is_led_to_the_first_gig(client: Client) -> None:
    client.force_login(person("Anna"))
    assert client.get(reverse("pages:checklist"))["Location"] == reverse("gigs:first")
    assert client.post(reverse("pages:close_checklist")).status_code == 302
