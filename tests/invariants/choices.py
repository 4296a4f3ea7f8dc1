"""What the walk over money chooses from, and the plain story that it can always go on with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tests.invariants.world import HOUR, SELLERS_FAULT

PRICES = (50, 999, 5_800, 70_001)
STAGES = ("sent", "accepted", "held", "asked", "refunding")
CARDS = {
    "pays": "4242424242424242",
    "declined": "4000000000000002",
    "refund fails": "4000000000005126",
    "refund waits": "4000000000007726",
    "disputed": "4000000000000259",
    "asked about": "4000000000001976",
}
SPANS = (timedelta(0), timedelta(minutes=1), 2 * HOUR, 25 * HOUR)

# A number stands for a choice among whatever there is at that moment, so that no step is wasted.
some = st.integers(0, 10_000)
parts = st.sampled_from([1, 10, 33, 50, 99, 100, 100, 100])
prices, cards = st.sampled_from(PRICES), st.sampled_from(sorted(CARDS))

# The name of a step and what it is given.
STORY: tuple[tuple[Any, ...], ...] = (
    ("place", "price", 5_800, "trouble", 1, "card", "pays", "comes_back", False),
    ("webhooks", "number", 1, "trouble", 1),
    ("extra", "number", 9_999, "purpose", "extra", "price", 999, "trouble", 1, "card", "refund waits"),
    ("deliver", "number", 9_999),
    ("accept", "number", 4, "payee", 0, "part", 100, "again", 0),
    ("tip", "number", 4, "price", 999, "trouble", 1, "card", "pays"),
    ("refund", "number", 4, "part", 33, "again", 0),
    ("clear", "number", 4),
    ("work", "span", timedelta(0), "trouble", 3),
    ("pay_out", "trouble", 1),
    ("webhook", "number", 7, "times", 2, "keep", True, "trouble", 1),
    ("empty_account", "number", 0),
    ("refund", "number", 4, "part", 100, "again", 1),
    ("go_on", "trouble", 6),
    ("refund_fails", "number", 0),
    ("webhooks", "number", 2, "trouble", 1),
    ("pay_what_bounced", "number", 0, "by_bank", False),
    ("chargeback", "number", 5, "inquiry", False, "part", 100, "reason", SELLERS_FAULT),
    ("chargeback", "number", 6, "inquiry", True, "part", 50, "reason", "fraudulent"),
    ("bank_decides", "number", 1, "outcome", "escalate"),
    ("webhooks", "number", 3, "trouble", 1),
    ("bank_decides", "number", 0, "outcome", "lost"),
    ("warn", "number", 3),
    ("webhooks", "number", 4, "trouble", 3),
    ("clear_warning", "number", 0),
    ("write_off", "number", 0, "part", 50),
    ("bank_decides", "number", 0, "outcome", "won"),
    ("promote", "seller", 1, "price", 5_800),
    ("look_at_what_is_open", "span", 2 * HOUR, "trouble", 1),
    ("work", "span", 25 * HOUR, "trouble", 1),
    ("compare", "span", 2 * HOUR, "trouble", 1),
)
