"""The end of every run: banks decide, sellers can be paid, nobody does anything any more, and time passes."""

from __future__ import annotations

from payments.models import FraudWarning
from tests.invariants import held_true
from tests.invariants.held_story import Memory
from tests.invariants.order_world import DAY, OrderWorld

# More than the 85 days after which the oldest money is divided, and what follows upon that.
_ROUNDS, _SPAN = 10, 12 * DAY


def fall_silent(world: OrderWorld, memory: Memory) -> None:
    for number in range(len(world.desks)):
        world.gate(number, is_open=True)
    _answers_come(world)
    for _ in range(_ROUNDS):
        _round(world)
    held_true.check(world.stripe, memory)
    held_true.check_end(world.stripe)


def _answers_come(world: OrderWorld) -> None:
    """Also those of banks that nobody has heard of before."""
    for number, claim_id in enumerate(world.banks.undecided()):
        world.banks.decide(claim_id, ("won", "lost")[number % 2])
    for claim_id in world.banks.owing():
        world.banks.pay_back(claim_id)
    for kind, object_id in world.news():
        if kind.startswith(("charge.dispute", "radar")):
            world.hear(kind, object_id)
    while FraudWarning.objects.filter(cleared_at=None).exists():
        world.clear_warning(0)


def _round(world: OrderWorld) -> None:
    world.time_passes(_SPAN)
    world.sweep()
    world.grow_old()
    world.work()
    for refund_id in world.stripe.refunds:
        world.stripe.settle_refund(refund_id, "succeeded")
    world.look_at_what_is_open()
