"""The table: each row's sources, actors and targets, and nothing beside it."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from marketplace.kernel.transitions import IllegalTransition
from orders.services.timers import HANDLERS
from orders.states import ACTIVE, ENDED, NEW, TABLE, Action, Actor, State
from orders.web.deeds import PERSONAL

RUNNING = (*sorted(ACTIVE), "disputed")
NOBODY_WAITS = set(State) - {State.PENDING_PAYMENT}


def same(*states: str) -> dict[str, set[str]]:
    return {state: set() for state in states}


def to(target: str, *states: str) -> dict[str, set[str]]:
    return {state: {target} for state in states}


AT_WORK = ("in_progress", "in_revision")
FOR_DISPUTES = to("disputed", "in_progress", "delivered", "in_revision")
WITHDRAWN: dict[str, set[str]] = {"disputed": {"in_progress", "delivered", "in_revision", "completed"}}
ENDS: dict[str, set[str]] = {"disputed": {"completed", "cancelled"}}
BANK = same(*RUNNING, "completed", "cancelled")
PAID_EXTRA = {state: {"awaiting_requirements", "in_progress", "in_revision"} for state in ACTIVE}
PROPOSALS: dict[tuple[str, str], dict[str, set[str]]] = {
    (action, actor): outcome
    for actor in ("buyer", "seller")
    for action, outcome in {
        "propose_extension": same(*ACTIVE),
        "propose_extra": same(*ACTIVE),
        "propose_cancel": same(*ACTIVE),
        "propose_refund": same(*ACTIVE),
        "accept_extension": same(*ACTIVE),
        "accept_extra": same(*ACTIVE),
        "accept_cancel": to("cancelled", *ACTIVE),
        "accept_refund": to("completed", *ACTIVE),
        "decline_proposal": same(*ACTIVE),
        "take_back_proposal": same(*ACTIVE),
    }.items()
}
# (action, actor) → (where it may happen, where it may lead; empty: it stays)
EXPECTED: dict[tuple[str, str], dict[str, set[str]]] = {
    ("request", "buyer"): to("requested", ""),
    ("accept_request", "seller"): to("pending_payment", "requested"),
    ("decline_request", "seller"): to("declined", "requested"),
    ("withdraw_request", "buyer"): to("declined", "requested"),
    ("lapse_request", "system"): to("declined", "requested"),
    ("place", "buyer"): to("pending_payment", ""),
    ("pay", "payment"): {"pending_payment": {"awaiting_requirements", "in_progress"}},
    ("reject_payment", "payment"): to("expired", "pending_payment"),
    ("return_payment", "payment"): same(*NOBODY_WAITS),
    ("ask_expiry", "system"): same("pending_payment"),
    ("expire", "payment"): to("expired", "pending_payment"),
    ("close_payment", "system"): same(*NOBODY_WAITS),
    ("submit", "buyer"): to("in_progress", "awaiting_requirements"),
    ("start", "seller"): to("in_progress", "awaiting_requirements"),
    ("cancel", "buyer"): to("cancelled", "awaiting_requirements"),
    ("give_up_waiting", "system"): to("cancelled", "awaiting_requirements"),
    ("remind_requirements", "system"): same("awaiting_requirements"),
    ("undo", "buyer"): to("cancelled", "in_progress"),
    ("need_information", "seller"): same("in_progress"),
    ("reply", "buyer"): same("in_progress"),
    ("resume", "system"): same("in_progress"),
    ("become_late", "system"): same(*AT_WORK),
    ("become_very_late", "system"): same(*AT_WORK),
    ("warn_deadline", "system"): same(*AT_WORK),
    ("cancel_late", "buyer"): {"in_progress": {"cancelled"}, "in_revision": {"disputed"}},
    ("hard_stop", "system"): {"in_progress": {"cancelled"}, "in_revision": {"disputed"}},
    ("seller_cancel", "seller"): to("cancelled", *ACTIVE),
    **PROPOSALS,
    ("pay_extra", "payment"): PAID_EXTRA,
    ("cancel_by_silence", "system"): to("cancelled", *ACTIVE),
    ("expire_proposal", "system"): same(*ACTIVE),
    ("deliver", "seller"): to("delivered", *AT_WORK),
    ("accept", "buyer"): {"delivered": {"completed", "awaiting_funding"}},
    ("auto_accept", "system"): {"delivered": {"completed", "awaiting_funding"}},
    ("remind_acceptance", "system"): same("delivered"),
    ("extend_review", "buyer"): same("delivered"),
    ("request_revision", "buyer"): to("in_revision", "delivered"),
    ("fund_step", "buyer"): same("awaiting_funding"),
    ("pay_step", "payment"): to("in_progress", "awaiting_funding"),
    ("stop", "buyer"): to("completed", "awaiting_funding"),
    ("lapse_funding", "system"): to("completed", "awaiting_funding"),
    ("open_dispute", "buyer"): FOR_DISPUTES,
    ("open_dispute", "seller"): FOR_DISPUTES,
    ("claim", "buyer"): to("disputed", "completed"),
    ("answer_dispute", "buyer"): same("disputed"),
    ("answer_dispute", "seller"): same("disputed"),
    ("end_negotiation", "system"): same("disputed"),
    ("escalate", "system"): same("disputed"),
    ("default_dispute", "system"): same("disputed"),
    ("remind_answer", "system"): same("disputed"),
    ("withdraw", "buyer"): WITHDRAWN,
    ("withdraw", "seller"): WITHDRAWN,
    ("offer", "buyer"): same("disputed"),
    ("offer", "seller"): same("disputed"),
    ("settle", "system"): ENDS,
    ("decide", "staff"): same("disputed"),
    ("confirm_decision", "staff"): same("disputed"),
    ("appeal", "buyer"): same("disputed"),
    ("appeal", "seller"): same("disputed"),
    ("waive", "buyer"): same("disputed"),
    ("waive", "seller"): same("disputed"),
    ("enforce", "system"): ENDS,
    ("clear", "system"): same(*RUNNING, "completed", "cancelled"),
    ("charge_back", "payment"): BANK,
    ("win_chargeback", "payment"): BANK,
    ("lose_chargeback", "payment"): {**to("cancelled", *RUNNING), **same("completed", "cancelled")},
    ("doubt_payment", "payment"): BANK,
    ("clear_doubt", "payment"): BANK,
    ("divide_overdue", "payment"): {state: {"completed", "cancelled"} for state in RUNNING},
    ("tip", "buyer"): same("completed"),
    ("pay_tip", "payment"): same("completed"),
    ("review", "buyer"): same("completed", "cancelled"),
    ("review", "seller"): same("completed", "cancelled"),
    ("reveal_reviews", "system"): same("completed", "cancelled"),
    ("suspend", "staff"): {**same(*RUNNING), "requested": {"declined"}},
    ("lift", "staff"): same(*RUNNING),
    ("cancel_held", "buyer"): to("cancelled", *ACTIVE),
    ("dispose", "system"): {state: {"cancelled", "disputed"} for state in RUNNING},
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


def test_the_page_in_the_docs_is_in_step() -> None:
    call_command("order_table", "--check")


def test_the_sweep_knows_every_system_action() -> None:
    assert set(HANDLERS) == {row.action for row in TABLE.rows if Actor.SYSTEM in row.actors}


def test_pages_know_every_personal_action() -> None:
    personal = {row.action for row in TABLE.rows if row.actors & {Actor.BUYER, Actor.SELLER}}
    assert personal == PERSONAL | {Action.PLACE, Action.REQUEST}
