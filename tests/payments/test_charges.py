"""A charge from being asked for to captured or expired."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from marketplace.kernel.money import Money
from payments import api
from payments.contracts import ChargeLine, ChargeState
from payments.errors import KeyReused, ProviderAway, ProviderRefused
from payments.events import ChargeCaptured, ChargeExpired
from payments.gateway import sessions
from payments.gateway.errors import Refused
from payments.models import Charge, OperationKind, OperationState, StripeOperation
from payments.services.captures import record_session
from tests.payments.scenes import WHOLE, Scene, entries, eur, ledger_size

pytestmark = pytest.mark.django_db
committing = pytest.mark.django_db(transaction=True)


def test_asking_twice_with_one_key_is_one_charge(scene: Scene) -> None:
    first = api.request_charge(scene.request(), scene.at)
    second = api.request_charge(scene.request(), scene.at)
    assert first == second
    assert first.amount == eur(WHOLE)
    assert (Charge.objects.count(), StripeOperation.objects.count()) == (1, 1)
    assert ledger_size() == (0, 0)


@pytest.mark.parametrize(
    "changes", [{"reference": "order:2"}, {"lines": (ChargeLine("x", 1, eur(1)),)}], ids=["reference", "amount"]
)
def test_a_key_asked_again_for_something_else_is_refused(scene: Scene, changes: dict[str, object]) -> None:
    scene.pending()
    with pytest.raises(KeyReused):
        api.request_charge(scene.request(**{"key": "order:1", **changes}), scene.at)  # type: ignore[arg-type]
    assert Charge.objects.count() == 1


@pytest.mark.parametrize("amount", [0, -5, 10**12, 2**70])
def test_postgresql_itself_refuses_an_amount_that_cannot_be(scene: Scene, amount: int) -> None:
    charge = scene.pending()
    with pytest.raises(DatabaseError, match="charge_in_range|out of range"), transaction.atomic():
        Charge.objects.filter(pk=charge.pk).update(amount_minor=amount)


def test_a_payment_is_held_and_told_once(scene: Scene, facts: list[object]) -> None:
    charge = scene.captured()
    record_session(charge.id, scene.paid_session(charge), scene.at)
    charge.refresh_from_db()
    assert (charge.state, charge.captured_minor, charge.captured_at) == (ChargeState.CAPTURED, WHOLE, scene.at)
    assert facts == [ChargeCaptured(charge.id, "order:1", "order", eur(WHOLE), scene.at)]
    assert ledger_size() == (1, 2)


def test_stripes_fee_is_posted_when_it_is_known(scene: Scene) -> None:
    charge = scene.captured()
    record_session(charge.id, scene.paid_session(charge, fee=eur(112)), scene.at)
    record_session(charge.id, scene.paid_session(charge, fee=eur(999)), scene.at)
    assert entries(f"stripe_fee:{charge.id}")[("stripe_fee_expense", 0, "")] == -112
    assert Charge.objects.get().stripe_fee_minor == 112


def test_a_payment_in_another_currency_is_not_taken_for_ours(scene: Scene, facts: list[object]) -> None:
    charge = scene.pending()
    found = scene.paid_session(charge)
    found = type(found)(**{**{n: getattr(found, n) for n in found.__slots__}, "received": Money(WHOLE, "USD")})
    record_session(charge.id, found, scene.at)
    assert (Charge.objects.get().state, facts, ledger_size()) == (ChargeState.PENDING, [], (0, 0))


@committing
def test_the_checkout_page_is_made_once(live_scene: Scene) -> None:
    charge = live_scene.pending()
    first = api.checkout_url(charge.id, live_scene.at)
    assert api.checkout_url(charge.id, live_scene.at) == first
    assert first.startswith(live_scene.stripe.url)  # type: ignore[union-attr]
    assert len(live_scene.stripe.requests("POST /v1/checkout/sessions")) == 1  # type: ignore[union-attr]


@committing
def test_what_stripe_is_asked_for(live_scene: Scene) -> None:
    charge = live_scene.pending()
    api.checkout_url(charge.id, live_scene.at)
    op = StripeOperation.objects.get()
    params = op.frozen
    marks = {"op_id": str(op.id), "charge_id": str(charge.id), "reference": "order:1"}
    assert params["metadata"] == params["payment_intent_data"]["metadata"] == marks
    assert params["payment_intent_data"]["transfer_group"] == "order:1"
    assert params["expires_at"] == int((live_scene.at + timedelta(minutes=35)).timestamp())
    assert [(i["quantity"], i["price_data"]["unit_amount"]) for i in params["line_items"]] == [(1, 5_800), (1, 174)]
    assert params["success_url"] == "http://testserver/orders/1/?paid=1"


@committing
def test_a_payment_with_its_fee_comes_from_stripe(live_scene: Scene, facts: list[object]) -> None:
    charge = live_scene.captured()
    assert charge.state == ChargeState.CAPTURED
    assert charge.stripe_charge_id.startswith("ch_")
    (booked,) = live_scene.stripe.client().v1.balance_transactions.list({"type": "charge"}).data  # type: ignore[union-attr]
    assert (booked.amount, booked.fee) == (WHOLE, charge.stripe_fee_minor)
    assert [type(fact) for fact in facts] == [ChargeCaptured]


@committing
def test_an_unpaid_session_changes_nothing(live_scene: Scene, facts: list[object]) -> None:
    charge = live_scene.pending()
    api.checkout_url(charge.id, live_scene.at)
    assert api.sync_charge(charge.id, live_scene.at).state == ChargeState.PENDING
    assert (facts, ledger_size()) == ([], (0, 0))


@committing
def test_an_expiry_is_confirmed_by_stripe(live_scene: Scene, facts: list[object]) -> None:
    charge = live_scene.pending()
    api.checkout_url(charge.id, live_scene.at)
    api.request_expiry(charge.id, live_scene.at)
    api.request_expiry(charge.id, live_scene.at)
    assert facts == []
    live_scene.run()
    assert facts == [ChargeExpired(charge.id, "order:1", "order", live_scene.at)]
    assert Charge.objects.get().state == ChargeState.EXPIRED


@committing
def test_an_expiry_that_finds_the_payment_captures_it(live_scene: Scene, facts: list[object]) -> None:
    charge = live_scene.pending()
    api.checkout_url(charge.id, live_scene.at)
    charge.refresh_from_db()
    live_scene.stripe.pay(charge.session_id)  # type: ignore[union-attr]
    api.request_expiry(charge.id, live_scene.at)
    live_scene.run()
    assert [type(fact) for fact in facts] == [ChargeCaptured]


@committing
def test_a_session_that_was_never_made_expires_without_stripe(live_scene: Scene, facts: list[object]) -> None:
    charge = live_scene.pending()
    api.request_expiry(charge.id, live_scene.at)
    live_scene.run(timedelta(seconds=1))
    assert [type(fact) for fact in facts] == [ChargeExpired]
    live_scene.run(timedelta(minutes=5))
    assert live_scene.stripe.requests() == []  # type: ignore[union-attr]
    assert api.checkout_url(charge.id, live_scene.at) == "/orders/1/"


@committing
def test_a_payment_after_the_expiry_is_still_captured(scene: Scene, facts: list[object]) -> None:
    charge = scene.pending()
    api.request_expiry(charge.id, scene.at)
    scene.run()
    with transaction.atomic():
        record_session(charge.id, scene.paid_session(charge), scene.at)
    assert [type(fact) for fact in facts] == [ChargeExpired, ChargeCaptured]


@committing
def test_stripe_away_is_said_and_tried_again(live_scene: Scene) -> None:
    charge = live_scene.pending()
    live_scene.stripe.faults("POST /v1/checkout/sessions", "drop_before")  # type: ignore[union-attr]
    with pytest.raises(ProviderAway):
        api.checkout_url(charge.id, live_scene.at)
    assert api.checkout_url(charge.id, live_scene.at).startswith("http")
    assert StripeOperation.objects.get().state == OperationState.DONE


@committing
def test_a_refused_session_ends_its_operation_and_the_next_makes_a_new_one(
    live_scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    charge = live_scene.pending()
    Charge.objects.update(success_path="", cancel_path="")
    op = StripeOperation.objects.get()

    def refuse(params: object, key: str) -> None:
        raise Refused("no")

    with monkeypatch.context() as patch:
        patch.setattr(sessions, "create", refuse)
        with pytest.raises(ProviderRefused):
            api.checkout_url(charge.id, live_scene.at)
    op.refresh_from_db()
    assert op.state == OperationState.FAILED
    assert api.checkout_url(charge.id, live_scene.at).startswith("http")
    assert StripeOperation.objects.filter(kind=OperationKind.CREATE_SESSION).count() == 2
