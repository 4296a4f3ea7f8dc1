"""A worker is killed with SIGKILL in the middle of a payout run: everybody is paid, and nobody twice."""

from __future__ import annotations

import pytest

from accounts.models import User
from payments.models import ConnectedAccount, Payout, PayoutState, Release
from payments.services import books
from tests.payments.payout_scenes import transferred
from tests.payments.scenes import NET, Scene
from tests.payments.test_kill_worker import worker  # noqa: F401 - a fixture
from tests.support.processes import Process, wait_until

COUNT = 3


@pytest.mark.parametrize(
    "match",
    [
        pytest.param("GET /v1/balance", id="while it looks what there is", marks=pytest.mark.long),
        pytest.param("POST /v1/payouts", id="its answer was lost"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_payout_run_survives_the_worker(live_scene: Scene, worker: Process, match: str) -> None:  # noqa: F811
    sandbox = live_scene.stripe
    assert sandbox
    for number in range(COUNT):
        seller = User.objects.create_user(f"s{number}@example.org", display_name="Sal", country="IE")
        transferred(Scene(live_scene.buyer, seller, live_scene.at, sandbox), f"order:{number}")
    sandbox.faults(match, "timeout", skip=1, seconds=6)

    worker.start()
    wait_until(lambda: len(sandbox.requests(match)) == 2, seconds=60, what="the second seller's call")
    worker.kill()
    assert Payout.objects.filter(state__in=[PayoutState.SENT, PayoutState.PAID]).count() < COUNT

    worker.start()
    done = Payout.objects.filter(state__in=[PayoutState.SENT, PayoutState.PAID])
    wait_until(lambda: done.count() == COUNT, seconds=90, what="all payouts")
    assert [made_at_stripe(live_scene, account) for account in ConnectedAccount.objects.all()] == [[NET]] * COUNT
    assert Release.objects.exclude(payout=None).count() == COUNT
    assert books.differences() == []


def made_at_stripe(scene: Scene, account: ConnectedAccount) -> list[int]:
    client = scene.stripe.client()  # type: ignore[union-attr]
    return [payout.amount for payout in client.v1.payouts.list({}, {"stripe_account": account.stripe_id}).data]
