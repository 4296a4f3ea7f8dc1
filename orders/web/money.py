"""The panel "Your money": lines, a bar, and a sentence in a person's words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.kernel import words
from marketplace.kernel.money import Money
from orders.models import Order, OrderPayment, PaymentState, Purpose
from orders.states import State
from payments.contracts import Position

_NEVER_PAID = frozenset({State.DECLINED, State.EXPIRED, State.CANCELLED})


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    amount: Money
    note: str = ""


@dataclass(frozen=True, slots=True)
class MoneyPanel:
    lines: tuple[Line, ...]
    total: Money
    total_label: str
    sentence: str
    stage: str  # one word: Protected, Yours on 12 May, Paid
    percent: int  # of the bar

    @property
    def lead(self) -> str:
        """The stage before the sentence, unless the sentence says it."""
        return "" if self.stage.casefold() in self.sentence.casefold() else self.stage


def panel(
    *,
    order: Order,
    paid: list[OrderPayment],
    extras: list[Line],
    position: Position,
    is_buyer: bool,
    other: str,
    now: datetime,
) -> MoneyPanel:
    """``extras`` are those that were paid; the order's own amounts hold them, and of ``paid`` all but tips."""
    lines, tips = [*_lines(order), *extras], _tips(paid)
    thanks = [Line(_("Tip"), tips)] if tips else []
    tips = tips or order.price - order.price
    if is_buyer:
        fee = order.all_in - order.price
        lines += [Line(_("Service fee"), fee)] if fee else []
        stage, sentence, percent = _buyer(position, order.state, other)
        return MoneyPanel((*lines, *thanks), order.all_in + tips, _("All in"), sentence, stage, percent)
    back = order.price_at_stake - order.kept
    lines += [Line(_("Back to the buyer"), -back)] if back else []
    fee = order.seller_receives + back - order.price
    lines += [Line(_("Fee of the site"), fee)] if fee else []
    stage, sentence, percent = _seller(_running(order, position), order.state, _clears_at(paid), now)
    return MoneyPanel((*lines, *thanks), order.seller_receives + tips, _("You receive"), sentence, stage, percent)


def receives(order: Order, position: Position) -> Money:
    """What the seller is told of: of work in steps the one at stake, and all of them once nothing clears any more."""
    is_over = order.state == State.COMPLETED and not position.clearing
    return order.seller_receives if is_over else order.receives_at_stake


def is_sent(order: Order, position: Position) -> bool:
    """All that ``receives`` says, also while a tip is still on its way."""
    left = position.available + position.sending
    return bool(position.transferred) and (not left or position.transferred >= receives(order, position))


def _clears_at(paid: list[OrderPayment]) -> datetime | None:
    """When the next payment clears."""
    return min((one.clears_at for one in paid if one.clears_at and not one.cleared_at), default=None)


def _running(order: Order, position: Position) -> Position:
    """While a later step is held, the panel tells of that one; what earlier ones made is on the earnings page."""
    if not (order.step and position.held):
        return position
    nothing = position.held - position.held
    return replace(position, transferred=nothing, sending=nothing, available=nothing, clearing=nothing)


def _lines(order: Order) -> list[Line]:
    """What was asked for until now: of an order in steps those that were paid, or the first."""
    terms = order.terms
    lines = terms.lines[: order.step + 1] if terms.steps else terms.lines
    return [_line(line.title, line.quantity, Money(line.unit_minor, terms.currency)) for line in lines]


def _tips(paid: list[OrderPayment]) -> Money | None:
    given = [one.price_minor for one in paid if one.purpose == Purpose.TIP and one.state == PaymentState.PAID]
    return Money(sum(given), paid[0].order.currency) if given else None


def _line(title: str, quantity: int, unit: Money) -> Line:
    label = f"{title} × {quantity}" if quantity > 1 else title
    return Line(label, unit * quantity)


def _buyer(position: Position, state: str, other: str) -> tuple[str, str, int]:
    back = position.refunded + position.refunding
    given = position.clearing + position.available + position.sending + position.transferred
    if not position.captured:
        return _nothing_paid(state) or (_("Not paid yet"), _("Nothing has been charged."), 0)
    if position.lost or position.charged_back:
        return _bank_buyer(position, back)
    if back and not given:
        return _refund_words(position), _("%(amount)s in all.") % {"amount": words.amount(back)}, 100
    if back:
        text = _("%(back)s came back to you, %(given)s went to %(other)s after fees.")
        return _("Divided"), text % {"back": words.amount(back), "given": words.amount(given), "other": other}, 100
    if state == State.DISPUTED:
        return _("Frozen"), _("%(amount)s is held until it is settled.") % {"amount": words.amount(position.held)}, 100
    if position.held and given:
        text = _("%(amount)s protected. What you accepted before is paid to %(other)s.")
        return _("Protected"), text % {"amount": words.amount(position.held), "other": other}, 100
    if position.held and state == State.COMPLETED:
        text = _("%(amount)s is held until the payment has been checked.")
        return _("Being checked"), text % {"amount": words.amount(position.held)}, 100
    if position.held:
        text = _("%(amount)s protected. Nothing has been paid to %(other)s yet.")
        return _("Protected"), text % {"amount": words.amount(position.held), "other": other}, 100
    return _("Paid"), _("%(amount)s was paid for the work.") % {"amount": words.amount(position.captured)}, 100


def _bank_buyer(position: Position, back: Money) -> tuple[str, str, int]:
    if position.charged_back:
        text = _("Your bank has claimed %(amount)s and decides about it.")
        return _("With your bank"), text % {"amount": words.amount(position.charged_back)}, 100
    text = _("Your bank has given you %(amount)s back.")
    if back:
        text = _("Your bank has given you %(amount)s back, %(back)s came back from here.")
    return _("Back with you"), text % {"amount": words.amount(position.lost), "back": words.amount(back)}, 100


def _refund_words(position: Position) -> str:
    return _("On its way back to you") if position.refunding else _("Back with you")


def _seller(position: Position, state: str, clears_at: datetime | None, now: datetime) -> tuple[str, str, int]:
    if position.owed_by_seller or position.charged_back:
        return _bank_seller(position)
    moving = _moving(position, clears_at, now)
    if moving and position.transferred:
        stage, sentence, percent = moving
        sent = _("%(amount)s has been sent to you before.") % {"amount": words.amount(position.transferred)}
        return stage, f"{sentence} {sent}", percent
    if moving:
        return moving
    if position.transferred:
        text = _("%(amount)s has been sent to you. Your earnings page shows when your bank has it.")
        return _("Paid"), text % {"amount": words.amount(position.transferred)}, 100
    if state == State.DISPUTED:
        return _("Frozen"), _("Nothing moves until the dispute is settled."), 30
    if position.held and state == State.COMPLETED:
        return _("Being checked"), _("Your share is held until the payment has been checked."), 45
    if position.held:
        return _("Protected"), _("The buyer has paid. It is held for you until the work is accepted."), 30
    if position.captured:
        return _("Gone back"), _("Everything went back to the buyer."), 0
    return _nothing_paid(state) or (_("Not paid yet"), _("Begin when the buyer has paid."), 0)


def _nothing_paid(state: str) -> tuple[str, str, int] | None:
    """Of an order that ended before anybody paid."""
    return (_("Not paid"), _("Nothing was charged."), 0) if state in _NEVER_PAID else None


def _moving(position: Position, clears_at: datetime | None, now: datetime) -> tuple[str, str, int] | None:
    """What has been accepted and has not arrived, the last first: a step, or a tip, may come after others."""
    if position.clearing:
        day = words.on(clears_at, now) if clears_at else ""
        text = _("%(amount)s clears until then, so that a claim can be heard.")
        return _("Yours %(when)s") % {"when": day}, text % {"amount": words.amount(position.clearing)}, 60
    if position.available:
        text = _("%(amount)s is yours. It leaves as soon as you can be paid: see your earnings page.")
        return _("Yours"), text % {"amount": words.amount(position.available)}, 75
    if position.sending:
        return _("On its way"), _("%(amount)s is on its way to you.") % {"amount": words.amount(position.sending)}, 85
    return None


def _bank_seller(position: Position) -> tuple[str, str, int]:
    """What went back after it had reached the seller, or what a bank keeps from reaching them."""
    if position.owed_by_seller:
        text = _("%(amount)s had been sent to you and went back to the buyer. It is kept back from later orders.")
        return _("You owe"), text % {"amount": words.amount(position.owed_by_seller)}, 0
    sentence = _("Nothing moves until the buyer's bank has decided.")
    if position.transferred:
        sent = _("%(amount)s has been sent to you before.") % {"amount": words.amount(position.transferred)}
        sentence = f"{sentence} {sent}"
    return _("Frozen"), sentence, 30
