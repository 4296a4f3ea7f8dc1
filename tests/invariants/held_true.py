"""What must hold of every order after every step, whoever did what, and in whatever order it came."""

from __future__ import annotations

from django.db import connection
from django.db.models import Sum

from orders.models import Fault, Order, OrderEvent, Phase, Review, SellerRecord, Timer
from orders.stakes import division_of
from orders.states import ENDED, Action, State
from payments import api as payments
from payments.contracts import Position
from payments.models import Charge, Refund, RefundState, Release, ReleaseState
from payments.services import books
from tests.invariants.stripe_in_memory import StripeInMemory

# Without this timer nothing would happen to the order by itself any more.
_MOVED_BY = {
    State.PENDING_PAYMENT: Action.ASK_EXPIRY,
    State.AWAITING_REQUIREMENTS: Action.GIVE_UP_WAITING,
    State.IN_PROGRESS: Action.HARD_STOP,
    State.IN_REVISION: Action.HARD_STOP,
    State.DELIVERED: Action.AUTO_ACCEPT,
}
_MOVED_BY_PHASE = {
    Phase.ANSWER: Action.DEFAULT_DISPUTE,
    Phase.NEGOTIATION: Action.END_NEGOTIATION,
    Phase.DECIDED: Action.ENFORCE,
}
_OF_ENDED = {Action.CLEAR, Action.REVEAL_REVIEWS}
_PAID_FOR = {State.AWAITING_REQUIREMENTS, State.IN_PROGRESS, State.DELIVERED, State.IN_REVISION, State.DISPUTED}


def check(stripe: StripeInMemory) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    assert books.differences() == []
    assert stripe.once_per_release()
    assert stripe.once_per_refund()
    assert all(stripe.left_of(charge) >= 0 for charge in stripe.charges()), "more left Stripe than came"
    for order in Order.objects.all():
        _money(order)
        _clock(order)
        _story(order)
    _records()


def _money(order: Order) -> None:
    stands = payments.position(order.reference, order.currency)
    refunds = Refund.objects.filter(charge__reference=order.reference)
    bounced = _total(refunds, RefundState.BOUNCED)
    assert stands.captured.amount_minor == bounced + sum(
        part.amount_minor
        for part in (
            stands.held, stands.clearing, stands.available, stands.sending, stands.transferred,
            stands.refunding, stands.refunded, stands.fees,
        )
    ), f"{order} loses money: {stands}"  # fmt: skip
    held = stands.held.amount_minor
    if order.state in _PAID_FOR:
        assert held == stands.captured.amount_minor == order.all_in.amount_minor
    elif order.state == State.PENDING_PAYMENT:
        assert stands.captured.amount_minor == 0
    else:
        assert held == _total(refunds, RefundState.REFUSED), "an ended order holds only what Stripe would not return"
        _shares(order, stands)


def _shares(order: Order, stands: Position) -> None:
    sellers = stands.clearing + stands.available + stands.sending + stands.transferred
    if order.state != State.COMPLETED:
        assert not sellers
        assert not stands.fees
        return
    share = division_of(order)
    assert (sellers, stands.fees) == (share.seller_receives, share.fees)
    assert bool(stands.clearing) == (order.cleared_at is None and bool(share.seller_receives))


def _total(refunds: object, state: RefundState) -> int:
    found = refunds.filter(state=state).aggregate(total=Sum("amount_minor"))  # type: ignore[attr-defined]
    return found["total"] or 0


def _clock(order: Order) -> None:
    kinds = set(Timer.objects.filter(order=order).values_list("kind", flat=True))
    if order.state in ENDED:
        assert kinds <= _OF_ENDED, f"{order.state} with {kinds}"
    must = {_MOVED_BY[State(order.state)]} if order.state in _MOVED_BY else set()
    if order.state == State.DISPUTED:
        phase = order.disputes.get(closed_at=None).phase
        must |= {_MOVED_BY_PHASE[Phase(phase)]} if phase in _MOVED_BY_PHASE else set()
    if order.state == State.COMPLETED and order.cleared_at is None:
        must.add(Action.CLEAR)
    if order.state in ENDED and order.reviews.filter(revealed_at=None).exists():
        must.add(Action.REVEAL_REVIEWS)
    assert must <= kinds, f"{order.state} has lost {must - kinds}"


def _story(order: Order) -> None:
    story = list(OrderEvent.objects.filter(order=order).order_by("version").values_list("version", "at", "state"))
    assert [version for version, _, _ in story] == list(range(1, order.version + 1))
    assert [at for _, at, _ in story] == sorted(at for _, at, _ in story)
    assert story[-1][1:] == (order.last_event_at, order.state)
    assert Charge.objects.filter(reference=order.reference).count() == 1


def _records() -> None:
    for seller_id in set(Order.objects.values_list("seller_id", flat=True)):
        mine = Order.objects.filter(seller_id=seller_id)
        record = SellerRecord.objects.filter(seller_id=seller_id).first() or SellerRecord(seller_id=seller_id)
        broken = mine.filter(state=State.CANCELLED, fault=Fault.SELLER, is_late=True, was_delivered=False).count()
        shown = Review.objects.filter(subject_id=seller_id, role="buyer", revealed_at__isnull=False)
        assert record.completed == mine.filter(state=State.COMPLETED).count()
        assert record.promised == mine.filter(was_delivered=True).count() + broken
        assert record.on_time <= record.promised
        assert record.review_count == shown.count()
        assert record.stars_total == (shown.aggregate(total=Sum("stars"))["total"] or 0)


def check_end(stripe: StripeInMemory) -> None:
    """When everybody has long been silent and Stripe answers: nothing is stuck, and nobody waits for money."""
    for order in Order.objects.all():
        if order.state == State.DISPUTED:
            assert order.disputes.get(closed_at=None).phase in (Phase.DECISION, Phase.SECOND_LOOK)
            continue
        assert order.state in ENDED, f"{order} is stuck in {order.state}"
        assert order.state != State.COMPLETED or order.cleared_at
        assert not Timer.objects.filter(order=order).exists()
        stands = payments.position(order.reference, order.currency)
        assert not stands.available + stands.clearing + stands.sending + stands.refunding, f"{order}: {stands}"
    assert set(Release.objects.values_list("state", flat=True)) <= {ReleaseState.TRANSFERRED, ReleaseState.UNDONE}
    assert sorted(_sent(stripe)) == sorted(
        str(pk) for pk in Release.objects.filter(state=ReleaseState.TRANSFERRED).values_list("pk", flat=True)
    )


def _sent(stripe: StripeInMemory) -> list[str]:
    return [found.metadata["release_id"] for found in stripe.transfers.values()]
