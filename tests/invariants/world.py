"""The product as it runs, with the sandbox behind it: what people, workers, banks and Stripe's webhooks can do."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.core.management import call_command

from accounts.models import User
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError
from marketplace.kernel.money import Money
from payments import api, tasks
from payments.contracts import ChargeLine, ChargeRequest, ChargeState, Evidence, Protected, ReferenceCard
from payments.models import (
    Charge,
    ConnectedAccount,
    OperationKind,
    OperationState,
    Refund,
    RefundState,
    StripeOperation,
)
from payments.reconciliation import runs
from payments.selectors.reconciliation import open_differences
from tests.invariants.mailbag import Mailbag
from tests.support.sandbox import SandboxProcess
from tests.support.sandbox_state import SandboxState

T = TypeVar("T")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CURRENCY = "EUR"
# Carried out or not, answered or not: the kinds that cost no waiting.
FAULTS = ("500_before", "500_after", "drop_answer", "drop_before", "409", "429", "lock_timeout")
CLOSED = ("won", "lost", "warning_closed")
SELLERS_FAULT = "product_not_received"


class Owner:
    """Whoever has orders: their sellers bear a chargeback for work that never came."""

    def lock(self, reference: str) -> None:
        """Nothing of its own to lock."""

    def describe(self, references: list[str]) -> dict[str, ReferenceCard]:
        return {}

    def seller_bears(self, reference: str, charge_id: uuid.UUID, reason: str) -> bool:
        return reason == SELLERS_FAULT

    def evidence(self, reference: str) -> Evidence:
        return Evidence(description=reference, service_date=None, log=())

    def protected_for(self, payee_id: int) -> list[Protected]:
        return []


OWNER = Owner()


class World:
    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox, self.truth, self.mail = sandbox, SandboxState(sandbox.state), Mailbag(sandbox)
        api.register_owner("proof", OWNER)

    def begin(self) -> None:
        """Nobody has paid anything, and nothing was ever asked of Stripe."""
        if User.objects.exists():
            call_command("flush", interactive=False, inhibit_post_migrate=True, verbosity=0)
        self.sandbox.reset()
        self.mail.empty()
        self.later, self.numbers = timedelta(0), itertools.count(1)
        make = User.objects.create_user
        self.buyer = make("bea@example.org", display_name="Bea")
        self.sellers = [make(f"{name}@example.org", display_name=name, country="IE") for name in ("Sam", "Sue")]
        for seller in self.sellers:
            self.onboard(seller)

    @property
    def at(self) -> datetime:
        """The moment by which the product acts: only ever later, while the sandbox stays in its own time."""
        return clock.now() + self.later

    def attempt(self, call: Callable[[], T]) -> T | None:
        """A refusal is an answer; what must hold is looked at afterwards."""
        try:
            return call()
        except DomainError:
            return None

    @contextmanager
    def trouble(self, number: int, match: str = "*") -> Iterator[None]:
        """In two of three cases none; else the next requests fail in a way that the number chooses."""
        if number % 3 == 0:
            kind = FAULTS[number // 3 % len(FAULTS)]
            self.sandbox.faults(match, kind, times=1 + number // 21 % 4, skip=number // 84 % 3)
        try:
            yield
        finally:
            self.sandbox.control("faults/clear")

    # People

    def onboard(self, seller: User) -> None:
        self.attempt(lambda: api.onboarding_url(user_id=seller.pk, email=seller.email, country="IE", at=clock.now()))
        account = ConnectedAccount.objects.filter(user=seller, replaced_at=None).exclude(stripe_id="").first()
        if account:
            self.sandbox.control("onboard", account=account.stripe_id)
            self.attempt(lambda: api.refresh_gate(seller.pk, self.at))

    def account(self, number: int) -> ConnectedAccount | None:
        seller = self.sellers[number % len(self.sellers)]
        return ConnectedAccount.objects.filter(user=seller, replaced_at=None).exclude(stripe_id="").first()

    def ask(self, purpose: str, minor: int, reference: str = "") -> Charge:
        """An order is a new reference; extras, steps and tips go with one that is there."""
        number = next(self.numbers)
        reference = reference or f"proof:{number}"
        fee = 0 if purpose == "tip" else minor * 3 // 100
        lines = [ChargeLine("Work", 1, Money(minor, CURRENCY))]
        lines += [ChargeLine("Service fee", 1, Money(fee, CURRENCY))] if fee else []
        request = ChargeRequest(
            key=f"{purpose}:{number}",
            reference=reference,
            purpose=purpose,
            payer_id=self.buyer.pk,
            payer_email=self.buyer.email,
            lines=tuple(lines),
            window=timedelta(minutes=30),
            success_path="/",
            cancel_path="/",
        )
        made = api.request_charge(request, clock.now())
        assert api.request_charge(request, clock.now()) == made
        return Charge.objects.get(pk=made.id)

    def open_page(self, charge: Charge) -> None:
        self.attempt(lambda: api.checkout_url(charge.id, clock.now()))
        charge.refresh_from_db()

    def pay(self, charge: Charge, card: str) -> None:
        """On the hosted page, where it is there and open."""
        if charge.session_id and self._session(charge)["status"] == "open":
            self.sandbox.pay(charge.session_id, card)

    def _session(self, charge: Charge) -> dict[str, Any]:
        return next(found for found in self.truth.objects("checkout.session") if found["id"] == charge.session_id)

    def come_back(self, charge: Charge) -> None:
        self.attempt(lambda: api.sync_charge(charge.id, self.at))

    def captured(self, purpose: str, minor: int, reference: str = "") -> Charge:
        """The usual way without trouble."""
        charge = self.ask(purpose, minor, reference)
        self.open_page(charge)
        self.pay(charge, "4242424242424242")
        self.come_back(charge)
        charge.refresh_from_db()
        return charge

    def charges(self, **wanted: object) -> list[Charge]:
        return list(Charge.objects.filter(**wanted).order_by("created_at", "id"))

    def paid(self, number: int) -> Charge:
        """One that a buyer paid; made where there is none."""
        found = self.charges(state=ChargeState.CAPTURED, funding="buyer")
        return found[number % len(found)] if found else self.captured("order", 5_800)

    # Banks and the seller's side of Stripe

    def expire_at_stripe(self, charge: Charge) -> None:
        if self._session(charge)["status"] == "open":
            self.sandbox.control("expire", session=charge.session_id)

    def bounce(self, number: int) -> None:
        """The buyer's bank sends a refund back; where there is none yet, it will those of a new payment."""
        open_ones = (RefundState.PENDING, RefundState.SUCCEEDED)
        ours = set(Refund.objects.filter(state__in=open_ones).values_list("stripe_refund_id", flat=True))
        found = [refund["id"] for refund in self.truth.objects("refund") if refund["id"] in ours]
        if found:
            self._perhaps("refunds/fail", refund=found[number % len(found)])

    def _perhaps(self, lever: str, **given: object) -> None:
        """For what the sandbox may have done by itself a moment ago."""
        try:
            self.sandbox.control(lever, **given)
        except AssertionError as refusal:
            if not ("any more" in str(refusal) or "already" in str(refusal)):
                raise

    def dispute(self, charge: Charge, *, inquiry: bool, part: int, reason: str) -> None:
        """Of part of a charge, whatever was refunded in part; only one of a charge."""
        found = next(item for item in self.truth.objects("charge") if item["id"] == charge.stripe_charge_id)
        if not found["disputed"] and not found["refunded"]:
            amount = max(found["amount"] * part // 100, 1)
            self.sandbox.control("disputes", charge=found["id"], inquiry=inquiry, amount=amount, reason=reason)

    def decide(self, number: int, outcome: str) -> bool:
        """False where no dispute is open."""
        found = [item for item in self.truth.objects("dispute") if item["status"] not in CLOSED]
        if not found:
            return False
        chosen = found[number % len(found)]
        if outcome != "escalate":
            self.sandbox.control("disputes/decide", dispute=chosen["id"], outcome=outcome)
        elif chosen["status"].startswith("warning_"):
            self.sandbox.control("disputes/escalate", dispute=chosen["id"])
        return True

    def warn(self, charge: Charge) -> None:
        self.sandbox.control("fraud_warnings", charge=charge.stripe_charge_id)

    def empty_account(self, number: int) -> None:
        account = self.account(number)
        if account is None:
            return
        there = self.truth.balance_minor(account=account.stripe_id)
        if there > 0:
            self.sandbox.control("funds/add", amount=-there, currency="eur", account=account.stripe_id)

    def judge(self, number: int, status: str, *, told: bool) -> None:
        account = self.account(number)
        if account is None:
            return
        self.sandbox.control("accounts/judge", account=account.stripe_id, status=status)
        if told:
            self.attempt(lambda: api.refresh_gate(account.user_id, self.at))

    def fail_payout(self, number: int) -> None:
        """Also after it was paid."""
        found = [payout for payout in self.truth.objects("payout") if payout["status"] not in ("failed", "canceled")]
        if found:
            self._perhaps("payouts/fail", payout=found[number % len(found)]["id"], code="could_not_process")

    # The operator

    def top_up(self, minor: int) -> None:
        made = self.sandbox.control("funds/add", amount=minor, currency="eur")
        api.record_deposit(key=made["id"], amount=Money(minor, CURRENCY), at=self.at)

    # Workers

    def work(self) -> None:
        tasks.run_operations(self.at)

    def process_webhooks(self) -> None:
        tasks.process_webhooks(self.at)

    def look_at_what_is_open(self) -> None:
        tasks.ask_about_open(self.at)

    def compare(self) -> None:
        """Goes on with the comparison with Stripe's record, or begins one that is due."""
        tasks.reconcile(self.at)

    def compare_everything(self) -> list[str]:
        """From the beginning to the end; what still differs then, in words."""
        run = runs.start(self.at, is_full=True)
        for _ in range(20):
            run = runs.go_on(self.at) or run
            if run.ended_at:
                return [] if run.is_equal else [str(one) for one in open_differences()]
        raise AssertionError(f"the comparison does not end: {run.stage}, {run.trouble}")

    def run_payouts(self) -> None:
        tasks.run_payouts(self.at)

    def time_passes(self, span: timedelta) -> None:
        """After a day Stripe has forgotten the keys of what is not known to be done, and would execute them again.

        Sessions are made in the sandbox's own time, which stands still: theirs it remembers.
        """
        self.later += span
        if span < DAY:
            return
        waiting = StripeOperation.objects.filter(state=OperationState.PENDING, tries__gt=0)
        for op in waiting.exclude(kind=OperationKind.CREATE_SESSION):
            self.sandbox.control("keys/forget", key=op.idempotency_key)
