"""Guards of what people agree on while an order runs: a pause, proposals, an extra's payment. Pure like ``guards``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.states import Action, Actor, State

if TYPE_CHECKING:
    from orders.guards import Situation


def _need_information(situation: Situation) -> str:
    if situation.is_paused:
        return _("The clock stands still already.")
    if situation.is_late or situation.due_at is None or situation.at >= situation.due_at:
        return _("The work is late: the clock cannot be stopped any more.")
    used, allowed = situation.pauses_used, situation.rules.pauses
    if used >= allowed:
        text = ngettext(
            "You have stopped the clock %(count)s time already.",
            "You have stopped the clock %(count)s times already.",
            used,
        )
        return text % {"count": used}
    return ""


def _paused(situation: Situation) -> str:
    return "" if situation.is_paused else _("The clock runs already.")


def _clock_runs(situation: Situation) -> str:
    return _("The clock stands still.") if situation.is_paused else ""


def _propose(kind: str) -> Callable[[Situation], str]:
    def guard(situation: Situation) -> str:
        if situation.state == State.AWAITING_FUNDING:
            if situation.actor == Actor.BUYER:
                return _("No work runs just now: pay for the next step, or stop here.")
            return _("No work runs just now: the buyer pays for the next step, or stops here.")
        known = situation.proposed(kind)
        if known:
            mine = known.by_role == situation.actor
            return _("You have proposed this already.") if mine else _("The other side has proposed this: answer it.")
        if kind in situation.used_up:
            return _("You have tried this several times in vain. Write to each other first.")
        return _NOT_NOW[kind](situation) if kind in _NOT_NOW else ""

    return guard


def _extension_not_now(situation: Situation) -> str:
    return "" if situation.clock_runs else _("The clock does not run.")


def _extra_not_now(situation: Situation) -> str:
    return _("An extra waits for its payment.") if situation.extra_is_asked else ""


def _refund_not_now(situation: Situation) -> str:
    return "" if situation.is_divisible else _("The price is too small to be divided.")


_NOT_NOW: dict[str, Callable[[Situation], str]] = {
    "extension": _extension_not_now,
    "extra": _extra_not_now,
    "refund": _refund_not_now,
}


def _accept_proposal(kind: str) -> Callable[[Situation], str]:
    def guard(situation: Situation) -> str:
        known = situation.proposed(kind)
        if known is None:
            return _("There is no such proposal any more.")
        return _("The other side answers it.") if known.by_role == situation.actor else ""

    return guard


def _pay_extra(situation: Situation) -> str:
    return "" if situation.extra_is_asked else _("No extra waits for a payment.")


def _decline_proposal(situation: Situation) -> str:
    theirs = any(proposal.by_role != situation.actor for proposal in situation.proposals)
    return "" if theirs else _("There is no such proposal any more.")


def _take_back_proposal(situation: Situation) -> str:
    mine = any(proposal.by_role == situation.actor for proposal in situation.proposals)
    return "" if mine else _("There is no such proposal any more.")


def _expire_proposal(situation: Situation) -> str:
    over = any(proposal.answer_by <= situation.at for proposal in situation.proposals)
    return "" if over else _("No proposal's time is over.")


def _cancel_by_silence(situation: Situation) -> str:
    """Silence never cancels delivered work, and no work in time that only the buyer wants to end."""
    known = situation.proposed("cancel")
    if known is None or known.answer_by > situation.at:
        return _("There is no such proposal any more.")
    if situation.was_delivered:
        return _("Something was delivered already.")
    return "" if known.by_role == Actor.SELLER or situation.is_late else _("The work is not late.")


def _auto_accept(situation: Situation) -> str:
    ending = situation.proposed("cancel") or situation.proposed("refund")
    return _("A proposal to end the order waits for its answer.") if ending else ""


GUARDS: dict[str, Callable[[Situation], str]] = {
    Action.NEED_INFORMATION: _need_information,
    Action.REPLY: _paused,
    Action.RESUME: _paused,
    Action.BECOME_LATE: _clock_runs,
    Action.BECOME_VERY_LATE: _clock_runs,
    Action.WARN_DEADLINE: _clock_runs,
    Action.PROPOSE_EXTENSION: _propose("extension"),
    Action.PROPOSE_EXTRA: _propose("extra"),
    Action.PROPOSE_CANCEL: _propose("cancel"),
    Action.PROPOSE_REFUND: _propose("refund"),
    Action.ACCEPT_EXTENSION: _accept_proposal("extension"),
    Action.ACCEPT_EXTRA: _accept_proposal("extra"),
    Action.PAY_EXTRA: _pay_extra,
    Action.ACCEPT_CANCEL: _accept_proposal("cancel"),
    Action.CANCEL_BY_SILENCE: _cancel_by_silence,
    Action.EXPIRE_PROPOSAL: _expire_proposal,
    Action.DECLINE_PROPOSAL: _decline_proposal,
    Action.TAKE_BACK_PROPOSAL: _take_back_proposal,
    Action.ACCEPT_REFUND: _accept_proposal("refund"),
    Action.AUTO_ACCEPT: _auto_accept,
}
