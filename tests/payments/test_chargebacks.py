"""Chargebacks: frozen while the bank decides, posted by what it moves, borne by the hold or the platform."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction

from payments import api, contracts, events, owners
from payments.gateway import disputes
from payments.gateway.objects import Dispute, Movement
from payments.models import Charge, Chargeback, ChargebackState, Refund, RefundState, Release, ReleaseState, SellerDebt
from payments.services import books, transfers
from payments.services.chargebacks import record_dispute
from tests.payments.scenes import BUYER_FEE, NET, SELLER_FEE, WHOLE, Scene, entries, eur, ledger_size

pytestmark = pytest.mark.django_db(transaction=True)

FEES = SELLER_FEE + BUYER_FEE
DISPUTE_FEE = 1_500


class Blaming:
    """An owner who says whose fault it was."""

    def __init__(self, *, seller_bears: bool) -> None:
        self.bears = seller_bears

    def seller_bears(self, reference: str, charge_id: uuid.UUID, reason: str) -> bool:
        return self.bears

    def lock(self, reference: str) -> None:
        """Nothing stands behind these references."""

    def describe(self, references: list[str]) -> dict[str, contracts.ReferenceCard]:
        return {}

    def protected_for(self, payee_id: int) -> list[contracts.Protected]:
        return []


@pytest.fixture
def blame(monkeypatch: pytest.MonkeyPatch) -> Any:
    def to(*, seller: bool) -> None:
        monkeypatch.setitem(owners._owners, "order", Blaming(seller_bears=seller))  # type: ignore[arg-type]

    return to


def disputed(scene: Scene, charge: Charge, **given: Any) -> str:
    return str(scene.stripe.control("disputes", charge=charge.stripe_charge_id, **given)["id"])  # type: ignore[union-attr]


def decide(scene: Scene, dispute_id: str, outcome: str) -> None:
    scene.stripe.control("disputes/decide", dispute=dispute_id, outcome=outcome)  # type: ignore[union-attr]


def look(dispute_id: str, charge: Charge, at: datetime) -> Chargeback:
    found = disputes.read(dispute_id)
    with transaction.atomic():
        return record_dispute(charge.id, found, at)


def stripe_balances(scene: Scene) -> tuple[int, int]:
    """Ours and theirs; the sandbox began with money of the platform's own."""
    found = scene.stripe.client().v1.balance.retrieve()  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT -coalesce(sum(e.amount_minor), 0) FROM ledger_entry e JOIN ledger_account a "
            "ON a.id = e.account_id WHERE a.kind = 'stripe_balance'"
        )
        (ours,) = cursor.fetchone()
    return int(ours) + 10_000, sum(part.amount for part in [*found.available, *found.pending])


def test_while_it_runs_nothing_of_the_charge_moves(live_scene: Scene, facts: list[object]) -> None:
    scene = live_scene
    charge = scene.captured()
    chargeback = look(disputed(scene, charge), charge, scene.at)
    assert (chargeback.state, chargeback.withdrawn_minor, chargeback.fee_minor) == (
        ChargebackState.OPEN, WHOLE, DISPUTE_FEE,
    )  # fmt: skip
    before = ledger_size()
    with pytest.raises(api.ChargebackOpen):
        scene.refund(charge, 1)
    with pytest.raises(api.ChargebackOpen):
        api.release(scene.release_request(charge), scene.at)
    assert ledger_size() == before
    stands = api.position("order:1", "EUR")
    assert (stands.held, stands.charged_back) == (eur(WHOLE), eur(WHOLE))
    assert [type(fact).__name__ for fact in facts] == ["ChargeCaptured", "ChargebackOpened"]
    assert stripe_balances(scene)[0] == stripe_balances(scene)[1]
    assert books.differences() == []


def test_an_inquiry_moves_and_freezes_nothing(live_scene: Scene, facts: list[object]) -> None:
    scene = live_scene
    charge = scene.captured()
    before = ledger_size()
    chargeback = look(disputed(scene, charge, inquiry=True), charge, scene.at)
    assert chargeback.state == ChargebackState.INQUIRY
    assert ledger_size() == before
    api.release(scene.release_request(charge), scene.at)
    assert [type(fact).__name__ for fact in facts] == ["ChargeCaptured"]


def test_a_won_one_gives_everything_back(live_scene: Scene, facts: list[object]) -> None:
    scene = live_scene
    charge = scene.captured()
    dispute_id = disputed(scene, charge)
    look(dispute_id, charge, scene.at)
    decide(scene, dispute_id, "won")
    for _ in range(2):  # an event that comes twice
        chargeback = look(dispute_id, charge, scene.at)
    assert (chargeback.state, chargeback.withdrawn_minor) == (ChargebackState.WON, 0)
    assert api.position("order:1", "EUR").charged_back == eur(0)
    api.release(scene.release_request(charge), scene.at)
    names = [type(fact).__name__ for fact in facts]
    assert names == ["ChargeCaptured", "ChargebackOpened", "ChargebackWon"]
    assert stripe_balances(scene)[0] == stripe_balances(scene)[1]
    assert books.differences() == []


def test_a_lost_one_is_borne_by_the_hold(live_scene: Scene, facts: list[object]) -> None:
    scene = live_scene
    charge = scene.captured()
    dispute_id = disputed(scene, charge)
    look(dispute_id, charge, scene.at)
    decide(scene, dispute_id, "lost")
    chargeback = look(dispute_id, charge, scene.at)
    assert chargeback.state == ChargebackState.LOST
    assert entries(f"chargeback_lost:{chargeback.id}") == {
        ("hold", 0, str(charge.id)): -WHOLE,
        ("dispute_clearing", 0, ""): WHOLE,
    }
    charge.refresh_from_db()
    assert (charge.lost_minor, charge.waiting_minor, charge.free_minor) == (WHOLE, 0, 0)
    assert api.position("order:1", "EUR").lost == eur(WHOLE)
    with pytest.raises(api.ExceedsHold):
        scene.refund(charge, 1)
    lost = facts[-1]
    assert isinstance(lost, events.ChargebackLost)
    assert lost.left == eur(0)
    assert stripe_balances(scene)[0] == stripe_balances(scene)[1]
    assert books.differences() == []


def test_first_heard_of_when_it_is_over(live_scene: Scene, facts: list[object]) -> None:
    scene = live_scene
    charge = scene.captured()
    dispute_id = disputed(scene, charge)
    decide(scene, dispute_id, "lost")
    look(dispute_id, charge, scene.at)
    assert [type(fact).__name__ for fact in facts[1:]] == ["ChargebackOpened", "ChargebackLost"]
    assert books.differences() == []


def test_the_sellers_fault_undoes_the_release_first(live_scene: Scene, blame: Any) -> None:
    scene = live_scene
    blame(seller=True)
    release = scene.released()
    dispute_id = disputed(scene, release.charge)
    decide(scene, dispute_id, "lost")
    look(dispute_id, release.charge, scene.at)
    release.refresh_from_db()
    assert release.state == ReleaseState.UNDONE
    stands = api.position("order:1", "EUR")
    assert (stands.clearing, stands.fees, stands.lost) == (eur(0), eur(0), eur(WHOLE))
    assert books.differences() == []


def test_what_is_not_the_sellers_fault_is_the_platforms_loss(live_scene: Scene, blame: Any) -> None:
    scene = live_scene
    blame(seller=False)
    release = scene.released()
    dispute_id = disputed(scene, release.charge, reason="fraudulent")
    decide(scene, dispute_id, "lost")
    chargeback = look(dispute_id, release.charge, scene.at)
    release.refresh_from_db()
    assert release.state == ReleaseState.CLEARING
    assert entries(f"chargeback_lost:{chargeback.id}") == {
        ("platform_loss", 0, ""): -WHOLE,
        ("dispute_clearing", 0, ""): WHOLE,
    }
    api.clear("order:1", scene.at)
    assert api.position("order:1", "EUR").available == eur(NET)
    assert books.differences() == []


def test_lost_after_the_transfer_it_is_asked_back(live_scene: Scene, blame: Any) -> None:
    scene = live_scene
    blame(seller=True)
    scene.open_account()
    release = scene.transferred()
    dispute_id = disputed(scene, release.charge)
    decide(scene, dispute_id, "lost")
    chargeback = look(dispute_id, release.charge, scene.at)
    assert (chargeback.lost_minor, chargeback.settled_at) == (WHOLE, None)
    with pytest.raises(api.ChargebackOpen):
        scene.refund(release.charge, 1)
    scene.run()
    chargeback.refresh_from_db()
    assert chargeback.settled_at is not None
    assert Release.objects.get().state == ReleaseState.UNDONE
    assert not SellerDebt.objects.exists()
    assert stripe_balances(scene)[0] == stripe_balances(scene)[1]
    assert books.differences() == []


def test_money_that_went_back_twice_is_the_platforms_loss(scene: Scene) -> None:
    charge = scene.captured()
    scene.refund(charge, WHOLE)
    taken = Movement("txn_1", eur(-WHOLE), DISPUTE_FEE)
    lost = Dispute(
        "dp_1", charge.stripe_charge_id, "lost", "fraudulent", eur(WHOLE), (taken,), None, False, 0, False, {}
    )
    with transaction.atomic():
        chargeback = record_dispute(charge.id, lost, scene.at)
    assert (chargeback.lost_minor, chargeback.written_off_minor) == (0, WHOLE)
    assert entries(f"chargeback_lost:{chargeback.id}") == {
        ("platform_loss", 0, ""): -WHOLE,
        ("dispute_clearing", 0, ""): WHOLE,
    }
    assert books.differences() == []


def test_won_is_told_when_the_money_is_back(scene: Scene, facts: list[object]) -> None:
    """The bank decides first and pays days later: until then nothing moves, and nobody is told that it may."""
    charge = scene.captured()
    taken, back = Movement("txn_1", eur(-WHOLE), DISPUTE_FEE), Movement("txn_2", eur(WHOLE), 0)
    for status, movements in (("needs_response", [taken]), ("won", [taken])):
        _heard(charge, status, movements, scene.at)
    with pytest.raises(api.ChargebackOpen):
        api.release(scene.release_request(charge), scene.at)
    assert [type(fact).__name__ for fact in facts] == ["ChargeCaptured", "ChargebackOpened"]
    for _ in range(2):  # an event that comes twice
        _heard(charge, "won", [taken, back], scene.at)
    assert [type(fact).__name__ for fact in facts] == ["ChargeCaptured", "ChargebackOpened", "ChargebackWon"]
    api.release(scene.release_request(charge), scene.at)
    assert books.differences() == []


def _heard(charge: Charge, status: str, movements: list[Movement], at: datetime) -> None:
    told = Dispute(
        "dp_1", charge.stripe_charge_id, status, "fraudulent", eur(WHOLE), tuple(movements), None, False, 0, False, {}
    )
    with transaction.atomic():
        record_dispute(charge.id, told, at)


def test_a_refund_that_waits_gives_way_to_the_bank(live_scene: Scene, blame: Any) -> None:
    scene = live_scene
    blame(seller=True)
    scene.open_account()
    release = scene.transferred()
    refund = scene.refund(release.charge, 5_000)
    dispute_id = disputed(scene, release.charge)
    decide(scene, dispute_id, "lost")
    look(dispute_id, release.charge, scene.at)
    for _ in range(3):
        scene.run()
    refund.refresh_from_db()
    charge = Charge.objects.get(pk=release.charge_id)
    assert refund.state == RefundState.REFUSED
    assert (charge.lost_minor, charge.refunded_minor, charge.waiting_minor) == (WHOLE, 0, 0)
    assert not Refund.objects.exclude(state=RefundState.REFUSED).exists()
    assert books.differences() == []


def test_what_became_available_meanwhile_leaves_after_a_won_one(live_scene: Scene) -> None:
    scene = live_scene
    release = scene.released()
    api.clear("order:1", scene.at)  # the seller cannot be paid yet
    dispute_id = disputed(scene, release.charge)
    look(dispute_id, release.charge, scene.at)
    scene.open_account()
    assert transfers.send_waiting(scene.at) == 0
    decide(scene, dispute_id, "won")
    look(dispute_id, release.charge, scene.at)
    assert transfers.send_waiting(scene.at) == 1
    scene.run()
    assert api.position("order:1", "EUR").transferred == eur(NET)
    assert books.differences() == []
