"""What the site keeps, in exact numbers; rates with history; measured values from what really was."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from marketplace.kernel import clock
from marketplace.kernel.errors import InvalidInput, NotAllowed
from marketplace.kernel.money import Money
from orders.rules import Rules
from payments import api
from payments.margins import Rates, list_rates, margin, margins, minimum_price, unit
from payments.models import Charge, Chargeback, MarginRates, Release
from payments.selectors.margins import measured
from payments.services.margins import save_rates
from tests.payments.scenes import WHOLE, Scene, eur

PLAIN = Rates(
    region_bp=150, region_fixed_minor=25, near_share_bp=0, world_share_bp=0, payout_bp=25, payout_fixed_minor=10,
    orders_per_payout=2, account_month_minor=200, orders_per_account_month=4, refund_share_bp=1_000,
    dispute_share_bp=50, dispute_fee_minor=2_000,
)  # fmt: skip


def test_of_twenty_by_hand() -> None:
    """20.00: buyer's fee 0.60, seller's 2.00, paid 20.60, seller's share 18.00.

    Card 1.5 % of 20.60 + 0.25 = 0.559; payout 0.045 + 0.05 + 0.50 = 0.595, for nine of ten; fees given back 0.26;
    chargebacks 0.10. 2.60 − 0.559 − 0.5355 − 0.26 − 0.10 = 1.1455.
    """
    found = margin(PLAIN, Rules(), eur(2_000))
    assert (found.paid, found.fees) == (eur(2_060), eur(260))
    assert (found.card, found.payouts, found.refunds, found.disputes) == (eur(-56), eur(-54), eur(-26), eur(-10))
    assert (found.keeps, found.is_loss) == (eur(114), False)


def test_three_prices_and_a_loss() -> None:
    rates = Rates(account_month_minor=1_000, orders_per_account_month=1)
    found = margins(rates, Rules(), "EUR")
    assert [one.price for one in found] == [eur(500), eur(2_000), eur(10_000)]
    assert [one.is_loss for one in found] == [True, True, False]


def test_from_the_lowest_price_on_it_never_loses() -> None:
    rates = Rates(account_month_minor=1_000, orders_per_account_month=1)
    lowest = minimum_price(rates, Rules(), "EUR")
    assert lowest is not None
    assert lowest.amount_minor % 50 == 0
    assert margin(rates, Rules(), lowest - eur(50)).is_loss
    assert not any(margin(rates, Rules(), eur(minor)).is_loss for minor in range(lowest.amount_minor, 20_000, 50))
    assert minimum_price(Rates(region_bp=9_000), Rules(), "EUR") is None
    free = {name: 0 for name in asdict(Rates()) if name.endswith(("_bp", "_minor"))}
    assert minimum_price(Rates(**free), Rules(), "EUR") == eur(50)


@pytest.mark.parametrize(("currency", "minor"), [("EUR", 100), ("JPY", 150), ("KWD", 400), ("XTS", 100)])
def test_in_every_currency_by_its_exponent(currency: str, minor: int) -> None:
    assert unit(currency) == minor
    assert list_rates(currency).dispute_fee_minor == 20 * minor
    assert [one.price for one in margins(Rates(), Rules(), currency)] == [
        Money(price * minor, currency) for price in (5, 20, 100)
    ]


@pytest.mark.django_db
def test_measured_values_are_what_was(selling: Scene) -> None:
    at = clock.now()
    charges = [selling.captured(f"order:{number}") for number in range(4)]
    Charge.objects.update(captured_at=at - timedelta(days=1))
    Charge.objects.filter(pk__in=[charge.pk for charge in charges[:3]]).update(stripe_fee_minor=115)
    selling.refund(charges[3], 100)
    for charge in charges[:3]:
        api.release(selling.release_request(charge), selling.at)
    dispute = {"stripe_dispute_id": "dp_1", "state": "lost", "status": "lost", "reason": "fraudulent"}
    Chargeback.objects.create(
        charge=charges[0], amount_minor=WHOLE, currency="EUR", fee_minor=2_000, opened_at=at, **dispute
    )
    Release.objects.update(released_at=at)
    found = measured("EUR", at)
    assert (found.payments, found.card_fee, found.card_bp) == (4, eur(115), (115 * 10_000 + WHOLE // 2) // WHOLE)
    assert (found.refund_share_bp, found.dispute_share_bp, found.dispute_fee_minor) == (2_500, 2_500, 2_000)
    assert (found.orders_per_payout, found.orders_per_account_month) == (None, 3)
    assert measured("EUR", at + timedelta(days=100)).payments == 0
    assert measured("USD", at).refund_share_bp is None


@pytest.mark.django_db
def test_rates_are_kept_with_their_history(selling: Scene, treasurer: User, buyer: User) -> None:
    save_rates("EUR", Rates(region_bp=140), by_id=treasurer.pk, at=selling.at)
    save_rates("EUR", Rates(region_bp=130), by_id=treasurer.pk, at=selling.at)
    assert list(MarginRates.objects.order_by("id").values_list("region_bp", flat=True)) == [140, 130]
    for write in (lambda: MarginRates.objects.update(region_bp=1), lambda: MarginRates.objects.all().delete()):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            write()
    with pytest.raises(NotAllowed):
        save_rates("EUR", Rates(), by_id=buyer.pk, at=selling.at)
    for wrong in (
        {"near_share_bp": 6_000, "world_share_bp": 6_000},
        {"orders_per_payout": 0},
        {"refund_share_bp": 10_001},
    ):
        with pytest.raises(InvalidInput):
            save_rates("EUR", Rates(**wrong), by_id=treasurer.pk, at=selling.at)
    assert MarginRates.objects.count() == 2


@pytest.fixture
def fields() -> dict[str, str]:
    return {
        "region_bp": "1.5", "region_fixed_minor": "0.25", "near_bp": "2,5", "near_fixed_minor": "0.25",
        "near_share_bp": "10", "world_bp": "3.25", "world_fixed_minor": "0.25", "world_share_bp": "10",
        "payout_bp": "0.25", "payout_fixed_minor": "0.10", "orders_per_payout": "3", "account_month_minor": "2",
        "orders_per_account_month": "6", "refund_share_bp": "5", "dispute_share_bp": "0.3", "dispute_fee_minor": "20",
    }  # fmt: skip


@pytest.mark.django_db
def test_the_page_shows_keeps_and_changes(client: Client, fields: dict[str, str]) -> None:
    address = reverse("pages:margins")
    page = client.get(address).content.decode()
    assert "These are guesses" in page
    assert ("€5.00" in page, "€20.00" in page, "€100.00" in page) == (True, True, True)
    page = client.post(address, {**fields, "account_month_minor": "30"}, follow=True).content.decode()
    row = MarginRates.objects.get()
    assert (row.region_bp, row.near_bp, row.account_month_minor, row.dispute_fee_minor) == (150, 250, 3_000, 2_000)
    assert "The site loses money on the small ones." in page
    wrong = client.post(address, {**fields, "region_bp": "x", "world_share_bp": "95", "payout_fixed_minor": "-1"})
    text = wrong.content.decode()
    assert (wrong.status_code, MarginRates.objects.count()) == (422, 1)
    assert "Write an amount" in text
    assert 'value="-1"' in text  # what was typed stays
    assert client.get(address, {"currency": "XXX"}).status_code == 404


@pytest.mark.django_db
def test_queries_do_not_grow(client: Client, selling: Scene, treasurer: User, django_assert_num_queries: Any) -> None:
    for number in range(9):
        selling.released(f"order:{number}")
        save_rates("EUR", Rates(), by_id=treasurer.pk, at=selling.at)
    with django_assert_num_queries(11):
        client.get(reverse("pages:margins"))
