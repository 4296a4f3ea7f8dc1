"""The door to orders. Whatever can be ordered sits above and imports this, ``orders.contracts`` and nothing else.

Every writing function is one transaction and takes ``at``; it raises a DomainError in words for the
person, and then nothing has changed. ``checkout_url`` alone speaks to the provider, outside of any transaction.
"""

from orders import sources
from orders.deadlines import due_at, ready_at
from orders.prices import price_bounds
from orders.selectors import (
    active_count,
    has_active,
    order_for,
    orders_of,
    queue_length,
    reputation,
    reviews_for,
    reviews_of,
    stars_distribution,
    summary,
    tab_counts,
)
from orders.services.acceptance import accept, extend_review, request_revision
from orders.services.cancelling import cancel, cancel_late, seller_cancel, undo
from orders.services.decisions import confirm_decision, decide, waive
from orders.services.disputes import Case, answer_dispute, open_dispute, withdraw
from orders.services.placing import checkout_url, place_order
from orders.services.requirements import clean as clean_answer
from orders.services.requirements import save_answers, start, submit
from orders.services.reviews import Verdict, review
from orders.services.timers import next_timer, run_due
from orders.services.work import Handover, deliver
from orders.terms import VERSION as TERMS_VERSION
from orders.terms import rules
from orders.web.rows import seller_board

__all__ = [
    "TERMS_VERSION",
    "Case",
    "Handover",
    "Verdict",
    "accept",
    "active_count",
    "answer_dispute",
    "cancel",
    "cancel_late",
    "checkout_url",
    "clean_answer",
    "confirm_decision",
    "decide",
    "deliver",
    "due_at",
    "extend_review",
    "has_active",
    "next_timer",
    "open_dispute",
    "order_for",
    "orders_of",
    "place_order",
    "price_bounds",
    "queue_length",
    "ready_at",
    "reputation",
    "request_revision",
    "review",
    "reviews_for",
    "reviews_of",
    "rules",
    "run_due",
    "save_answers",
    "seller_board",
    "seller_cancel",
    "sources",
    "stars_distribution",
    "start",
    "submit",
    "summary",
    "tab_counts",
    "undo",
    "waive",
    "withdraw",
]
