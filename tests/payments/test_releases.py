"""Releases, their undoing, clearing, and the bound per charge."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from marketplace.kernel.money import CurrencyMismatch, Money
from payments import api
from payments.contracts import Position
from payments.errors import AlreadyTransferred, ExceedsHold, KeyReused, NotCaptured
from payments.models import Charge, OperationKind, Release, ReleaseState, StripeOperation
from payments.operations import executor
from payments.services import books
from tests.payments.scenes import BUYER_FEE, NET, PRICE, SELLER_FEE, WHOLE, Scene, eur, ledger_size

pytestmark = pytest.mark.django_db

FEES = SELLER_FEE + BUYER_FEE


def at_position(**amounts: int) -> Position:
    return Position(**{field.name: eur(amounts.get(field.name, 0)) for field in fields(Position)})


def test_where_the_money_stands_at_each_step(scene: Scene) -> None:
    charge = scene.captured()
    assert api.position("order:1", "EUR") == at_position(captured=WHOLE, held=WHOLE)
    api.release(scene.release_request(charge), scene.at)
    assert api.position("order:1", "EUR") == at_position(captured=WHOLE, clearing=NET, fees=FEES)
    api.clear("order:1", scene.at)
    assert api.position("order:1", "EUR") == at_position(captured=WHOLE, available=NET, fees=FEES)


def test_releasing_twice_with_one_key_releases_once(scene: Scene) -> None:
    charge = scene.captured()
    for _ in range(2):
        api.release(scene.release_request(charge), scene.at)
    assert Release.objects.count() == 1
    assert ledger_size() == (2, 5)
    with pytest.raises(KeyReused):
        api.release(replace(scene.release_request(charge), price=eur(PRICE - 1)), scene.at)


def test_clearing_twice_clears_once(scene: Scene) -> None:
    scene.released()
    for _ in range(2):
        api.clear("order:1", scene.at)
    assert Release.objects.get().state == ReleaseState.AVAILABLE
    assert ledger_size() == (3, 7)
    assert not StripeOperation.objects.filter(kind="create_transfer").exists()


def test_one_charge_of_a_reference_clears_alone(scene: Scene) -> None:
    first = scene.captured()
    asked = api.request_charge(replace(scene.request("order:1"), key="order:1:step"), scene.at)
    second = Charge.objects.get(pk=asked.id)
    op = StripeOperation.objects.get(kind=OperationKind.CREATE_SESSION, subject=str(second.id))
    executor.complete(op.id, replace(scene.paid_session(second), id="cs_2", payment_intent_id="pi_2"), scene.at)
    for charge in (first, second):
        api.release(replace(scene.release_request(charge), key=f"release:{charge.id}"), scene.at)
    for _ in range(2):
        api.clear_charge(first.id, scene.at)
    assert api.position("order:1", "EUR") == at_position(
        captured=2 * WHOLE, clearing=NET, available=NET, fees=2 * FEES
    )  # fmt: skip
    api.clear("order:1", scene.at)
    assert api.position("order:1", "EUR").available == eur(2 * NET)


def test_nothing_is_released_before_the_payment(scene: Scene) -> None:
    charge = scene.pending()
    with pytest.raises(NotCaptured), transaction.atomic():
        api.release(scene.release_request(charge), scene.at)
    assert ledger_size() == (0, 0)


def test_fees_in_another_currency_are_refused(scene: Scene) -> None:
    charge = scene.captured()
    with pytest.raises(CurrencyMismatch):
        api.release(replace(scene.release_request(charge), buyer_fee=Money(174, "USD")), scene.at)


def test_several_releases_stay_within_the_hold(scene: Scene) -> None:
    charge = scene.captured()
    api.release(scene.release_request(charge, "a", 3_000), scene.at)
    with pytest.raises(ExceedsHold), transaction.atomic():
        api.release(scene.release_request(charge, "b", WHOLE - 3_000 + 1), scene.at)
    api.release(scene.release_request(charge, "b", WHOLE - 3_000), scene.at)
    charge.refresh_from_db()
    assert (charge.released_minor, charge.free_minor) == (WHOLE, 0)


def test_a_release_and_a_refund_stay_within_the_hold(scene: Scene) -> None:
    charge = scene.captured()
    scene.refund(charge, 1_000)
    with pytest.raises(ExceedsHold), transaction.atomic():
        api.release(scene.release_request(charge), scene.at)
    api.release(scene.release_request(charge, price=WHOLE - 1_000), scene.at)
    assert api.position("order:1", "EUR").held == eur(0)


@pytest.mark.parametrize("column", ["released_minor", "refunded_minor", "lost_minor"])
def test_postgresql_refuses_more_than_was_captured(scene: Scene, column: str) -> None:
    scene.captured()
    with pytest.raises(IntegrityError, match="charge_never_overdrawn"), transaction.atomic():
        Charge.objects.update(**{column: WHOLE + 1})


def test_a_split_is_one_refund_and_one_release(scene: Scene) -> None:
    """70 % of 58.00: the seller's part is 40.60, its fee 4.06, the buyer's fee pro rata 1.22."""
    charge = scene.captured()
    scene.refund(charge, WHOLE - 4_060 - 122)
    request = replace(scene.release_request(charge), price=eur(4_060), seller_fee=eur(406), buyer_fee=eur(122))
    api.release(request, scene.at)
    assert api.position("order:1", "EUR") == at_position(captured=WHOLE, clearing=3_654, fees=528, refunding=1_792)


@pytest.mark.parametrize("cleared", [False, True])
def test_undoing_returns_the_fees_too(scene: Scene, cleared: bool) -> None:
    release = scene.released()
    if cleared:
        api.clear("order:1", scene.at)
    assert api.undo_releases(release.charge_id, scene.at) == WHOLE
    assert api.undo_releases(release.charge_id, scene.at) == 0
    assert api.position("order:1", "EUR") == at_position(captured=WHOLE, held=WHOLE)
    release.refresh_from_db()
    assert (release.state, release.net_minor) == (ReleaseState.UNDONE, 0)


def test_a_refund_after_the_release_undoes_its_part_first(scene: Scene) -> None:
    """20.00 of 59.74 with 7.54 fees: 2.52 of the fees go back, the seller gives 17.48."""
    charge = scene.released().charge
    scene.refund(charge, 2_000)
    assert api.position("order:1", "EUR") == at_position(
        captured=WHOLE, clearing=NET - 1_748, fees=FEES - 252, refunding=2_000
    )
    api.clear("order:1", scene.at)
    assert api.position("order:1", "EUR").available == eur(NET - 1_748)
    assert books.differences() == []


def test_parts_undone_one_after_another_add_up(scene: Scene) -> None:
    charge = scene.released().charge
    for number in range(6):
        scene.refund(charge, 995, f"part {number}")
    scene.refund(charge, WHOLE - 6 * 995, "rest")
    assert api.position("order:1", "EUR") == at_position(captured=WHOLE, refunding=WHOLE)
    assert books.differences() == []


def test_what_has_left_is_not_undone_for_those_who_cannot_wait(scene: Scene) -> None:
    release = scene.released()
    scene.open_account()
    api.clear("order:1", scene.at)
    before = ledger_size()
    with pytest.raises(AlreadyTransferred), transaction.atomic():
        api.undo_releases(release.charge_id, scene.at)
    assert ledger_size() == before


def test_a_transfer_is_intended_once_and_tied_to_its_charge(scene: Scene) -> None:
    release = scene.released()
    scene.open_account()
    for _ in range(2):
        api.clear("order:1", scene.at)
    op = StripeOperation.objects.get(kind="create_transfer")
    assert op.frozen == {
        "amount": NET,
        "currency": "eur",
        "destination": "acct_1Test",
        "source_transaction": f"ch_{release.charge_id.hex}",
        "transfer_group": "order:1",
        "metadata": {"op_id": str(op.id), "release_id": str(release.id), "reference": "order:1"},
    }
    assert api.position("order:1", "EUR").sending == eur(NET)


def test_positions_of_many_take_one_query(scene: Scene) -> None:
    references = [f"order:{number}" for number in range(5)]
    for reference in references[:4]:
        scene.captured(reference)
    with connection.execute_wrapper(lambda run, *rest: _counted(counter, run, *rest)):
        counter: list[str] = []
        found = api.positions(dict.fromkeys(references, "EUR"))
    assert len(counter) == 1
    assert [found[reference].held for reference in references] == [eur(WHOLE)] * 4 + [eur(0)]


def _counted(counter: list[str], run: object, sql: str, *rest: object) -> object:
    counter.append(sql)
    return run(sql, *rest)  # type: ignore[operator]
