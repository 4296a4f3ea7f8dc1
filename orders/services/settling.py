"""What ends a dispute without a decision: an answer that gives what was asked, or sealed final offers that meet.

The offers are two numbers that only the site sees (row 38).
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel import words
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money
from orders.models import Dispute, Fault, Order, Outcome, Phase
from orders.services import division, notices
from orders.services.disputes import Case, add_evidence, files_of, running, statement_of, step
from orders.services.transition import SYSTEM, apply, check, lock, party
from orders.splits import Split, keep
from orders.stakes import stake_of
from orders.states import Action, Actor


def answer_dispute(*, order_id: uuid.UUID, actor_id: int, case: Case, at: datetime) -> bool:
    """Row 35: the other side is heard. True where it gives what was asked: then it is settled, at that amount.

    Raises InvalidInput as ``open_dispute`` does.
    """
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.ANSWER_DISPUTE, by, at)
        errors: dict[str, str] = {}
        statement = statement_of(order, case, errors)
        if errors:
            raise InvalidInput(_("This cannot be sent yet."), code="dispute", fields=errors)
        dispute, timers = running(order), {}
        if dispute.phase == Phase.ANSWER:
            dispute.phase = Phase.NEGOTIATION
            timers = {Action.END_NEGOTIATION.value: at + step(order)}
        dispute.answer, dispute.answered_at = statement, at
        dispute.offered_minor, dispute.answer_unmet = case.back.amount_minor, sorted(case.unmet)
        data = {"statement": statement, "offered_minor": case.back.amount_minor}
        change = apply(
            order, Action.ANSWER_DISPUTE, by, at,
            data=data, timers=timers, drop=[Action.REMIND_ANSWER, Action.DEFAULT_DISPUTE],
        )  # fmt: skip
        if dispute.is_granted:
            dispute.sealed_buyer_minor = dispute.sealed_seller_minor = dispute.asked_minor
        dispute.save()
        add_evidence(dispute, by.role, files_of(by, case, at), at)
        if dispute.is_granted:
            settle(order, at)
        else:
            other = Actor.BUYER if by.role == Actor.SELLER else Actor.SELLER
            notices.tell(change, other, "order_dispute_answered", offered=case.back, statement=statement[:500])
        return dispute.is_granted


def offer(*, order_id: uuid.UUID, actor_id: int, back: Money, at: datetime) -> bool:
    """Row 38: of the price so much goes back to the buyer: at least (the buyer's), at most (the seller's).

    A later one takes the place of one's earlier. True where the two meet: then it is settled. Neither the event nor
    any notice says the number. Raises InvalidInput for an amount that cannot be.
    """
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.OFFER, by, at)
        _check_amount(order, back)
        dispute = running(order)
        before = dispute.sealed_of(by.role)
        if before == back:
            return False  # a second click
        if by.role == Actor.BUYER:
            dispute.sealed_buyer_minor = back.amount_minor
        else:
            dispute.sealed_seller_minor = back.amount_minor
        dispute.save(update_fields=["sealed_buyer_minor", "sealed_seller_minor"])
        change = apply(order, Action.OFFER, by, at)
        if dispute.offers_meet:
            settle(order, at)
            return True
        if before is None:
            other = Actor.BUYER if by.role == Actor.SELLER else Actor.SELLER
            notices.tell(change, other, "order_dispute_offer")
        return False


def _check_amount(order: Order, back: Money) -> None:
    price = order.price_at_stake
    message = ""
    if back.currency != order.currency or not 0 <= back.amount_minor <= price.amount_minor:
        message = _("Between nothing and the whole price of %(price)s.") % {"price": words.amount(price)}
    elif not back.is_payable:
        message = _("An amount like this cannot be paid: round it.")
    if message:
        raise InvalidInput(message, fields={"back": message})


def settle(order: Order, at: datetime) -> None:
    """Row 38b: at the middle of what each side named, rounded to what can be paid."""
    check(order, Action.SETTLE, SYSTEM, at)
    dispute = running(order)
    part = middle(order, dispute)
    change = division.end(order, Action.SETTLE, SYSTEM, part, at, fault=Fault.NEUTRAL)
    division.close(dispute, Outcome.SETTLED, at)
    back = order.price_at_stake - part.price
    notices.tell_both(change, "order_dispute_settled", back=back, refund=part.refund, receives=part.seller_receives)


def middle(order: Order, dispute: Dispute) -> Split:
    """Half-way between two offers that meet."""
    buyer, seller = dispute.sealed_of(Actor.BUYER), dispute.sealed_of(Actor.SELLER)
    assert buyer is not None  # noqa: S101 - they meet
    assert seller is not None  # noqa: S101
    price = order.price_at_stake
    kept = (price - buyer + price - seller).portion(1, 2)
    return keep(stake_of(order), kept)
