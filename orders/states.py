"""The life of an order on one page: who may do what, when, and where it leads.

Pure: no Django, no clock, no money. Numbers are those of the specification's table; letters mark
its halves. A guard in words here is a function in ``guards.py``; money and timers are carried out
by ``services/``. The state of an order changes in one place only, ``services/transition.py``.
"""

from __future__ import annotations

from enum import StrEnum

from marketplace.kernel.transitions import Table, Transition


class State(StrEnum):
    REQUESTED = "requested"  # the seller has to agree first
    DECLINED = "declined"  # they did not
    PENDING_PAYMENT = "pending_payment"  # placed, the buyer is paying
    EXPIRED = "expired"  # never paid
    AWAITING_REQUIREMENTS = "awaiting_requirements"  # paid, the seller's questions are open
    IN_PROGRESS = "in_progress"  # the clock runs
    DELIVERED = "delivered"  # the buyer checks
    IN_REVISION = "in_revision"  # the buyer asked for changes
    AWAITING_FUNDING = "awaiting_funding"  # a step is accepted, the next one is not paid yet
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
    REQUEST = "request"
    ACCEPT_REQUEST = "accept_request"
    DECLINE_REQUEST = "decline_request"
    WITHDRAW_REQUEST = "withdraw_request"
    LAPSE_REQUEST = "lapse_request"
    PLACE = "place"
    PAY = "pay"
    REJECT_PAYMENT = "reject_payment"
    RETURN_PAYMENT = "return_payment"
    ASK_EXPIRY = "ask_expiry"
    EXPIRE = "expire"
    CLOSE_PAYMENT = "close_payment"
    SUBMIT = "submit"
    START = "start"
    CANCEL = "cancel"
    REMIND_REQUIREMENTS = "remind_requirements"
    GIVE_UP_WAITING = "give_up_waiting"
    UNDO = "undo"
    NEED_INFORMATION = "need_information"
    REPLY = "reply"
    RESUME = "resume"
    WARN_DEADLINE = "warn_deadline"
    BECOME_LATE = "become_late"
    BECOME_VERY_LATE = "become_very_late"
    CANCEL_LATE = "cancel_late"
    HARD_STOP = "hard_stop"
    SELLER_CANCEL = "seller_cancel"
    PROPOSE_EXTENSION = "propose_extension"
    PROPOSE_EXTRA = "propose_extra"
    PROPOSE_CANCEL = "propose_cancel"
    PROPOSE_REFUND = "propose_refund"
    ACCEPT_EXTENSION = "accept_extension"
    ACCEPT_EXTRA = "accept_extra"
    PAY_EXTRA = "pay_extra"
    ACCEPT_CANCEL = "accept_cancel"
    ACCEPT_REFUND = "accept_refund"
    DECLINE_PROPOSAL = "decline_proposal"
    TAKE_BACK_PROPOSAL = "take_back_proposal"
    EXPIRE_PROPOSAL = "expire_proposal"
    CANCEL_BY_SILENCE = "cancel_by_silence"
    DELIVER = "deliver"
    ACCEPT = "accept"
    AUTO_ACCEPT = "auto_accept"
    REMIND_ACCEPTANCE = "remind_acceptance"
    EXTEND_REVIEW = "extend_review"
    REQUEST_REVISION = "request_revision"
    FUND_STEP = "fund_step"
    PAY_STEP = "pay_step"
    STOP = "stop"
    LAPSE_FUNDING = "lapse_funding"
    OPEN_DISPUTE = "open_dispute"
    CLAIM = "claim"
    ANSWER_DISPUTE = "answer_dispute"
    END_NEGOTIATION = "end_negotiation"
    ESCALATE = "escalate"
    REMIND_ANSWER = "remind_answer"
    DEFAULT_DISPUTE = "default_dispute"
    WITHDRAW = "withdraw"
    OFFER = "offer"
    SETTLE = "settle"
    DECIDE = "decide"
    CONFIRM_DECISION = "confirm_decision"
    APPEAL = "appeal"
    WAIVE = "waive"
    ENFORCE = "enforce"
    CLEAR = "clear"
    CHARGE_BACK = "charge_back"
    WIN_CHARGEBACK = "win_chargeback"
    LOSE_CHARGEBACK = "lose_chargeback"
    DOUBT_PAYMENT = "doubt_payment"
    CLEAR_DOUBT = "clear_doubt"
    DIVIDE_OVERDUE = "divide_overdue"
    TIP = "tip"
    PAY_TIP = "pay_tip"
    REVIEW = "review"
    REVEAL_REVIEWS = "reveal_reviews"
    SUSPEND = "suspend"
    LIFT = "lift"
    CANCEL_HELD = "cancel_held"
    DISPOSE = "dispose"


NEW = ""  # the state before the first event
S, A, Who = State, Action, Actor

ACTIVE = frozenset({S.AWAITING_REQUIREMENTS, S.IN_PROGRESS, S.DELIVERED, S.IN_REVISION, S.AWAITING_FUNDING})
ENDED = frozenset({S.DECLINED, S.EXPIRED, S.COMPLETED, S.CANCELLED})
# Deadlines that outlive a change of state, as long as the order is active, or for ever.
OUTLIVES_A_STEP = frozenset({A.EXPIRE_PROPOSAL, A.CLOSE_PAYMENT, A.CLEAR})
OUTLIVES_THE_END = frozenset({A.CLOSE_PAYMENT, A.CLEAR})
_WORKING = (S.IN_PROGRESS, S.IN_REVISION)
_EITHER = (Who.BUYER, Who.SELLER)
_ACTIVE = tuple(sorted(ACTIVE))
_RUNNING = (*_ACTIVE, S.DISPUTED)
_OVER = (S.COMPLETED, S.CANCELLED)
_NOBODY_WAITS = tuple(state for state in S if state != S.PENDING_PAYMENT)


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
    _row("1",   (NEW,),                    A.REQUEST,             (Who.BUYER,),   S.REQUESTED, guard="the terms ask for it", timers="answer"),
    _row("2",   (S.REQUESTED,),            A.ACCEPT_REQUEST,      (Who.SELLER,),  S.PENDING_PAYMENT, money="charge intent", timers="payment window"),
    _row("2b",  (S.REQUESTED,),            A.DECLINE_REQUEST,     (Who.SELLER,),  S.DECLINED),
    _row("2c",  (S.REQUESTED,),            A.LAPSE_REQUEST,       (Who.SYSTEM,),  S.DECLINED, guard="24 hours over"),
    _row("2d",  (S.REQUESTED,),            A.WITHDRAW_REQUEST,    (Who.BUYER,),   S.DECLINED),
    _row("3",   (NEW,),                    A.PLACE,               (Who.BUYER,),   S.PENDING_PAYMENT, guard="source active, not their own", money="charge intent", timers="payment window"),
    _row("4",   (S.PENDING_PAYMENT,),      A.PAY,                 (Who.PAYMENT,), S.AWAITING_REQUIREMENTS, S.IN_PROGRESS, guard="amount and currency agree", money="captured, held", timers="requirements, or due"),
    _row("4b",  (S.PENDING_PAYMENT,),      A.REJECT_PAYMENT,      (Who.PAYMENT,), S.EXPIRED, guard="amount or currency differ", money="refunded whole"),
    _row("5",   (S.PENDING_PAYMENT,),      A.ASK_EXPIRY,          (Who.SYSTEM,),  guard="window over", money="session to be expired", timers="asked again"),
    _row("5b",  (S.PENDING_PAYMENT,),      A.EXPIRE,              (Who.PAYMENT,), S.EXPIRED, guard="the provider confirmed it"),
    _row("5c",  _NOBODY_WAITS,             A.RETURN_PAYMENT,      (Who.PAYMENT,), guard="money nobody waits for", money="refunded whole"),
    _row("5d",  _NOBODY_WAITS,             A.CLOSE_PAYMENT,       (Who.SYSTEM,),  guard="window of an extra, a step or a tip over", money="session to be expired", timers="asked again"),
    _row("6",   (S.AWAITING_REQUIREMENTS,), A.SUBMIT,             (Who.BUYER,),   S.IN_PROGRESS, guard="mandatory answers present", timers="due"),
    _row("7",   (S.AWAITING_REQUIREMENTS,), A.START,              (Who.SELLER,),  S.IN_PROGRESS, timers="due"),
    _row("8",   (S.AWAITING_REQUIREMENTS,), A.CANCEL,             (Who.BUYER,),   S.CANCELLED, money="full refund"),
    _row("9",   (S.AWAITING_REQUIREMENTS,), A.GIVE_UP_WAITING,    (Who.SYSTEM,),  S.CANCELLED, guard="14 days over", money="full refund"),
    _row("9b",  (S.AWAITING_REQUIREMENTS,), A.REMIND_REQUIREMENTS, (Who.SYSTEM,), timers="next reminder"),
    _row("10",  (S.IN_PROGRESS,),          A.UNDO,                (Who.BUYER,),   S.CANCELLED, guard="within 10 minutes of payment, not started", money="full refund"),
    _row("11",  (S.IN_PROGRESS,),          A.NEED_INFORMATION,    (Who.SELLER,),  guard="in time, at most twice, at most 72 hours each, not paused", timers="clock paused, resume"),
    _row("12",  (S.IN_PROGRESS,),          A.REPLY,               (Who.BUYER,),   guard="paused", timers="due = now + remaining"),
    _row("12b", (S.IN_PROGRESS,),          A.RESUME,              (Who.SYSTEM,),  guard="paused, its time is over", timers="due = now + remaining"),
    _row("13",  _WORKING,                  A.BECOME_LATE,         (Who.SYSTEM,),  guard="due, not paused"),
    _row("13b", _WORKING,                  A.BECOME_VERY_LATE,    (Who.SYSTEM,),  guard="very late, not paused"),
    _row("13c", _WORKING,                  A.WARN_DEADLINE,       (Who.SYSTEM,),  timers="next warning"),
    _row("14",  (S.IN_PROGRESS,),          A.CANCEL_LATE,         (Who.BUYER,),   S.CANCELLED, guard="very late, never delivered", money="full refund", timers="reviews"),
    _row("15",  (S.IN_REVISION,),          A.CANCEL_LATE,         (Who.BUYER,),   S.DISPUTED, guard="very late", money="frozen", timers="answer"),
    _row("16",  (S.IN_PROGRESS,),          A.HARD_STOP,           (Who.SYSTEM,),  S.CANCELLED, guard="7 days late, never delivered", money="full refund", timers="reviews"),
    _row("17",  (S.IN_REVISION,),          A.HARD_STOP,           (Who.SYSTEM,),  S.DISPUTED, guard="7 days late", money="frozen", timers="answer"),
    _row("18",  _ACTIVE,                   A.SELLER_CANCEL,       (Who.SELLER,),  S.CANCELLED, guard="never delivered, a reason", money="full refund", timers="reviews"),
    _row("19",  _ACTIVE,                   A.PROPOSE_EXTENSION,   _EITHER,        guard="the clock runs, none open", timers="proposal's answer"),
    _row("19b", _ACTIVE,                   A.PROPOSE_EXTRA,       _EITHER,        guard="none open or waiting for its payment", timers="proposal's answer"),
    _row("19c", _ACTIVE,                   A.PROPOSE_CANCEL,      _EITHER,        guard="none open", timers="proposal's answer"),
    _row("19d", _ACTIVE,                   A.PROPOSE_REFUND,      _EITHER,        guard="none open, something held", timers="proposal's answer"),
    _row("20",  _ACTIVE,                   A.ACCEPT_EXTENSION,    _EITHER,        guard="the other side's, open", timers="due moved"),
    _row("21",  _ACTIVE,                   A.ACCEPT_EXTRA,        _EITHER,        guard="the other side's, open", money="charge intent", timers="payment window"),
    _row("21b", _ACTIVE,                   A.PAY_EXTRA,           (Who.PAYMENT,), S.AWAITING_REQUIREMENTS, S.IN_PROGRESS, S.IN_REVISION, guard="an extra waits for it", money="captured, held", timers="due moved, acceptance off"),
    _row("22",  _ACTIVE,                   A.ACCEPT_CANCEL,       _EITHER,        S.CANCELLED, guard="the other side's, open", money="full refund", timers="cleared"),
    _row("23",  _ACTIVE,                   A.CANCEL_BY_SILENCE,   (Who.SYSTEM,),  S.CANCELLED, guard="never delivered; proposed by the seller, or late", money="full refund", timers="cleared"),
    _row("24",  _ACTIVE,                   A.EXPIRE_PROPOSAL,     (Who.SYSTEM,),  guard="its time is over", timers="next proposal"),
    _row("24b", _ACTIVE,                   A.DECLINE_PROPOSAL,    _EITHER,        guard="the other side's, open"),
    _row("24c", _ACTIVE,                   A.TAKE_BACK_PROPOSAL,  _EITHER,        guard="one's own, open"),
    _row("25",  _WORKING,                  A.DELIVER,             (Who.SELLER,),  S.DELIVERED, guard="whole checklist, nothing empty", timers="acceptance"),
    _row("26",  (S.DELIVERED,),            A.ACCEPT,              (Who.BUYER,),   S.COMPLETED, S.AWAITING_FUNDING, money="release", timers="clearing, reviews; or funding"),
    _row("27",  (S.DELIVERED,),            A.AUTO_ACCEPT,         (Who.SYSTEM,),  S.COMPLETED, S.AWAITING_FUNDING, guard="72 hours over, no open cancel or refund proposal", money="release", timers="clearing, reviews; or funding"),
    _row("27b", (S.DELIVERED,),            A.REMIND_ACCEPTANCE,   (Who.SYSTEM,)),
    _row("28",  (S.DELIVERED,),            A.EXTEND_REVIEW,       (Who.BUYER,),   guard="once", timers="acceptance moved"),
    _row("29",  (S.DELIVERED,),            A.REQUEST_REVISION,    (Who.BUYER,),   S.IN_REVISION, guard="one left, a reason", timers="revision due"),
    _row("30",  (S.AWAITING_FUNDING,),     A.FUND_STEP,           (Who.BUYER,),   money="charge intent", timers="payment window"),
    _row("30b", (S.AWAITING_FUNDING,),     A.PAY_STEP,            (Who.PAYMENT,), S.IN_PROGRESS, guard="the step waits for it", money="captured, held", timers="due"),
    _row("31",  (S.AWAITING_FUNDING,),     A.STOP,                (Who.BUYER,),   S.COMPLETED, money="steps done clear", timers="reviews"),
    _row("31b", (S.AWAITING_FUNDING,),     A.LAPSE_FUNDING,       (Who.SYSTEM,),  S.COMPLETED, guard="7 days over", money="steps done clear", timers="reviews"),
    _row("32",  _ACTIVE,                   A.ACCEPT_REFUND,       _EITHER,        S.COMPLETED, guard="the other side's, open; part of the price", money="refund and release", timers="clearing, reviews"),
    _row("33",  (S.IN_PROGRESS, S.DELIVERED, S.IN_REVISION), A.OPEN_DISPUTE, _EITHER, S.DISPUTED, guard="in progress only when late", money="frozen", timers="answer"),
    _row("34",  (S.COMPLETED,),            A.CLAIM,               (Who.BUYER,),   S.DISPUTED, guard="not cleared, a listed ground", money="release undone, frozen", timers="answer"),
    _row("35",  (S.DISPUTED,),             A.ANSWER_DISPUTE,      _EITHER,        guard="the other side, in time", timers="negotiation"),
    _row("35b", (S.DISPUTED,),             A.END_NEGOTIATION,     (Who.SYSTEM,),  guard="negotiation over", timers="decision"),
    _row("35c", (S.DISPUTED,),             A.ESCALATE,            (Who.SYSTEM,),  guard="decision overdue"),
    _row("36",  (S.DISPUTED,),             A.DEFAULT_DISPUTE,     (Who.SYSTEM,),  guard="no answer, served twice", timers="decision"),
    _row("36b", (S.DISPUTED,),             A.REMIND_ANSWER,       (Who.SYSTEM,),  guard="no answer, half of its time over"),
    _row("37",  (S.DISPUTED,),             A.WITHDRAW,            _EITHER,        S.IN_PROGRESS, S.DELIVERED, S.IN_REVISION, S.COMPLETED, guard="the filer, undecided", money="unfrozen", timers="resumed, at least 24 h"),
    _row("38",  (S.DISPUTED,),             A.OFFER,               _EITHER,        guard="both have spoken, undecided"),
    _row("38b", (S.DISPUTED,),             A.SETTLE,              (Who.SYSTEM,),  S.COMPLETED, S.CANCELLED, guard="both name one amount, or sealed offers meet", money="one refund, one release", timers="clearing, reviews"),
    _row("39",  (S.DISPUTED,),             A.DECIDE,              (Who.STAFF,),   guard="heard or defaulted, no party, a reason", money="frozen", timers="appeal"),
    _row("39b", (S.DISPUTED,),             A.CONFIRM_DECISION,    (Who.STAFF,),   guard="a second person, or none and 24 h later", money="frozen", timers="appeal"),
    _row("40",  (S.DISPUTED,),             A.APPEAL,              _EITHER,        guard="decided, once, new evidence", money="frozen", timers="decision"),
    _row("41",  (S.DISPUTED,),             A.WAIVE,               _EITHER,        guard="decided"),
    _row("41b", (S.DISPUTED,),             A.ENFORCE,             (Who.SYSTEM,),  S.COMPLETED, S.CANCELLED, guard="appeal over or waived by both", money="one refund, one release", timers="clearing, reviews"),
    _row("42",  (*_OVER, *_RUNNING),       A.CLEAR,               (Who.SYSTEM,),  guard="clearing over", money="clearing, available, transfer"),
    _row("43",  (*_RUNNING, *_OVER),       A.CHARGE_BACK,         (Who.PAYMENT,), guard="not an inquiry", money="frozen", timers="all pause"),
    _row("44",  (*_RUNNING, *_OVER),       A.WIN_CHARGEBACK,      (Who.PAYMENT,), money="restored", timers="resume"),
    _row("45",  _RUNNING,                  A.LOSE_CHARGEBACK,     (Who.PAYMENT,), S.CANCELLED, money="the hold bears it, the rest goes back", timers="cleared"),
    _row("46",  _OVER,                     A.LOSE_CHARGEBACK,     (Who.PAYMENT,), money="by fault", timers="resume"),
    _row("46b", _RUNNING,                  A.DIVIDE_OVERDUE,      (Who.PAYMENT,), S.COMPLETED, S.CANCELLED, guard="held for 85 days", money="the terms' default split", timers="clearing, reviews"),
    _row("46c", (*_RUNNING, *_OVER),       A.DOUBT_PAYMENT,       (Who.PAYMENT,), guard="the card's issuer warns of fraud", money="nothing is released", timers="clearing stands still"),
    _row("46d", (*_RUNNING, *_OVER),       A.CLEAR_DOUBT,         (Who.PAYMENT,), guard="staff have looked", money="what was accepted is released", timers="clearing goes on"),
    _row("47",  (S.COMPLETED,),            A.TIP,                 (Who.BUYER,),   money="charge intent", timers="payment window"),
    _row("47b", (S.COMPLETED,),            A.PAY_TIP,             (Who.PAYMENT,), guard="a tip waits for it", money="captured, released without a fee", timers="clearing"),
    _row("48",  (S.COMPLETED, S.CANCELLED), A.REVIEW,             _EITHER,        guard="within 14 days; cancelled: after a delivery or by the seller's fault"),
    _row("48b", (S.COMPLETED, S.CANCELLED), A.REVEAL_REVIEWS,     (Who.SYSTEM,),  guard="both in or window over"),
    _row("49",  _RUNNING,                  A.SUSPEND,             (Who.STAFF,),   guard="not on hold, a reason", timers="all pause, 14 d"),
    _row("49a", (S.REQUESTED,),            A.SUSPEND,             (Who.STAFF,),   S.DECLINED, guard="a reason"),
    _row("49b", _ACTIVE,                   A.CANCEL_HELD,         (Who.BUYER,),   S.CANCELLED, guard="the seller is suspended, never delivered", money="full refund", timers="cleared"),
    _row("50",  _RUNNING,                  A.LIFT,                (Who.STAFF,),   guard="on hold, nobody suspended any more", timers="resume"),
    _row("50b", _RUNNING,                  A.DISPOSE,             (Who.SYSTEM,),  S.CANCELLED, S.DISPUTED, guard="14 days on hold", money="undelivered: full refund; delivered: frozen", timers="decision"),
))
# fmt: on
