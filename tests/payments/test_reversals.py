"""Refunds after the seller's share has left: asked back first, owed where it does not come back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from payments import api
from payments.models import (
    OperationState,
    Refund,
    RefundState,
    Release,
    ReleaseState,
    ReversalState,
    SellerDebt,
    StripeOperation,
    TransferReversal,
)
from payments.services import books
from tests.payments.scenes import NET, PRICE, WHOLE, Scene, entries, eur

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paid(live_scene: Scene) -> Scene:
    """A seller whose share of order:1 is in their connected account."""
    live_scene.open_account()
    live_scene.transferred()
    assert Release.objects.get().state == ReleaseState.TRANSFERRED
    return live_scene


def emptied(scene: Scene) -> None:
    """The seller's bank has everything that was in their account."""
    client = scene.stripe.client()  # type: ignore[union-attr]
    account = Release.objects.get().stripe_transfer_id and client.v1.transfers.list().data[0].destination
    available = client.v1.balance.retrieve(None, {"stripe_account": str(account)}).available[0].amount
    client.v1.payouts.create({"amount": available, "currency": "eur"}, {"stripe_account": str(account)})


def stripe_balance(scene: Scene) -> int:
    found = scene.stripe.client().v1.balance.retrieve()  # type: ignore[union-attr]
    return sum(part.amount for part in [*found.available, *found.pending])


def test_a_whole_refund_takes_the_transfer_back_first(paid: Scene) -> None:
    release = Release.objects.select_related("charge").get()
    refund = paid.refund(release.charge, WHOLE)
    assert refund.state == RefundState.WAITING
    assert api.position("order:1", "EUR").transferred == eur(NET)
    assert not StripeOperation.objects.filter(kind="create_refund").exists()

    paid.run()  # the reversal, then the refund that waited for it
    paid.run()
    refund.refresh_from_db()
    release.refresh_from_db()
    reversal = TransferReversal.objects.get()
    assert (refund.state, release.state, reversal.state) == (
        RefundState.SUCCEEDED, ReleaseState.UNDONE, ReversalState.DONE,
    )  # fmt: skip
    assert entries(f"transfer_reversed:{reversal.id}") == {
        ("stripe_balance", 0, ""): -NET,
        ("seller_available", paid.seller.pk, "order:1"): NET,
    }
    stands = api.position("order:1", "EUR")
    assert (stands.refunded, stands.transferred, stands.fees, stands.held) == (eur(WHOLE), eur(0), eur(0), eur(0))
    transfer = paid.stripe.client().v1.transfers.retrieve(release.stripe_transfer_id)  # type: ignore[union-attr]
    assert transfer.amount_reversed == NET
    assert books.differences() == []


def test_parts_are_asked_back_one_after_another_and_add_up(paid: Scene) -> None:
    charge = Release.objects.select_related("charge").get().charge
    first, second = paid.refund(charge, 1_001, "a"), paid.refund(charge, 2_003, "b")
    states = TransferReversal.objects.order_by("asked_at", "id").values_list("state", flat=True)
    assert list(states.all()) == [ReversalState.ASKED, ReversalState.PLANNED]
    for _ in range(4):
        paid.run()
    assert list(states.all()) == [ReversalState.DONE, ReversalState.DONE]
    for refund in (first, second):
        refund.refresh_from_db()
        assert refund.state == RefundState.SUCCEEDED
    release = Release.objects.get()
    assert release.undone_minor == 3_004
    assert release.sent_minor - release.reversed_minor == release.net_minor
    assert books.differences() == []


def test_what_does_not_come_back_is_owed_and_the_buyer_is_paid_all_the_same(paid: Scene) -> None:
    emptied(paid)
    release = Release.objects.select_related("charge").get()
    refund = paid.refund(release.charge, WHOLE)
    for _ in range(3):
        paid.run()
    refund.refresh_from_db()
    debt, reversal = SellerDebt.objects.get(), TransferReversal.objects.get()
    assert (refund.state, reversal.state) == (RefundState.SUCCEEDED, ReversalState.REFUSED)
    assert (debt.seller_id, debt.amount_minor, debt.left_minor) == (paid.seller.pk, NET, NET)
    stands = api.position("order:1", "EUR")
    assert (stands.owed_by_seller, stands.refunded, stands.transferred) == (eur(NET), eur(WHOLE), eur(NET))
    assert StripeOperation.objects.get(kind="reverse_transfer").state == OperationState.FAILED
    assert books.differences() == []


def test_a_debt_is_paid_from_later_earnings_within_the_cap(paid: Scene) -> None:
    emptied(paid)
    paid.refund(Release.objects.select_related("charge").get().charge, WHOLE)
    for _ in range(3):
        paid.run()
    later = paid.transferred("order:2")
    debt = SellerDebt.objects.get()
    half = NET // 2
    assert (debt.recovered_minor, later.recovered_minor, later.sent_minor) == (half, half, NET - half)
    assert api.position("order:2", "EUR").transferred == eur(NET - half)
    assert api.position("order:1", "EUR").owed_by_seller == eur(NET - half)
    third = paid.transferred("order:3")
    assert (third.recovered_minor, SellerDebt.objects.get().left_minor) == (half, NET - 2 * half)
    assert books.differences() == []


def test_an_order_that_paid_a_debt_and_is_refunded_makes_a_new_one(paid: Scene) -> None:
    emptied(paid)
    paid.refund(Release.objects.select_related("charge").get().charge, WHOLE)
    for _ in range(3):
        paid.run()
    later = paid.transferred("order:2")
    paid.refund(later.charge, WHOLE)
    for _ in range(3):
        paid.run()
    half = NET // 2
    debts = dict(SellerDebt.objects.values_list("release__charge__reference", "amount_minor"))
    assert debts == {"order:1": NET, "order:2": half}  # what had paid the first one is owed anew
    assert Refund.objects.filter(state=RefundState.SUCCEEDED).count() == 2
    assert books.differences() == []


def test_a_debt_is_written_off_once_and_never_beyond(paid: Scene) -> None:
    emptied(paid)
    paid.refund(Release.objects.select_related("charge").get().charge, WHOLE)
    for _ in range(3):
        paid.run()
    debt = SellerDebt.objects.get()
    api.write_off(debt.id, eur(NET - 1), paid.at)
    with pytest.raises(api.ExceedsDebt):
        api.write_off(debt.id, eur(2), paid.at)
    debt.refresh_from_db()
    assert debt.left_minor == 1
    assert entries(f"debt_written_off:{debt.id}:0") == {
        ("platform_loss", 0, ""): -(NET - 1),
        ("seller_debt", paid.seller.pk, "order:1"): NET - 1,
    }
    assert books.differences() == []


def test_a_refund_while_the_transfer_is_under_way_waits_for_it(live_scene: Scene) -> None:
    scene = live_scene
    scene.open_account()
    release = scene.released()
    api.clear("order:1", scene.at)
    refund = scene.refund(release.charge, PRICE)
    reversal = TransferReversal.objects.get()
    assert (refund.state, reversal.state) == (RefundState.WAITING, ReversalState.PLANNED)
    for _ in range(3):
        scene.run()
    refund.refresh_from_db()
    reversal.refresh_from_db()
    assert (refund.state, reversal.state) == (RefundState.SUCCEEDED, ReversalState.DONE)
    assert books.differences() == []


def test_where_the_transfer_is_refused_nothing_needs_to_come_back(live_scene: Scene) -> None:
    scene = live_scene
    account = scene.open_account()
    release = scene.released()
    api.clear("order:1", scene.at)
    refund = scene.refund(release.charge, PRICE)
    scene.stripe.control("accounts/judge", account=account.stripe_id, status="restricted")  # type: ignore[union-attr]
    for _ in range(3):
        scene.run()
    refund.refresh_from_db()
    release.refresh_from_db()
    assert TransferReversal.objects.get().state == ReversalState.NEEDLESS
    assert (refund.state, release.state) == (RefundState.SUCCEEDED, ReleaseState.AVAILABLE)
    assert release.undone_minor == PRICE
    assert books.differences() == []


def test_two_refunds_together_never_exceed_the_payment(paid: Scene) -> None:
    charge = Release.objects.select_related("charge").get().charge
    paid.refund(charge, WHOLE - 10, "a")
    with pytest.raises(api.ExceedsHold):
        paid.refund(charge, 11, "b")
    paid.refund(charge, 10, "c")
    for _ in range(5):
        paid.run()
    assert api.position("order:1", "EUR").refunded == eur(WHOLE)
    assert books.differences() == []


def test_the_balance_at_stripe_is_the_ledgers(paid: Scene) -> None:
    paid.refund(Release.objects.select_related("charge").get().charge, 2_000)
    for _ in range(3):
        paid.run()
    api.sync_charge(Release.objects.get().charge_id, paid.at + timedelta(seconds=1))
    api.record_deposit(key="opening", amount=eur(10_000), at=paid.at)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT -sum(e.amount_minor) FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id "
            "WHERE a.kind = 'stripe_balance'"
        )
        assert cursor.fetchone() == (stripe_balance(paid),)
