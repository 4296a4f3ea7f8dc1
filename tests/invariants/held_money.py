"""Where the money of every order is: payment by payment, order by order, here and at Stripe."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from orders.models import Order, OrderPayment, PaymentState, Purpose
from orders.splits import WHOLE, Part, split
from orders.stakes import division, stake
from orders.states import ENDED, State
from payments.models import Charge, RefundState
from tests.invariants.order_seen import Seen
from tests.invariants.stripe_in_memory import StripeInMemory

_NOT_PAID = (PaymentState.ASKED, PaymentState.LAPSED)
_HELD = {State.AWAITING_REQUIREMENTS, State.IN_PROGRESS, State.DELIVERED, State.IN_REVISION, State.DISPUTED}


@dataclass(frozen=True, slots=True)
class Fate:
    """What is to have become of one payment, if no bank and no age came between: what is not here is held."""

    released: int = 0  # with fees
    refunded: int = 0
    sellers: int = 0  # of what was released


def check(seen: Seen, stripe: StripeInMemory) -> None:
    assert stripe.once_per_release()
    assert stripe.once_per_refund()
    for order in seen.orders:
        rows = seen.payments[order.pk]
        for row in rows:
            row.order = order
        assert {row.charge_id for row in rows} == _charges_of(order, seen), f"{order}: a charge of nobody's"
        _sums(order, rows)
        fates = _fates(order, rows, seen)
        for row in rows:
            charge = seen.charges[row.charge_id]
            _payment(order, row, charge, seen, fates.get(row.charge_id, Fate()))
            _at_stripe(charge, seen, stripe)
        _every_cent(order, rows, seen)


def _charges_of(order: Order, seen: Seen) -> set[uuid.UUID]:
    return {pk for pk, charge in seen.charges.items() if charge.reference == order.reference}


def _sums(order: Order, rows: list[OrderPayment]) -> None:
    """What the order says of its price is what was paid for it."""
    paid = [row for row in rows if row.state == PaymentState.PAID and row.purpose != Purpose.TIP]
    if order.paid_at is None:
        assert not paid
        return
    assert order.price_minor == sum(row.price_minor for row in paid), f"{order}: price"
    assert order.buyer_fee_minor == sum(row.buyer_fee_minor for row in paid), f"{order}: fee"
    done = [row for row in paid if row.step < order.step]
    assert order.done_price_minor == sum(row.price_minor for row in done)
    assert order.done_buyer_fee_minor == sum(row.buyer_fee_minor for row in done)
    assert all(row.step <= order.step for row in paid)


# What is to have become of each payment


def _fates(order: Order, rows: list[OrderPayment], seen: Seen) -> dict[uuid.UUID, Fate]:
    paid = [row for row in rows if row.state == PaymentState.PAID]
    tips = {row.charge_id: Fate(row.price_minor, 0, row.price_minor) for row in paid if row.purpose == Purpose.TIP}
    work = [row for row in paid if row.purpose != Purpose.TIP]
    fates = dict(tips)
    for step in {row.step for row in work}:
        fates |= _of_step(order, [row for row in work if row.step == step], seen)
    return fates


def _of_step(order: Order, rows: list[OrderPayment], seen: Seen) -> dict[uuid.UUID, Fate]:
    at_stake = stake(order, rows)
    is_done = rows[0].step < order.step or _between_steps(order, seen)
    if is_done:
        return {part.charge_id: _fate(part) for part in split(at_stake, WHOLE).parts}
    if order.state == State.COMPLETED:
        return {part.charge_id: _fate(part) for part in division(order, at_stake).parts}
    if order.state == State.CANCELLED:
        return {part.charge_id: _fate(part) for part in split(at_stake, 0).parts}
    assert order.state in _HELD, f"{order} was paid and is {order.state}"
    return {}


def _between_steps(order: Order, seen: Seen) -> bool:
    """What was accepted stays accepted, also where a bank ends the order before the next step is paid."""
    if order.state == State.CANCELLED:
        ends = [event for event in seen.stories[order.pk] if event.state == State.CANCELLED != event.state_before]
        return ends[-1].state_before == State.AWAITING_FUNDING
    return order.state == State.AWAITING_FUNDING


def _fate(part: Part) -> Fate:
    gross = part.price + part.buyer_fee if part.price else part.price
    sellers = part.price - part.seller_fee
    return Fate(gross.amount_minor, part.refund.amount_minor, sellers.amount_minor)


# What has become of it


def _payment(order: Order, row: OrderPayment, charge: Charge, seen: Seen, fate: Fate) -> None:
    name = f"{row} of {order.code}, {row.state}, order {order.state}"
    if row.state in _NOT_PAID:
        assert charge.captured_minor == 0, f"{name}: money came, and nobody noticed"
        return
    if row.state == PaymentState.RETURNED:
        fate = Fate(refunded=charge.captured_minor)
    else:
        assert charge.captured_minor == row.all_in.amount_minor, f"{name}: another amount"
    kept_here = charge.waiting_minor + seen.refunded(charge.pk, RefundState.REFUSED) + seen.waits(charge.pk)
    if order.state in ENDED and not seen.is_claimed(charge.pk):
        assert charge.free_minor <= kept_here, f"{name}: an ended order holds only what Stripe would not return"
    if not seen.was_claimed(charge.pk):
        _exactly(name, charge, seen, fate)
        return
    lost = sum(claim.lost_minor for claim in seen.claims[charge.pk] if claim.settled_at)
    assert charge.lost_minor == lost, f"{name}: lost"
    assert charge.released_minor <= fate.released, f"{name}: released more than was decided"


def _exactly(name: str, charge: Charge, seen: Seen, fate: Fate) -> None:
    old = seen.refunded(charge.pk, old=True)
    unsent = seen.refunded(charge.pk, RefundState.REFUSED, RefundState.WAITING)
    assert charge.released_minor == fate.released - seen.waits(charge.pk) - old, f"{name}: released"
    assert charge.refunded_minor == fate.refunded + old - unsent, f"{name}: refunded"
    assert charge.lost_minor == 0, f"{name}: lost"
    if not old and not seen.waits(charge.pk):
        sellers = sum(release.net_minor for release in seen.releases[charge.pk])
        assert sellers == fate.sellers, f"{name}: the seller's share"


def _at_stripe(charge: Charge, seen: Seen, stripe: StripeInMemory) -> None:
    """Nobody is paid twice: what left Stripe is no more than what came, and than what was decided."""
    if not charge.stripe_charge_id:
        return
    sent = stripe.sent_on(charge.stripe_charge_id)
    owed = sum(debt.amount_minor for debt in seen.debts[charge.pk])
    assert stripe.left_of(charge.stripe_charge_id) + owed >= 0, f"{charge}: more left Stripe than came"
    meant = sum(release.sent_minor - release.reversed_minor for release in seen.releases[charge.pk])
    under_way = sum(release.sent_minor for release in seen.releases[charge.pk] if release.state == "sending")
    assert meant - under_way - _asked_back(charge, seen) <= sent <= meant, f"{charge}: Stripe sent {sent}"


def _asked_back(charge: Charge, seen: Seen) -> int:
    """Reversed at Stripe, and the answer was lost: as much as was ever sent."""
    return sum(release.sent_minor for release in seen.releases[charge.pk]) if seen.was_claimed(charge.pk) else 0


def _every_cent(order: Order, rows: list[OrderPayment], seen: Seen) -> None:
    stands = seen.positions[order.reference]
    mine = [row.charge_id for row in rows]
    borne = sum(claim.written_off_minor for pk in mine for claim in seen.claims[pk] if claim.settled_at)
    repaid = sum(debt.recovered_minor for pk in mine for debt in seen.debts[pk])
    kept_back = sum(release.recovered_minor for pk in mine for release in seen.releases[pk])
    came = stands.captured.amount_minor + stands.owed_by_seller.amount_minor + borne + repaid
    places = (
        stands.held, stands.clearing, stands.available, stands.sending, stands.transferred,
        stands.refunding, stands.refunded, stands.fees, stands.owed_to_buyer, stands.lost,
    )  # fmt: skip
    assert came == sum(place.amount_minor for place in places) + kept_back, f"{order} loses money: {stands}"
    paid = [row for row in rows if seen.charges[row.charge_id].captured_minor]
    assert stands.captured.amount_minor == sum(seen.charges[row.charge_id].captured_minor for row in paid)
    if order.state == State.PENDING_PAYMENT:
        assert not stands.captured
