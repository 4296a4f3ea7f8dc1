"""What may be charged in which currency, and what a site has to say before it settles in one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from marketplace.kernel import currencies as site_currencies
from marketplace.kernel.money import Money
from payments import api, currencies
from payments.checks import settlement_currencies
from payments.contracts import ChargeLine, RefundRequest, ReleaseRequest
from payments.errors import AmountOutOfRange, CurrencyNotSettled
from payments.models import Charge, Refund, Release, StripeOperation
from tests.payments.scenes import Scene, ledger_size

SEVERAL = ["EUR", "USD", "JPY", "KWD", "ISK"]


def _lines(minor: int, currency: str) -> tuple[ChargeLine, ...]:
    return (ChargeLine("Ten descriptions", 1, Money(minor, currency)),)


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (0, "EUR", "between €0.50 and €5,000.00"),
        (-5, "EUR", "between €0.50 and €5,000.00"),
        (10**12, "EUR", "between €0.50 and €5,000.00"),
        (2**63, "EUR", "between €0.50 and €5,000.00"),
        (49, "EUR", "between €0.50 and €5,000.00"),
        (500_001, "EUR", "between €0.50 and €5,000.00"),
        (74, "JPY", "between ¥75 and ¥750,000"),
        (750_001, "JPY", "between ¥75 and ¥750,000"),
        (1_234, "KWD", "steps of KWD\N{NO-BREAK SPACE}0.010"),
        (50_050, "ISK", "steps of ISK\N{NO-BREAK SPACE}1"),
        (5_000, "GBP", "GBP are not taken here"),
    ],
)
def test_what_cannot_be_charged_changes_nothing(
    scene: Scene, settings: Any, minor: int, currency: str, said: str
) -> None:
    settings.SETTLEMENT_CURRENCIES = SEVERAL
    refused = CurrencyNotSettled if currency == "GBP" else AmountOutOfRange
    with pytest.raises(refused, match=said), transaction.atomic():
        api.request_charge(scene.request(lines=_lines(minor, currency)), scene.at)
    assert (Charge.objects.count(), StripeOperation.objects.count(), ledger_size()) == (0, 0, (0, 0))


@pytest.mark.parametrize(
    ("minor", "currency"),
    [(50, "EUR"), (500_000, "EUR"), (75, "JPY"), (750_000, "JPY"), (1_230, "KWD"), (50_000, "ISK")],
)
def test_what_lies_at_the_limits_can_be(scene: Scene, settings: Any, minor: int, currency: str) -> None:
    settings.SETTLEMENT_CURRENCIES = SEVERAL
    made = api.request_charge(scene.request(lines=_lines(minor, currency)), scene.at)
    assert made.amount == Money(minor, currency)


def test_each_line_can_be_told_to_stripe(scene: Scene, settings: Any) -> None:
    """Ten times 1.234 dinar is an amount; 1.234 dinar each is none."""
    settings.SETTLEMENT_CURRENCIES = SEVERAL
    lines = (ChargeLine("Word", 10, Money(1_234, "KWD")),)
    with pytest.raises(AmountOutOfRange):
        api.request_charge(scene.request(lines=lines), scene.at)


def test_a_charge_asked_again_is_the_same_after_the_limits_have_changed(scene: Scene, settings: Any) -> None:
    first = api.request_charge(scene.request(), scene.at)
    settings.CURRENCY_RULES = {"EUR": {"charge_maximum_minor": 100}}
    assert api.request_charge(scene.request(), scene.at).id == first.id


def _captured(scene: Scene, minor: int, currency: str) -> Charge:
    made = api.request_charge(scene.request(lines=_lines(minor, currency)), scene.at)
    Charge.objects.filter(pk=made.id).update(state="captured", captured_minor=minor)
    return Charge.objects.get(pk=made.id)


def test_parts_of_a_charge_move_in_the_same_steps(scene: Scene, settings: Any) -> None:
    settings.SETTLEMENT_CURRENCIES = SEVERAL
    charge = _captured(scene, 10_300, "KWD")
    price, fee, odd = (Money(minor, "KWD") for minor in (10_000, 1_000, 1_001))
    with pytest.raises(AmountOutOfRange), transaction.atomic():
        api.refund(RefundRequest("refund", charge.id, Money(1_234, "KWD"), "cancelled"), scene.at)
    with pytest.raises(AmountOutOfRange), transaction.atomic():
        api.release(ReleaseRequest("release", charge.id, scene.seller.pk, price, odd, Money(300, "KWD")), scene.at)
    with pytest.raises(AmountOutOfRange), transaction.atomic():
        api.release(ReleaseRequest("release", charge.id, scene.seller.pk, price, -fee, Money(300, "KWD")), scene.at)
    assert (Refund.objects.count(), Release.objects.count(), ledger_size()) == (0, 0, (0, 0))


def test_a_site_has_its_own_limits_but_never_below_stripes(settings: Any) -> None:
    settings.CURRENCY_RULES = {"EUR": {"charge_minimum_minor": 20, "payout_minimum_minor": 2_500}}
    assert currencies.limits("EUR") == currencies.Limits(50, 500_000, 2_500, 50_000)
    assert currencies.limits("HUF") == currencies.Limits(20_000, 200_000_000, 400_000, 20_000_000)


@pytest.mark.parametrize(
    ("country", "currency", "settles"),
    [
        ("IE", "EUR", True),
        ("IE", "USD", True),
        ("IE", "JPY", True),
        ("IE", "KWD", None),
        ("GB", "GBP", True),
        ("JP", "JPY", True),
        ("JP", "USD", False),
        ("US", "EUR", True),
        ("US", "JPY", None),
        ("SG", "USD", None),
        ("XX", "EUR", None),
    ],
)
def test_where_stripe_settles_what(country: str, currency: str, settles: bool | None) -> None:
    assert currencies.settles(country, currency) is settles


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({}, []),
        ({"SETTLEMENT_CURRENCIES": ["EUR", "USD", "JPY"]}, []),
        ({"SETTLEMENT_CURRENCIES": ["euro"]}, ["payments.E006"]),
        ({"SETTLEMENT_CURRENCIES": ["EUR", "USD"], "PLATFORM_COUNTRY": "MX"}, ["payments.E007"] * 2),
        ({"SETTLEMENT_CURRENCIES": ["KWD"]}, ["payments.W001"]),
        ({"SETTLEMENT_CURRENCIES": ["EUR", "MGA"]}, ["payments.W001", "payments.E008"]),
        ({"CURRENCY_RULES": {"EUR": {"charge_maximum_minor": 49}}}, ["payments.E009"]),
        ({"CURRENCY_RULES": {"EUR": {"charge_maximum_minor": 100_000_000}}}, ["payments.E009"]),
    ],
)
def test_the_site_does_not_start_in_a_currency_that_it_cannot_settle(
    settings: Any, changes: dict[str, object], ids: list[str]
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    assert [message.id for message in settlement_currencies()] == ids


def test_what_is_missing_is_said_with_what_to_write_where(settings: Any) -> None:
    settings.SETTLEMENT_CURRENCIES = ["MGA"]
    message = settlement_currencies()[-1]
    assert str(message.msg).startswith("CURRENCY_RULES: MGA has no charge_minimum_minor, charge_maximum_minor")
    assert 'Set CURRENCY_RULES (environment or settings) to {"MGA": {"charge_minimum_minor": 0' in str(message.hint)
    assert site_currencies.sized(5_000, "MGA") is None


_parts = st.tuples(st.integers(1, 50_000), st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))


@given(parts=_parts, currency=st.sampled_from(["EUR", "JPY", "KWD", "ISK", "UGX"]))
@hypothesis_settings(max_examples=60, deadline=None)
@pytest.mark.django_db
def test_postgresql_rounds_a_sellers_share_as_we_do(parts: tuple[int, int, int, int], currency: str) -> None:
    step = {"KWD": 10, "ISK": 100, "UGX": 100}.get(currency, 1)
    price, fee_bp, buyer_fee, undone_bp = parts
    seller_fee = price * fee_bp // 10_000
    undone = (price + buyer_fee) * undone_bp // 10_000
    release = Release(
        charge=Charge(currency=currency),
        price_minor=price * step,
        seller_fee_minor=seller_fee * step,
        buyer_fee_minor=buyer_fee * step,
        undone_minor=undone * step,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT release_net(jsonb_populate_record(NULL::payments_release, jsonb_build_object('price_minor', %s, "
            "'seller_fee_minor', %s, 'buyer_fee_minor', %s, 'undone_minor', %s)), %s)",
            [release.price_minor, release.seller_fee_minor, release.buyer_fee_minor, release.undone_minor, currency],
        )
        (net,) = cursor.fetchone()
    assert (net, net % step) == (release.net_minor, 0)
