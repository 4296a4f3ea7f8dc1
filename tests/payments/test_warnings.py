"""Early fraud warnings: held until staff have looked."""

from __future__ import annotations

import pytest
from django.db import transaction

from payments import api, events
from payments.gateway.objects import FraudWarning as Found
from payments.models import Charge, FraudWarning, Release, ReleaseState
from payments.services import transfers
from payments.services.warnings import record_warning
from tests.payments.scenes import NET, Scene, eur, ledger_size

pytestmark = pytest.mark.django_db


def warn(charge: Charge, scene: Scene, number: int = 1) -> FraudWarning:
    found = Found(f"issfr_{number}", charge.stripe_charge_id, "made_with_stolen_card", True, False)
    with transaction.atomic():
        record_warning(charge.id, found, scene.at)
    return FraudWarning.objects.get(stripe_id=found.id)


def test_a_warning_blocks_the_release_until_staff_clear_it(scene: Scene, facts: list[object]) -> None:
    charge = scene.captured()
    first, second = warn(charge, scene), warn(charge, scene, 2)
    assert warn(charge, scene) == first  # an event that comes twice
    before = ledger_size()
    with pytest.raises(api.PaymentDoubted), transaction.atomic():
        api.release(scene.release_request(charge), scene.at)
    assert ledger_size() == before
    api.clear_warning(first.id, by_id=7, note="spoke with the buyer", at=scene.at)
    with pytest.raises(api.PaymentDoubted), transaction.atomic():
        api.release(scene.release_request(charge), scene.at)
    api.clear_warning(second.id, by_id=7, note="the same", at=scene.at)
    api.release(scene.release_request(charge), scene.at)
    first.refresh_from_db()
    assert (first.cleared_by_id, first.note) == (7, "spoke with the buyer")
    assert [fact for fact in facts if isinstance(fact, events.PaymentWarned)] == [
        events.PaymentWarned(charge.id, "order:1", scene.at)
    ] * 2


def test_a_buyer_can_still_be_refunded(scene: Scene) -> None:
    charge = scene.captured()
    warn(charge, scene)
    scene.refund(charge, 100)
    assert api.position("order:1", "EUR").refunding == eur(100)


def test_a_share_that_has_not_left_stays(scene: Scene) -> None:
    release = scene.released()
    warning = warn(release.charge, scene)
    with pytest.raises(api.PaymentDoubted):
        api.clear("order:1", scene.at)
    api.clear_warning(warning.id, by_id=7, note="", at=scene.at)
    api.clear("order:1", scene.at)
    warn(release.charge, scene, 2)
    scene.open_account()
    assert transfers.send_waiting(scene.at) == 0
    assert Release.objects.get().state == ReleaseState.AVAILABLE
    assert api.position("order:1", "EUR").available == eur(NET)
