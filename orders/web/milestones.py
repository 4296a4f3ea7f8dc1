"""The steps of an order that has several: what each costs, what is promised, where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.kernel.money import Money
from orders.models import Order
from orders.states import State
from orders.web.scene import NextStep

_ENDED = frozenset({State.COMPLETED, State.CANCELLED, State.DECLINED, State.EXPIRED})


@dataclass(frozen=True, slots=True)
class Milestone:
    """``tone`` as the stepper's: done, now, or empty."""

    number: int
    title: str
    amount: Money  # all in for the buyer, after the fee for the seller
    minutes: int
    word: str
    tone: str


def milestones(order: Order, *, is_buyer: bool) -> list[Milestone]:
    terms = order.terms
    return [
        Milestone(number, step.title, _amount(order, number, is_buyer=is_buyer), step.promised_minutes, word, tone)
        for number, step in enumerate(terms.steps, start=1)
        for word, tone in [_standing(order, number - 1)]
    ]


def _amount(order: Order, number: int, *, is_buyer: bool) -> Money:
    if is_buyer:
        return order.terms.step_all_in(number - 1)
    price = Money(order.terms.steps[number - 1].price_minor, order.currency)
    return price - order.terms.rules.seller_fee(price)


def _standing(order: Order, position: int) -> tuple[str, str]:
    is_accepted = order.state in {State.AWAITING_FUNDING, State.COMPLETED}
    if position < order.step or (position == order.step and is_accepted):
        return _("Accepted"), "done"
    if position == order.step and order.paid_at and order.state not in _ENDED:
        return _("Now"), "now"
    if order.state in _ENDED:
        return _("Not begun") if position > order.step or not order.paid_at else _("Stopped"), ""
    return (_("Next"), "") if position == order.step + 1 or not order.paid_at else (_("Later"), "")


def next_step(order: Order) -> NextStep | None:
    """What may be paid for when the step that runs is accepted."""
    if not order.has_next_step:
        return None
    rules, step = order.terms.rules, order.terms.steps[order.step + 1]
    price = Money(step.price_minor, order.currency)
    fee = rules.buyer_fee(order.price + price) - rules.buyer_fee(order.price)
    return NextStep(order.step + 2, step.title, price + fee, price - rules.seller_fee(price))
