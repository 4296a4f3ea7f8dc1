"""The order page's first lines: one word, one sentence, what happens if nobody acts, one main button.

Pure: from a Scene to a Status, for both sides in every state.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.kernel import words
from orders.states import Action, Actor, State
from orders.web import deeds, overlays, quarrels, waiting
from orders.web.deeds import Deed
from orders.web.scene import Scene
from orders.web.status import Status, by, check, done, fill, on, stopped, turn, working


def status(scene: Scene) -> Status:
    """What this reader is told now."""
    if scene.situation.is_charged_back:
        return overlays.charged_back(scene)
    if scene.situation.is_on_hold:
        return overlays.on_hold(scene)
    if scene.situation.is_paused:
        return waiting.with_offers(scene, waiting.paused(scene))
    return waiting.with_offers(scene, _STATES[scene.situation.state](scene))


def word(
    state: str, role: str, *, is_asked: bool = False, is_paused: bool = False, rests: bool = False
) -> tuple[str, str]:
    """The word and its tone for a row of a list. ``is_asked``: the other side waits for an answer of this one."""
    if rests:
        return stopped()
    if is_asked:
        return turn()
    if is_paused:
        return turn() if role == Actor.BUYER else working()
    if state in {State.EXPIRED, State.CANCELLED, State.DECLINED}:
        return stopped()
    if state == State.COMPLETED:
        return done()
    if state == State.DELIVERED:
        return check()
    waits_for = _BUYERS_TURN if role == Actor.BUYER else _SELLERS_TURN
    return turn() if state in waits_for else working()


_BUYERS_TURN = frozenset({State.PENDING_PAYMENT, State.AWAITING_REQUIREMENTS, State.AWAITING_FUNDING})
_SELLERS_TURN = frozenset({State.REQUESTED, State.IN_PROGRESS, State.IN_REVISION})


def _requested(scene: Scene) -> Status:
    until = scene.timers.get(Action.LAPSE_REQUEST)
    if scene.is_buyer:
        return Status(
            *working(),
            fill(scene, _("%(other)s answers by %(when)s."), when=by(scene, until)),
            _("You pay after a yes. If no answer comes, the request lapses and nothing is charged."),
            until=until,
            others=deeds.possible(scene, Action.WITHDRAW_REQUEST),
        )
    return Status(
        *turn(),
        fill(scene, _("%(other)s asks whether you do this. Answer by %(when)s."), when=by(scene, until)),
        fill(scene, _("You get %(receives)s for it. If you do nothing, the request lapses.")),
        until=until,
        main=deeds.deed(scene, Action.ACCEPT_REQUEST),
        others=deeds.possible(scene, Action.DECLINE_REQUEST),
    )


def _declined(scene: Scene) -> Status:
    return Status(*stopped(), fill(scene, _DECLINED_BY[scene.ended_by, scene.is_buyer]()), _("Nothing was charged."))


_DECLINED_BY: dict[tuple[str, bool], Callable[[], str]] = {
    (Action.DECLINE_REQUEST, True): lambda: _("%(other)s cannot do it. Below you read why."),
    (Action.DECLINE_REQUEST, False): lambda: _("You said no."),
    (Action.WITHDRAW_REQUEST, True): lambda: _("You took the request back."),
    (Action.WITHDRAW_REQUEST, False): lambda: _("%(other)s took the request back."),
    (Action.LAPSE_REQUEST, True): lambda: _("%(other)s did not answer in time."),
    (Action.LAPSE_REQUEST, False): lambda: _("The request lapsed: you did not answer in time."),
    (Action.SUSPEND, True): lambda: _("%(other)s takes no orders just now."),
    (Action.SUSPEND, False): lambda: _("The request has ended."),
}


def _pending_payment(scene: Scene) -> Status:
    until = scene.timers.get(Action.ASK_EXPIRY)
    if not scene.is_buyer:
        if scene.terms.asks_first:
            paying = fill(scene, _("You said yes. %(other)s pays by %(when)s."), when=by(scene, until))
            return Status(*working(), paying, _("If nothing is paid, the order lapses. Begin when it is."))
        return Status(*working(), fill(scene, _("%(other)s is on the payment page.")), _("Nothing to do yet."))
    if scene.is_closing:
        late = _("If you have paid just now, it shows here in a moment. Otherwise nothing is charged.")
        return Status(*working(), _("Your time to pay has ended. The payment page is being closed."), late)
    sentence = _("%(other)s says yes. Pay %(amount)s by %(when)s.") if scene.terms.asks_first else ""
    return Status(
        *turn(),
        fill(scene, sentence or _("Pay %(amount)s by %(when)s."), when=by(scene, until)),
        _("If you do nothing, the order lapses. Nothing is charged."),
        until=until,
        pays=scene.all_in,
    )


def _expired(scene: Scene) -> Status:
    return Status(*stopped(), _("This order lapsed: it was not paid in time."), _("Nothing was charged."))


def _awaiting_requirements(scene: Scene) -> Status:
    until = scene.timers.get(Action.GIVE_UP_WAITING)
    when = on(scene, until)
    if scene.is_buyer:
        return _answers_wanted(scene, until, when)
    return Status(
        *working(),
        fill(scene, _("%(other)s still answers your questions.")),
        fill(
            scene,
            _("Your clock starts then. If nothing comes, the order ends %(when)s. It does not count against you."),
            when=when,
        ),
        others=deeds.possible(scene, Action.START),
        has_trouble=True,
    )


def _answers_wanted(scene: Scene, until: datetime | None, when: str) -> Status:
    missing = len(scene.situation.missing_answers)
    sentence = ngettext(
        "%(other)s needs %(count)s answer from you to begin.",
        "%(other)s needs %(count)s answers from you to begin.",
        missing,
    )
    if not missing:
        sentence = _("Your answers are ready. Send them, and %(other)s begins.")
    return Status(
        *turn(),
        fill(scene, sentence, count=str(missing)),
        fill(scene, _("If you do nothing, the order ends %(when)s and you get %(amount)s back."), when=when),
        until=until,
        main=_page(scene, Action.SUBMIT),
        others=deeds.possible(scene, Action.CANCEL),
        has_trouble=True,
    )


def _page(scene: Scene, action: Action) -> Deed:
    """A deed that leads to its form even while the guard still waits for what the form asks."""
    one = deeds.deed(scene, action)
    return Deed(one.action, one.label, one.how, one.text)


def _work(scene: Scene) -> Status:
    if scene.is_buyer:
        return _work_very_late_buyer(scene) if scene.situation.is_very_late else _work_buyer(scene)
    return _work_seller(scene)


def _work_buyer(scene: Scene) -> Status:
    is_late, in_revision = scene.situation.is_late, scene.situation.state == State.IN_REVISION
    sentence = _("%(other)s delivers by %(due)s.")
    if in_revision:
        sentence = _("%(other)s works on your changes until %(due)s.")
    if is_late:
        sentence = _("%(other)s is late. It was due %(was_due)s.")
    otherwise = _("If it is not there by %(free)s, you can cancel and get %(amount)s back.")
    if in_revision:
        otherwise = _("If it is not there by %(free)s, you can hand it to a moderator.")
    return Status(
        *working(),
        fill(scene, sentence, due=by(scene, scene.due_at), was_due=on(scene, scene.due_at)),
        fill(scene, otherwise, free=by(scene, scene.very_late_at)),
        until=scene.very_late_at if is_late else scene.due_at,
        clock_note=_("until you can cancel") if is_late else "",
        others=deeds.possible(scene, Action.UNDO),
        has_trouble=True,
        is_bad=is_late,
    )


def _work_very_late_buyer(scene: Scene) -> Status:
    in_revision = scene.situation.state == State.IN_REVISION
    stop = on(scene, scene.hard_stop_at)
    otherwise = _(
        "If you do nothing, the order ends %(stop)s and you get everything back. Until then it can be delivered."
    )
    sentence = _("%(other)s is very late. Wait, or cancel and get %(amount)s back.")
    if in_revision:
        sentence = _("%(other)s is very late with your changes. Wait, or let a moderator decide.")
        otherwise = _("If you do nothing, a moderator looks at it %(stop)s.")
    return Status(
        *turn(),
        fill(scene, sentence),
        fill(scene, otherwise, stop=stop),
        until=scene.hard_stop_at,
        main=deeds.deed(scene, Action.CANCEL_LATE),
        has_trouble=True,
        is_bad=True,
    )


def _work_seller(scene: Scene) -> Status:
    now, in_revision = scene.situation, scene.situation.state == State.IN_REVISION
    sentence = _("%(other)s asked for changes. Deliver them by %(due)s.") if in_revision else _("Deliver by %(due)s.")
    otherwise = _("If it is not there by %(free)s, %(other)s can cancel and gets %(amount)s back.")
    until = scene.due_at
    if in_revision:
        otherwise = _("If it is not there by %(free)s, %(other)s can hand it to a moderator.")
    if now.is_late:
        sentence, until = _("You are late. It was due %(was_due)s: deliver now."), scene.very_late_at
    if now.is_very_late:
        sentence, until = _("You are very late: %(other)s can cancel at any moment. Deliver now."), scene.hard_stop_at
        otherwise = _("If nothing comes, the order ends %(stop)s.")
        if in_revision:
            sentence = _("You are very late: %(other)s can hand it to a moderator at any moment. Deliver now.")
            otherwise = _("If nothing comes, a moderator looks at it %(stop)s.")
    return Status(
        *turn(),
        fill(scene, sentence, due=by(scene, scene.due_at), was_due=on(scene, scene.due_at)),
        fill(scene, otherwise, free=by(scene, scene.very_late_at), stop=on(scene, scene.hard_stop_at)),
        until=until,
        main=deeds.deed(scene, Action.DELIVER),
        others=() if now.is_late else deeds.possible(scene, Action.PROPOSE_EXTRA),
        has_trouble=True,
        is_bad=now.is_late,
    )


def _delivered(scene: Scene) -> Status:
    until = scene.timers.get(Action.AUTO_ACCEPT)
    when = by(scene, until)
    if not scene.is_buyer:
        return Status(
            *check(),
            fill(scene, _("%(other)s checks your work until %(when)s."), when=when),
            fill(scene, _("If %(other)s does nothing, it is accepted then and %(receives)s is yours.")),
            until=until,
            others=deeds.possible(scene, Action.PROPOSE_EXTRA),
            has_trouble=True,
        )
    revision = deeds.deed(scene, Action.REQUEST_REVISION)
    otherwise = _("If you do nothing, the order is accepted then and %(other)s is paid.")
    if scene.next_step:
        otherwise = _("If you do nothing, this step is accepted then and %(other)s is paid for it.")
    return Status(
        *check(),
        fill(scene, _("%(other)s delivered. Accept or ask for changes by %(when)s."), when=when),
        fill(scene, otherwise),
        until=until,
        clock_note=_promise_note(scene),
        main=deeds.deed(scene, Action.ACCEPT),
        others=(revision,) if revision.is_possible else (),
        cannot=() if revision.is_possible else (revision.reason,),
        has_trouble=True,
    )


def _promise_note(scene: Scene) -> str:
    return _("delivered late") if scene.situation.is_late else ""


def _awaiting_funding(scene: Scene) -> Status:
    assert scene.next_step is not None  # noqa: S101 - the table leads here only with steps left
    until = scene.timers.get(Action.LAPSE_FUNDING)
    step = {"number": str(scene.next_step.number), "step": scene.next_step.title, "when": by(scene, until)}
    if not scene.is_buyer:
        return Status(
            *working(),
            fill(scene, _("%(other)s decides about step %(number)s, %(step)s, by %(when)s."), **step),
            _("What is accepted is yours, whatever they decide."),
            until=until,
        )
    return Status(
        *turn(),
        fill(scene, _("Pay for step %(number)s, %(step)s, by %(when)s, or stop here."), **step),
        _("If you do nothing, the order ends then with the steps done. You owe nothing for the others."),
        until=until,
        main=None if scene.asked else deeds.deed(scene, Action.FUND_STEP),
        pays=scene.asked,
        others=deeds.possible(scene, Action.STOP),
    )


def _completed(scene: Scene) -> Status:
    review = deeds.deed(scene, Action.REVIEW)
    tip = deeds.possible(scene, Action.TIP) if scene.is_buyer and not scene.taken_back else ()
    open_claim = scene.is_buyer and not deeds.why_not(scene, Action.CLAIM)
    is_quiet = bool(scene.asked) or scene.my_review_is_in or not review.is_possible  # a payment waits: it comes first
    return Status(
        *done(),
        _completed_words(scene),
        _completed_note(scene, open_claim=open_claim),
        until=overlays.clears(scene),
        main=None if is_quiet else review,
        others=((review,) if is_quiet and review.is_possible else ()) + tip,
        pays=scene.asked,
        again_url=scene.again_url,
        has_trouble=open_claim,
    )


def _completed_words(scene: Scene) -> str:
    if scene.taken_back:
        return overlays.taken_back(scene)
    return _completed_buyer(scene) if scene.is_buyer else _completed_seller(scene)


def _completed_buyer(scene: Scene) -> str:
    if scene.ended_by == Action.ENFORCE:
        return _("The decision has been carried out.")
    if scene.ended_by == Action.ACCEPT_REFUND:
        return _("You agreed on a part back, and the order is done.")
    if scene.ended_by in {Action.STOP, Action.LAPSE_FUNDING}:
        return _("It ended with the steps you accepted. Thank you.")
    if scene.ended_by in overlays.COMPLETED_BY:
        return overlays.COMPLETED_BY[scene.ended_by]()
    if scene.ended_by == Action.AUTO_ACCEPT:
        return _("The work was accepted when your time to check ended.")
    return _("You accepted the work. Thank you.")


def _completed_seller(scene: Scene) -> str:
    amount = words.amount(scene.receives)
    if not scene.receives:
        return _("The order is done.")
    if scene.is_doubted and not scene.situation.is_cleared:
        return _("%(share)s is yours as soon as the payment has been checked.") % {"share": amount}
    if not scene.situation.is_cleared:
        return _("%(share)s is yours %(when)s.") % {"share": amount, "when": on(scene, scene.clears_at)}
    if scene.is_sent:
        return _("%(share)s has been sent to you.") % {"share": amount}
    return _("%(share)s is yours and on its way to you.") % {"share": amount}


def _completed_note(scene: Scene, *, open_claim: bool) -> str:
    claim = _("If something turns up, you can make a claim until %(when)s.") if open_claim else ""
    claim = fill(scene, claim, when=by(scene, scene.clears_at))
    notes = overlays.back_note(scene), overlays.who_bears(scene), overlays.tip_note(scene), _reviews_note(scene), claim
    return " ".join(note for note in notes if note)


def _reviews_note(scene: Scene) -> str:
    if scene.my_review_is_in and not scene.situation.reviews_revealed:
        return fill(scene, _("Your review is in. It shows as soon as %(other)s has written one, too."))
    if scene.other_review_is_in and not scene.situation.reviews_revealed:
        return fill(scene, _("%(other)s has reviewed you. Write yours, and both show."))
    return ""


def _cancelled(scene: Scene) -> Status:
    who = _CANCELLED_BY.get(scene.ended_by, lambda: _("The order was cancelled."))()
    review = deeds.deed(scene, Action.REVIEW)
    money = (
        _("%(amount)s went back to %(whom)s.") if scene.is_refunded else _("%(amount)s is on its way back to %(whom)s.")
    )
    whom = _("you") if scene.is_buyer else scene.other
    return Status(
        *stopped(),
        fill(scene, who),
        overlays.taken_back(scene) if scene.ended_by == Action.LOSE_CHARGEBACK else fill(scene, money, whom=whom),
        main=review if review.is_possible and not scene.my_review_is_in else None,
        others=(review,) if review.is_possible and scene.my_review_is_in else (),
    )


_CANCELLED_BY: dict[str, Callable[[], str]] = {
    Action.CANCEL: lambda: _("Cancelled before it began."),
    Action.UNDO: lambda: _("Undone right after paying."),
    Action.GIVE_UP_WAITING: lambda: _("Cancelled: the answers did not come."),
    Action.CANCEL_LATE: lambda: _("Cancelled: the work was very late."),
    Action.HARD_STOP: lambda: _("Cancelled: nothing was delivered."),
    Action.SELLER_CANCEL: lambda: _("Cancelled by the seller."),
    Action.ACCEPT_CANCEL: lambda: _("Cancelled: you both agreed."),
    Action.CANCEL_BY_SILENCE: lambda: _("Cancelled: the proposal to cancel was not answered."),
    Action.ENFORCE: lambda: _("A moderator decided: everything goes back to the buyer."),
    **overlays.CANCELLED_BY,
}
_STATES: dict[str, Callable[[Scene], Status]] = {
    State.REQUESTED: _requested,
    State.DECLINED: _declined,
    State.PENDING_PAYMENT: _pending_payment,
    State.EXPIRED: _expired,
    State.AWAITING_REQUIREMENTS: _awaiting_requirements,
    State.IN_PROGRESS: _work,
    State.IN_REVISION: _work,
    State.DELIVERED: _delivered,
    State.AWAITING_FUNDING: _awaiting_funding,
    State.DISPUTED: quarrels.disputed,
    State.COMPLETED: _completed,
    State.CANCELLED: _cancelled,
}
