"""The life of an order on one page: who may do what, when, and where it leads.

Pure: no Django, no clock, no money. Numbers are those of the specification's table; letters mark
its halves. A guard in words here is a function in ``guards.py``; money and timers are carried out
by ``services/``. The state of an order changes in one place only, ``services/transition.py``.
"""

from __future__ import annotations

from enum import StrEnum

from marketplace.kernel.transitions import Table, Transition


class State(StrEnum):
    PENDING_PAYMENT = "pending_payment"  # placed, the buyer is paying
    EXPIRED = "expired"  # never paid
    AWAITING_REQUIREMENTS = "awaiting_requirements"  # paid, the seller's questions are open
    IN_PROGRESS = "in_progress"  # the clock runs
    DELIVERED = "delivered"  # the buyer checks
    IN_REVISION = "in_revision"  # the buyer asked for changes
    DISPUTED = "disputed"  # the money is frozen until people agree or staff decide
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Actor(StrEnum):
    BUYER = "buyer"
    SELLER = "seller"
    STAFF = "staff"
    SYSTEM = "system"  # the sweep
    PAYMENT = "payment"  # a fact that payments recorded


class Action(StrEnum):
    PLACE = "place"
    PAY = "pay"
    REJECT_PAYMENT = "reject_payment"
    RETURN_PAYMENT = "return_payment"
    ASK_EXPIRY = "ask_expiry"
    EXPIRE = "expire"
    SUBMIT = "submit"
    START = "start"
    CANCEL = "cancel"
    REMIND_REQUIREMENTS = "remind_requirements"
    GIVE_UP_WAITING = "give_up_waiting"
    UNDO = "undo"
    WARN_DEADLINE = "warn_deadline"
    BECOME_LATE = "become_late"
    BECOME_VERY_LATE = "become_very_late"
    CANCEL_LATE = "cancel_late"
    HARD_STOP = "hard_stop"
    SELLER_CANCEL = "seller_cancel"
    DELIVER = "deliver"
    ACCEPT = "accept"
    AUTO_ACCEPT = "auto_accept"
    REMIND_ACCEPTANCE = "remind_acceptance"
    EXTEND_REVIEW = "extend_review"
    REQUEST_REVISION = "request_revision"
    OPEN_DISPUTE = "open_dispute"
    CLAIM = "claim"
    ANSWER_DISPUTE = "answer_dispute"
    END_NEGOTIATION = "end_negotiation"
    ESCALATE = "escalate"
    DEFAULT_DISPUTE = "default_dispute"
    WITHDRAW = "withdraw"
    DECIDE = "decide"
    CONFIRM_DECISION = "confirm_decision"
    WAIVE = "waive"
    ENFORCE = "enforce"
    CLEAR = "clear"
    CHARGE_BACK = "charge_back"
    WIN_CHARGEBACK = "win_chargeback"
    LOSE_CHARGEBACK = "lose_chargeback"
    REVIEW = "review"
    REVEAL_REVIEWS = "reveal_reviews"


NEW = ""  # the state before the first event
S, A, Who = State, Action, Actor

ACTIVE = frozenset({S.AWAITING_REQUIREMENTS, S.IN_PROGRESS, S.DELIVERED, S.IN_REVISION})
ENDED = frozenset({S.EXPIRED, S.COMPLETED, S.CANCELLED})
_WORKING = (S.IN_PROGRESS, S.IN_REVISION)
_EITHER = (Who.BUYER, Who.SELLER)
_RUNNING = (*sorted(ACTIVE), S.DISPUTED)
_OVER = (S.COMPLETED, S.CANCELLED)


def _row(
    number: str,
    sources: tuple[str, ...],
    action: Action,
    actors: tuple[Actor, ...],
    *targets: State,
    guard: str = "",
    money: str = "",
    timers: str = "",
) -> Transition:
    return Transition(number, frozenset(sources), action, frozenset(actors), targets, guard, money, timers)


# fmt: off
# ruff: noqa: E501 - a table is read by its columns
TABLE = Table((
    _row("3",   (NEW,),                    A.PLACE,               (Who.BUYER,),   S.PENDING_PAYMENT, guard="source active, not their own", money="charge intent", timers="payment window"),
    _row("4",   (S.PENDING_PAYMENT,),      A.PAY,                 (Who.PAYMENT,), S.AWAITING_REQUIREMENTS, S.IN_PROGRESS, guard="amount and currency agree", money="captured, held", timers="requirements, or due"),
    _row("4b",  (S.PENDING_PAYMENT,),      A.REJECT_PAYMENT,      (Who.PAYMENT,), S.EXPIRED, guard="amount or currency differ", money="refunded whole"),
    _row("5",   (S.PENDING_PAYMENT,),      A.ASK_EXPIRY,          (Who.SYSTEM,),  guard="window over", money="session to be expired", timers="asked again"),
    _row("5b",  (S.PENDING_PAYMENT,),      A.EXPIRE,              (Who.PAYMENT,), S.EXPIRED, guard="the provider confirmed it"),
    _row("5c",  tuple(set(S) - {S.PENDING_PAYMENT}), A.RETURN_PAYMENT, (Who.PAYMENT,), guard="money nobody waits for", money="refunded whole"),
    _row("6",   (S.AWAITING_REQUIREMENTS,), A.SUBMIT,             (Who.BUYER,),   S.IN_PROGRESS, guard="mandatory answers present", timers="due"),
    _row("7",   (S.AWAITING_REQUIREMENTS,), A.START,              (Who.SELLER,),  S.IN_PROGRESS, timers="due"),
    _row("8",   (S.AWAITING_REQUIREMENTS,), A.CANCEL,             (Who.BUYER,),   S.CANCELLED, money="full refund"),
    _row("9",   (S.AWAITING_REQUIREMENTS,), A.GIVE_UP_WAITING,    (Who.SYSTEM,),  S.CANCELLED, guard="14 days over", money="full refund"),
    _row("9b",  (S.AWAITING_REQUIREMENTS,), A.REMIND_REQUIREMENTS, (Who.SYSTEM,), timers="next reminder"),
    _row("10",  (S.IN_PROGRESS,),          A.UNDO,                (Who.BUYER,),   S.CANCELLED, guard="within 10 minutes of payment, not started", money="full refund"),
    _row("13",  _WORKING,                  A.BECOME_LATE,         (Who.SYSTEM,),  guard="due"),
    _row("13b", _WORKING,                  A.BECOME_VERY_LATE,    (Who.SYSTEM,),  guard="very late"),
    _row("13c", _WORKING,                  A.WARN_DEADLINE,       (Who.SYSTEM,),  timers="next warning"),
    _row("14",  (S.IN_PROGRESS,),          A.CANCEL_LATE,         (Who.BUYER,),   S.CANCELLED, guard="very late, never delivered", money="full refund", timers="reviews"),
    _row("15",  (S.IN_REVISION,),          A.CANCEL_LATE,         (Who.BUYER,),   S.DISPUTED, guard="very late", money="frozen", timers="answer"),
    _row("16",  (S.IN_PROGRESS,),          A.HARD_STOP,           (Who.SYSTEM,),  S.CANCELLED, guard="7 days late", money="full refund", timers="reviews"),
    _row("17",  (S.IN_REVISION,),          A.HARD_STOP,           (Who.SYSTEM,),  S.DISPUTED, guard="7 days late", money="frozen", timers="answer"),
    _row("18",  tuple(ACTIVE),             A.SELLER_CANCEL,       (Who.SELLER,),  S.CANCELLED, guard="never delivered, a reason", money="full refund", timers="reviews"),
    _row("25",  _WORKING,                  A.DELIVER,             (Who.SELLER,),  S.DELIVERED, guard="whole checklist, nothing empty", timers="acceptance"),
    _row("26",  (S.DELIVERED,),            A.ACCEPT,              (Who.BUYER,),   S.COMPLETED, money="release", timers="clearing, reviews"),
    _row("27",  (S.DELIVERED,),            A.AUTO_ACCEPT,         (Who.SYSTEM,),  S.COMPLETED, guard="72 hours over", money="release", timers="clearing, reviews"),
    _row("27b", (S.DELIVERED,),            A.REMIND_ACCEPTANCE,   (Who.SYSTEM,)),
    _row("28",  (S.DELIVERED,),            A.EXTEND_REVIEW,       (Who.BUYER,),   guard="once", timers="acceptance moved"),
    _row("29",  (S.DELIVERED,),            A.REQUEST_REVISION,    (Who.BUYER,),   S.IN_REVISION, guard="one left, a reason", timers="revision due"),
    _row("33",  (S.IN_PROGRESS, S.DELIVERED, S.IN_REVISION), A.OPEN_DISPUTE, _EITHER, S.DISPUTED, guard="in progress only when late", money="frozen", timers="answer"),
    _row("34",  (S.COMPLETED,),            A.CLAIM,               (Who.BUYER,),   S.DISPUTED, guard="not cleared, a listed ground", money="release undone, frozen", timers="answer"),
    _row("35",  (S.DISPUTED,),             A.ANSWER_DISPUTE,      _EITHER,        guard="the other side, in time", timers="negotiation"),
    _row("35b", (S.DISPUTED,),             A.END_NEGOTIATION,     (Who.SYSTEM,),  guard="negotiation over", timers="decision"),
    _row("35c", (S.DISPUTED,),             A.ESCALATE,            (Who.SYSTEM,),  guard="decision overdue"),
    _row("36",  (S.DISPUTED,),             A.DEFAULT_DISPUTE,     (Who.SYSTEM,),  guard="no answer", timers="decision"),
    _row("37",  (S.DISPUTED,),             A.WITHDRAW,            _EITHER,        S.IN_PROGRESS, S.DELIVERED, S.IN_REVISION, S.COMPLETED, guard="the filer, undecided", money="unfrozen", timers="resumed, at least 24 h"),
    _row("39",  (S.DISPUTED,),             A.DECIDE,              (Who.STAFF,),   guard="heard or defaulted, no party, a reason", money="frozen", timers="appeal"),
    _row("39b", (S.DISPUTED,),             A.CONFIRM_DECISION,    (Who.STAFF,),   guard="a second person, or none and 24 h later", money="frozen", timers="appeal"),
    _row("41",  (S.DISPUTED,),             A.WAIVE,               _EITHER,        guard="decided"),
    _row("41b", (S.DISPUTED,),             A.ENFORCE,             (Who.SYSTEM,),  S.COMPLETED, S.CANCELLED, guard="appeal over or waived by both", money="one refund, one release", timers="clearing, reviews"),
    _row("42",  (S.COMPLETED,),            A.CLEAR,               (Who.SYSTEM,),  guard="clearing over", money="clearing, available, transfer"),
    _row("43",  (*_RUNNING, *_OVER),       A.CHARGE_BACK,         (Who.PAYMENT,), guard="not an inquiry", money="frozen", timers="all pause"),
    _row("44",  (*_RUNNING, *_OVER),       A.WIN_CHARGEBACK,      (Who.PAYMENT,), money="restored", timers="resume"),
    _row("45",  _RUNNING,                  A.LOSE_CHARGEBACK,     (Who.PAYMENT,), S.CANCELLED, money="the hold bears it, the rest goes back", timers="cleared"),
    _row("46",  _OVER,                     A.LOSE_CHARGEBACK,     (Who.PAYMENT,), money="by fault", timers="resume"),
    _row("48",  (S.COMPLETED, S.CANCELLED), A.REVIEW,             _EITHER,        guard="within 14 days; cancelled: after a delivery or by the seller's fault"),
    _row("48b", (S.COMPLETED, S.CANCELLED), A.REVEAL_REVIEWS,     (Who.SYSTEM,),  guard="both in or window over"),
))
# fmt: on
