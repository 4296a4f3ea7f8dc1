"""Money on its last way: in the seller's account, and from there to their bank."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from payments import api
from payments.models import Payout, Release, ReleaseState
from payments.reconciliation import still_open
from tests.payments.scenes import Scene

DAY = timedelta(days=1)


def transferred(scene: Scene, *references: str) -> list[Release]:
    """Cleared and in the seller's connected account."""
    scene.open_account()
    for reference in references or ("order:1",):
        scene.released(reference)
        api.clear(reference, scene.at)
    scene.run()
    releases = list(Release.objects.filter(payee=scene.seller).order_by("released_at", "id"))
    assert {release.state for release in releases} == {ReleaseState.TRANSFERRED}
    return releases


def settle(scene: Scene) -> None:
    """Lets the sandbox's bank finish, then asks how payouts stand."""
    time.sleep(0.6)
    still_open.ask(scene.at + timedelta(minutes=10))


def amounts(at: datetime | None = None) -> list[int]:
    """Of all payouts, in the order in which they were asked for."""
    found = Payout.objects.order_by("asked_at", "id")
    return list((found.filter(asked_at=at) if at else found).values_list("amount_minor", flat=True))


def change_bank(scene: Scene, account: str, number: str = "IE29AIBK93115212345678") -> None:
    """The seller gives another bank account at the provider."""
    assert scene.stripe
    scene.stripe.control("onboard", account=account, bank_number=number)
