"""Why an action that the table allows is not possible now. Pure: services refuse with these words, pages show them.

Each guard takes a Situation and returns a reason, or "" where nothing stands in the way. Guards that
concern what was typed (a missing answer, an empty file) live with the service that reads the form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from orders import agreements
from orders.rules import Rules
from orders.states import Action, Actor, State


@dataclass(frozen=True, slots=True)
class Quarrel:
    """What guards need to know of the open dispute."""

    filer_role: str
    respondent_role: str
    phase: str
    is_answered: bool
    is_heard: bool
    is_decided: bool
    buyer_waived: bool = False
    seller_waived: bool = False
    offers_meet: bool = False
    was_appealed: bool = False
    is_served_twice: bool = True
    filed_by_person: bool = True


@dataclass(frozen=True, slots=True)
class Proposed:
    """What guards need to know of an open proposal."""

    kind: str
    by_role: str
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class Situation:
    """An order at one moment, seen by one actor."""

    state: str
    actor: str
    at: datetime
    rules: Rules
    revisions: int
    revisions_used: int = 0
    paid_at: datetime | None = None
    work_started: bool = False
    due_at: datetime | None = None
    is_paused: bool = False
    pauses_used: int = 0
    is_late: bool = False
    is_very_late: bool = False
    was_delivered: bool = False
    review_extended: bool = False
    is_cleared: bool = False
    was_decided: bool = False
    was_divided: bool = False  # by agreement or by staff
    was_taken_back: bool = False  # by the buyer's bank, for good
    seller_at_fault: bool = False
    review_until: datetime | None = None
    reviews_revealed: bool = False
    missing_answers: tuple[str, ...] = ()
    is_charged_back: bool = False
    proposals: tuple[Proposed, ...] = ()  # the open ones
    used_up: frozenset[str] = frozenset()  # kinds that this actor has tried in vain too often
    extra_is_asked: bool = False  # an accepted extra waits for its payment
    is_divisible: bool = True  # the price at stake is more than the smallest amount
    steps_done: int = 0
    asked: frozenset[str] = frozenset()  # purposes of payments that are open
    is_on_hold: bool = False
    suspended: frozenset[str] = frozenset()  # roles of who is, while the order is on hold
    quarrel: Quarrel | None = field(default=None)

    @property
    def revisions_left(self) -> int:
        return max(0, self.revisions - self.revisions_used)

    @property
    def clock_runs(self) -> bool:
        working = self.state in (State.IN_PROGRESS, State.IN_REVISION)
        return working and self.due_at is not None and not self.is_paused

    def proposed(self, kind: str) -> Proposed | None:
        return next((proposal for proposal in self.proposals if proposal.kind == kind), None)


def _submit(situation: Situation) -> str:
    if situation.missing_answers:
        return _("Still open: %(questions)s") % {"questions": ", ".join(situation.missing_answers)}
    return ""


def _undo(situation: Situation) -> str:
    if situation.work_started or situation.was_delivered:
        return _("The seller has started.")
    if situation.paid_at is None or situation.at > situation.paid_at + situation.rules.undo:
        minutes = int(situation.rules.undo.total_seconds()) // 60
        return _("An order can be undone within %(minutes)s minutes of payment.") % {"minutes": minutes}
    return ""


def _cancel_late(situation: Situation) -> str:
    if not situation.is_very_late:
        return _("Possible once the work is very late.")
    if situation.state == State.IN_PROGRESS and situation.was_delivered:
        return _("Something was delivered already.")
    return ""


def _hard_stop(situation: Situation) -> str:
    if situation.is_paused:
        return _("The clock stands still.")
    return "" if situation.is_late else _("The work is not late.")


def _seller_cancel(situation: Situation) -> str:
    if situation.was_delivered:
        return _("You have delivered already. The buyer decides, or open a dispute.")
    return ""


def _extend_review(situation: Situation) -> str:
    return _("You have taken more time once already.") if situation.review_extended else ""


def _request_revision(situation: Situation) -> str:
    if situation.revisions_left:
        return ""
    if not situation.revisions:
        return _("This order includes no changes.")
    return _("All included changes are used.")


def _open_dispute(situation: Situation) -> str:
    if situation.state == State.IN_PROGRESS and not situation.is_late:
        return _("Possible once the work is late.")
    return ""


def _claim(situation: Situation) -> str:
    if situation.was_taken_back:
        return _("Your bank has given you this payment back already.")
    if situation.was_decided:
        return _("Staff have decided about this order.")
    if situation.was_divided:
        return _("You have both agreed on how this order ends.")
    return _("The money has left already: a claim is possible until it clears.") if situation.is_cleared else ""


def _answer_dispute(situation: Situation) -> str:
    quarrel = situation.quarrel
    if quarrel is None or quarrel.respondent_role != situation.actor:
        return _("The other side answers.")
    if quarrel.is_decided:
        return _("It has been decided already.")
    return _("The answer has been given already.") if quarrel.is_answered else ""


def _withdraw(situation: Situation) -> str:
    quarrel = situation.quarrel
    if quarrel is None or not quarrel.filed_by_person or quarrel.filer_role != situation.actor:
        return _("Only the person who opened it can withdraw it.")
    return _("It has been decided already.") if quarrel.is_decided else ""


def _default_dispute(situation: Situation) -> str:
    quarrel = situation.quarrel
    if quarrel is not None and not quarrel.is_served_twice:
        return _("The other side has been asked only once.")
    return _in_phase("answer")(situation)


def _offer(situation: Situation) -> str:
    quarrel = situation.quarrel
    if quarrel is None or not quarrel.is_answered:
        return _("First both of you give your side.")
    return _("It has been decided already.") if quarrel.is_decided else ""


def _settle(situation: Situation) -> str:
    return "" if situation.quarrel and situation.quarrel.offers_meet else _("The two offers do not meet.")


def _decide(situation: Situation) -> str:
    quarrel = situation.quarrel
    if quarrel is None or not quarrel.is_heard:
        return _("The other side has not been heard yet.")
    return _("It has been decided already.") if quarrel.is_decided else ""


def _confirm_decision(situation: Situation) -> str:
    quarrel = situation.quarrel
    return "" if quarrel and quarrel.phase == "second_look" else _("No decision waits for a second person.")


def _appeal(situation: Situation) -> str:
    quarrel = situation.quarrel
    if quarrel is None or not quarrel.is_decided:
        return _("Nothing has been decided yet.")
    return _("An appeal is possible once, and it has been heard.") if quarrel.was_appealed else ""


def _waive(situation: Situation) -> str:
    quarrel = situation.quarrel
    if quarrel is None or not quarrel.is_decided:
        return _("Nothing has been decided yet.")
    waived = quarrel.buyer_waived if situation.actor == Actor.BUYER else quarrel.seller_waived
    return _("You have agreed already.") if waived else ""


def _enforce(situation: Situation) -> str:
    return "" if situation.quarrel and situation.quarrel.is_decided else _("Nothing has been decided yet.")


def _in_phase(*phases: str) -> Callable[[Situation], str]:
    def guard(situation: Situation) -> str:
        quarrel = situation.quarrel
        return "" if quarrel and quarrel.phase in phases else _("The dispute has moved on.")

    return guard


def _not_asked(purpose: str) -> Callable[[Situation], str]:
    def guard(situation: Situation) -> str:
        return _("The payment page is open already.") if purpose in situation.asked else ""

    return guard


def _suspend(situation: Situation) -> str:
    return _("The order is on hold already.") if situation.is_on_hold else ""


def _lift(situation: Situation) -> str:
    if not situation.is_on_hold:
        return _("The order is not on hold.")
    return _("A side is still suspended.") if situation.suspended else ""


def _cancel_held(situation: Situation) -> str:
    if Actor.SELLER not in situation.suspended:
        return _("Possible while the seller is suspended.")
    return _("Something was delivered already.") if situation.was_delivered else ""


def _dispose(situation: Situation) -> str:
    return "" if situation.is_on_hold else _("The order is not on hold.")


def _review(situation: Situation) -> str:
    was_work = situation.was_delivered or situation.steps_done
    if situation.state != State.COMPLETED and not was_work and not situation.seller_at_fault:
        return _("Nothing was delivered, so there is nothing to review.")
    if situation.reviews_revealed:
        return _("The reviews are public now and stay as they are.")
    if situation.review_until is None or situation.at >= situation.review_until:
        return _("The time for reviews is over.")
    return ""


_GUARDS: dict[str, Callable[[Situation], str]] = {
    Action.SUBMIT: _submit,
    Action.UNDO: _undo,
    **agreements.GUARDS,
    Action.CANCEL_LATE: _cancel_late,
    Action.HARD_STOP: _hard_stop,
    Action.SELLER_CANCEL: _seller_cancel,
    Action.EXTEND_REVIEW: _extend_review,
    Action.REQUEST_REVISION: _request_revision,
    Action.OPEN_DISPUTE: _open_dispute,
    Action.CLAIM: _claim,
    Action.ANSWER_DISPUTE: _answer_dispute,
    Action.REMIND_ANSWER: _in_phase("answer"),
    Action.DEFAULT_DISPUTE: _default_dispute,
    Action.END_NEGOTIATION: _in_phase("negotiation"),
    Action.ESCALATE: _in_phase("decision", "second_look"),
    Action.WITHDRAW: _withdraw,
    Action.OFFER: _offer,
    Action.SETTLE: _settle,
    Action.DECIDE: _decide,
    Action.CONFIRM_DECISION: _confirm_decision,
    Action.APPEAL: _appeal,
    Action.WAIVE: _waive,
    Action.ENFORCE: _enforce,
    Action.FUND_STEP: _not_asked("step"),
    Action.TIP: _not_asked("tip"),
    Action.REVIEW: _review,
    Action.SUSPEND: _suspend,
    Action.LIFT: _lift,
    Action.CANCEL_HELD: _cancel_held,
    Action.DISPOSE: _dispose,
}
_BY_STAFF = frozenset({Action.SUSPEND, Action.LIFT})
_ON_HOLD = frozenset({*_BY_STAFF, Action.CANCEL_HELD, Action.DISPOSE, Action.LAPSE_FUNDING})


def reason_against(action: str, situation: Situation) -> str:
    """Why not, in words for the actor; "" where the way is free."""
    reason = _resting(action, situation)
    if reason:
        return reason
    guard = _GUARDS.get(action)
    return guard(situation) if guard else ""


def _resting(action: str, situation: Situation) -> str:
    """What a bank or a suspension keeps from everybody; facts of payments are recorded all the same."""
    if situation.actor == Actor.PAYMENT:
        return ""
    if situation.is_charged_back and action not in _BY_STAFF:
        return _("The buyer's bank has claimed the payment back. The order waits for its decision.")
    if situation.is_on_hold and action not in _ON_HOLD:
        return _("The order is on hold: one of its two sides is suspended. Nothing is lost meanwhile.")
    return ""
