"""The end of every run: Stripe answers, banks decide, sellers can be paid, and time passes.

The webhooks that were withheld come now; or they never come, and the comparison with Stripe's record makes it good.
"""

from __future__ import annotations

from payments import api
from payments.contracts import ChargeState
from payments.models import FraudWarning, Outflow
from payments.operations import brakes
from tests.invariants.both_sides import stuck
from tests.invariants.world import DAY, HOUR, World
from tests.support.processes import wait_until

_ROUNDS = 12


def settle(world: World, *, webhooks_come: bool) -> None:
    world.sandbox.control("faults/clear")
    for outflow in Outflow:
        brakes.lift(outflow, by_id=None)
    world.top_up(5_000_000)
    for number, seller in enumerate(world.sellers):
        world.onboard(seller)
        # Both ways, so that what was refused in between is tried again.
        world.judge(number, "restricted", told=True)
        world.judge(number, "active", told=True)
    _banks_decide(world)
    for charge in world.charges(state=ChargeState.PENDING):
        api.request_expiry(charge.id, world.at)
    for number in range(_ROUNDS):
        _round(world, number, webhooks_come=webhooks_come)
        if not (stuck() or world.truth.works() or (webhooks_come and world.mail.fetch())):
            break
    differences = world.compare_everything()
    assert differences == [], f"Stripe's record and ours differ: {differences}"


def _banks_decide(world: World) -> None:
    number = 0
    while world.decide(number, ("won", "lost")[number % 2]):
        number += 1


def _round(world: World, number: int, *, webhooks_come: bool) -> None:
    wait_until(lambda: not world.truth.works(), seconds=20, what="the banks' answers")
    world.time_passes(DAY + HOUR)
    if webhooks_come:
        world.mail.post_all(number)
    else:
        world.compare_everything()
    world.process_webhooks()
    for warning in FraudWarning.objects.filter(cleared_at=None):
        api.clear_warning(warning.id, by_id=1, note="", at=world.at)
    for reference in {charge.reference for charge in world.charges(state=ChargeState.CAPTURED)}:
        world.attempt(lambda reference=reference: api.clear(reference, world.at))  # type: ignore[misc]
    world.work()
    world.look_at_what_is_open()
    world.run_payouts()
