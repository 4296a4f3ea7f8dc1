"""The rolling reserve of new sellers, and holds that the platform fills."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from payments import api
from payments.contracts import PromotionRequest, ReleaseRequest
from payments.models import Charge, Refund, RefundState, Release, ReleaseState, StripeOperation
from payments.services import books, releases
from tests.payments.scenes import NET, WHOLE, Scene, entries, eur

pytestmark = pytest.mark.django_db


@pytest.fixture
def reserve(settings: Any) -> None:
    settings.RESERVE_BP, settings.RESERVE_PERIOD, settings.RESERVE_ORDERS = 1_000, timedelta(days=30), 1


def parts() -> list[Release]:
    return list(Release.objects.order_by("-price_minor"))


def test_a_tenth_clears_later(scene: Scene, reserve: None) -> None:
    charge = scene.captured()
    for _ in range(2):  # the same key releases once
        api.release(scene.release_request(charge), scene.at)
    main, kept = parts()
    assert (main.gross_minor + kept.gross_minor, main.net_minor + kept.net_minor) == (WHOLE, NET)
    assert (kept.price_minor, kept.seller_fee_minor, kept.buyer_fee_minor) == (580, 58, 17)
    api.clear("order:1", scene.at)
    assert [part.state for part in parts()] == [ReleaseState.AVAILABLE, ReleaseState.CLEARING]
    assert releases.clear_reserves(scene.at + timedelta(days=29)) == 0
    assert releases.clear_reserves(scene.at + timedelta(days=30)) == 1
    assert releases.clear_reserves(scene.at + timedelta(days=31)) == 0
    assert api.position("order:1", "EUR").available == eur(NET)
    assert books.differences() == []


def test_it_does_not_clear_before_the_order_has(scene: Scene, reserve: None) -> None:
    api.release(scene.release_request(scene.captured()), scene.at)
    assert releases.clear_reserves(scene.at + timedelta(days=30)) == 0


def test_known_sellers_have_none(scene: Scene, reserve: None) -> None:
    api.release(scene.release_request(scene.captured()), scene.at)
    scene.at += timedelta(minutes=1)
    api.release(scene.release_request(scene.captured("order:2")), scene.at)
    assert Release.objects.filter(charge__reference="order:2").count() == 1


def test_a_whole_refund_undoes_both_parts(scene: Scene, reserve: None) -> None:
    charge = scene.captured()
    api.release(scene.release_request(charge), scene.at)
    scene.refund(charge, WHOLE)
    assert [part.state for part in parts()] == [ReleaseState.UNDONE, ReleaseState.UNDONE]
    assert api.position("order:1", "EUR").fees == eur(0)
    assert books.differences() == []


def test_a_promotion_is_a_hold_that_the_platform_fills(scene: Scene) -> None:
    request = PromotionRequest("gesture", "order:1", scene.buyer.pk, eur(500))
    view = api.promote(request, scene.at)
    assert api.promote(request, scene.at) == view
    with pytest.raises(api.KeyReused):
        api.promote(PromotionRequest("gesture", "order:1", scene.buyer.pk, eur(501)), scene.at)
    assert entries(f"promotion:{view.id}") == {
        ("promotion_expense", 0, ""): -500,
        ("hold", 0, str(view.id)): 500,
    }
    scene.open_account()
    api.release(ReleaseRequest("gift", view.id, scene.seller.pk, eur(400), eur(0), eur(0)), scene.at)
    api.clear("order:1", scene.at)
    op = StripeOperation.objects.get(kind="create_transfer")
    assert "source_transaction" not in op.frozen  # no payment stands behind it
    scene.refund(Charge.objects.get(pk=view.id), 100, "rest")
    assert Refund.objects.get().state == RefundState.SUCCEEDED
    assert not StripeOperation.objects.filter(kind="create_refund").exists()
    assert api.position("order:1", "EUR").captured == eur(400)
    assert books.differences() == []
