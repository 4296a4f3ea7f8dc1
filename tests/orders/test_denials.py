"""Whatever the table does not hold is refused in every state to every actor, and nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import User
from marketplace.kernel.errors import DomainError, NotAllowed
from marketplace.kernel.transitions import IllegalTransition
from orders import api
from orders.models import Order
from orders.services.timers import HANDLERS
from orders.services.transition import SYSTEM, apply, check
from orders.states import TABLE, Action, Actor, State
from payments import api as payments
from payments.events import ChargeCaptured
from payments.operations import executor
from tests.orders.scenes import DAY, HOUR, Desk, eur, expired_session, get, snapshot
from tests.orders.scenes_proposals import WHY

Call = Callable[[Desk, Order, User], None]
LATER = 6 * HOUR


def _simple(function: Callable[..., None], **more: object) -> Call:
    def call(desk: Desk, order: Order, who: User) -> None:
        function(order_id=order.pk, actor_id=who.pk, at=desk.at + LATER, **more)

    return call


def _deliver(desk: Desk, order: Order, who: User) -> None:
    handover = api.Handover("Here it is.", [], ["https://example.org/result"], frozenset({0, 1}))
    api.deliver(order_id=order.pk, actor_id=who.pk, handover=handover, at=desk.at + LATER)


PERSONAL: dict[str, Call] = {
    Action.ACCEPT_REQUEST: _simple(api.accept_request),
    Action.DECLINE_REQUEST: _simple(api.decline_request, reason="I am away until Thursday."),
    Action.WITHDRAW_REQUEST: _simple(api.withdraw_request),
    Action.SUBMIT: _simple(api.submit, texts={"shop": "a.example", "tone": "Dry"}, files={}),
    Action.START: _simple(api.start),
    Action.CANCEL: _simple(api.cancel),
    Action.UNDO: _simple(api.undo),
    Action.CANCEL_LATE: _simple(api.cancel_late),
    Action.SELLER_CANCEL: _simple(api.seller_cancel, reason="My machine broke down."),
    Action.NEED_INFORMATION: _simple(api.need_information, question="Which of the two logos is it?"),
    Action.REPLY: _simple(api.reply, text="The green one.", files=[]),
    Action.PROPOSE_EXTENSION: _simple(api.propose_extension, minutes=60, text=WHY),
    Action.PROPOSE_EXTRA: _simple(api.propose_extra, title="Ten more", price=eur(1_200), minutes=60, text=""),
    Action.PROPOSE_CANCEL: _simple(api.propose_cancel, text=WHY),
    Action.PROPOSE_REFUND: _simple(api.propose_refund, amount=eur(1_000), text=WHY),
    Action.ACCEPT_EXTENSION: _simple(api.accept_extension, proposal_id=1),
    Action.ACCEPT_EXTRA: _simple(api.accept_extra, proposal_id=1),
    Action.ACCEPT_CANCEL: _simple(api.accept_cancel, proposal_id=1),
    Action.ACCEPT_REFUND: _simple(api.accept_refund, proposal_id=1),
    Action.DECLINE_PROPOSAL: _simple(api.decline_proposal, proposal_id=1),
    Action.TAKE_BACK_PROPOSAL: _simple(api.take_back_proposal, proposal_id=1),
    Action.DELIVER: _deliver,
    Action.ACCEPT: _simple(api.accept),
    Action.EXTEND_REVIEW: _simple(api.extend_review),
    Action.REQUEST_REVISION: _simple(api.request_revision, reason="Please shorten rows 31 to 42."),
    Action.FUND_STEP: _simple(api.fund_step),
    Action.STOP: _simple(api.stop),
    Action.OPEN_DISPUTE: lambda desk, order, who: desk.dispute(order, desk.at + LATER, by=who),
    Action.ANSWER_DISPUTE: lambda desk, order, who: desk.answer(order, desk.at + LATER, by=who),
    Action.WITHDRAW: _simple(api.withdraw),
    Action.OFFER: lambda desk, order, who: desk.offer(order, 1_000, desk.at + LATER, by=who),
    Action.APPEAL: lambda desk, order, who: desk.appeal(order, desk.at + LATER, by=who),
    Action.WAIVE: _simple(api.waive),
    Action.TIP: _simple(api.tip, amount=eur(500)),
    Action.REVIEW: _simple(api.review, verdict=api.Verdict(5, 5, 5, 5)),
    Action.CANCEL_HELD: _simple(api.cancel_held),
}


def _expired(desk: Desk) -> Order:
    from payments.models import Charge, OperationKind, StripeOperation

    order = desk.pending()
    charge = Charge.objects.get(pk=order.charge_id)
    op = StripeOperation.objects.get(kind=OperationKind.CREATE_SESSION, subject=str(charge.pk))
    executor.complete(op.id, expired_session(charge), desk.at + HOUR)
    return get(order.pk)


STATES: dict[State, Callable[[Desk], Order]] = {
    State.REQUESTED: Desk.requested,
    State.DECLINED: Desk.declined,
    State.PENDING_PAYMENT: Desk.pending,
    State.EXPIRED: _expired,
    State.AWAITING_REQUIREMENTS: Desk.waiting,
    State.IN_PROGRESS: Desk.in_progress,
    State.DELIVERED: Desk.delivered,
    State.IN_REVISION: Desk.in_revision,
    State.AWAITING_FUNDING: Desk.awaiting_funding,
    State.DISPUTED: Desk.disputed,
    State.COMPLETED: Desk.completed,
    State.CANCELLED: Desk.cancelled,
}


def _is_listed(state: str, action: str, actor: str) -> bool:
    try:
        TABLE.find(state, action, actor)
    except IllegalTransition:
        return False
    return True


def _refused(call: Callable[[], None]) -> None:
    with pytest.raises(DomainError), transaction.atomic():
        call()


@pytest.mark.parametrize("state", State)
def test_people(desk: Desk, stranger: User, state: State) -> None:
    order = STATES[state](desk)
    assert order.state == state
    before = snapshot(order)
    people = {Actor.BUYER: desk.buyer, Actor.SELLER: desk.seller, "stranger": stranger, Actor.STAFF: desk.moderator}
    denied = 0
    for role, person in people.items():
        for action, call in PERSONAL.items():
            # After the end a dispute is a claim, which is the buyer's alone.
            asked = Action.CLAIM if (action, state) == (Action.OPEN_DISPUTE, State.COMPLETED) else action
            if not _is_listed(state, asked, role):
                _refused(lambda call=call, person=person: call(desk, order, person))  # type: ignore[misc]
                denied += 1
    assert snapshot(order) == before
    assert denied >= 2 * len(PERSONAL)  # a stranger and staff may do nothing at all


@pytest.mark.parametrize("state", State)
def test_the_clock(desk: Desk, state: State) -> None:
    order = STATES[state](desk)
    before = snapshot(order)
    for action in HANDLERS:
        if not _is_listed(state, action, Actor.SYSTEM):
            with pytest.raises(IllegalTransition), transaction.atomic():
                check(get(order.pk), Action(action), SYSTEM, desk.at + 40 * DAY)
    assert snapshot(order) == before


@pytest.mark.parametrize("state", State)
def test_staff(desk: Desk, stranger: User, state: State) -> None:
    order = STATES[state](desk)
    before = snapshot(order)
    for who in (desk.buyer, desk.seller, stranger):
        _refused(lambda who=who: desk.decide(order, 50, desk.at + LATER, by=who))  # type: ignore[misc]
    if state != State.DISPUTED:
        _refused(lambda: desk.decide(order, 50, desk.at + LATER))
        _refused(lambda: api.confirm_decision(order_id=order.pk, moderator_id=desk.moderator.pk, at=desk.at + LATER))
    assert snapshot(order) == before


@pytest.mark.parametrize("state", STATES)
def test_while_an_order_is_on_hold_only_what_cannot_hurt_is_possible(desk: Desk, state: State) -> None:
    order = STATES[state](desk)
    desk.suspend(desk.seller, desk.at + 5 * HOUR)
    if get(order.pk).on_hold_at is None:
        return
    before = snapshot(order)
    for person in (desk.buyer, desk.seller, desk.moderator):
        for action, call in PERSONAL.items():
            if (action, person) != (Action.CANCEL_HELD, desk.buyer):
                _refused(lambda call=call, person=person: call(desk, order, person))  # type: ignore[misc]
    for by in (desk.moderator, desk.buyer):
        _refused(lambda by=by: desk.decide(order, 50, desk.at + LATER, by=by))  # type: ignore[misc]
    assert snapshot(order) == before


@pytest.mark.parametrize("action", [Action.PLACE, Action.PAY, Action.EXPIRE, Action.ENFORCE])
def test_the_one_function_refuses_what_the_table_lacks(desk: Desk, action: Action) -> None:
    order = desk.delivered()
    before = snapshot(order)
    with pytest.raises(IllegalTransition):
        apply(order, action, SYSTEM, desk.at + DAY)
    assert snapshot(order) == before


def test_a_moderator_who_is_a_party_decides_nothing(desk: Desk) -> None:
    order = desk.heard()
    User.objects.filter(pk=desk.seller.pk).update(is_moderator=True)
    with pytest.raises(NotAllowed, match="part of this order"):
        desk.decide(order, 100, desk.at + DAY, by=desk.seller)
    assert order.disputes.get().percent is None


def test_nobody_orders_from_themselves(desk: Desk) -> None:
    with pytest.raises(DomainError) as refused:
        desk.pending(buyer_id=desk.seller.pk)
    assert (refused.value.code, Order.objects.count()) == ("own_gig", 0)


def test_the_same_form_places_one_order(desk: Desk) -> None:
    draft = desk.draft(form_key="once")
    assert api.place_order(draft, desk.at) == api.place_order(draft, desk.at + HOUR)
    assert (Order.objects.count(), payments.charges_of(Order.objects.get().reference)[0].amount) == (1, eur(5_974))


def test_somebody_elses_form_key_is_refused(desk: Desk, stranger: User) -> None:
    api.place_order(desk.draft(form_key="once"), desk.at)
    with pytest.raises(DomainError) as refused:
        api.place_order(desk.draft(form_key="once", buyer_id=stranger.pk), desk.at)
    assert (refused.value.code, Order.objects.count()) == ("form_key", 1)


def test_a_capture_told_twice_is_one_payment(desk: Desk) -> None:
    from orders.subscribers import charge_captured

    order = desk.in_progress()
    before = snapshot(order)
    assert order.charge_id
    charge_captured(ChargeCaptured(order.charge_id, order.reference, "order", order.all_in, desk.at + HOUR))
    assert snapshot(order) == before


def test_a_payment_of_another_amount_goes_back_whole(desk: Desk) -> None:
    order = desk.pay(desk.pending(), desk.at, minor=100)
    assert order.state == State.EXPIRED
    assert (order.paid_at, payments.position(order.reference, "EUR").refunding) == (None, eur(100))
    assert list(order.events.values_list("action", flat=True)) == [Action.PLACE, Action.REJECT_PAYMENT]


def test_a_payment_after_the_window_goes_back_whole(desk: Desk) -> None:
    from payments.models import Charge
    from payments.services.captures import record_session
    from tests.orders.scenes import paid_session

    order = _expired(desk)
    charge = Charge.objects.get(pk=order.charge_id)
    for _twice in range(2):
        with transaction.atomic():
            record_session(charge.pk, paid_session(charge, 5_974), desk.at + 2 * HOUR)
    assert get(order.pk).state == State.EXPIRED
    assert payments.position(order.reference, "EUR").refunding == eur(5_974)
    assert order.events.filter(action=Action.RETURN_PAYMENT).count() == 1


def test_an_order_expires_only_when_the_provider_says_so(desk: Desk) -> None:
    order = desk.pending()
    api.run_due(desk.at + timedelta(minutes=30), order.pk)
    assert get(order.pk).state == State.PENDING_PAYMENT
    assert desk.pay(order, desk.at + timedelta(minutes=31)).state == State.IN_PROGRESS
