"""Orders and their money under every order of events: people, sweeps, webhooks, and a Stripe that fails.

``make test`` runs about 150 steps from a fixed seed, ``make test-long`` more from a new one; ARTISAN_SEED repeats one.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts import api as accounts
from accounts.models import User
from marketplace.kernel.errors import DomainError
from marketplace.kernel.money import Money
from marketplace.kernel.transitions import Transition
from orders import api
from orders.contracts import PriceLine
from orders.models import Order
from orders.states import TABLE, Action, Actor
from payments.gateway import objects
from payments.models import Charge, ConnectedAccount, WebhookEvent
from payments.operations import executor
from payments.reconciliation import still_open
from payments.services import charges, onboarding, transfers
from payments.webhooks import processing
from tests.invariants import held_true
from tests.invariants.stripe_in_memory import FAULTS, StripeInMemory
from tests.orders.scenes import QUESTIONS, TERMS, Desk, get

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STEPS = (MINUTE, 31 * MINUTE, 2 * HOUR, 23 * HOUR, 3 * DAY, 8 * DAY, 15 * DAY)
PRICES = (1, 2, 49, 1_000, 5_800, 70_001)  # one cent; below the smallest fee; above the second person's limit
MOST_ORDERS = 3
STAGES = (
    "pending", "mismatch", "in_progress", "delivered", "in_revision", "completed", "cleared",
    "cancelled", "disputed", "heard", "decided",
)  # fmt: skip
NOBODY = {Actor.SYSTEM, Actor.PAYMENT}
# Orders in this walk have one payment: extras, steps, tips and requests are walked by tests of their own, as is what
# staff do to people.
ELSEWHERE = {
    Action.PROPOSE_EXTRA, Action.ACCEPT_EXTRA, Action.FUND_STEP, Action.STOP, Action.TIP, Action.ACCEPT_REQUEST,
    Action.DECLINE_REQUEST, Action.WITHDRAW_REQUEST, Action.SUSPEND, Action.LIFT, Action.CANCEL_HELD,
}  # fmt: skip

orders = st.integers(0, MOST_ORDERS - 1)


class OrderMoney(RuleBasedStateMachine):
    """The product's own services and executor; only the gateway's functions are replaced."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.stripe = StripeInMemory(self.patch)
        # Each example is one transaction that is rolled back: the executor must not mind.
        self.patch.setattr(executor, "connection", SimpleNamespace(in_atomic_block=False))
        self.patch.setattr(charges, "_WAIT_SECONDS", 0)
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.at = self.stripe.at = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
        self.events = 0
        self.ids: list[Any] = []

    @initialize(
        stages=st.lists(st.sampled_from(STAGES), min_size=2, max_size=3),
        trouble=st.sampled_from(["lost", "lost", "", "500", "away"]),
    )
    def begin(self, stages: list[str], trouble: str) -> None:
        """Some orders are well on their way, so that short runs get far; Stripe may begin badly."""
        self._people()
        for stage in stages:
            order = self.desk.pending(self.at)
            self.ids.append(order.pk)
            if stage != "pending":
                self.open_checkout(len(self.ids) - 1, "")
                self.pay(len(self.ids) - 1, 100 if stage == "mismatch" else 0, comes_back=True)
                self._reach(get(order.pk), stage)
        self.go_on(trouble)

    def _reach(self, order: Order, stage: str) -> None:
        desk, at = self.desk, self.at
        if stage in {"in_progress", "mismatch"}:
            return
        if stage == "cancelled":
            api.seller_cancel(order_id=order.pk, actor_id=desk.seller.pk, reason="My machine broke down.", at=at)
            return
        desk.deliver(order, at, files=[], links=["https://example.org/work"])
        if stage == "in_revision":
            desk.revise(order, at)
        if stage in {"completed", "cleared"}:
            api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=at)
        if stage == "cleared":
            self.gate(is_open=True)
            self.time_passes(8 * DAY)
            self.sweep()
        if stage in {"disputed", "heard", "decided"}:
            desk.dispute(order, at)
        if stage in {"heard", "decided"}:
            desk.answer(order, at)
        if stage == "decided":
            desk.decide(order, 33, at)

    def _people(self) -> None:
        make = User.objects.create_user
        buyer, seller = make("b@example.org", display_name="Bea"), make("s@example.org", display_name="Sam")
        accounts.become_seller(user_id=seller.pk, country="PT", at=self.at)
        moderator = make("m@example.org", display_name="Mo", is_moderator=True)
        self.desk = Desk(buyer, seller, moderator, self.at)
        self.account = ConnectedAccount.objects.create(
            user=seller, stripe_id="acct_1", email=seller.email, country="PT", gate_since=self.at, created_at=self.at
        )

    def teardown(self) -> None:
        try:
            if self.ids:
                self._everybody_falls_silent()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)
            self.patch.undo()

    # Buying

    @rule(price=st.sampled_from(PRICES), asks=st.booleans())
    def place(self, price: int, asks: bool) -> None:
        if len(self.ids) == MOST_ORDERS:
            return
        terms = replace(TERMS, lines=(PriceLine("Work", 1, price),), questions=QUESTIONS if asks else ())
        self.ids.append(self.desk.pending(self.at, terms=terms).pk)

    @rule(number=orders, fault=st.sampled_from(["", "", *FAULTS]))
    def open_checkout(self, number: int, fault: str) -> None:
        order = self._order(number)
        if order:
            self._try(lambda: api.checkout_url(order_id=order.pk, buyer_id=self.desk.buyer.pk, at=self.at), fault)

    @rule(number=orders, difference=st.sampled_from([0, 0, 0, -1, 100]), comes_back=st.booleans())
    def pay(self, number: int, difference: int, comes_back: bool) -> None:
        """In time or late: as long as Stripe's page is open."""
        charge = self._charge(number)
        if charge and charge.session_id:
            self.stripe.pay(charge.session_id, charge.amount_minor + difference)
            if comes_back:
                self._try(lambda: charges.sync_charge(charge.id, self.at))

    @rule(number=orders, asks=st.booleans())
    def buy(self, number: int, asks: bool) -> None:
        """The usual way in one step, so that runs get beyond it."""
        if number >= len(self.ids):
            self.place(5_800, asks)
            self.open_checkout(len(self.ids) - 1, "")
            self.pay(len(self.ids) - 1, 0, comes_back=True)

    # What people do

    @rule(number=orders, data=st.data(), ago=st.sampled_from([*[timedelta(0)] * 4, HOUR]))
    def act(self, number: int, data: st.DataObject, ago: timedelta) -> None:
        """Anything that the table allows somebody here; the clock of their request may lag behind."""
        order = self._order(number)
        state = order.state if order else None
        rows = [row for row in TABLE.rows if state in row.sources and not row.actors <= NOBODY]
        rows = [row for row in rows if row.action not in ELSEWHERE]
        if order and rows:
            row = data.draw(st.sampled_from(rows))
            actor = data.draw(st.sampled_from(sorted(row.actors)))
            self._try(lambda: self._do(order, row, actor, data, self.at - ago))

    def _do(self, order: Order, row: Transition, actor: str, data: st.DataObject, at: datetime) -> None:
        desk = self.desk
        person = {Actor.BUYER: desk.buyer, Actor.SELLER: desk.seller, Actor.STAFF: desk.moderator}[Actor(actor)]
        plain: dict[str, Any] = {"order_id": order.pk, "actor_id": person.pk, "at": at}
        match row.action:
            case Action.SUBMIT:
                api.submit(**plain, texts={"shop": "shop.example.org", "tone": "Warm"}, files={})
            case Action.DELIVER:
                desk.deliver(order, at, files=[], links=["https://example.org/work"])
            case Action.REQUEST_REVISION:
                desk.revise(order, at)
            case Action.SELLER_CANCEL:
                api.seller_cancel(**plain, reason="My machine broke down.")
            case Action.OPEN_DISPUTE | Action.CLAIM:
                ground = "late" if actor == Actor.BUYER else "unreachable"
                desk.dispute(order, at, by=person, minor=order.price_minor, ground=ground)
            case Action.ANSWER_DISPUTE:
                case = desk.case(0, "")
                api.answer_dispute(**plain, case=case)
            case Action.DECIDE:
                desk.decide(order, data.draw(st.sampled_from([0, 1, 33, 50, 99, 100])), at)
            case Action.CONFIRM_DECISION:
                api.confirm_decision(order_id=order.pk, moderator_id=person.pk, at=at)
            case Action.REVIEW:
                api.review(**plain, verdict=api.Verdict(data.draw(st.integers(1, 5)), 5, 5, 5))
            case _:
                self._agree(order, row.action, plain, data)

    def _agree(self, order: Order, action: str, plain: dict[str, Any], data: st.DataObject) -> None:
        """What both sides have to say something to: proposals, pauses, sealed offers, appeals; and plain clicks."""
        match action:
            case Action.PROPOSE_EXTENSION:
                api.propose_extension(**plain, minutes=120, text="It takes longer than I thought.")
            case Action.PROPOSE_CANCEL:
                api.propose_cancel(**plain, text="We should leave it at that.")
            case Action.PROPOSE_REFUND:
                part = data.draw(st.integers(1, max(1, order.price_minor - 1)))
                api.propose_refund(**plain, amount=Money(part, order.currency), text="A part of it is missing.")
            case (
                Action.ACCEPT_EXTENSION
                | Action.ACCEPT_CANCEL
                | Action.ACCEPT_REFUND
                | Action.DECLINE_PROPOSAL
                | (Action.TAKE_BACK_PROPOSAL)
            ):
                for proposal_id in order.proposals.order_by("-pk").values_list("pk", flat=True)[:1]:
                    getattr(api, action)(**plain, proposal_id=proposal_id)
            case Action.NEED_INFORMATION:
                api.need_information(**plain, question="Which of the two logos is it?")
            case Action.REPLY:
                api.reply(**plain, text="The green one.", files=[])
            case Action.OFFER:
                back = data.draw(st.integers(0, order.price_minor))
                api.offer(**plain, back=Money(back, order.currency))
            case Action.APPEAL:
                api.appeal(**plain, text="There is a newer version of the file.", files=[])
            case _:
                getattr(api, action)(**plain)

    # What happens by itself

    @rule(step=st.sampled_from(STEPS))
    def time_passes(self, step: timedelta) -> None:
        self.at += step
        self.stripe.at = self.at

    @rule()
    def sweep(self) -> None:
        api.run_due(self.at)

    @rule(number=orders)
    def sweep_ahead(self, number: int) -> None:
        """The demo's next event: one order's timer comes early."""
        order = self._order(number)
        due = api.next_timer(order.pk) if order else None
        if order and due:
            api.run_due(max(due, self.at), order.pk)

    @rule(fault=st.sampled_from(["", "", "", *FAULTS]))
    def work(self, fault: str) -> None:
        def run() -> None:
            transfers.send_waiting(self.at)
            executor.run_due(self.at)

        self._try(run, fault)

    @rule(fault=st.sampled_from(["", "lost", *FAULTS]))
    def go_on(self, fault: str) -> None:
        """The ticks of some hours: what went wrong in the first is repeated in the second."""
        for trouble in (fault, ""):
            self.time_passes(2 * HOUR)
            self.sweep()
            self.work(trouble)

    @rule(fault=st.sampled_from(["", "away"]))
    def look_at_what_is_open(self, fault: str) -> None:
        self._try(lambda: still_open.ask(self.at), fault)

    @rule(is_open=st.booleans())
    def gate(self, is_open: bool) -> None:
        found = objects.ConnectedAccount("acct_1", is_open, (), False, {})
        with transaction.atomic():
            onboarding.record_account(self.account.pk, found, self.at)

    # What Stripe says later

    @rule(data=st.data(), status=st.sampled_from(["succeeded", "succeeded", "failed"]))
    def bank_answers(self, data: st.DataObject, status: str) -> None:
        if self.stripe.refunds:
            self.stripe.settle_refund(data.draw(st.sampled_from(sorted(self.stripe.refunds))), status)

    @rule(data=st.data(), fault=st.sampled_from(["", "", "away"]))
    def webhook(self, data: st.DataObject, fault: str) -> None:
        """Of any object, at any time, as often as it likes."""
        kinds: dict[str, dict[str, Any]] = {
            "checkout.session.completed": self.stripe.sessions,
            "refund.updated": self.stripe.refunds,
        }
        kinds |= {"transfer.created": self.stripe.transfers}
        known = [(kind, pk) for kind, found in kinds.items() for pk in sorted(found)]
        if known:
            self._hear(*data.draw(st.sampled_from(known)))
            self._try(lambda: processing.process_due(self.at), fault)

    def _hear(self, kind: str, object_id: str) -> None:
        self.events += 1
        WebhookEvent.objects.create(
            source="platform", event_id=f"evt_{self.events}", type=kind, object_id=object_id, livemode=False,
            payload={}, received_at=self.at, due_at=self.at,
        )  # fmt: skip

    # What must hold

    @invariant()
    def nothing_is_lost(self) -> None:
        held_true.check(self.stripe)

    def _everybody_falls_silent(self) -> None:
        """Stripe answers, the seller can be paid, banks settle, and time passes."""
        self.gate(is_open=True)
        for _ in range(12):
            self.time_passes(8 * DAY)
            self.sweep()
            self.work("")
            for refund_id in self.stripe.refunds:
                self.stripe.settle_refund(refund_id, "succeeded")
            still_open.ask(self.at)
        held_true.check(self.stripe)
        held_true.check_end(self.stripe)

    # Helpers

    def _order(self, number: int) -> Order | None:
        return get(self.ids[number]) if number < len(self.ids) else None

    def _charge(self, number: int) -> Charge | None:
        order = self._order(number)
        return Charge.objects.get(pk=order.charge_id) if order else None

    def _try(self, call: Callable[[], Any], fault: str = "") -> None:
        """A refusal is an answer; what must hold is looked at afterwards."""
        self.stripe.fault = fault
        try:
            call()
        except DomainError:
            pass
        finally:
            self.stripe.fault = ""


def _run(examples: int, steps: int, number: int, *phases: Phase) -> None:
    print(f"ARTISAN_SEED={number}")  # noqa: T201 - shown where the test fails
    run_state_machine_as_test(
        seed(number)(OrderMoney),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, *phases],
        ),
    )


@pytest.mark.django_db
def test_no_cent_and_no_deadline_is_lost() -> None:
    _run(5, 30, int(os.environ.get("ARTISAN_SEED", "5")))


@pytest.mark.long
@pytest.mark.timeout(1_800)
@pytest.mark.django_db
def test_no_cent_and_no_deadline_is_lost_in_long_runs() -> None:
    _run(60, 60, int(os.environ.get("ARTISAN_SEED", random.randrange(10**6))), Phase.shrink)
