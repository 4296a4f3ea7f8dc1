"""Orders of two buyers and two sellers, with Stripe and the banks in memory, in one transaction and at one time."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from accounts import api as accounts
from accounts.models import User
from marketplace.kernel.errors import DomainError
from marketplace.kernel.models import Heartbeat
from orders import api
from orders.contracts import PriceLine, Step, Terms
from orders.models import Order, OrderPayment, PaymentState
from orders.services import outages
from orders.states import ENDED
from payments import api as payments
from payments.gateway import objects
from payments.models import Charge, ConnectedAccount, FraudWarning, WebhookEvent
from payments.operations import executor
from payments.reconciliation import still_open
from payments.services import ages, charges, evidence, onboarding, transfers
from payments.webhooks import processing
from tests.invariants.banks_in_memory import BanksInMemory
from tests.invariants.stripe_in_memory import StripeInMemory
from tests.orders.scenes import QUESTIONS, STEP_TERMS, TERMS, Desk, get

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MOST_RUNNING, MOST_ORDERS = 4, 9
# The later steps are long enough that the first one clears while they run.
LONG = 20 * 24 * 60
HEARTBEAT = "walk"


class OrderWorld:
    """The product's own services and executor; only the gateway's functions are replaced."""

    def __init__(self) -> None:
        self.patch = pytest.MonkeyPatch()
        self.stripe = StripeInMemory(self.patch)
        self.banks = BanksInMemory(self.stripe, self.patch)
        # Each example is one transaction that is rolled back: the executor must not mind.
        self.patch.setattr(executor, "connection", SimpleNamespace(in_atomic_block=False))
        self.patch.setattr(charges, "_WAIT_SECONDS", 0)
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.at = self.stripe.at = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
        self.events = 0
        self.ids: list[uuid.UUID] = []

    def close(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        self.patch.undo()

    def begin(self, *, moderators: int) -> None:
        make = User.objects.create_user
        names = ("mo", "max")[:moderators]
        self.staff = [make(f"{name}@example.org", display_name=name, is_moderator=True) for name in names]
        self.desks = [self._desk(number) for number in (1, 2)]
        Heartbeat.objects.create(name=HEARTBEAT, beat_at=self.at)

    def _desk(self, number: int) -> Desk:
        make = User.objects.create_user
        buyer = make(f"b{number}@example.org", display_name="Bea")
        seller = make(f"s{number}@example.org", display_name="Sam")
        accounts.become_seller(user_id=seller.pk, country="PT", at=self.at)
        ConnectedAccount.objects.create(
            user=seller, stripe_id=f"acct_{number}", email=seller.email, country="PT", gate_since=self.at,
            created_at=self.at,
        )  # fmt: skip
        return Desk(buyer, seller, self.staff[0], self.at)

    def desk(self, order: Order) -> Desk:
        return next(desk for desk in self.desks if desk.seller.pk == order.seller_id)

    def order(self, number: int) -> Order:
        return next(self.orders(number))

    def orders(self, number: int) -> Iterator[Order]:
        """All, in an order that the number chooses: for whoever looks for one in which something can be done.

        Those that run come first; in one of four cases any.
        """
        running = set(Order.objects.exclude(state__in=ENDED).values_list("pk", flat=True)) if number % 4 else set()
        turn = number // 4 % len(self.ids)
        for order_id in sorted([*self.ids[turn:], *self.ids[:turn]], key=lambda pk: pk not in running):
            yield get(order_id)

    def has_room(self) -> bool:
        running = Order.objects.exclude(state__in=ENDED).count()
        return running < MOST_RUNNING and len(self.ids) < MOST_ORDERS

    def is_out(self, user_id: int) -> bool:
        return bool(accounts.suspended([user_id]))

    def attempt(self, call: Callable[[], Any], fault: str = "") -> bool:
        """A refusal is an answer; what must hold is looked at afterwards. True where it was not refused."""
        self.stripe.fault = fault
        try:
            call()
        except DomainError:
            return False
        finally:
            self.stripe.fault = ""
        return True

    # Buying

    def place(self, kind: str, price: int) -> Order | None:
        """None where the seller takes no orders just now."""
        number = len(self.ids)
        desk = self.desks[number % len(self.desks)]
        draft = desk.draft(form_key=f"form-{number}", terms=terms_of(kind, price))
        if self.attempt(lambda: self.ids.append(api.place_order(draft, self.at))):
            return get(self.ids[-1])
        return None

    def open_page(self, order: Order, fault: str = "") -> bool:
        return self.attempt(
            lambda: api.checkout_url(order_id=order.pk, buyer_id=order.buyer_id, at=self.at), fault
        )  # fmt: skip

    def pay(self, order: Order, difference: int = 0, *, comes_back: bool = True) -> bool:
        """On a page that Stripe still has open, in time or late, whatever became of the order; else on a new one."""
        charge = self._page_of(order) or (self._page_of(order) if self.open_page(order) else None)
        if charge is None:
            return False
        self.stripe.pay(charge.session_id, charge.amount_minor + difference)
        if comes_back:
            self.attempt(lambda: charges.sync_charge(charge.id, self.at))
        return True

    def _page_of(self, order: Order) -> Charge | None:
        made = Charge.objects.filter(reference=order.reference).exclude(session_id="").order_by("-created_at", "-pk")
        return next((charge for charge in made if self.stripe.is_open(charge.session_id)), None)

    def bought(self, kind: str, price: int = 5_800) -> Order:
        """The usual way to an order that is paid."""
        order = self.place(kind, price)
        assert order
        if kind == "asked first":
            api.accept_request(order_id=order.pk, actor_id=order.seller_id, at=self.at)
        self.pay(order)
        return get(order.pk)

    def asked(self, order: Order, purpose: str) -> bool:
        return OrderPayment.objects.filter(order=order, state=PaymentState.ASKED, purpose=purpose).exists()

    # What happens by itself

    def time_passes(self, span: timedelta) -> None:
        self.at += span
        self.stripe.at = self.at

    def sweep(self, *, was_away: bool = False) -> None:
        """After the sweep was away for long, people get the time back in which they should have answered."""
        if was_away:
            outages.make_up(HEARTBEAT, self.at)
        api.run_due(self.at)
        Heartbeat.objects.filter(name=HEARTBEAT).update(beat_at=self.at)

    def work(self, fault: str = "") -> None:
        def run() -> None:
            transfers.send_waiting(self.at)
            executor.run_due(self.at)

        self.attempt(run, fault)

    def grow_old(self) -> None:
        ages.run(self.at)
        evidence.submit_due(self.at)

    def look_at_what_is_open(self, fault: str = "") -> None:
        self.attempt(lambda: still_open.ask(self.at), fault)

    def gate(self, number: int, *, is_open: bool) -> None:
        """Stripe says whether a seller can be paid."""
        account = ConnectedAccount.objects.order_by("pk")[number % len(self.desks)]
        found = objects.ConnectedAccount(account.stripe_id, is_open, (), False, {})
        with transaction.atomic():
            onboarding.record_account(account.pk, found, self.at)

    # What Stripe and banks say

    def news(self) -> list[tuple[str, str]]:
        """Everything that a webhook could be about."""
        kinds: dict[str, dict[str, Any]] = {
            "checkout.session.completed": self.stripe.sessions,
            "refund.updated": self.stripe.refunds,
            "transfer.created": self.stripe.transfers,
            "charge.dispute.updated": self.banks.claims,
            "radar.early_fraud_warning.created": self.banks.warnings,
        }
        return [(kind, pk) for kind, found in kinds.items() for pk in sorted(found)]

    def hear(self, kind: str, object_id: str, fault: str = "") -> None:
        self.events += 1
        WebhookEvent.objects.create(
            source="platform", event_id=f"evt_{self.events}", type=kind, object_id=object_id, livemode=False,
            payload={}, received_at=self.at, due_at=self.at,
        )  # fmt: skip
        self.attempt(lambda: processing.process_due(self.at), fault)

    def paid(self, order: Order, number: int) -> Charge | None:
        """One of an order's payments that we know of."""
        mine = Charge.objects.filter(reference=order.reference).exclude(captured_minor=0)
        found = list(mine.order_by("created_at", "pk"))
        return found[number % len(found)] if found else None

    def claim(self, charge: Charge, *, reason: str = "fraudulent", half: bool = False, inquiry: bool = False) -> bool:
        claim_id = self.banks.claim(charge.stripe_charge_id, reason=reason, half=half, inquiry=inquiry)
        if claim_id:
            self.hear("charge.dispute.created", claim_id)
        return bool(claim_id)

    def decide_claim(self, claim_id: str, outcome: str) -> None:
        if outcome == "escalate":
            self.banks.escalate(claim_id)
        elif claim_id in self.banks.owing():
            self.banks.pay_back(claim_id)
        else:
            self.banks.decide(claim_id, outcome)
        self.hear("charge.dispute.updated", claim_id)

    def warn(self, charge: Charge) -> None:
        self.hear("radar.early_fraud_warning.created", self.banks.warn(charge.stripe_charge_id))

    def clear_warning(self, number: int) -> bool:
        found = list(FraudWarning.objects.filter(cleared_at=None).order_by("created_at", "id"))
        if found:
            warning = found[number % len(found)]
            payments.clear_warning(warning.id, by_id=self.staff[0].pk, note="The buyer confirmed it.", at=self.at)
        return bool(found)


def exactly(number: int) -> int:
    """The number by which ``order`` finds one of all."""
    return 4 * number


def terms_of(kind: str, price: int) -> Terms:
    if kind == "steps":
        steps = (Step("Outline", price, 6 * 60), Step("Draft", 3_000, LONG), Step("Polish", 800, 3 * 24 * 60))
        lines = tuple(PriceLine(step.title, 1, step.price_minor) for step in steps)
        return replace(STEP_TERMS, lines=lines, steps=steps)
    terms = replace(TERMS, lines=(PriceLine("Work", 1, price),))
    return {
        "plain": terms,
        "questions": replace(terms, questions=QUESTIONS),
        "asked first": replace(terms, asks_first=True),
        "long": replace(terms, promised_minutes=10 * 24 * 60),
    }[kind]


KINDS = ("plain", "questions", "asked first", "steps", "long")
