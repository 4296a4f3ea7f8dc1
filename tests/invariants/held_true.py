"""What must hold of every order after every step, whoever did what, and in whatever order it came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from orders.models import PaymentState
from orders.states import ENDED, State
from payments.models import Release, ReleaseState
from payments.services import books
from tests.invariants import held_clocks, held_money
from tests.invariants.held_story import Memory
from tests.invariants.order_seen import Seen
from tests.invariants.stripe_in_memory import StripeInMemory


def check(stripe: StripeInMemory, memory: Memory) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    seen = Seen()
    with _tales_of(seen):
        if memory.is_posted(seen.last_entry):
            assert books.differences() == []
        held_money.check(seen, stripe)
        held_clocks.check(seen)
        memory.check(seen)


@contextmanager
def _tales_of(seen: Seen) -> Iterator[None]:
    """What does not hold comes with what happened to each order."""
    try:
        yield
    except AssertionError as error:
        for order in seen.orders:
            error.add_note(f"{order.code}: {', '.join(event.action for event in seen.stories[order.pk])}")
        raise


def check_end(stripe: StripeInMemory) -> None:
    """When everybody has long been silent and Stripe and banks have answered: every order has come to its end."""
    assert books.differences() == []
    seen = Seen()
    with _tales_of(seen):
        _all_have_ended(seen)
    assert not seen.waiting, f"nobody releases {seen.waiting}"
    last = {ReleaseState.TRANSFERRED, ReleaseState.SETTLED, ReleaseState.UNDONE}
    assert set(Release.objects.values_list("state", flat=True)) <= last
    sent = Release.objects.exclude(stripe_transfer_id="").values_list("pk", flat=True)
    assert sorted(stripe.released()) == sorted(map(str, sent))


def _all_have_ended(seen: Seen) -> None:
    for order in seen.orders:
        assert order.state in ENDED, f"{order} is stuck in {order.state}"
        assert not order.rests, f"{order} still rests"
        assert not seen.timers[order.pk], f"{order} still has {seen.timers[order.pk]}"
        rows = seen.payments[order.pk]
        assert not [row for row in rows if row.state == PaymentState.ASKED], f"{order} still asks for money"
        stands = seen.positions[order.reference]
        under_way = stands.clearing + stands.available + stands.sending + stands.refunding + stands.charged_back
        assert not under_way, f"{order}: {stands}"
        disturbed = any(seen.was_claimed(row.charge_id) or seen.refunded(row.charge_id, old=True) for row in rows)
        assert disturbed or order.state != State.COMPLETED or order.cleared_at, f"{order} has never cleared"
