"""Evidence for the bank: from the log, with the seller's words, sent once and never too late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments import api
from payments.models import Charge, Chargeback, ChargebackState, StripeOperation
from payments.services import evidence
from tests.payments.scenes import Scene, eur
from tests.payments.test_chargebacks import decide, disputed, look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def claimed(live_scene: Scene) -> Chargeback:
    charge = live_scene.captured()
    return look(disputed(live_scene, charge), charge, live_scene.at)


def test_it_is_put_together_and_sent_once(live_scene: Scene, claimed: Chargeback) -> None:
    evidence.note(claimed.id, "winning_evidence")
    assert evidence.submit(claimed.id, live_scene.at)
    assert not evidence.submit(claimed.id, live_scene.at)
    live_scene.run()
    sent = live_scene.stripe.requests(f"POST /v1/disputes/{claimed.stripe_dispute_id}")  # type: ignore[union-attr]
    assert [row["params"]["submit"] for row in sent] == [True]
    assert sent[0]["params"]["evidence"] == {
        "customer_name": "Bea Buyer",
        "customer_email_address": "buyer@example.org",
        "product_description": "order:1",
        "uncategorized_text": "winning_evidence",
    }
    claimed.refresh_from_db()
    assert (claimed.state, claimed.withdrawn_minor) == (ChargebackState.WON, 0)
    assert claimed.submitted_at is not None
    assert api.position("order:1", "EUR").charged_back == eur(0)
    with pytest.raises(evidence.NotDisputed):
        evidence.note(claimed.id, "one more thing")


def test_what_nobody_sends_is_sent_a_day_before_the_end(live_scene: Scene, claimed: Chargeback) -> None:
    assert claimed.evidence_due_at is not None
    assert evidence.submit_due(claimed.evidence_due_at - timedelta(hours=25)) == 0
    assert evidence.submit_due(claimed.evidence_due_at - timedelta(hours=23)) == 1
    assert evidence.submit_due(claimed.evidence_due_at - timedelta(hours=22)) == 0
    live_scene.at = claimed.evidence_due_at - timedelta(hours=22)
    live_scene.run()
    claimed.refresh_from_db()
    assert claimed.status == "under_review"


def test_nothing_is_sent_about_what_is_decided(live_scene: Scene, claimed: Chargeback) -> None:
    charge = Charge.objects.get()
    decide(live_scene, claimed.stripe_dispute_id, "lost")
    look(claimed.stripe_dispute_id, charge, live_scene.at)
    with pytest.raises(evidence.NotDisputed):
        evidence.submit(claimed.id, live_scene.at)
    assert not StripeOperation.objects.filter(kind="submit_evidence").exists()


def test_where_the_answer_was_lost_the_dispute_tells(live_scene: Scene, claimed: Chargeback) -> None:
    evidence.submit(claimed.id, live_scene.at)
    path = f"POST /v1/disputes/{claimed.stripe_dispute_id}"
    live_scene.stripe.faults(path, "drop_answer")  # type: ignore[union-attr]
    live_scene.run()
    assert StripeOperation.objects.get(kind="submit_evidence").state == "pending"
    live_scene.run(timedelta(hours=24))  # the key may be forgotten by now: it looks first
    assert StripeOperation.objects.get(kind="submit_evidence").state == "done"
    assert len(live_scene.stripe.requests(path)) == 1  # type: ignore[union-attr]
