"""Refunds, also those that Stripe refuses, delays or takes back."""

from __future__ import annotations

import pytest
from django.db import transaction

from marketplace.kernel.money import CurrencyMismatch, Money
from payments import api
from payments.contracts import RefundRequest
from payments.errors import ExceedsHold, KeyReused, NotCaptured
from payments.events import RefundSucceeded
from payments.gateway import objects
from payments.models import Charge, Refund, RefundState, StripeOperation
from payments.services import books
from payments.services.refunds import record_refund
from tests.payments.scenes import WHOLE, Scene, eur, ledger_size

pytestmark = pytest.mark.django_db
committing = pytest.mark.django_db(transaction=True)


def seen(status: str, refund: Refund) -> objects.Refund:
    return objects.Refund(id=f"re_{refund.id.hex}", status=status, failure="expired_or_canceled_card", metadata={})


def test_one_key_is_one_refund(scene: Scene) -> None:
    charge = scene.captured()
    for _ in range(2):
        scene.refund(charge, 1_000)
    assert (Refund.objects.count(), Charge.objects.get().refunded_minor) == (1, 1_000)
    with pytest.raises(KeyReused):
        scene.refund(charge, 999)


def test_two_equal_partial_refunds_are_two(scene: Scene) -> None:
    charge = scene.captured()
    scene.refund(charge, 1_000, "a")
    scene.refund(charge, 1_000, "b")
    assert api.position("order:1", "EUR").refunding == eur(2_000)


@pytest.mark.parametrize("amount", [0, -1, WHOLE + 1, 2**40])
def test_an_amount_that_is_not_there_is_refused(scene: Scene, amount: int) -> None:
    charge = scene.captured()
    with pytest.raises(ExceedsHold), transaction.atomic():
        scene.refund(charge, amount)
    assert (Refund.objects.count(), ledger_size()) == (0, (1, 2))


def test_another_currency_is_refused(scene: Scene) -> None:
    charge = scene.captured()
    with pytest.raises(CurrencyMismatch):
        api.refund(RefundRequest("k", charge.id, Money(5, "USD"), "x"), scene.at)


def test_before_the_payment_there_is_nothing_to_refund(scene: Scene) -> None:
    charge = scene.pending()
    with pytest.raises(NotCaptured):
        scene.refund(charge, 1)


@pytest.mark.parametrize("order", [["succeeded"], ["pending", "succeeded"], ["succeeded", "pending", "succeeded"]])
def test_it_goes_forward_only(scene: Scene, order: list[str], facts: list[object]) -> None:
    refund = scene.refund(scene.captured(), 1_000)
    facts.clear()
    for status in order:
        record_refund(refund.id, seen(status, refund), scene.at)
    refund.refresh_from_db()
    assert (refund.state, refund.succeeded_at) == (RefundState.SUCCEEDED, scene.at)
    assert facts == [RefundSucceeded("order:1", eur(1_000), scene.at)]
    assert api.position("order:1", "EUR").refunded == eur(1_000)


@pytest.mark.parametrize("order", [["failed"], ["pending", "failed"], ["succeeded", "failed", "succeeded", "failed"]])
def test_a_refund_that_comes_back_is_owed_to_the_buyer(scene: Scene, order: list[str]) -> None:
    refund = scene.refund(scene.captured(), 1_000)
    for status in order:
        record_refund(refund.id, seen(status, refund), scene.at)
    refund.refresh_from_db()
    assert (refund.state, refund.failure) == (RefundState.BOUNCED, "expired_or_canceled_card")
    position = api.position("order:1", "EUR")
    assert (position.refunded, position.refunding, position.held) == (eur(0), eur(0), eur(WHOLE - 1_000))


@committing
def test_a_refund_through_stripe(live_scene: Scene) -> None:
    charge = live_scene.captured()
    refund = live_scene.refund(charge, 1_000)
    live_scene.run()
    refund.refresh_from_db()
    found = live_scene.stripe.client().v1.refunds.list({"charge": charge.stripe_charge_id}).data  # type: ignore[union-attr]
    assert [(item.id, item.amount) for item in found] == [(refund.stripe_refund_id, 1_000)]
    assert refund.state == RefundState.SUCCEEDED
    assert books.differences() == []


@committing
def test_a_refund_that_stripe_refuses_is_held_again(live_scene: Scene) -> None:
    charge = live_scene.captured()
    refund = live_scene.refund(charge, 1_000)
    StripeOperation.objects.filter(kind="create_refund").update(
        params={"charge": charge.stripe_charge_id, "amount": WHOLE + 1}
    )
    live_scene.run()
    refund.refresh_from_db()
    assert refund.state == RefundState.REFUSED
    assert api.position("order:1", "EUR").held == eur(WHOLE)
    assert books.differences() == []
    live_scene.refund(charge, WHOLE, "again")
    live_scene.run()
    assert api.position("order:1", "EUR").refunded == eur(WHOLE)
