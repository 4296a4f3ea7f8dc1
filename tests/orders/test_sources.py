"""A kind of thing that the core has never heard of goes through the whole journey."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from orders import api
from orders.contracts import OrderFact, SourceCard
from tests.orders.scenes import DAY, HOUR, Desk, eur, get, money


@dataclass
class Tickets:
    """Tickets to a workshop: no gig, no package."""

    facts: list[OrderFact] = field(default_factory=list)
    refuses: bool = False

    def describe(self, source_refs: list[str]) -> dict[str, SourceCard]:
        return {ref: SourceCard(f"Workshop {ref}", f"/workshops/{ref}/", "") for ref in source_refs}

    def on_state_changed(self, fact: OrderFact) -> None:
        if self.refuses:
            raise RuntimeError("the workshop is gone")
        self.facts.append(fact)


@pytest.fixture
def tickets(monkeypatch: pytest.MonkeyPatch) -> Tickets:
    source = Tickets()
    monkeypatch.setitem(api.sources._sources, "ticket", source)
    return source


def test_the_whole_journey(desk: Desk, tickets: Tickets, as_buyer: Client) -> None:
    order = desk.pay(desk.pending(source_kind="ticket", source_ref="9"), desk.at)
    desk.deliver(order, desk.at + HOUR)
    desk.revise(order, desk.at + 2 * HOUR)
    desk.deliver(order, desk.at + 3 * HOUR)
    api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 4 * HOUR)
    api.run_due(desk.at + 8 * DAY, order.pk)
    assert [(fact.action, fact.state_before, fact.state) for fact in tickets.facts] == [
        ("place", "", "pending_payment"),
        ("pay", "pending_payment", "in_progress"),
        ("deliver", "in_progress", "delivered"),
        ("request_revision", "delivered", "in_revision"),
        ("deliver", "in_revision", "delivered"),
        ("accept", "delivered", "completed"),
    ]
    assert {(fact.source_kind, fact.source_ref, fact.order_id) for fact in tickets.facts} == {("ticket", "9", order.pk)}
    assert money(get(order.pk)).available == eur(5_220)
    assert "/workshops/9/" in as_buyer.get(order.get_absolute_url()).content.decode()


def test_a_source_that_fails_takes_the_step_back(desk: Desk, tickets: Tickets) -> None:
    order = desk.pay(desk.pending(source_kind="ticket", source_ref="9"), desk.at)
    tickets.refuses = True
    with pytest.raises(RuntimeError):
        desk.deliver(order, desk.at + HOUR)
    assert (get(order.pk).state, get(order.pk).deliveries.count()) == ("in_progress", 0)


def test_queues_and_counts(desk: Desk) -> None:
    desk.in_progress()
    desk.waiting()
    desk.delivered()
    desk.completed()
    assert (api.queue_length("toy", "7"), api.queue_length("toy", "8")) == (2, 0)
    assert (api.active_count(desk.buyer.pk), api.has_active("toy", "7")) == (3, True)
    counts: dict[str, Any] = api.tab_counts(desk.seller.pk, "seller")
    assert counts == {"open": 3, "done": 1, "stopped": 0}
