"""The rows of the table in which Stripe speaks first: its webhook is stored, answered, processed, or comes too late."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from marketplace.kernel import events
from orders import api as orders
from orders.models import Order
from orders.states import State
from payments.contracts import ChargeState
from payments.events import ChargeExpired
from payments.models import Charge, StripeOperation, WebhookEvent
from payments.services import books
from tests.invariants.both_sides import check
from tests.invariants.mailbag import Letter
from tests.invariants.world import World
from tests.orders.scenes import Desk
from tests.payments.proofs import kinds
from tests.payments.proofs.test_crashes import postings
from tests.support.processes import wait_until
from tests.support.runner import Runner

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]

HEAR, PROCESS, WORK = (f"{kinds.__name__}:{name}" for name in ("hear", "process_webhooks", "work"))
LEASE_SECONDS = 100
# After the payment window, when the page is to be closed.
CLOSING = 3_000


@pytest.fixture
def paid(world: World) -> Letter:
    """A buyer has paid, and nobody here knows: the webhook that says so."""
    world.begin()
    charge = world.ask("order", 5_800)
    world.open_page(charge)
    world.pay(charge, "4242424242424242")
    return next(letter for letter in world.mail.fetch() if letter.type == "checkout.session.completed")


def captured_once(world: World) -> None:
    event, charge = WebhookEvent.objects.get(), Charge.objects.get()
    assert (event.outcome, charge.state) == ("done", ChargeState.CAPTURED)
    assert (postings()["capture"], postings()["stripe_fee"]) == (1, 1)
    check(world.truth)


def test_stored_and_200_not_sent(world: World, runner: Runner, paid: Letter) -> None:
    """Stripe sends it again; source and id are unique."""
    runner.dies(HEAR, paid.endpoint, paid.event, at="after the first commit")
    assert WebhookEvent.objects.count() == 1
    runner.finish(HEAR, paid.endpoint, paid.event)
    runner.finish(PROCESS)
    captured_once(world)


def test_not_stored(world: World, runner: Runner, paid: Letter) -> None:
    runner.dies(HEAR, paid.endpoint, paid.event, at="before the first commit")
    assert WebhookEvent.objects.count() == 0
    runner.finish(HEAR, paid.endpoint, paid.event)
    runner.finish(PROCESS)
    captured_once(world)


def test_200_sent_and_not_processed(world: World, runner: Runner, paid: Letter) -> None:
    """The inbox's sweep."""
    runner.finish(HEAR, paid.endpoint, paid.event)
    runner.dies(PROCESS, at="before the first commit")
    assert (WebhookEvent.objects.get().attempts, sum(postings().values())) == (0, 0)
    runner.finish(PROCESS)
    captured_once(world)


def test_in_processing(world: World, runner: Runner, paid: Letter) -> None:
    """Effect and mark are one transaction: neither is there, then both."""
    runner.finish(HEAR, paid.endpoint, paid.event)
    runner.dies(PROCESS, at="before the second commit")
    event = WebhookEvent.objects.get()
    assert (event.attempts, event.processed_at, sum(postings().values())) == (1, None, 0)
    runner.finish(PROCESS)
    assert WebhookEvent.objects.get().processed_at is None, "its lease has not ended"
    runner.finish(PROCESS, later=LEASE_SECONDS)
    captured_once(world)


@pytest.fixture
def order(world: World) -> Order:
    """Placed, with the page open, and the window is over: Stripe is to close the page first."""
    world.begin()
    world.top_up(10_000)
    world.work()
    moment = timezone.now()
    placed = Desk(world.buyer, world.sellers[0], world.buyer, moment).pending(moment)
    orders.checkout_url(order_id=placed.pk, buyer_id=world.buyer.pk, at=moment)
    orders.run_due(moment + placed.terms.rules.payment_window)
    assert StripeOperation.objects.filter(kind="expire_session", state="pending").count() == 1
    return Order.objects.get(pk=placed.pk)


def test_nobody_pays_once_stripe_has_closed_the_page(world: World, runner: Runner, order: Order) -> None:
    """The order ends only when Stripe says so, and the worker that heard it first is dead."""
    runner.dies(WORK, at="before the answer is recorded", later=CLOSING)
    order.refresh_from_db()
    assert order.state == State.PENDING_PAYMENT
    charge = Charge.objects.get(pk=order.charge_id)
    world.pay(charge, "4242424242424242")
    assert world.truth.objects("charge") == []
    runner.finish(WORK, later=CLOSING + 600)
    order.refresh_from_db()
    assert (order.state, sum(postings().values()) - postings()["deposit"]) == (State.EXPIRED, 0)


def test_who_pays_while_the_page_is_to_be_closed_has_paid(world: World, runner: Runner, order: Order) -> None:
    """Paid while the request to close the page is on its way: the order begins, once, whoever died."""
    world.sandbox.faults("POST /v1/checkout/sessions/*/expire", "hold_before")
    worker = runner.start(WORK, later=CLOSING)
    wait_until(world.sandbox.held, seconds=20, what="the request", every=0.02)
    world.pay(Charge.objects.get(pk=order.charge_id), "4242424242424242")
    runner.kill(worker)
    world.sandbox.release()
    runner.finish(WORK, later=CLOSING + 600)
    order.refresh_from_db()
    assert (order.state, postings()["capture"]) == (State.IN_PROGRESS, 1)
    check(world.truth)


def test_a_payment_nobody_waits_for_goes_back_whole(world: World, runner: Runner, order: Order) -> None:
    """Recorded after the order had ended, by a worker that dies before it is recorded, and again before it is sent."""
    charge = Charge.objects.get(pk=order.charge_id)
    world.pay(charge, "4242424242424242")
    # What Stripe never does, and what the table is prepared for: the page was called closed, and was paid.
    end_unpaid(order)
    letter = next(one for one in world.mail.fetch() if one.type == "checkout.session.completed")
    runner.finish(HEAR, letter.endpoint, letter.event)
    runner.dies(PROCESS, at="before the second commit")
    runner.finish(PROCESS, later=LEASE_SECONDS)
    runner.dies(WORK, at="before the answer is recorded", later=CLOSING + 600)
    runner.finish(WORK, later=CLOSING + 1_200)
    charge.refresh_from_db()
    refunds = world.truth.objects("refund")
    assert [(refund["amount"], refund["status"]) for refund in refunds] == [(charge.captured_minor, "succeeded")]
    assert (postings()["capture"], postings()["refund_intent"], postings()["refund_done"]) == (1, 1, 1)
    assert (Order.objects.get().state, charge.free_minor) == (State.EXPIRED, 0)
    assert books.differences() == []


def end_unpaid(order: Order) -> None:
    charge = Charge.objects.get(pk=order.charge_id)
    with transaction.atomic():
        Charge.objects.filter(pk=charge.pk).update(state=ChargeState.EXPIRED, expired_at=timezone.now())
        events.publish(ChargeExpired(charge.id, charge.reference, charge.purpose, timezone.now()))
