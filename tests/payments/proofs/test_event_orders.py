"""Five events in every order, and five times each at once: the same entries, rows and facts in the end."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from marketplace.kernel import events
from marketplace.kernel.money import Money
from payments import api, contracts
from payments.contracts import RefundRequest
from payments.models import Charge, Chargeback, Refund, StripeOperation, WebhookEvent
from payments.services import books
from tests.invariants.mailbag import Letter
from tests.invariants.world import World

pytestmark = pytest.mark.django_db(transaction=True)

TYPES = (
    "checkout.session.completed",
    "payment_intent.succeeded",
    "refund.created",
    "charge.dispute.created",
    "charge.dispute.closed",
)
ORDERS = list(itertools.permutations(range(len(TYPES))))
# Each event in each place, and each pair both ways round.
SOME_ORDERS = ORDERS[::17] + [order[::-1] for order in ORDERS[::17]]
PRICE, REFUNDED = 5_800, 1_000


@dataclass
class Story:
    """What happened at Stripe: paid, refunded in part, charged back, decided. Its webhooks have not come."""

    charge: Charge
    letters: list[Letter]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Facts as they are published, beside the site's own subscribers."""
    found: list[Any] = []
    for kind in vars(contracts).values():
        if isinstance(kind, type) and kind in events._subscribers:
            monkeypatch.setitem(events._subscribers, kind, [*events._subscribers[kind], found.append])
    return found


def happen(world: World, outcome: str, *, is_known: bool) -> Story:
    """``is_known``: the buyer came back, and a refund was sent whose answer got lost. Else nobody here knows."""
    charge = world.ask("order", PRICE)
    world.open_page(charge)
    world.pay(charge, "4242424242424242")
    if is_known:
        world.come_back(charge)
        _lose_a_refund(world, charge)
    found = next(one for one in world.truth.objects("charge") if one["metadata"]["charge_id"] == str(charge.id))
    dispute = world.sandbox.control("disputes", charge=found["id"], reason="fraudulent")
    world.sandbox.control("disputes/decide", dispute=dispute["id"], outcome=outcome)
    letters = {letter.type: letter for letter in world.mail.fetch()}
    world.mail.letters.clear()
    return Story(charge, [letters[kind] for kind in TYPES if kind in letters])


def _lose_a_refund(world: World, charge: Charge) -> None:
    request = RefundRequest(f"{charge.id}:refund", charge.id, Money(REFUNDED, charge.currency), "cancelled")
    api.refund(request, world.at)
    world.sandbox.faults("POST /v1/refunds", "drop_answer")
    world.work()


def outcome_of(charge: Charge, heard: Sequence[Any]) -> dict[str, Any]:
    """Everything that may not depend on the order, without ids and moments."""
    charge.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.kind, a.kind, e.amount_minor FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id "
            "JOIN ledger_transfer t ON t.id = e.transfer_id WHERE t.reference = %s",
            [charge.reference],
        )
        entries = Counter(cursor.fetchall())
    columns = ("state", "captured_minor", "refunded_minor", "waiting_minor", "lost_minor", "stripe_fee_minor")
    return {
        "entries": entries,
        "charge": {name: getattr(charge, name) for name in columns},
        "refunds": list(Refund.objects.filter(charge=charge).values_list("state", "amount_minor")),
        "chargebacks": list(
            Chargeback.objects.filter(charge=charge).values_list(
                "state", "withdrawn_minor", "fee_minor", "lost_minor", "written_off_minor"
            )
        ),
        "operations": Counter(StripeOperation.objects.filter(reference=charge.reference).values_list("kind", "state")),
        "facts": Counter(type(fact).__name__ for fact in heard if _is_of(fact, charge)),
    }


def _is_of(fact: Any, charge: Charge) -> bool:
    return bool(getattr(fact, "reference", "") == charge.reference)


def deliver(world: World, story: Story, order: Sequence[int], copies: int = 1) -> None:
    """One after the other, each processed before the next comes; several copies of each come at once."""
    for number in order:
        if number < len(story.letters):
            deliver_at_once(world, [story.letters[number]] * copies)
    finish(world)


def finish(world: World) -> None:
    """What waited is repeated; the worker finds nothing that would change the end."""
    for _ in range(2):
        world.time_passes(timedelta(hours=1))
        world.process_webhooks()
        world.work()
    assert not WebhookEvent.objects.filter(processed_at=None).exists()


def deliver_at_once(world: World, letters: list[Letter]) -> None:
    """From as many threads as there are letters, up to eight, with several workers taking them up meanwhile."""
    if len(letters) == 1:
        assert letters[0].post() == 200
        world.process_webhooks()
        return

    def post(letter: Letter) -> int:
        try:
            return letter.post()
        finally:
            connection.close()

    def work(_: int) -> None:
        try:
            world.process_webhooks()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(post, letter) for letter in letters]
        workers = [pool.submit(work, number) for number in range(min(len(letters), 6))]
        assert {answer.result() for answer in answers} == {200}
        for worker in workers:
            worker.result()
    world.process_webhooks()


@pytest.fixture
def fresh(world: World) -> World:
    world.begin()
    world.top_up(500_000)
    return world


def same_end(
    world: World, heard: list[Any], orders: list[tuple[int, ...]], outcome: str, *, is_known: bool, copies: int = 1
) -> None:
    expected: dict[str, Any] = {}
    for order in orders:
        story = happen(world, outcome, is_known=is_known)
        wanted = order if is_known else tuple(number for number in order if number < len(story.letters))
        deliver(world, story, wanted, copies)
        found = outcome_of(story.charge, heard)
        expected = expected or found
        assert found == expected, f"{[TYPES[number] for number in order]} ends otherwise"
    for _ in range(3):
        story = happen(world, outcome, is_known=is_known)
        deliver_at_once(world, story.letters * 5)
        finish(world)
        assert outcome_of(story.charge, heard) == expected, "at once ends otherwise"
    assert books.differences() == []
    assert expected["charge"]["captured_minor"] == PRICE + PRICE * 3 // 100
    assert expected["chargebacks"][0][0] == outcome


@pytest.mark.parametrize("is_known", [True, False], ids=["after the buyer came back", "before anybody knows"])
@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_some_orders_end_the_same(fresh: World, heard: list[Any], outcome: str, is_known: bool) -> None:
    same_end(fresh, heard, SOME_ORDERS, outcome, is_known=is_known)


@pytest.mark.long
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("copies", [1, 5], ids=["once", "five times at once"])
@pytest.mark.parametrize("is_known", [True, False], ids=["after the buyer came back", "before anybody knows"])
@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_all_orders_end_the_same(fresh: World, heard: list[Any], outcome: str, is_known: bool, copies: int) -> None:
    same_end(fresh, heard, ORDERS, outcome, is_known=is_known, copies=copies)
