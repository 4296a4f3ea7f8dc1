"""From a draft to an order that waits for its payment (row 3)."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel.errors import Conflict, InvalidInput, NotFound
from marketplace.kernel.money import Money
from orders import terms as frozen_terms
from orders.contracts import OrderDraft, Terms
from orders.models import Order
from orders.services import clocks, requirements
from orders.services.transition import By, apply
from orders.states import NEW, Action, Actor, State
from payments import api as payments
from payments.contracts import ChargeLine, ChargeRequest

_LONGEST_PROMISE_MINUTES = 30 * 24 * 60


def place_order(draft: OrderDraft, at: datetime) -> uuid.UUID:
    """Places an order and asks for its payment; the same form key again returns the same order.

    Raises InvalidInput for an order of one's own, a price or promise that cannot be, or an answer that
    does not fit its question; AmountOutOfRange, CurrencyNotSettled for what cannot be paid here; Conflict
    where the seller could not be paid for so long that orders to them stop. The source has checked that it
    may be ordered, in the same transaction.
    """
    _check(draft)
    with transaction.atomic():
        known = _placed_before(draft)
        if known:
            return known
        _check_seller(draft, at)
        try:
            with transaction.atomic():
                return _place(draft, at).pk
        except IntegrityError:
            known = _placed_before(draft)
            if known is None:
                raise
            return known


def _check(draft: OrderDraft) -> None:
    if draft.buyer_id == draft.seller_id:
        raise InvalidInput(_("This is your own gig. You cannot order from yourself."), code="own_gig")
    if draft.terms.price.amount_minor <= 0:
        raise InvalidInput(_("The price must be more than nothing."), code="price")
    if not 0 < draft.terms.promised_minutes <= _LONGEST_PROMISE_MINUTES:
        raise InvalidInput(_("A promise is between one minute and 30 days."), code="promise")


def _check_seller(draft: OrderDraft, at: datetime) -> None:
    if payments.payout_status(draft.seller_id).stops_orders(at):
        text = _("This seller takes no new orders just now: they have to set up their payouts first.")
        raise Conflict(text, code="seller_not_payable")


def _placed_before(draft: OrderDraft) -> uuid.UUID | None:
    order = Order.objects.filter(form_key=draft.form_key).only("pk", "buyer_id").first()
    if order and order.buyer_id != draft.buyer_id:
        raise Conflict(_("This form was used by somebody else. Start again from the gig."), code="form_key")
    return order.pk if order else None


def _place(draft: OrderDraft, at: datetime) -> Order:
    terms = draft.terms
    payments.check_charge(terms.all_in)
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
        price_minor=terms.price.amount_minor,
        buyer_fee_minor=terms.buyer_fee.amount_minor,
        placed_at=at,
        last_event_at=at,
    )
    apply(order, Action.PLACE, By(Actor.BUYER, draft.buyer_id), at, timers=clocks.payment_window(at, terms))
    requirements.keep(order, {key: text for key, text in draft.answers.items() if text}, {}, at)
    order.charge_id = payments.request_charge(_charge(order, terms, draft.address), at).id
    order.save(update_fields=["charge_id"])
    return order


def _charge(order: Order, terms: Terms, address: str) -> ChargeRequest:
    page = reverse("orders:detail", args=[order.pk])
    lines = [ChargeLine(line.title, line.quantity, Money(line.unit_minor, terms.currency)) for line in terms.lines]
    if terms.buyer_fee:
        lines.append(ChargeLine(_("Service fee"), 1, terms.buyer_fee))
    return ChargeRequest(
        key=f"{order.reference}:charge",
        reference=order.reference,
        purpose="order",
        payer_id=order.buyer_id,
        payer_email=accounts.email_of(order.buyer_id),
        lines=tuple(lines),
        window=terms.rules.payment_window,
        success_path=f"{page}?paid=1",
        cancel_path=page,
        address=address,
    )


def checkout_url(*, order_id: uuid.UUID, buyer_id: int, at: datetime) -> str:
    """The hosted payment page of an order that waits for its payment. Speaks to the provider: outside any transaction.

    Raises NotFound for anybody but the buyer, Conflict where nothing is to be paid, DomainError where the provider
    is away.
    """
    order = Order.objects.filter(pk=order_id, buyer_id=buyer_id).first()
    if order is None:
        raise NotFound(_("There is no such order."))
    if order.state != State.PENDING_PAYMENT or order.charge_id is None:
        raise Conflict(_("There is nothing to pay for this order."), code="nothing_to_pay")
    return payments.checkout_url(order.charge_id, at)
