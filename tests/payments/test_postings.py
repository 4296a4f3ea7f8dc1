"""Every posting function writes exactly these entries."""

from __future__ import annotations

import pytest

from marketplace.kernel.money import Money
from payments import api, postings
from payments.models import ReleaseState
from payments.services import books
from tests.payments.scenes import BUYER_FEE, NET, SELLER_FEE, WHOLE, Scene, entries

pytestmark = pytest.mark.django_db

FEES = SELLER_FEE + BUYER_FEE


def test_capture(scene: Scene) -> None:
    charge = scene.captured()
    assert entries(f"capture:{charge.id}") == {
        ("stripe_balance", 0, ""): -WHOLE,
        ("hold", 0, str(charge.id)): WHOLE,
    }


def test_stripe_fee(scene: Scene) -> None:
    charge = scene.captured()
    postings.stripe_fee(charge, 112, scene.at)
    assert entries(f"stripe_fee:{charge.id}") == {
        ("stripe_fee_expense", 0, ""): -112,
        ("stripe_balance", 0, ""): 112,
    }


def test_release(scene: Scene) -> None:
    release = scene.released()
    assert entries(f"release:{release.id}") == {
        ("hold", 0, str(release.charge_id)): -WHOLE,
        ("seller_clearing", scene.seller.pk, "order:1"): NET,
        ("fee_revenue", 0, ""): FEES,
    }


@pytest.mark.parametrize(
    ("state", "account"),
    [(ReleaseState.CLEARING, "seller_clearing"), (ReleaseState.AVAILABLE, "seller_available")],
)
def test_release_undone(scene: Scene, state: ReleaseState, account: str) -> None:
    release = scene.released()
    if state == ReleaseState.AVAILABLE:
        postings.clear(release, scene.at)
    release.state = state
    postings.release_undone(release, net_minor=NET, fees_minor=FEES, at=scene.at)
    assert entries(f"release_undone:{release.id}:0") == {
        (account, scene.seller.pk, "order:1"): -NET,
        ("fee_revenue", 0, ""): -FEES,
        ("hold", 0, str(release.charge_id)): WHOLE,
    }


def test_clear_and_the_three_steps_of_a_transfer(scene: Scene) -> None:
    release = scene.released()
    available = ("seller_available", scene.seller.pk, "order:1")
    under_way = ("transfer_clearing", 0, "")
    postings.clear(release, scene.at)
    release.sent_minor = NET
    postings.transfer_intent(release, "a", scene.at)
    postings.transfer_failed(release, "a", scene.at)
    postings.transfer_intent(release, "b", scene.at)
    postings.transfer_done(release, "b", scene.at)
    assert entries(f"clear:{release.id}") == {
        ("seller_clearing", scene.seller.pk, "order:1"): -NET,
        available: NET,
    }
    assert entries("transfer_intent:a") == {available: -NET, under_way: NET}
    assert entries("transfer_failed:a") == {under_way: -NET, available: NET}
    assert entries("transfer_done:b") == {under_way: -NET, ("stripe_balance", 0, ""): NET}


def test_the_steps_of_a_refund(scene: Scene) -> None:
    charge = scene.captured()
    refund = scene.refund(charge, 1_000)
    hold, under_way, stripe = ("hold", 0, str(charge.id)), ("refund_clearing", 0, ""), ("stripe_balance", 0, "")
    assert entries(f"refund_intent:{refund.id}") == {hold: -1_000, under_way: 1_000}
    postings.refund_done(refund, scene.at)
    assert entries(f"refund_done:{refund.id}") == {under_way: -1_000, stripe: 1_000}
    postings.refund_bounced(refund, scene.at)
    assert entries(f"refund_bounced:{refund.id}") == {
        stripe: -1_000,
        ("buyer_payable", scene.buyer.pk, ""): 1_000,
    }


def test_a_refused_refund_is_held_again(scene: Scene) -> None:
    charge = scene.captured()
    refund = scene.refund(charge, 1_000)
    postings.refund_failed(refund, scene.at)
    assert entries(f"refund_failed:{refund.id}") == {
        ("refund_clearing", 0, ""): -1_000,
        ("hold", 0, str(charge.id)): 1_000,
    }


def test_a_deposit_is_written_once_and_the_books_agree(scene: Scene) -> None:
    for _ in range(2):
        api.record_deposit(key="opening", amount=Money(100_000, "EUR"), at=scene.at)
    assert entries("deposit:opening") == {
        ("stripe_balance", 0, ""): -100_000,
        ("platform_equity", 0, ""): 100_000,
    }
    assert books.differences() == []
