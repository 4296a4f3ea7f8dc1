"""Skills that the settings suggest: what several say, as most write it, and not what one alone says."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts import api as accounts
from accounts import skills
from accounts.models import KnownSkill, SellerProfile, User
from tests.accounts.conftest import AT, client_of

pytestmark = pytest.mark.django_db


def sellers(*skills_of: list[str]) -> list[User]:
    made = []
    for number, words in enumerate(skills_of):
        user = User.objects.create_user(f"s{number}@example.org", display_name=f"S {number}")
        accounts.become_seller(user_id=user.pk, country="IE", at=AT)
        SellerProfile.objects.filter(pk=user.pk).update(skills=words)
        made.append(user)
    return made


def known() -> dict[str, int]:
    skills.count()
    return dict(KnownSkill.objects.values_list("word", "people"))


def options(client: Client) -> list[str]:
    page = client.get(reverse("accounts:settings")).content.decode()
    return re.findall(r'<option value="([^"]*)"></option>', page.partition('<datalist id="known-skills">')[2])


def test_what_several_say_is_suggested_as_most_write_it() -> None:
    sellers(["Excel", "Secret art"], ["excel", "Logos"], *[["Excel", "Logos"]] * 4, ["Excel", "excel", "Other art"])
    assert known() == {"Excel": 7, "Logos": 5}
    assert skills.suggested() == ["Excel", "Logos"]


def test_a_few_accounts_suggest_nothing_to_everybody() -> None:
    sellers(*[["Buy at spam dot example"]] * 4)
    assert known() == {}


def test_who_left_or_is_kept_out_says_nothing() -> None:
    one, other, third, *_more = sellers(*[["Excel"]] * 6)
    accounts.suspend(user_id=one.pk, by_id=None, reason="They send spam.", at=AT)
    assert known() == {"Excel": 5}
    SellerProfile.objects.filter(pk=other.pk).update(skills=[])
    assert known() == {}
    assert third.is_active


def test_the_settings_offer_them_to_sellers_alone(seller: User, buyer: User) -> None:
    sellers(*[["A <b> & c"]] * 5)
    skills.count()
    assert options(client_of(seller)) == ["A &lt;b&gt; &amp; c"]
    page = client_of(seller).get(reverse("accounts:settings")).content.decode()
    assert re.search(r'<input[^>]* name="skills"[^>]* list="known-skills"', page)
    assert "datalist" not in client_of(buyer).get(reverse("accounts:settings")).content.decode()


def test_the_page_asks_once_however_many_there_are(
    seller: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    KnownSkill.objects.bulk_create(KnownSkill(word=f"word {number}", people=2 + number) for number in range(500))
    with django_assert_num_queries(1):
        assert len(skills.suggested()) == skills.MOST
    assert len(options(client_of(seller))) == skills.MOST
