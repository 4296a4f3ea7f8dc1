"""What a buyer spent by month, and what a seller received from whom."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from marketplace.kernel.money import Money
from payments import api
from payments.models import Charge, Chargeback
from tests.payments.scenes import BUYER_FEE, PRICE, SELLER_FEE, WHOLE, Scene, eur

pytestmark = pytest.mark.django_db
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
NET = PRICE - SELLER_FEE


def test_payments_count_in_their_month_and_currency(
    scene: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first, second, third = scene.captured("order:1"), scene.captured("order:2"), scene.captured("order:3")
    scene.pending("order:4")
    Charge.objects.filter(pk=first.pk).update(captured_at=datetime(2026, 9, 30, 23, 30, tzinfo=UTC))
    Charge.objects.filter(pk=third.pk).update(currency="SEK")
    scene.refund(second, 500)
    with django_assert_num_queries(1):
        rows = api.spending(scene.buyer.pk, SINCE, UTC)
    assert [(row.month, row.paid, row.back, row.spent) for row in rows] == [
        (date(2026, 9, 1), eur(WHOLE), eur(0), eur(WHOLE)),
        (date(2026, 11, 1), eur(WHOLE), eur(500), eur(WHOLE - 500)),
        (date(2026, 11, 1), Money(WHOLE, "SEK"), Money(0, "SEK"), Money(WHOLE, "SEK")),
    ]


def test_a_month_is_one_of_the_readers(scene: Scene) -> None:
    charge = scene.captured()
    Charge.objects.filter(pk=charge.pk).update(captured_at=datetime(2026, 9, 30, 23, 30, tzinfo=UTC))
    (row,) = api.spending(scene.buyer.pk, SINCE, ZoneInfo("Europe/Lisbon"))
    assert row.month == date(2026, 10, 1)


def test_nobody_elses_and_nothing_older(scene: Scene) -> None:
    scene.captured()
    assert api.spending(scene.seller.pk, SINCE, UTC) == []
    assert api.spending(scene.buyer.pk, scene.at + timedelta(days=1), UTC) == []


def test_what_a_seller_received_from_whom(
    scene: Scene, seller: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene.released("order:1")
    scene.released("order:2")
    scene.captured("order:3")
    with django_assert_num_queries(2):
        found = api.received_from(seller.pk, [scene.buyer.pk, seller.pk])
    assert found == {scene.buyer.pk: [eur(2 * NET)]}
    assert api.received_from(scene.buyer.pk, [seller.pk]) == {}
    assert api.received_from(seller.pk, []) == {}


def test_what_went_back_is_not_received(scene: Scene, seller: User) -> None:
    scene.released("order:1")
    release = scene.released("order:2")
    release.undone_minor = release.gross_minor // 2
    release.save()
    part = release.net_minor
    assert 0 < part < NET
    assert api.received_from(seller.pk, [scene.buyer.pk]) == {scene.buyer.pk: [eur(NET + part)]}
    release.undone_minor = PRICE + BUYER_FEE
    release.save()
    assert api.received_from(seller.pk, [scene.buyer.pk]) == {scene.buyer.pk: [eur(NET)]}


def test_what_the_bank_took_came_back_whoever_bears_it(scene: Scene) -> None:
    for number, (refunded, written_off, settled_at) in enumerate(
        [(0, 2_000, scene.at), (0, 3_000, None), (WHOLE, WHOLE, scene.at)]
    ):
        charge = scene.captured(f"order:{number}")
        Charge.objects.filter(pk=charge.pk).update(refunded_minor=refunded)
        Chargeback.objects.create(
            charge=charge, stripe_dispute_id=f"dp_{number}", state="lost", status="lost", reason="fraudulent",
            amount_minor=WHOLE, currency="EUR", written_off_minor=written_off, settled_at=settled_at,
            opened_at=scene.at,
        )  # fmt: skip
    (row,) = api.spending(scene.buyer.pk, SINCE, UTC)
    assert (row.paid, row.back) == (eur(3 * WHOLE), eur(2_000 + WHOLE))
