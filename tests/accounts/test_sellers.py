"""Becoming a seller: who can be paid where, and who wears which hat."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts import api
from accounts.contracts import WeeklyHours
from accounts.models import SellerProfile, User
from marketplace.kernel.errors import InvalidInput
from tests.accounts.conftest import AT, client_of, make

pytestmark = pytest.mark.django_db
SELL = "/sell/"


def test_a_buyer_becomes_a_seller_and_goes_on_to_a_first_gig(buyer: User) -> None:
    answer = client_of(buyer).post(SELL, {"country": "DE"})
    assert answer.headers["Location"] == reverse("gigs:first")
    user = User.objects.get(pk=buyer.pk)
    assert (user.country, user.hat, user.is_seller) == ("DE", "selling", True)


def test_twice_is_once(buyer: User) -> None:
    client = client_of(buyer)
    for _click in range(2):
        client.post(SELL, {"country": "DE"})
    assert SellerProfile.objects.filter(pk=buyer.pk).count() == 1


@pytest.mark.parametrize("country", ["US", "BR", "XX", ""])
def test_where_payouts_do_not_reach_nothing_changes(buyer: User, country: str) -> None:
    answer = client_of(buyer).post(SELL, {"country": country})
    assert answer.status_code == 200
    user = User.objects.get(pk=buyer.pk)
    assert (user.country, user.hat, user.is_seller) == ("", "buying", False)


def test_a_refusal_is_kind_and_leaves_a_way(buyer: User) -> None:
    page = client_of(buyer).post(SELL, {"country": "US"}).content.decode()
    assert "Sorry, not yet" in page
    assert "you can buy here as before" in page
    assert '<option value="US" selected>' in page


@pytest.mark.parametrize(
    ("country", "words"), [("IE", "we pay people in Ireland"), ("US", "Sorry, not yet"), ("XX", "")]
)
def test_the_country_is_answered_at_once(country: str, words: str) -> None:
    page = Client().get(reverse("accounts:payout_answer"), {"country": country})
    assert page.status_code == 200
    assert words in page.content.decode()
    assert "<html" not in page.content.decode()


def test_a_visitor_is_led_to_sign_up_and_back() -> None:
    assert Client().get(SELL).headers["Location"] == "/accounts/signup/?next=%2Fsell%2Ffirst%2F"


def test_the_service_refuses_what_the_page_refuses(buyer: User) -> None:
    with pytest.raises(InvalidInput) as refusal:
        api.become_seller(user_id=buyer.pk, country="US", at=AT)
    assert (refusal.value.code, list(refusal.value.fields)) == ("no_payouts", ["country"])


def test_hats_change_by_post_only(seller: User) -> None:
    client = client_of(seller)
    assert client.get(reverse("accounts:switch_hat")).status_code == 405
    client.post(reverse("accounts:switch_hat"), {"hat": "buying"})
    assert User.objects.get(pk=seller.pk).hat == "buying"
    away = client.post(reverse("accounts:switch_hat"), {"hat": "selling", "next": "https://evil.example/"})
    assert away.headers["Location"] == reverse("pages:desk")


def test_a_buyer_cannot_put_on_the_selling_hat(buyer: User) -> None:
    answer = client_of(buyer).post(reverse("accounts:switch_hat"), {"hat": "selling"})
    assert answer.headers["Location"] == SELL
    assert User.objects.get(pk=buyer.pk).hat == "buying"
    with pytest.raises(InvalidInput):
        api.switch_hat(user_id=buyer.pk, hat="selling")


def test_payout_countries_have_names() -> None:
    countries = dict(api.payout_countries())
    assert len(countries) == 32
    assert (countries["IE"], api.country_name("CZ")) == ("Ireland", "Czechia")
    assert not api.can_be_paid_in("US")


def test_hours_are_told_in_the_sellers_zone(seller: User, buyer: User) -> None:
    assert api.hours_of(seller.pk) is None
    api.save_time(user_id=seller.pk, time_zone="Europe/Warsaw", spans=[(0, 840, 1080), (0, 540, 720), (0, 700, 750)])
    assert api.hours_of(seller.pk) == WeeklyHours("Europe/Warsaw", ((0, 540, 750), (0, 840, 1080)))
    api.save_time(user_id=seller.pk, time_zone="Europe/Warsaw", spans=[])
    assert api.hours_of(seller.pk) is None
    assert api.hours_of(buyer.pk) is None


@pytest.mark.parametrize("span", [(7, 0, 10), (0, 10, 10), (0, 20, 10), (0, -1, 10), (0, 0, 1441)])
def test_impossible_hours_are_refused(seller: User, span: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidInput):
        api.save_time(user_id=seller.pk, time_zone="Europe/Dublin", spans=[span])
    assert api.hours_of(seller.pk) is None


def test_the_database_holds_what_must_hold(seller: User) -> None:
    people = User.objects.filter(pk=seller.pk)
    for wrong in ({"email": "UPPER@example.org"}, {"display_name": ""}, {"suspended_at": AT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            people.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="aoife@example.org", display_name="Other", handle="other")


def test_people_are_read_in_one_query(seller: User, buyer: User, django_assert_num_queries: object) -> None:
    ids = [seller.pk, buyer.pk, *(make(f"p{n}@example.org", f"Person {n}").pk for n in range(10)), 0]
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = api.people(ids)
    assert len(found) == 12
    assert (found[seller.pk].handle, found[seller.pk].initials) == ("aoife-byrne", "AB")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert list(api.seller_facts(ids)) == [seller.pk]


def test_moderators_are_those_who_can_work(moderator: User, buyer: User) -> None:
    assert api.moderators() == [moderator.pk]
    api.suspend(user_id=moderator.pk, by_id=None, reason="They send spam.", at=AT)
    assert api.moderators() == []
