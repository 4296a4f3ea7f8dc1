"""How each row of the table is reached and what it does. Rows of one service stand together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from marketplace.kernel import clock
from orders.models import PaymentState
from orders.states import Action, Actor, State
from payments.gateway.objects import Movement
from payments.models import Charge
from payments.services.captures import record_session
from tests.orders.scenes import BACK, Desk, bank, expired_session, paid_session
from tests.orders.transitions import arranging, cases, effects, rows_proposals
from tests.orders.transitions.arranging import ago, in_state, overdue, plainly
from tests.orders.transitions.frame import Case, Cell, Scene

MINUTES = timedelta(minutes=5)
WORK = {Action.WARN_DEADLINE, Action.BECOME_LATE, Action.BECOME_VERY_LATE, Action.HARD_STOP}
CHECK = {Action.REMIND_ACCEPTANCE, Action.AUTO_ACCEPT}
OVER = {Action.CLEAR, Action.REVEAL_REVIEWS}
OPEN_QUESTIONS = {Action.REMIND_REQUIREMENTS, Action.GIVE_UP_WAITING}


def kinds(*names: str) -> Callable[[Cell], set[str]]:
    return lambda cell: set(names)


def _of_what_stays_the_sellers(cell: Cell) -> set[str]:
    """An accepted step clears whatever the bank says of the order."""
    return {Action.CLEAR} if cell.source == State.AWAITING_FUNDING else set()


def by_state(cell: Cell) -> set[str]:
    """What an order in this state has by itself."""
    return set(
        {
            State.REQUESTED: {Action.LAPSE_REQUEST},
            State.PENDING_PAYMENT: {Action.ASK_EXPIRY},
            State.AWAITING_REQUIREMENTS: OPEN_QUESTIONS,
            State.IN_PROGRESS: WORK,
            State.IN_REVISION: WORK,
            State.DELIVERED: CHECK,
            State.AWAITING_FUNDING: {Action.CLEAR, Action.LAPSE_FUNDING},
            State.DISPUTED: {Action.REMIND_ANSWER, Action.DEFAULT_DISPUTE},
            State.COMPLETED: OVER,
            State.CANCELLED: {Action.REVEAL_REVIEWS},
        }.get(State(cell.target), set())
    )


CASE: dict[str, object] = {"ground": "wrong_files", "statement": "The file does not open here.", "back": "5"}
SELLERS_CASE = {**CASE, "ground": "out_of_scope"}
STARS: dict[str, object] = {"stars": 5, "quality": 5, "communication": 4, "as_described": 5, "text": "Good."}


def _delivery() -> dict[str, object]:
    files = [SimpleUploadedFile("result.csv", b"a,b\n1,2\n")]
    return {"note": "Look at column D.", "checklist": ["0", "1"], "files": files}


def _appeal() -> dict[str, object]:
    return {"text": "The second sheet was overlooked.", "files": [SimpleUploadedFile("new.csv", b"a,b\n1,2\n")]}


def _plain(**data: object) -> Callable[[], dict[str, object]]:
    return lambda: dict(data)


# What a person sends with each action of the order page, rightly filled in.
FORMS: dict[str, Callable[[], dict[str, object]]] = {
    Action.ACCEPT_REQUEST: _plain(),
    Action.DECLINE_REQUEST: _plain(reason="I am away until Thursday."),
    Action.WITHDRAW_REQUEST: _plain(),
    Action.SUBMIT: _plain(answer_shop="shop.example", answer_tone="Dry"),
    Action.START: _plain(),
    Action.CANCEL: _plain(),
    Action.UNDO: _plain(),
    Action.CANCEL_LATE: _plain(),
    Action.SELLER_CANCEL: _plain(reason="My machine broke down."),
    **rows_proposals.FORMS,
    Action.DELIVER: _delivery,
    Action.ACCEPT: _plain(),
    Action.EXTEND_REVIEW: _plain(),
    Action.REQUEST_REVISION: _plain(reason="Please shorten rows 31 to 42."),
    Action.FUND_STEP: _plain(),
    Action.STOP: _plain(),
    Action.OPEN_DISPUTE: _plain(**CASE),
    Action.CLAIM: _plain(**CASE),
    Action.WITHDRAW: _plain(),
    Action.OFFER: _plain(back="5"),
    Action.APPEAL: _appeal,
    Action.WAIVE: _plain(),
    Action.TIP: _plain(amount="5"),
    Action.REVIEW: _plain(**STARS),
    Action.CANCEL_HELD: _plain(),
}


def send(scene: Scene) -> None:
    scene.act(**FORMS[scene.cell.action]())


def sweep(scene: Scene) -> None:
    scene.sweep()


def place(scene: Scene) -> None:
    scene.desk.pending()


def request(scene: Scene) -> None:
    scene.desk.requested()


def _session(scene: Scene, *, minor: int | None = None, is_expired: bool = False) -> None:
    """What Stripe says of the Checkout session that is open."""
    asked = scene.order.payments.get(state=PaymentState.ASKED)
    charge = Charge.objects.get(pk=asked.charge_id)
    amount = charge.amount_minor if minor is None else minor
    found = expired_session(charge) if is_expired else paid_session(charge, amount)
    with transaction.atomic():
        record_session(charge.pk, found, clock.now())


def pay(scene: Scene) -> None:
    _session(scene)


def pay_wrongly(scene: Scene) -> None:
    _session(scene, minor=100)


def expire(scene: Scene) -> None:
    _session(scene, is_expired=True)


def to_pay(desk, cell: Cell):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    from tests.orders.scenes import QUESTIONS

    asks = cell.target == State.AWAITING_REQUIREMENTS
    return desk.pending(terms=replace(desk.terms, questions=QUESTIONS)) if asks else desk.pending()


def unexpected(scene: Scene) -> None:
    """A charge that was never asked for, captured."""
    from orders.subscribers import charge_captured
    from payments import api as payments
    from payments.contracts import ChargeLine, ChargeRequest
    from payments.events import ChargeCaptured
    from tests.orders.scenes import eur

    order = scene.order
    request = ChargeRequest(
        f"{order.reference}:stray", order.reference, "order", order.buyer_id, "b@example.org",
        (ChargeLine("Stray", 1, eur(700)),), timedelta(minutes=30), "/", "/",
    )  # fmt: skip
    charge = Charge.objects.get(pk=payments.request_charge(request, clock.now()).id)
    with transaction.atomic():
        record_session(charge.pk, paid_session(charge, 700), clock.now())
    charge_captured(ChargeCaptured(charge.pk, order.reference, "order", eur(700), clock.now()))


def never_delivered(cell: Cell) -> str:
    states = (State.DELIVERED, State.IN_REVISION, State.AWAITING_FUNDING)
    return "something was delivered" if cell.source in states else ""


def released_before(cell: Cell) -> str:
    return "nothing was released before the work begins" if cell.source == State.AWAITING_REQUIREMENTS else ""


def clears_beside(cell: Cell) -> set[str]:
    return by_state(cell) - {Action.CLEAR, Action.REMIND_ANSWER}


def asks_on_top(cell: Cell) -> str:
    """What the parts that ask for a payment on top leave out: extras are shown with theirs."""
    shown = {State.AWAITING_FUNDING, State.COMPLETED, State.DISPUTED}
    return "" if cell.source in shown else "an extra's page, shown with it"


def closing(cell: Cell) -> set[str]:
    return by_state(cell) | {Action.CLOSE_PAYMENT}


def decide(scene: Scene) -> None:
    address = reverse("orders:dispute", args=[scene.order.pk])
    scene.post(address, {"seller_percent": 70, "reason": "Twelve of fifty miss the promised length."})


def confirm(scene: Scene) -> None:
    scene.post(reverse("orders:confirm_decision", args=[scene.order.pk]), {})


def taken(scene: Scene) -> None:
    _bank(scene, "needs_response", arranging.taken(scene.order))


def won(scene: Scene) -> None:
    _bank(scene, "won", arranging.taken(scene.order), replace(BACK, amount=scene.order.all_in))


def lost(scene: Scene) -> None:
    _bank(scene, "lost", arranging.taken(scene.order))


def _bank(scene: Scene, status: str, *movements: Movement) -> None:
    bank(scene.order, status, *movements, after=MINUTES, amount=scene.order.all_in)


def open_case(scene: Scene) -> None:
    scene.act(**(CASE if scene.cell.actor == Actor.BUYER else SELLERS_CASE))


def answer_case(scene: Scene) -> None:
    """Neither gives what the other asks (20.00)."""
    back = "30" if scene.cell.actor == Actor.BUYER else "0"
    scene.act(statement="It opens here, see below.", back=back)


def only_of_a_buyer(cell: Cell) -> str:
    return "a claim is the buyer's" if (cell.actor, cell.target) == (Actor.SELLER, State.COMPLETED) else ""


def withdrawn_timers(cell: Cell) -> set[str]:
    late_already = cell.target == State.IN_PROGRESS
    return {Action.BECOME_VERY_LATE, Action.HARD_STOP} if late_already else by_state(cell)


CASES: dict[str, Case] = {
    "1": Case(arranging.new, request, effects.nothing, by_state),
    "2": Case(in_state, send, effects.asked, by_state),
    "2b": Case(in_state, send, effects.nothing, kinds()),
    "2c": Case(in_state, sweep, effects.nothing, kinds()),
    "2d": Case(in_state, send, effects.nothing, kinds()),
    "3": Case(arranging.new, place, effects.asked, by_state),
    "4": Case(to_pay, pay, effects.captured, by_state),
    "4b": Case(in_state, pay_wrongly, effects.rejected, kinds()),
    "5": Case(in_state, sweep, effects.nothing, by_state),
    "5b": Case(in_state, expire, effects.nothing, kinds()),
    "5c": Case(in_state, unexpected, effects.rejected, by_state),
    "5d": Case(arranging.page_open, sweep, effects.nothing, closing, asks_on_top),
    "6": Case(in_state, send, effects.nothing, by_state),
    "7": Case(in_state, send, effects.nothing, by_state),
    "8": Case(in_state, send, effects.refunded, kinds()),
    "9": Case(overdue(Action.GIVE_UP_WAITING), sweep, effects.refunded, kinds()),
    "9b": Case(in_state, sweep, effects.nothing, by_state),
    "10": Case(ago(MINUTES), send, effects.refunded, kinds()),
    **rows_proposals.CASES,
    "13": Case(in_state, sweep, effects.nothing, kinds(Action.BECOME_VERY_LATE, Action.HARD_STOP)),
    "13b": Case(in_state, sweep, effects.nothing, kinds(Action.HARD_STOP)),
    "13c": Case(in_state, sweep, effects.nothing, by_state),
    "14": Case(arranging.flagged, send, effects.refunded, by_state),
    "15": Case(arranging.flagged, send, effects.nothing, by_state),
    "16": Case(in_state, sweep, effects.refunded, by_state),
    "17": Case(in_state, sweep, effects.nothing, by_state),
    "18": Case(in_state, send, effects.refunded, by_state, never_delivered),
    "25": Case(in_state, send, effects.nothing, by_state),
    "26": Case(arranging.delivered, send, effects.released, by_state),
    "27": Case(arranging.delivered, sweep, effects.released, by_state),
    "27b": Case(in_state, sweep, effects.nothing, kinds(Action.AUTO_ACCEPT)),
    "28": Case(in_state, send, effects.nothing, by_state),
    "29": Case(in_state, send, effects.nothing, by_state),
    "30": Case(in_state, send, effects.asked, closing),
    "30b": Case(plainly(Desk.funding), pay, effects.captured,
                lambda cell: {*WORK, Action.CLEAR}),
    "31": Case(in_state, send, effects.nothing, by_state),
    "31b": Case(in_state, sweep, effects.cleared, kinds(Action.REVEAL_REVIEWS)),
    "33": Case(arranging.late, open_case, effects.nothing, by_state),
    "34": Case(in_state, open_case, effects.undone, by_state),
    "35": Case(arranging.against, answer_case, effects.nothing,
               kinds(Action.END_NEGOTIATION)),
    "35b": Case(arranging.negotiated, sweep, effects.nothing, kinds(Action.ESCALATE)),
    "35c": Case(arranging.in_queue, sweep, effects.nothing, kinds()),
    "36": Case(overdue(Action.DEFAULT_DISPUTE), sweep, effects.nothing, kinds(Action.ESCALATE)),
    "36b": Case(in_state, sweep, effects.nothing, kinds(Action.DEFAULT_DISPUTE)),
    "37": Case(arranging.own_dispute, send, effects.withdrawn, withdrawn_timers,
               only_of_a_buyer),
    "38": Case(arranging.negotiated, send, effects.nothing, kinds(Action.END_NEGOTIATION)),
    "38b": Case(cases.offered, cases.offer_meets, effects.divided, by_state),
    "39": Case(arranging.negotiated, decide, effects.nothing, kinds(Action.ENFORCE)),
    "39b": Case(arranging.second_look, confirm, effects.nothing, kinds(Action.ENFORCE)),
    "40": Case(arranging.decided, send, effects.nothing, kinds(Action.ESCALATE)),
    "41": Case(arranging.decided, send, effects.nothing, kinds(Action.ENFORCE)),
    "41b": Case(arranging.decided, sweep, effects.divided, by_state),
    "42": Case(arranging.clearing, sweep, effects.cleared, clears_beside, released_before),
    "43": Case(in_state, taken, effects.frozen_at_the_bank, by_state),
    "44": Case(arranging.charged_back, won, effects.restored, by_state),
    "45": Case(arranging.charged_back, lost, effects.lost_at_the_bank, _of_what_stays_the_sellers),
    "46": Case(arranging.charged_back, lost, effects.lost_at_the_bank, by_state),
    "47": Case(in_state, send, effects.asked, closing),
    "47b": Case(arranging.tipping, pay, effects.tipped, by_state),
    "46b": Case(cases.old, cases.grow_older, effects.divided, by_state, cases.by_the_terms),
    "46c": Case(in_state, cases.warn, effects.nothing, cases.not_clearing),
    "46d": Case(cases.doubted, cases.look, effects.released_if_accepted, by_state),
    "48": Case(in_state, send, effects.nothing, by_state),
    "48b": Case(overdue(Action.REVEAL_REVIEWS), sweep, effects.nothing, kinds()),
    "49": Case(in_state, cases.suspend, effects.nothing, cases.and_disposal),
    "49a": Case(cases.requested, cases.suspend, effects.nothing, kinds()),
    "49b": Case(cases.on_hold, send, effects.refunded, kinds(), cases.only_undelivered),
    "50": Case(cases.on_hold, cases.reinstate, effects.nothing, by_state),
    "50b": Case(cases.on_hold, sweep, effects.refunded_or_frozen, cases.disposed, cases.by_delivery),
}  # fmt: skip
