"""From a draft to an order that waits for its payment (row 3)."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from accounts import api as accounts
from inbox import api as inbox
from marketplace.kernel.errors import Conflict, InvalidInput, NotFound
from marketplace.kernel.money import Money
from marketplace.kernel.prepared import prepared
from orders import terms as frozen_terms
from orders.contracts import OrderDraft, Terms
from orders.models import Order, OrderPayment, PaymentState, Purpose
from orders.services import clocks, funds, notices, requirements
from orders.services.transition import By, apply
from orders.states import NEW, Action, Actor
from payments import api as payments
from payments.contracts import ChargeLine

_LONGEST_PROMISE_MINUTES = 30 * 24 * 60
MOST_STEPS = 6


def place_order(draft: OrderDraft, at: datetime) -> uuid.UUID:
    """Places an order and asks for its payment; the same form key again returns the same order.

    Raises InvalidInput for an order of one's own, a price or promise that cannot be, or an answer that
    does not fit its question; AmountOutOfRange, CurrencyNotSettled for what cannot be paid here; Conflict
    where the seller could not be paid for so long that orders to them stop; NotAllowed where one has blocked the
    other. The source has checked that it may be ordered, in the same transaction. Where the terms ask first, the
    seller has to agree before anything is to be paid (row 1).
    """
    _check(draft)
    known = placed_before(draft.form_key, draft.buyer_id)
    if known:
        return known
    check_seller(draft.seller_id, at)
    inbox.check_not_blocked(draft.buyer_id, [draft.seller_id])
    try:
        with transaction.atomic(savepoint=False):
            return _place(draft, at).pk
    except IntegrityError:
        # A source that has locked what it sells is alone with its form; for one that has not, its transaction is over.
        known = None if connection.in_atomic_block else placed_before(draft.form_key, draft.buyer_id)
        if known is None:
            raise
        return known


def _check(draft: OrderDraft) -> None:
    if draft.buyer_id == draft.seller_id:
        raise InvalidInput(_("This is your own gig. You cannot order from yourself."), code="own_gig")
    if draft.terms.price.amount_minor <= 0:
        raise InvalidInput(_("The price must be more than nothing."), code="price")
    promises = [step.promised_minutes for step in draft.terms.steps] or [draft.terms.promised_minutes]
    if not all(0 < minutes <= _LONGEST_PROMISE_MINUTES for minutes in promises):
        raise InvalidInput(_("A promise is between one minute and 30 days."), code="promise")
    _check_steps(draft.terms)


def _check_steps(terms: Terms) -> None:
    """Every step can be paid for, and has its line: what is found here was written by a source."""
    if len(terms.steps) > MOST_STEPS:
        raise InvalidInput(_("At most %(most)s steps.") % {"most": MOST_STEPS}, code="steps")
    lines = [line.quantity * line.unit_minor for line in terms.lines]
    if terms.steps and lines != [step.price_minor for step in terms.steps]:
        raise ValueError("each step needs one line with its price")
    for step in range(len(terms.steps)):
        payments.check_charge(terms.step_all_in(step))


def check_seller(seller_id: int, at: datetime) -> None:
    """Raises Conflict where they are suspended, or could not be paid for so long that nothing more may be ordered."""
    if accounts.suspended([seller_id]):
        raise Conflict(_("This seller takes no orders just now."), code="seller_out")
    if payments.payout_status(seller_id).stops_orders(at):
        text = _("This seller takes no new orders just now: they have to set up their payouts first.")
        raise Conflict(text, code="seller_not_payable")


def placed_before(form_key: str, buyer_id: int) -> uuid.UUID | None:
    """The order that this form already became. Raises Conflict where it is somebody else's."""
    pk, placed_by = _BY_FORM.first(form_key) or (None, None)
    if pk and placed_by != buyer_id:
        raise Conflict(_("This form was used by somebody else. Start again from the gig."), code="form_key")
    return pk


_BY_FORM = prepared(lambda key: Order.objects.filter(form_key=key).values_list("pk", "buyer_id"))


def _place(draft: OrderDraft, at: datetime) -> Order:
    terms = draft.terms
    buyer_fee = terms.rules.buyer_fee(terms.first_price)
    payments.check_charge(terms.first_price + buyer_fee)
    order = Order(
        form_key=draft.form_key,
        buyer_id=draft.buyer_id,
        seller_id=draft.seller_id,
        source_kind=draft.source_kind,
        source_ref=draft.source_ref,
        state=NEW,
        title=terms.title[:200],
        terms_json=frozen_terms.to_json(terms),
        currency=terms.currency,
        price_minor=terms.first_price.amount_minor,
        buyer_fee_minor=buyer_fee.amount_minor,
        placed_at=at,
        last_event_at=at,
    )
    asks = terms.asks_first and not draft.is_agreed
    if not asks:
        ask_payment(order, at, draft.address, draft.buyer_email)
    action, timers = (Action.REQUEST, clocks.request) if asks else (Action.PLACE, clocks.payment_window)
    change = apply(order, action, By(Actor.BUYER, draft.buyer_id), at, timers=timers(at, terms))
    requirements.keep(order, {key: text for key, text in draft.answers.items() if text}, {}, at)
    if asks:
        until = at + terms.rules.request_answer
        notices.tell(change, Actor.SELLER, "order_request", receives=order.receives_at_stake, until=until)
    return order


def ask_payment(order: Order, at: datetime, address: str = "", email: str = "") -> None:
    """The first payment: all of it, or the first step. The order carries it and is still to be saved."""
    terms = order.terms
    lines = terms.lines[:1] if terms.steps else terms.lines
    fee = Money(order.buyer_fee_minor, order.currency)
    asked = funds.ask(
        order,
        key="charge",
        purpose=Purpose.ORDER,
        price=order.price,
        buyer_fee=fee,
        lines=[ChargeLine(line.title, line.quantity, Money(line.unit_minor, terms.currency)) for line in lines],
        at=at,
        address=address,
        email=email,
    )
    order.charge_id = asked.charge_id


_ASKED = prepared(
    lambda order, buyer: (
        OrderPayment.objects.filter(order=order, order__buyer=buyer, state=PaymentState.ASKED)
        .order_by("-asked_at")
        .values_list("charge_id")[:1]
    )
)


def checkout_url(*, order_id: uuid.UUID, buyer_id: int, at: datetime) -> str:
    """The hosted payment page of an order that waits for its payment. Speaks to the provider: outside any transaction.

    Raises NotFound for anybody but the buyer, Conflict where nothing is to be paid, DomainError where the provider
    is away.
    """
    asked = _ASKED.first(order_id, buyer_id)
    if asked:
        return payments.checkout_url(asked[0], at)
    if not Order.objects.filter(pk=order_id, buyer_id=buyer_id).exists():
        raise NotFound(_("There is no such order."))
    raise Conflict(_("There is nothing to pay for this order."), code="nothing_to_pay")
