"""People who try stolen cards are stopped: by the page, by the person, by the address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from payments import api
from payments.models import Charge, OperationKind, StripeOperation
from payments.services.card_testing import record_failures
from payments.webhooks.processing import catch_up
from tests.payments.scenes import Scene

pytestmark = pytest.mark.django_db(transaction=True)

DECLINED = "4000000000000002"


def refused(scene: Scene, reference: str, count: int, **request: object) -> Charge:
    view = api.request_charge(scene.request(reference, **request), scene.at)
    record_failures(view.id, count, scene.at)
    return Charge.objects.get(pk=view.id)


def test_refused_cards_are_counted_where_stripe_counts_them(live_scene: Scene) -> None:
    scene, sandbox = live_scene, live_scene.stripe
    assert sandbox
    charge = scene.pending()
    api.checkout_url(charge.id, scene.at)
    charge.refresh_from_db()
    for _ in range(2):
        sandbox.pay(charge.session_id, DECLINED)
    [intent] = sandbox.client().v1.payment_intents.list({}).data
    for _ in range(2):  # the event comes twice
        assert catch_up("payment_intent.payment_failed", intent.id, scene.at)
    charge.refresh_from_db()
    assert charge.failed_attempts == 2
    sandbox.pay(charge.session_id)  # and with the right card it goes on
    assert api.sync_charge(charge.id, scene.at).state == "captured"


def test_too_many_on_one_page_close_it(scene: Scene, settings: Any) -> None:
    settings.PAYMENT_FAILURES_A_PAGE = 3
    charge = refused(scene, "order:1", 2)
    expiries = StripeOperation.objects.filter(kind=OperationKind.EXPIRE_SESSION, subject=str(charge.id))
    assert not expiries.exists()
    for _ in range(2):
        record_failures(charge.id, 3, scene.at)
    assert expiries.count() == 1


def test_too_many_in_a_day_stop_the_person_until_the_next(scene: Scene, settings: Any) -> None:
    settings.PAYMENT_FAILURES_A_DAY = 4
    refused(scene, "order:1", 2)
    refused(scene, "order:2", 2)
    with pytest.raises(api.TooManyFailures):
        scene.pending("order:3")
    assert not Charge.objects.filter(reference="order:3").exists()
    scene.at += timedelta(hours=25)
    assert scene.pending("order:3").state == "pending"


def test_an_address_is_stopped_whoever_asks_from_it(scene: Scene, settings: Any) -> None:
    settings.PAYMENT_FAILURES_A_DAY = 2
    charge = refused(scene, "order:1", 2, address="192.0.2.7")
    assert charge.payer_origin
    assert "192.0.2.7" not in charge.payer_origin
    other = User.objects.create_user("other@example.org")
    with pytest.raises(api.TooManyFailures):
        api.request_charge(scene.request("order:2", payer_id=other.pk, address="192.0.2.7"), scene.at)
    assert api.request_charge(scene.request("order:2", payer_id=other.pk, address="192.0.2.8"), scene.at)
