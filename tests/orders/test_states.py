"""The table: each row's sources, actors and targets, and nothing beside it."""

from __future__ import annotations

import pytest

from marketplace.kernel.transitions import IllegalTransition
from orders.services.timers import HANDLERS
from orders.states import ACTIVE, ENDED, NEW, TABLE, Action, Actor, State
from orders.web.deeds import PERSONAL

# (action, actor) → (where it may happen, where it may lead; empty: it stays)
EXPECTED: dict[tuple[str, str], dict[str, set[str]]] = {
    ("place", "buyer"): {"": {"pending_payment"}},
    ("pay", "payment"): {"pending_payment": {"awaiting_requirements", "in_progress"}},
    ("reject_payment", "payment"): {"pending_payment": {"expired"}},
    ("return_payment", "payment"): {state: set() for state in set(State) - {State.PENDING_PAYMENT}},
    ("ask_expiry", "system"): {"pending_payment": set()},
    ("expire", "payment"): {"pending_payment": {"expired"}},
    ("submit", "buyer"): {"awaiting_requirements": {"in_progress"}},
    ("start", "seller"): {"awaiting_requirements": {"in_progress"}},
    ("cancel", "buyer"): {"awaiting_requirements": {"cancelled"}},
    ("give_up_waiting", "system"): {"awaiting_requirements": {"cancelled"}},
    ("remind_requirements", "system"): {"awaiting_requirements": set()},
    ("undo", "buyer"): {"in_progress": {"cancelled"}},
    ("become_late", "system"): {"in_progress": set(), "in_revision": set()},
    ("become_very_late", "system"): {"in_progress": set(), "in_revision": set()},
    ("warn_deadline", "system"): {"in_progress": set(), "in_revision": set()},
    ("cancel_late", "buyer"): {"in_progress": {"cancelled"}, "in_revision": {"disputed"}},
    ("hard_stop", "system"): {"in_progress": {"cancelled"}, "in_revision": {"disputed"}},
    ("seller_cancel", "seller"): {state: {"cancelled"} for state in ACTIVE},
    ("deliver", "seller"): {"in_progress": {"delivered"}, "in_revision": {"delivered"}},
    ("accept", "buyer"): {"delivered": {"completed"}},
    ("auto_accept", "system"): {"delivered": {"completed"}},
    ("remind_acceptance", "system"): {"delivered": set()},
    ("extend_review", "buyer"): {"delivered": set()},
    ("request_revision", "buyer"): {"delivered": {"in_revision"}},
    ("open_dispute", "buyer"): {state: {"disputed"} for state in ("in_progress", "delivered", "in_revision")},
    ("open_dispute", "seller"): {state: {"disputed"} for state in ("in_progress", "delivered", "in_revision")},
    ("claim", "buyer"): {"completed": {"disputed"}},
    ("answer_dispute", "buyer"): {"disputed": set()},
    ("answer_dispute", "seller"): {"disputed": set()},
    ("end_negotiation", "system"): {"disputed": set()},
    ("escalate", "system"): {"disputed": set()},
    ("default_dispute", "system"): {"disputed": set()},
    ("withdraw", "buyer"): {"disputed": {"in_progress", "delivered", "in_revision", "completed"}},
    ("withdraw", "seller"): {"disputed": {"in_progress", "delivered", "in_revision", "completed"}},
    ("decide", "staff"): {"disputed": set()},
    ("confirm_decision", "staff"): {"disputed": set()},
    ("waive", "buyer"): {"disputed": set()},
    ("waive", "seller"): {"disputed": set()},
    ("enforce", "system"): {"disputed": {"completed", "cancelled"}},
    ("clear", "system"): {"completed": set()},
    ("charge_back", "payment"): {state: set() for state in (*ACTIVE, "disputed", "completed", "cancelled")},
    ("win_chargeback", "payment"): {state: set() for state in (*ACTIVE, "disputed", "completed", "cancelled")},
    ("lose_chargeback", "payment"): {
        **{state: {"cancelled"} for state in (*ACTIVE, "disputed")},
        "completed": set(),
        "cancelled": set(),
    },
    ("review", "buyer"): {"completed": set(), "cancelled": set()},
    ("review", "seller"): {"completed": set(), "cancelled": set()},
    ("reveal_reviews", "system"): {"completed": set(), "cancelled": set()},
}


@pytest.mark.parametrize("state", [NEW, *State])
def test_every_cell_of_the_table(state: str) -> None:
    found = {(action, actor): _targets(state, action, actor) for action in Action for actor in Actor}
    expected = {
        (action, actor): EXPECTED.get((action, actor), {}).get(state) for action in Action for actor in Actor
    }  # fmt: skip
    assert found == expected


def _targets(state: str, action: Action, actor: Actor) -> set[str] | None:
    try:
        return set(TABLE.find(state, action, actor).targets)
    except IllegalTransition:
        return None


def test_every_expected_pair_is_about_known_words() -> None:
    assert {action for action, _actor in EXPECTED} == set(Action)


def test_numbers_are_unique() -> None:
    numbers = [row.number for row in TABLE.rows]
    assert len(numbers) == len(set(numbers))


def test_ended_orders_only_move_by_a_claim() -> None:
    moves = {row.action for row in TABLE.rows if row.sources & ENDED and row.targets}
    assert moves == {Action.CLAIM}


def test_the_sweep_knows_every_system_action() -> None:
    assert set(HANDLERS) == {row.action for row in TABLE.rows if Actor.SYSTEM in row.actors}


def test_pages_know_every_personal_action() -> None:
    personal = {row.action for row in TABLE.rows if row.actors & {Actor.BUYER, Actor.SELLER}}
    assert personal == PERSONAL | {Action.PLACE}
