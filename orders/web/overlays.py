"""What both sides are told while something from outside stops an order: a bank, a suspension, a doubted payment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.kernel import words
from orders.states import Action, State
from orders.web import deeds
from orders.web.deeds import Deed
from orders.web.scene import PAGE, Scene
from orders.web.status import Status, by, fill, on, stopped, turn

TELL_BANK = "tell_bank"  # no step of the order


COMPLETED_BY: dict[str, Callable[[], str]] = {
    Action.SETTLE: lambda: _("You agreed on an amount: it is settled."),
    Action.DIVIDE_OVERDUE: lambda: _("The payment was held for 85 days, and was divided as agreed at the start."),
}
CANCELLED_BY: dict[str, Callable[[], str]] = {
    Action.SETTLE: lambda: _("You agreed: everything goes back to the buyer."),
    Action.DIVIDE_OVERDUE: lambda: _("The payment was held for 85 days: everything goes back, as agreed at the start."),
    Action.CANCEL_HELD: lambda: _("Cancelled: the seller was suspended."),
    Action.DISPOSE: lambda: _("Cancelled: one of the two sides stayed suspended."),
    Action.LOSE_CHARGEBACK: lambda: _("The buyer's bank took the payment back."),
}


def charged_back(scene: Scene) -> Status:
    if scene.is_buyer:
        return Status(
            *stopped(),
            _("Your bank has claimed this payment back. The order rests until the bank has decided."),
            _("If you did not ask for that, tell your bank: it can withdraw the claim."),
        )
    if scene.tells_bank:
        return _your_side(scene)
    return Status(
        *stopped(),
        _("The buyer's bank has claimed the payment back. The order rests until the bank has decided."),
        _("Every deadline has stopped. We send the bank what happened here; you need not work on meanwhile."),
    )


def _your_side(scene: Scene) -> Status:
    text = _("The bank reads it together with the log of this order. You can change it until we send it.")
    if scene.bank_was_told:
        return _told(scene, Deed(TELL_BANK, _("Change what you wrote"), PAGE, text))
    sentence = _("The buyer's bank has claimed the payment back. Say what happened by %(when)s.")
    if scene.bank_until is None:
        sentence = _("The buyer's bank has claimed the payment back. Say what happened.")
    return Status(
        *turn(),
        fill(scene, sentence, when=by(scene, scene.bank_until)),
        _("If you write nothing, we send the log of the order alone. Every deadline has stopped."),
        until=scene.bank_until,
        main=Deed(TELL_BANK, _("Tell your side"), PAGE, text),
        is_bad=True,
    )


def _told(scene: Scene, change: Deed) -> Status:
    """The seller has written; nothing more is asked of them."""
    otherwise = _("You can change it until we send it. Every deadline has stopped.")
    if scene.bank_until:
        otherwise = _("You can change it until we send it, by %(when)s. Every deadline has stopped.")
    return Status(
        *stopped(),
        _("The buyer's bank has claimed the payment back. It will read your side."),
        fill(scene, otherwise, when=by(scene, scene.bank_until)),
        others=(change,),
    )


def taken_back(scene: Scene) -> str:
    """The bank has decided for the buyer."""
    taken = words.amount(scene.taken_back) if scene.taken_back else ""
    if scene.is_buyer:
        return _("Your bank has given you %(taken)s back.") % {"taken": taken}
    if scene.situation.state == State.CANCELLED:
        return fill(scene, _("%(other)s has %(taken)s back from the bank."), taken=taken)
    if scene.site_bears_it:
        return fill(scene, _("The buyer's bank has taken %(taken)s back. Your %(receives)s stays yours."), taken=taken)
    return _("The buyer's bank has taken %(taken)s back, and your share with it.") % {"taken": taken}


def clears(scene: Scene) -> datetime | None:
    """The seller's countdown to their money, where any still comes."""
    waits = scene.is_doubted or (scene.taken_back and not scene.site_bears_it)
    if scene.is_buyer or scene.situation.is_cleared or waits:
        return None
    return scene.clears_at


def who_bears(scene: Scene) -> str:
    """Of an order that had ended, for its seller."""
    if scene.is_buyer or not scene.taken_back:
        return ""
    if scene.site_bears_it:
        return _("The site bears the loss, not you.")
    if scene.owed:
        owed = words.amount(scene.owed)
        return _("%(owed)s had reached you: it is kept back from later orders, as your earnings page shows.") % {
            "owed": owed
        }
    return ""


def back_note(scene: Scene) -> str:
    """To the buyer of an order that ended with a part of the price."""
    if not scene.is_buyer or not scene.came_back or scene.taken_back:
        return ""
    text = _("%(back)s went back to you.") if scene.is_refunded else _("%(back)s is on its way back to you.")
    return text % {"back": words.amount(scene.came_back)}


def tip_note(scene: Scene) -> str:
    """Of an order that is done, what its buyer has begun to pay."""
    return _("Your tip of %(tip)s is not paid yet.") % {"tip": words.amount(scene.asked)} if scene.asked else ""


def on_hold(scene: Scene) -> Status:
    """One of the two is suspended; who is reads why elsewhere, and sees this only where both are."""
    until = scene.timers.get(Action.DISPOSE)
    cancel = deeds.deed(scene, Action.CANCEL_HELD)
    otherwise = _("Every deadline stands still, and nobody can lose anything by waiting.")
    if until and scene.situation.was_delivered:
        otherwise = fill(scene, _("If that does not change, a moderator looks at it %(when)s."), when=on(scene, until))
    elif until:
        text = _("If that does not change, the order ends %(when)s and %(amount)s goes back to %(other)s.")
        if scene.is_buyer:
            text = _("If that does not change, the order ends %(when)s and %(amount)s comes back to you.")
        otherwise = fill(scene, text, when=on(scene, until))
    if cancel.is_possible:
        return Status(
            *turn(),
            fill(scene, _("%(other)s is suspended. Wait, or cancel and get %(amount)s back at once.")),
            otherwise,
            until=until,
            main=cancel,
            is_bad=True,
        )
    return Status(
        *stopped(),
        fill(scene, _("The order is on hold: %(other)s is suspended. Your money is safe where it is.")),
        otherwise,
        until=until,
    )


def doubt_note(scene: Scene) -> str:
    """Beside the sentence, for both sides, while a payment is being checked."""
    if not scene.is_doubted:
        return ""
    if scene.is_buyer:
        return _("Your card's bank has doubts about this payment, so we look at it, usually within a day. "
                 "You need not do anything, and you can accept work as always.")  # fmt: skip
    return _("The card's bank has doubts about this payment, so we look at it, usually within a day. "
             "Accepted work becomes yours as soon as that is done.")  # fmt: skip
