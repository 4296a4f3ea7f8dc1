"""What the walks have found, told shortly."""

from __future__ import annotations

import pytest

from payments.models import Refund
from tests.invariants.both_sides import check
from tests.invariants.world import DAY, World
from tests.payments.proofs import kinds
from tests.payments.proofs.test_crashes import postings

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_refund_that_fails_before_there_was_balance_for_it(world: World) -> None:
    """It waited, and never left: neither the books nor Stripe's record have it leave and come back."""
    world.begin()
    charge = world.captured("order", kinds.PRICE)
    world.sandbox.control("balance/drain")
    kinds.refund(world.at, str(charge.id))
    world.work()
    refund = Refund.objects.get()
    assert refund.state == "pending"
    world.sandbox.control("refunds/fail", refund=refund.stripe_refund_id)
    world.mail.post_all()
    world.process_webhooks()
    refund.refresh_from_db()
    assert (refund.state, postings()["refund_unpaid"]) == ("bounced", 1)
    assert (postings()["refund_done"], postings()["refund_bounced"]) == (0, 0)
    check(world.truth)
    world.time_passes(DAY)
    assert [each for each in world.compare_everything() if "refund" in each] == []
