"""Every action a person can take on an order: its button, what it does in money and time, and why not now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.kernel import words
from marketplace.kernel.errors import DomainError
from orders import guards
from orders.states import TABLE, Action, State
from orders.web import proposing
from orders.web.scene import CONFIRM, PAGE, POST, Scene


@dataclass(frozen=True, slots=True)
class Deed:
    """One action as a page offers it. ``reason`` is empty where it is possible now."""

    action: str
    label: str
    how: str
    text: str = ""  # what happens then
    reason: str = ""
    is_danger: bool = False

    @property
    def is_possible(self) -> bool:
        return not self.reason

    @property
    def is_page(self) -> bool:
        return self.how == PAGE

    @property
    def is_confirm(self) -> bool:
        return self.how == CONFIRM


def why_not(scene: Scene, action: Action) -> str:
    """The reason against an action now, or "" where the table and its guard allow it."""
    try:
        TABLE.find(scene.situation.state, action, scene.role)
    except DomainError:
        return _("Not possible at this point of the order.")
    return guards.reason_against(action, scene.situation)


def deed(scene: Scene, action: Action) -> Deed:
    label, how, text, is_danger = _describe(scene, action)
    return Deed(action, label, how, text, why_not(scene, action), is_danger)


def possible(scene: Scene, *actions: Action) -> tuple[Deed, ...]:
    """Those of the actions that are possible now, in this order."""
    deeds = (deed(scene, action) for action in actions)
    return tuple(one for one in deeds if one.is_possible)


def _describe(scene: Scene, action: Action) -> tuple[str, str, str, bool]:
    describe = _DEEDS[action]
    return describe(scene)


def _back(scene: Scene) -> str:
    return words.amount(scene.all_in)


def _accept_request(scene: Scene) -> tuple[str, str, str, bool]:
    time = words.duration(int(scene.terms.payment_window.total_seconds()) // 60)
    text = _("%(other)s has %(time)s to pay. Your clock starts when the payment and the answers are in.")
    return _("Yes, I do it"), POST, text % {"other": scene.other, "time": time}, False


def _decline_request(scene: Scene) -> tuple[str, str, str, bool]:
    text = _("Nothing was paid, and it does not count against you. %(other)s reads why.") % {"other": scene.other}
    return _("No, not this one"), PAGE, text, False


def _withdraw_request(scene: Scene) -> tuple[str, str, str, bool]:
    return _("Take the request back"), CONFIRM, _("Nothing was paid, so nothing has to go back."), True


def _submit(scene: Scene) -> tuple[str, str, str, bool]:
    label = _("Answer the questions") if scene.situation.missing_answers else _("Send the answers")
    return label, PAGE, _("The clock starts when the mandatory answers are in."), False


def _start(scene: Scene) -> tuple[str, str, str, bool]:
    promise = words.duration(scene.terms.minutes_of(scene.situation.steps_done))
    text = _("The clock starts now: you promised %(promise)s.") % {"promise": promise}
    return _("Begin without the answers"), CONFIRM, text, False


def _cancel(scene: Scene) -> tuple[str, str, str, bool]:
    text = _("The order ends. %(amount)s goes back to you. It counts against nobody.") % {"amount": _back(scene)}
    return _("Cancel the order"), CONFIRM, text, True


def _undo(scene: Scene) -> tuple[str, str, str, bool]:
    text = _("As if you had not ordered: %(amount)s goes back to you.") % {"amount": _back(scene)}
    if scene.situation.steps_done:
        text = _("The order ends. %(amount)s for this step goes back to you; what you accepted before stays paid.")
        text %= {"amount": _back(scene)}
    return _("Undo the order"), CONFIRM, text, True


def _cancel_late(scene: Scene) -> tuple[str, str, str, bool]:
    if scene.situation.state == State.IN_REVISION:
        text = _("Something was delivered before, so a moderator decides how much of %(amount)s goes back to you.")
        return _("Stop waiting"), CONFIRM, text % {"amount": _back(scene)}, True
    label = _("Cancel and get %(amount)s back") % {"amount": _back(scene)}
    text = _("The order ends at once. All of it goes back to you.")
    if scene.situation.steps_done:
        text = _("The order ends at once. All of this step goes back to you; what you accepted before stays paid.")
    return label, CONFIRM, text, True


def _seller_cancel(scene: Scene) -> tuple[str, str, str, bool]:
    text = _("%(other)s gets %(amount)s back. It counts as cancelled by you, and %(other)s can review it.")
    return _("Cancel the order"), PAGE, text % {"other": scene.other, "amount": _back(scene)}, True


def _deliver(scene: Scene) -> tuple[str, str, str, bool]:
    time = words.duration(int(scene.terms.rules.acceptance.total_seconds()) // 60)
    text = _("Your clock stops. %(other)s has %(time)s to check.") % {"other": scene.other, "time": time}
    return _("Deliver the work"), PAGE, text, False


def _accept(scene: Scene) -> tuple[str, str, str, bool]:
    text = _("%(other)s is paid after a short clearing time, in which you can still make a claim.")
    return _("Accept the work"), POST, text % {"other": scene.other}, False


def _extend_review(scene: Scene) -> tuple[str, str, str, bool]:
    time = words.duration(int(scene.terms.rules.acceptance_extension.total_seconds()) // 60)
    text = _("You can check for %(time)s longer. This is possible once.") % {"time": time}
    return _("Take more time"), CONFIRM, text, False


def _request_revision(scene: Scene) -> tuple[str, str, str, bool]:
    left = scene.situation.revisions_left
    label = ngettext("Ask for changes (%(left)s left)", "Ask for changes (%(left)s left)", left) % {"left": left}
    text = _("Included in the price. %(other)s gets a new deadline, and you check again.") % {"other": scene.other}
    return label, PAGE, text, False


def _fund_step(scene: Scene) -> tuple[str, str, str, bool]:
    following = scene.next_step
    if following is None:
        return _("Pay for the next step"), POST, "", False
    label = _("Pay %(amount)s for step %(number)s")
    text = _("%(other)s begins as soon as it is paid. You check it before it is theirs.") % {"other": scene.other}
    return label % {"amount": words.amount(following.all_in), "number": following.number}, POST, text, False


def _stop(scene: Scene) -> tuple[str, str, str, bool]:
    text = _("The order ends with the steps you accepted. You owe nothing for the others.")
    return _("Stop here"), CONFIRM, text, False


def _tip(scene: Scene) -> tuple[str, str, str, bool]:
    return _("Leave a tip"), PAGE, _("Thanks in money: all of it goes to %(other)s.") % {"other": scene.other}, False


def _open_dispute(scene: Scene) -> tuple[str, str, str, bool]:
    text = _("The money freezes. %(other)s answers; if you do not agree, a moderator decides. It costs nothing.")
    return _("Open a dispute"), PAGE, text % {"other": scene.other}, True


def _claim(scene: Scene) -> tuple[str, str, str, bool]:
    text = _("The money is taken back out of clearing and frozen. A moderator decides if you do not agree.")
    return _("Make a claim"), PAGE, text, True


def _answer_dispute(scene: Scene) -> tuple[str, str, str, bool]:
    return _("Give your side"), PAGE, _("Both sides and the moderators read it."), False


def _withdraw(scene: Scene) -> tuple[str, str, str, bool]:
    if scene.ended_by:  # a claim after it was done
        text = _("The order is done as it was before, and %(other)s is paid after a short clearing time.")
        return _("Withdraw the dispute"), CONFIRM, text % {"other": scene.other}, False
    time = words.duration(int(scene.terms.rules.resumed_minimum.total_seconds()) // 60)
    text = _("The order goes on where it stood, with at least %(time)s left on its clock.") % {"time": time}
    return _("Withdraw the dispute"), CONFIRM, text, False


def _offer(scene: Scene) -> tuple[str, str, str, bool]:
    text = _("One number that nobody sees, not even a moderator. When yours and %(other)s's meet, it is settled at "
             "once at the middle. Until then you can change it.")  # fmt: skip
    label = _("Change your final offer") if scene.ruling and scene.ruling.my_offer else _("Make a final offer")
    return label, PAGE, text % {"other": scene.other}, False


def _appeal(scene: Scene) -> tuple[str, str, str, bool]:
    text = _("Once, with something new. Another moderator reads the case, and decides for good. Until then no money "
             "moves.")  # fmt: skip
    return _("Appeal"), PAGE, text, False


def _cancel_held(scene: Scene) -> tuple[str, str, str, bool]:
    label = _("Cancel and get %(amount)s back") % {"amount": _back(scene)}
    return label, CONFIRM, _("The order ends at once. All of it goes back to you; it counts against nobody."), True


def _waive(scene: Scene) -> tuple[str, str, str, bool]:
    text = _("As soon as both of you agree, the money moves. Otherwise it moves when the waiting time is over.")
    if scene.decided:
        parts = _("%(mine)s for you, %(theirs)s for %(other)s.") % {**scene.decided, "other": scene.other}
        text = f"{parts} {text}"
    return _("Agree with the decision"), CONFIRM, text, False


def _review(scene: Scene) -> tuple[str, str, str, bool]:
    text = _("Nobody sees it before both reviews are in or the time is over. Until then you can change it.")
    if scene.my_review_is_in:
        return _("Change your review"), PAGE, text, False
    return _("Review %(other)s") % {"other": scene.other}, PAGE, text, False


_DEEDS = {
    Action.ACCEPT_REQUEST: _accept_request,
    Action.DECLINE_REQUEST: _decline_request,
    Action.WITHDRAW_REQUEST: _withdraw_request,
    Action.SUBMIT: _submit,
    Action.START: _start,
    Action.CANCEL: _cancel,
    Action.UNDO: _undo,
    Action.CANCEL_LATE: _cancel_late,
    Action.SELLER_CANCEL: _seller_cancel,
    **proposing.DEEDS,
    Action.DELIVER: _deliver,
    Action.ACCEPT: _accept,
    Action.EXTEND_REVIEW: _extend_review,
    Action.REQUEST_REVISION: _request_revision,
    Action.FUND_STEP: _fund_step,
    Action.STOP: _stop,
    Action.OPEN_DISPUTE: _open_dispute,
    Action.CLAIM: _claim,
    Action.ANSWER_DISPUTE: _answer_dispute,
    Action.WITHDRAW: _withdraw,
    Action.OFFER: _offer,
    Action.APPEAL: _appeal,
    Action.WAIVE: _waive,
    Action.TIP: _tip,
    Action.REVIEW: _review,
    Action.CANCEL_HELD: _cancel_held,
}
PERSONAL = frozenset(_DEEDS)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One line behind *Something is wrong*: what happened, and what can be done about it."""

    what: str
    deed: Deed


def troubles(scene: Scene) -> tuple[Trouble, ...]:
    """Legal choices first; the others stand below with the reason."""
    asked = _BUYER_TROUBLES if scene.is_buyer else _SELLER_TROUBLES
    found = [Trouble(what(), deed(scene, action)) for action, what in asked if fits(scene, action)]
    return tuple(sorted(found, key=lambda trouble: not trouble.deed.is_possible))


def fits(scene: Scene, action: Action) -> bool:
    """Only what the table knows here; what belongs to another part of an order's life would be noise."""
    return any(row.action == action for row in TABLE.actions(scene.situation.state, scene.role))


_Asked = tuple[tuple[Action, Callable[[], str]], ...]
_BUYER_TROUBLES: _Asked = (
    (Action.REQUEST_REVISION, lambda: _("It is not quite what I need")),
    (Action.EXTEND_REVIEW, lambda: _("I need more time to check")),
    (Action.CANCEL_LATE, lambda: _("It is far too late")),
    *proposing.BUYER_TROUBLES,
    (Action.UNDO, lambda: _("I ordered by mistake")),
    (Action.WITHDRAW_REQUEST, lambda: _("I do not need it any more")),
    (Action.CANCEL, lambda: _("I do not want it any more")),
    (Action.STOP, lambda: _("I do not want the next step")),
    (Action.OPEN_DISPUTE, lambda: _("It is not what was promised, or nothing comes")),
    (Action.CLAIM, lambda: _("I accepted it, and now something is wrong")),
    (Action.OFFER, lambda: _("We nearly agree")),
    (Action.APPEAL, lambda: _("The decision overlooks something")),
    (Action.WITHDRAW, lambda: _("We have settled it ourselves")),
)
_SELLER_TROUBLES: _Asked = (
    (Action.START, lambda: _("The answers do not come, but I can begin")),
    *proposing.SELLER_TROUBLES,
    (Action.SELLER_CANCEL, lambda: _("I cannot do it")),
    (Action.OPEN_DISPUTE, lambda: _("More is asked than was agreed, or we do not understand each other")),
    (Action.OFFER, lambda: _("We nearly agree")),
    (Action.APPEAL, lambda: _("The decision overlooks something")),
    (Action.WITHDRAW, lambda: _("We have settled it ourselves")),
)
