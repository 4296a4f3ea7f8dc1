"""The seller's money page, and the way to the provider and back, for four people."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import api as people
from accounts.models import User
from payments import api
from payments.contracts import Protected, ReferenceCard
from payments.models import ConnectedAccount
from tests.payments.scenes import NET, Scene, eur

EARNINGS = "/earnings/"


class Owner:
    """Stands in for orders: knows a title, a day and what is protected."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def lock(self, reference: str) -> None:
        """Nothing to lock."""

    def describe(self, references: list[str]) -> dict[str, ReferenceCard]:
        return {
            reference: ReferenceCard(f"Job {reference}", f"/{reference}/", self.scene.at) for reference in references
        }

    def protected_for(self, payee_id: int) -> list[Protected]:
        return [Protected("job:9", eur(12_345))] if payee_id == self.scene.seller.pk else []


@pytest.fixture
def selling(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    people.become_seller(user_id=scene.seller.pk, country="IE", at=scene.at)
    from payments import owners

    monkeypatch.setattr(owners, "_owners", {"job": Owner(scene)})
    return scene


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db
def test_a_visitor_signs_in_first() -> None:
    for name in ("earnings", "onboarding_return"):
        answer = Client().get(reverse(f"payments:{name}"))
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")
    assert Client().post(reverse("payments:onboarding")).status_code == 302


@pytest.mark.django_db
def test_who_does_not_sell_is_told_how_to_start(selling: Scene) -> None:
    page = client_of(selling.buyer).get(EARNINGS)
    assert "You are not selling yet" in page.content.decode()
    answer = client_of(selling.buyer).post(reverse("payments:onboarding"))
    assert answer["Location"] == reverse("accounts:become_seller")
    assert ConnectedAccount.objects.count() == 0


@pytest.mark.django_db
def test_an_empty_page_says_what_comes(selling: Scene) -> None:
    page = client_of(selling.seller).get(EARNINGS).content.decode()
    assert "Nothing earned yet" in page
    assert "Set up payouts" in page


@pytest.mark.django_db
def test_what_a_seller_sees(selling: Scene) -> None:
    selling.released("job:1")
    selling.released("job:2")
    api.clear("job:2", selling.at)
    page = client_of(selling.seller).get(EARNINGS).content.decode()
    assert [amount for amount in ("€123.45", "€52.20", "€0.00") if amount in page] == ["€123.45", "€52.20", "€0.00"]
    assert "Job job:1" in page
    assert "Waiting for your payout account" in page
    earned = api.earnings(selling.seller.pk)
    assert (earned.protected, earned.clearing, earned.ready) == (eur(12_345), eur(NET), eur(NET))
    assert earned.expected == ((selling.at, eur(NET)),)


@pytest.mark.django_db
def test_one_does_not_see_anothers_money(selling: Scene) -> None:
    selling.released("job:1")
    stranger = User.objects.create_user("stranger@example.org", display_name="Nobody", country="IE")
    people.become_seller(user_id=stranger.pk, country="IE", at=selling.at)
    page = client_of(stranger).get(EARNINGS).content.decode()
    assert "Job job:1" not in page
    assert api.earnings(stranger.pk).rows == ()


@pytest.mark.django_db
def test_many_orders_take_as_many_queries_as_one(selling: Scene, django_assert_num_queries: Any) -> None:
    selling.open_account()
    for number in range(12):
        selling.released(f"job:{number}")
        if number % 2:
            api.clear(f"job:{number}", selling.at)
    with django_assert_num_queries(9):
        assert len(api.earnings(selling.seller.pk).rows) == 12


@pytest.mark.django_db(transaction=True)
def test_to_the_provider_and_back(selling: Scene, live_scene: Scene) -> None:
    client = client_of(selling.seller)
    answer = client.post(reverse("payments:onboarding"))
    assert answer["Location"].startswith(live_scene.stripe.url)  # type: ignore[union-attr]
    back = client.get(reverse("payments:onboarding_return"), follow=True).content.decode()
    assert "Nearly there" in back
    assert "Your bank account" in back
    account = ConnectedAccount.objects.get()
    live_scene.stripe.control("onboard", account=account.stripe_id)  # type: ignore[union-attr]
    back = client.get(reverse("payments:onboarding_return"), follow=True).content.decode()
    assert "Your payout account is ready" in back


@pytest.mark.django_db(transaction=True)
def test_a_provider_that_is_away_is_said(selling: Scene, live_scene: Scene) -> None:
    live_scene.stripe.faults("POST /v2/core/accounts", "drop_before")  # type: ignore[union-attr]
    page = client_of(selling.seller).post(reverse("payments:onboarding"), follow=True).content.decode()
    assert "The payment provider does not answer just now" in page
