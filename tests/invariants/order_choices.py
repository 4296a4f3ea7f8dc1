"""What the walk over orders chooses from, and the plain story that the simplest run is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from orders.states import Action, Actor, State
from tests.invariants.banks_in_memory import REASONS
from tests.invariants.order_world import DAY, HOUR, KINDS, MINUTE
from tests.invariants.stripe_in_memory import FAULTS

SPANS = (MINUTE, 31 * MINUTE, 2 * HOUR, 23 * HOUR, 3 * DAY, 8 * DAY)
AGO = (*[timedelta(0)] * 4, HOUR)  # the clock of a request may lag behind
PRICES = (5_800, 1, 2, 49, 1_000, 70_001)  # one cent; below the smallest fee; above the second person's limit
SIDES = (Actor.BUYER, Actor.SELLER)
# The plain next step of an order's life, so that runs come to its end.
PLAIN: dict[str, tuple[Actor, Action]] = {
    State.REQUESTED: (Actor.SELLER, Action.ACCEPT_REQUEST),
    State.AWAITING_REQUIREMENTS: (Actor.BUYER, Action.SUBMIT),
    State.IN_PROGRESS: (Actor.SELLER, Action.DELIVER),
    State.IN_REVISION: (Actor.SELLER, Action.DELIVER),
    State.DELIVERED: (Actor.BUYER, Action.ACCEPT),
    State.AWAITING_FUNDING: (Actor.BUYER, Action.FUND_STEP),
    State.COMPLETED: (Actor.BUYER, Action.TIP),
}

WAYS_OUT = {
    Action.DECLINE_REQUEST, Action.WITHDRAW_REQUEST, Action.CANCEL, Action.UNDO, Action.CANCEL_LATE,
    Action.SELLER_CANCEL, Action.STOP, Action.CANCEL_HELD,
}  # fmt: skip
QUARREL = {
    Action.OPEN_DISPUTE, Action.CLAIM, Action.ANSWER_DISPUTE, Action.OFFER, Action.DECIDE, Action.CONFIRM_DECISION,
    Action.APPEAL, Action.WAIVE,
}  # fmt: skip

# A number stands for a choice among whatever there is at that moment, so that no step is wasted.
some, faults = st.integers(0, 1_000), st.sampled_from(["", "", *FAULTS])
four_more = st.tuples(some, some, some, some)  # for what turns up on the way
one_in_four = st.sampled_from([False, False, False, True])

# Each kind of step: how often it comes among the others, and what it is given.
STEPS: dict[str, tuple[int, dict[str, st.SearchStrategy[Any]]]] = {
    "story": (1, {}),
    "place": (3, {"kind": st.sampled_from(KINDS), "price": st.sampled_from(PRICES), "pays": st.booleans()}),
    "open_page": (1, {"number": some, "fault": faults}),
    "pay": (3, {"number": some, "difference": st.sampled_from([0, 0, 0, 0, -1, 100]), "comes_back": st.booleans()}),
    "act": (20, {"number": some, "role": st.sampled_from(SIDES), "ago": st.sampled_from(AGO), "boldly": one_in_four}),
    "staff_act": (3, {"number": some, "suspends": one_in_four}),
    "go_further": (6, {"number": some}),
    "agree": (3, {"number": some, "role": st.sampled_from(SIDES)}),
    "quarrel": (5, {"number": some}),
    "walk_away": (2, {"number": some, "role": st.sampled_from(SIDES)}),
    "time_passes": (3, {"span": st.sampled_from(SPANS)}),
    "sweep": (2, {"was_away": st.booleans()}),
    "sweep_ahead": (10, {"number": some, "times": st.sampled_from([1, 1, 2, 4])}),
    "work": (3, {"fault": faults}),
    "go_on": (2, {"fault": st.sampled_from(["", "lost", *FAULTS])}),
    "look_at_what_is_open": (1, {"fault": st.sampled_from(["", "away"])}),
    "gate": (1, {"number": some, "is_open": st.sampled_from([True, True, False])}),
    "refund_arrives": (1, {"number": some, "status": st.sampled_from(["succeeded", "succeeded", "failed"])}),
    "webhook": (2, {"number": some, "fault": st.sampled_from(["", "", "away"])}),
    "bank_claims": (1, {"number": some, "which": some, "reason": st.sampled_from(REASONS), "half": st.booleans(),
                        "inquiry": one_in_four}),
    "bank_decides": (2, {"number": some, "outcome": st.sampled_from(["won", "won first", "lost", "escalate"])}),
    "issuer_warns": (1, {"number": some, "which": some}),
    "staff_look": (1, {"number": some}),
}  # fmt: skip
step_names = st.sampled_from([name for name, (weight, _given) in STEPS.items() for _ in range(weight)])

# Each line: the name of a step and what it is given. The story's orders come after those that were there.
OF_ITS_OWN_ORDERS = {"does", "pay", "sweep_ahead", "issuer_warns", "bank_claims"}
_ASKED, _STEPS, _DEAR, _HELD, _LATE, _REVISED, _REFUSED, _UNANSWERED = range(8)
_BUYER, _SELLER, _STAFF = Actor.BUYER, Actor.SELLER, Actor.STAFF
STORY: tuple[tuple[Any, ...], ...] = (
    ("place", "asked first", 5_800, False),
    ("does", _ASKED, _SELLER, Action.ACCEPT_REQUEST),
    ("pay", _ASKED, 0, True),
    ("does", _ASKED, _SELLER, Action.NEED_INFORMATION),
    ("does", _ASKED, _BUYER, Action.REPLY),
    ("does", _ASKED, _SELLER, Action.PROPOSE_EXTENSION),
    ("does", _ASKED, _BUYER, Action.ACCEPT_EXTENSION),
    ("does", _ASKED, _SELLER, Action.DELIVER),
    ("does", _ASKED, _BUYER, Action.REQUEST_REVISION),
    ("sweep_ahead", _ASKED, 2),
    ("does", _ASKED, _SELLER, Action.DELIVER),
    ("does", _ASKED, _BUYER, Action.EXTEND_REVIEW),
    ("does", _ASKED, _BUYER, Action.ACCEPT),
    ("does", _ASKED, _BUYER, Action.TIP),
    ("pay", _ASKED, 0, True),
    ("does", _ASKED, _BUYER, Action.REVIEW),
    ("place", "steps", 5_800, True),
    ("does", _STEPS, _BUYER, Action.PROPOSE_EXTRA),
    ("does", _STEPS, _SELLER, Action.ACCEPT_EXTRA),
    ("does", _STEPS, _BUYER, Action.ACCEPT_EXTRA),
    ("pay", _STEPS, 0, True),
    ("does", _STEPS, _SELLER, Action.DELIVER),
    ("does", _STEPS, _BUYER, Action.ACCEPT),
    ("does", _STEPS, _BUYER, Action.FUND_STEP),
    ("pay", _STEPS, 0, True),
    ("does", _STEPS, _SELLER, Action.DELIVER),
    ("does", _STEPS, _BUYER, Action.ACCEPT),
    ("does", _STEPS, _BUYER, Action.STOP),
    ("place", "plain", 70_001, True),
    ("does", _DEAR, _SELLER, Action.DELIVER),
    ("does", _DEAR, _BUYER, Action.OPEN_DISPUTE),
    ("does", _DEAR, _SELLER, Action.ANSWER_DISPUTE),
    ("does", _DEAR, _BUYER, Action.OFFER),
    ("does", _DEAR, _STAFF, Action.DECIDE),
    ("time_passes", 3 * DAY),
    ("does", _DEAR, _STAFF, Action.CONFIRM_DECISION),
    ("does", _DEAR, _SELLER, Action.APPEAL),
    ("does", _DEAR, _STAFF, Action.DECIDE),
    ("time_passes", 3 * DAY),
    ("does", _DEAR, _STAFF, Action.CONFIRM_DECISION),
    ("sweep", False),
    ("place", "questions", 5_800, True),
    ("does", _HELD, _BUYER, Action.SUBMIT),
    ("does", _HELD, _STAFF, Action.SUSPEND),
    ("does", _HELD, _STAFF, Action.LIFT),
    ("issuer_warns", _HELD, 0),
    ("bank_claims", _HELD, 0, "fraudulent", False, False),
    ("bank_decides", 0, "won"),
    ("staff_look", 0),
    ("does", _HELD, _SELLER, Action.SELLER_CANCEL),
    ("go_on", ""),
    ("refund_arrives", 0, "failed"),
    ("webhook", 0, ""),
    ("look_at_what_is_open", ""),
    ("bank_claims", _ASKED, 0, "fraudulent", False, False),
    ("bank_decides", 0, "lost"),
    ("place", "questions", 5_800, True),
    ("does", _LATE, _SELLER, Action.START),
    ("sweep_ahead", _LATE, 4),
    ("does", _LATE, _BUYER, Action.CANCEL_LATE),
    ("place", "plain", 5_800, True),
    ("does", _REVISED, _SELLER, Action.DELIVER),
    ("does", _REVISED, _BUYER, Action.REQUEST_REVISION),
    ("sweep_ahead", _REVISED, 4),
    ("does", _REVISED, _BUYER, Action.CANCEL_LATE),
    ("place", "asked first", 5_800, False),
    ("does", _REFUSED, _STAFF, Action.SUSPEND),
    ("does", _REFUSED, _STAFF, Action.LIFT),
    ("place", "questions", 5_800, True),
    ("sweep_ahead", _UNANSWERED, 4),
)
