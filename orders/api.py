"""The door to orders. Whatever can be ordered sits above and imports this, ``orders.contracts`` and nothing else.

Every writing function is one transaction and takes ``at``; it raises a DomainError in words for the
person, and then nothing has changed. ``checkout_url`` alone speaks to the provider, outside of any transaction.
"""

from orders import sources
from orders.activity import activity
from orders.buying.board import BuyerBoard, buyer_board
from orders.buying.due_reviews import next_to_review
from orders.buying.selectors import bought, reviews_due_count
from orders.clients.notes import write as write_client_note
from orders.deadlines import due_at, ready_at
from orders.declarations import AI_USES
from orders.earned import earned_quartiles
from orders.finished import latest_at_price, price_quartiles
from orders.levels import Level, level_of
from orders.licences import CHOICES as LICENCES
from orders.licences import text as licence_text
from orders.locks import CHOICES as PREVIEWS
from orders.prices import price_bounds
from orders.questions import KINDS as QUESTION_KINDS
from orders.questions import definition_problems as question_problems
from orders.receipts import receipts
from orders.selectors import (
    active_count,
    answers_of,
    buyer_of_accepted,
    has_active,
    latest_order_of,
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
from orders.services.answers import ask_change as ask_answer_change
from orders.services.answers import refuse_change as refuse_answer_change
from orders.services.answers import take_back_change as take_back_answer_change
from orders.services.answers import take_change as take_answer_change
from orders.services.appeals import appeal
from orders.services.cancelling import cancel, cancel_late, seller_cancel, undo
from orders.services.case_notes import note as note_case
from orders.services.claiming import claim as claim_case
from orders.services.claiming import release as release_case
from orders.services.conflicts import have_dealt
from orders.services.decisions import confirm_decision, decide, waive
from orders.services.disputes import Case, claim, open_dispute, withdraw
from orders.services.drafts import save as save_delivery
from orders.services.extras import accept_extra
from orders.services.hearing import tell_bank
from orders.services.holds import cancel_held
from orders.services.pausing import need_information, reply
from orders.services.placing import MOST_STEPS, checkout_url, place_order, placed_before
from orders.services.proposals import (
    accept_cancel,
    accept_extension,
    accept_refund,
    decline_proposal,
    propose_cancel,
    propose_extension,
    propose_extra,
    propose_refund,
    take_back_proposal,
)
from orders.services.questions import answer as answer_question
from orders.services.questions import ask as ask_question
from orders.services.replies import remove as remove_review
from orders.services.replies import reply as reply_to_review
from orders.services.reputation import catch_up as catch_up_reputation
from orders.services.requests import accept_request, decline_request, withdraw_request
from orders.services.requirements import save_answers, start, submit
from orders.services.reviews import Verdict, review
from orders.services.settling import answer_dispute, offer
from orders.services.steps import fund_step, stop
from orders.services.timers import next_timer, run_due
from orders.services.tips import tip
from orders.services.work import Handover, deliver
from orders.side_links import register_side_link
from orders.site_rules import reread as reread_rules
from orders.terms import VERSION as TERMS_VERSION
from orders.terms import rules
from orders.use import offered as use_offered
from orders.use import use_of
from orders.web.board import columns as seller_board
from orders.web.question_fields import AnswerField, answer_field

__all__ = [
    "AI_USES",
    "LICENCES",
    "MOST_STEPS",
    "PREVIEWS",
    "QUESTION_KINDS",
    "TERMS_VERSION",
    "AnswerField",
    "BuyerBoard",
    "Case",
    "Handover",
    "Level",
    "Verdict",
    "accept",
    "accept_cancel",
    "accept_extension",
    "accept_extra",
    "accept_refund",
    "accept_request",
    "active_count",
    "activity",
    "answer_dispute",
    "answer_field",
    "answers_of",
    "ask_answer_change",
    "refuse_answer_change",
    "take_answer_change",
    "take_back_answer_change",
    "buyer_of_accepted",
    "bought",
    "buyer_board",
    "cancel",
    "catch_up_reputation",
    "cancel_late",
    "checkout_url",
    "answer_question",
    "appeal",
    "ask_question",
    "cancel_held",
    "claim",
    "claim_case",
    "confirm_decision",
    "decide",
    "decline_proposal",
    "decline_request",
    "deliver",
    "due_at",
    "earned_quartiles",
    "extend_review",
    "fund_step",
    "has_active",
    "latest_at_price",
    "have_dealt",
    "latest_order_of",
    "level_of",
    "licence_text",
    "need_information",
    "next_timer",
    "next_to_review",
    "note_case",
    "offer",
    "open_dispute",
    "order_for",
    "orders_of",
    "place_order",
    "placed_before",
    "price_bounds",
    "price_quartiles",
    "propose_cancel",
    "propose_extension",
    "propose_extra",
    "propose_refund",
    "question_problems",
    "queue_length",
    "ready_at",
    "remove_review",
    "reply",
    "reply_to_review",
    "release_case",
    "receipts",
    "reputation",
    "request_revision",
    "review",
    "reviews_due_count",
    "reviews_for",
    "reviews_of",
    "register_side_link",
    "reread_rules",
    "rules",
    "run_due",
    "save_answers",
    "save_delivery",
    "seller_board",
    "seller_cancel",
    "sources",
    "stars_distribution",
    "start",
    "stop",
    "submit",
    "summary",
    "tab_counts",
    "take_back_proposal",
    "tip",
    "tell_bank",
    "undo",
    "use_of",
    "use_offered",
    "waive",
    "withdraw",
    "withdraw_request",
    "write_client_note",
]
