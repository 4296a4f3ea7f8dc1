"""Buttons for what one side proposes and the other answers, and for the pause: words, money and time of each."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from marketplace.kernel import words
from orders.models import Kind
from orders.states import Action, State
from orders.web.scene import CONFIRM, PAGE, Scene

Described = tuple[str, str, str, bool]  # label, how it works, what happens then, whether it is a danger


def _need_information(scene: Scene) -> Described:
    time = words.duration(int(scene.terms.rules.pause.total_seconds()) // 60)
    text = _("Your clock stands still until %(other)s answers, for %(time)s at most. This is possible %(times)s times.")
    values = {"other": scene.other, "time": time, "times": scene.terms.rules.pauses}
    return _("Ask, and stop the clock"), PAGE, text % values, False


def _reply(scene: Scene) -> Described:
    text = _("“%(question)s” When you have answered, the clock runs again.") % {"question": scene.question}
    return _("Answer"), PAGE, text, False


def _propose_extension(scene: Scene) -> Described:
    text = _("%(other)s says yes or no. Nothing changes before that.") % {"other": scene.other}
    if scene.is_buyer:
        return _("Offer more time"), PAGE, text, False
    return _("Ask for more time"), PAGE, text, False


def _propose_extra(scene: Scene) -> Described:
    if scene.is_buyer:
        text = _("You say what it is worth to you. %(other)s says yes or no, and you pay only then.")
        return _("Ask for an extra"), PAGE, text % {"other": scene.other}, False
    text = _("%(other)s pays it on top, or declines. It is held like the rest, and its time is added to your deadline.")
    label = _("Offer it as an extra") if scene.situation.state == State.IN_REVISION else _("Offer an extra")
    return label, PAGE, text % {"other": scene.other}, False


def _propose_cancel(scene: Scene) -> Described:
    amount = words.amount(scene.all_in)
    if scene.is_buyer:
        text = _("If %(other)s agrees, the order ends and %(amount)s goes back to you. It counts against nobody.")
    else:
        text = _("If %(other)s agrees, the order ends and %(amount)s goes back to them. It counts against nobody.")
    return _("Propose to cancel"), PAGE, text % {"other": scene.other, "amount": amount}, False


def _propose_refund(scene: Scene) -> Described:
    text = _("If %(other)s agrees, the order is done: a part of the price goes back, the rest is paid. This is final.")
    label = _("Ask for a part back") if scene.is_buyer else _("Offer a part back")
    return label, PAGE, text % {"other": scene.other}, False


def _accept_extension(scene: Scene) -> Described:
    offer = scene.offer(Kind.EXTENSION)
    if offer is None:
        return _("Agree"), CONFIRM, "", False
    label = _("Give %(time)s more") if scene.is_buyer else _("Take %(time)s more")
    text = _("The work is then due %(when)s.") % {"when": words.on(offer.due, scene.now)} if offer.due else ""
    return label % {"time": words.duration(offer.minutes)}, CONFIRM, text, False


def _accept_extra(scene: Scene) -> Described:
    offer = scene.offer(Kind.EXTRA)
    if offer is None or offer.pays is None:
        return _("Agree"), CONFIRM, "", False
    amount = words.amount(offer.pays)
    if scene.is_buyer:
        text = _("The payment page opens. %(amount)s is held like the rest, until you accept the work.")
        return _("Accept and pay %(amount)s") % {"amount": amount}, CONFIRM, text % {"amount": amount}, False
    text = _("%(other)s is asked to pay %(amount)s. Begin with it once that is paid.")
    return _("Agree"), CONFIRM, text % {"other": scene.other, "amount": amount}, False


def _accept_cancel(scene: Scene) -> Described:
    amount = words.amount(scene.all_in)
    if scene.is_buyer:
        text = _("The order ends at once. All of it goes back to you.")
        return _("Cancel and get %(amount)s back") % {"amount": amount}, CONFIRM, text, True
    text = _("The order ends at once. %(amount)s goes back to %(other)s. It does not count against you.")
    return _("Agree to cancel"), CONFIRM, text % {"amount": amount, "other": scene.other}, True


def _accept_refund(scene: Scene) -> Described:
    offer = scene.offer(Kind.REFUND)
    if offer is None or offer.back is None or offer.receives is None:
        return _("Agree"), CONFIRM, "", True
    values = {"back": words.amount(offer.back), "receives": words.amount(offer.receives), "other": scene.other}
    if scene.is_buyer:
        text = _("%(back)s comes back to you, %(other)s keeps the rest, and the order is done. This is final.")
        return _("Take %(back)s back") % values, CONFIRM, text % values, True
    text = _("%(back)s goes back to %(other)s, you receive %(receives)s, and the order is done. This is final.")
    return _("Agree and give a part back"), CONFIRM, text % values, True


def _decline(scene: Scene) -> Described:
    text = _("The order goes on as it is. %(other)s can write to you, or open a dispute where that is possible.")
    return _("Decline"), CONFIRM, text % {"other": scene.other}, False


def _take_back(scene: Scene) -> Described:
    return _("Take it back"), CONFIRM, _("The order goes on as it is."), False


DEEDS: dict[str, Callable[[Scene], Described]] = {
    Action.NEED_INFORMATION: _need_information,
    Action.REPLY: _reply,
    Action.PROPOSE_EXTENSION: _propose_extension,
    Action.PROPOSE_EXTRA: _propose_extra,
    Action.PROPOSE_CANCEL: _propose_cancel,
    Action.PROPOSE_REFUND: _propose_refund,
    Action.ACCEPT_EXTENSION: _accept_extension,
    Action.ACCEPT_EXTRA: _accept_extra,
    Action.ACCEPT_CANCEL: _accept_cancel,
    Action.ACCEPT_REFUND: _accept_refund,
    Action.DECLINE_PROPOSAL: _decline,
    Action.TAKE_BACK_PROPOSAL: _take_back,
}

# Behind "Something is wrong"
Asked = tuple[tuple[Action, Callable[[], str]], ...]
BUYER_TROUBLES: Asked = (
    (Action.PROPOSE_EXTRA, lambda: _("I need more than I ordered")),
    (Action.PROPOSE_EXTENSION, lambda: _("It may take longer")),
    (Action.PROPOSE_REFUND, lambda: _("I would take it for less")),
    (Action.PROPOSE_CANCEL, lambda: _("I would rather end it")),
)
SELLER_TROUBLES: Asked = (
    (Action.NEED_INFORMATION, lambda: _("I miss something from the buyer")),
    (Action.PROPOSE_EXTENSION, lambda: _("I need more time")),
    (Action.PROPOSE_EXTRA, lambda: _("The buyer needs more than was ordered")),
    (Action.PROPOSE_REFUND, lambda: _("I can do only a part of it")),
    (Action.PROPOSE_CANCEL, lambda: _("We should end it")),
)
