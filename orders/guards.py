"""Why an action that the table allows is not possible now. Pure: services refuse with these words, pages show them.

Each guard takes a Situation and returns a reason, or "" where nothing stands in the way. Guards that
concern what was typed (a missing answer, an empty file) live with the service that reads the form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

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
    is_late: bool = False
    is_very_late: bool = False
    was_delivered: bool = False
    review_extended: bool = False
    is_cleared: bool = False
    was_decided: bool = False
    seller_at_fault: bool = False
    review_until: datetime | None = None
    reviews_revealed: bool = False
    missing_answers: tuple[str, ...] = ()
    is_charged_back: bool = False
    quarrel: Quarrel | None = field(default=None)

    @property
    def revisions_left(self) -> int:
        return max(0, self.revisions - self.revisions_used)


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
    if situation.was_decided:
        return _("Staff have decided about this order.")
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
    if quarrel is None or quarrel.filer_role != situation.actor:
        return _("Only the person who opened it can withdraw it.")
    return _("It has been decided already.") if quarrel.is_decided else ""


def _decide(situation: Situation) -> str:
    quarrel = situation.quarrel
    if quarrel is None or not quarrel.is_heard:
        return _("The other side has not been heard yet.")
    return _("It has been decided already.") if quarrel.is_decided else ""


def _confirm_decision(situation: Situation) -> str:
    quarrel = situation.quarrel
    return "" if quarrel and quarrel.phase == "second_look" else _("No decision waits for a second person.")


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


def _clear(situation: Situation) -> str:
    return _("It has cleared already.") if situation.is_cleared else ""


def _review(situation: Situation) -> str:
    ended_by_work = situation.state == State.COMPLETED or situation.was_delivered or situation.seller_at_fault
    if not ended_by_work:
        return _("Nothing was delivered, so there is nothing to review.")
    if situation.reviews_revealed:
        return _("The reviews are public now and stay as they are.")
    if situation.review_until is None or situation.at >= situation.review_until:
        return _("The time for reviews is over.")
    return ""


_GUARDS: dict[str, Callable[[Situation], str]] = {
    Action.SUBMIT: _submit,
    Action.UNDO: _undo,
    Action.CANCEL_LATE: _cancel_late,
    Action.HARD_STOP: _hard_stop,
    Action.SELLER_CANCEL: _seller_cancel,
    Action.EXTEND_REVIEW: _extend_review,
    Action.REQUEST_REVISION: _request_revision,
    Action.OPEN_DISPUTE: _open_dispute,
    Action.CLAIM: _claim,
    Action.ANSWER_DISPUTE: _answer_dispute,
    Action.DEFAULT_DISPUTE: _in_phase("answer"),
    Action.END_NEGOTIATION: _in_phase("negotiation"),
    Action.ESCALATE: _in_phase("decision", "second_look"),
    Action.WITHDRAW: _withdraw,
    Action.DECIDE: _decide,
    Action.CONFIRM_DECISION: _confirm_decision,
    Action.WAIVE: _waive,
    Action.ENFORCE: _enforce,
    Action.CLEAR: _clear,
    Action.REVIEW: _review,
}


def reason_against(action: str, situation: Situation) -> str:
    """Why not, in words for the actor; "" where the way is free."""
    if situation.is_charged_back and situation.actor != Actor.PAYMENT:
        return _("The buyer's bank has claimed the payment back. The order waits for its decision.")
    guard = _GUARDS.get(action)
    return guard(situation) if guard else ""
