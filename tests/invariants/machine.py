"""The steps of the walk over money, and what must hold after each."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from marketplace.kernel.money import Money
from payments import api
from payments.contracts import ChargeState, PromotionRequest, RefundRequest, ReleaseRequest
from payments.models import Charge, FraudWarning, Outflow, Refund, RefundState, SellerDebt
from payments.operations import brakes
from tests.invariants import both_sides
from tests.invariants.choices import CARDS, SPANS, STAGES, STORY, cards, parts, prices, some
from tests.invariants.settling import settle
from tests.invariants.world import CURRENCY, DAY, HOUR, SELLERS_FAULT, World

STEPS_EACH = 80


class MoneyMachine(RuleBasedStateMachine):
    world: ClassVar[World]
    taken: ClassVar[Counter[str]]
    told = 0  # steps of the plain story
    webhooks_come = True

    @initialize(
        funded=st.booleans(),
        webhooks_come=st.sampled_from([True, False]),
        stages=st.lists(st.sampled_from(STAGES), min_size=4, max_size=6),
    )
    def begin(self, funded: bool, webhooks_come: bool, stages: list[str]) -> None:
        """Some orders are well on their way, so that short runs get far.

        Without money of its own the platform cannot pay Stripe's fees: refunds wait for balance then.
        """
        self.world.begin()
        self.webhooks_come = webhooks_come
        if funded:
            self.world.top_up(50_000)
        for number, stage in enumerate(stages):
            self._reach(stage, number)
        self.world.work()

    def _reach(self, stage: str, number: int) -> None:
        if stage == "asked":
            self.world.open_page(self.world.ask("order", 5_800))
            return
        charge = self.world.captured("order", 5_800)
        if stage == "refunding":
            self._refund(charge, 50, "first")
        if stage in ("accepted", "sent"):
            self._accept(charge, number, 100, "first")
        if stage == "sent":
            api.clear(charge.reference, self.world.at)

    def teardown(self) -> None:
        if hasattr(self.world, "buyer"):
            settle(self.world, webhooks_come=self.webhooks_come)
            both_sides.check_end(self.world.truth)

    @invariant()
    def nothing_is_lost(self) -> None:
        if hasattr(self.world, "buyer"):
            both_sides.check(self.world.truth)

    def _took(self, step: str) -> None:
        self.taken[step] += 1

    @rule()
    def story(self) -> None:
        """The next step of a plain story with everything in it; the simplest run is this story alone."""
        step, *given = STORY[self.told % len(STORY)]
        self.told += 1
        getattr(self, step)(**dict(zip(given[::2], given[1::2], strict=True)))

    # Buying

    @rule(price=prices, trouble=some, card=cards, comes_back=st.booleans())
    def place(self, price: int, trouble: int, card: str, comes_back: bool) -> None:
        self._buy(self.world.ask("order", price), trouble, card, comes_back)
        self._took("place")

    @rule(number=some, purpose=st.sampled_from(["extra", "step"]), price=prices, trouble=some, card=cards)
    def extra(self, number: int, purpose: str, price: int, trouble: int, card: str) -> None:
        """Another payment on a running order."""
        self._buy(self.world.ask(purpose, price, self.world.paid(number).reference), trouble, card, comes_back=True)
        self._took("extra")

    @rule(number=some, price=prices, trouble=some, card=cards)
    def tip(self, number: int, price: int, trouble: int, card: str) -> None:
        """Goes to the seller without a fee, as soon as it is paid."""
        charge = self.world.ask("tip", price, self.world.paid(number).reference)
        self._buy(charge, trouble, card, comes_back=True)
        charge.refresh_from_db()
        self._accept(charge, number, 100, "tip")
        self._took("tip")

    def _buy(self, charge: Charge, trouble: int, card: str, comes_back: bool) -> None:
        with self.world.trouble(trouble, "POST /v1/checkout/*"):
            self.world.open_page(charge)
        self.world.pay(charge, CARDS[card])
        if comes_back:
            self.world.come_back(charge)

    @rule(number=some, trouble=some, card=cards, comes_back=st.booleans())
    def pay(self, number: int, trouble: int, card: str, comes_back: bool) -> None:
        """In time or late: as long as Stripe's page is open."""
        pending = self.world.charges(state=ChargeState.PENDING)
        charge = pending[number % len(pending)] if pending else self.world.ask("order", 5_800)
        with self.world.trouble(trouble):
            self.world.open_page(charge)
        self.world.pay(charge, CARDS[card])
        if comes_back:
            self.world.come_back(charge)
        self._took("pay")

    @rule(number=some, at_stripe=st.booleans())
    def expire(self, number: int, at_stripe: bool) -> None:
        """The window ends; or Stripe closes the page by itself."""
        pending = self.world.charges(state=ChargeState.PENDING)
        charge = pending[number % len(pending)] if pending else self.world.ask("order", 999)
        if at_stripe and charge.session_id:
            self.world.expire_at_stripe(charge)
        else:
            api.request_expiry(charge.id, self.world.at)
        self._took("expire")

    # The work

    @rule(number=some, payee=some, part=parts, again=st.integers(0, 3))
    def accept(self, number: int, payee: int, part: int, again: int) -> None:
        self._accept(self.world.paid(number), payee, part, str(again))
        self._took("accept")

    def _accept(self, charge: Charge, payee: int, part: int, key: str) -> None:
        """Part of what is held goes to a seller, with fees where it is no tip. A key may come again."""
        gross = charge.free_minor * part // 100
        buyer_fee = 0 if charge.purpose in ("tip", "promotion") else gross * 3 // 103
        price = gross - buyer_fee
        request = ReleaseRequest(
            key=f"{charge.id}:{key}",
            charge_id=charge.id,
            payee_id=self.world.sellers[payee % 2].pk,
            price=Money(price, CURRENCY),
            seller_fee=Money(price // 10 if buyer_fee else 0, CURRENCY),
            buyer_fee=Money(buyer_fee, CURRENCY),
        )
        if price:
            self.world.attempt(lambda: api.release(request, self.world.at))

    @rule(number=some)
    def deliver(self, number: int) -> None:
        """Moves no money, and neither does anybody who looks at it."""
        charge = self.world.paid(number)
        before = api.position(charge.reference, CURRENCY)
        for seller in self.world.sellers:
            api.earnings(seller.pk)
        assert api.position(charge.reference, CURRENCY) == before
        self._took("deliver")

    @rule(number=some)
    def clear(self, number: int) -> None:
        reference = self.world.paid(number).reference
        self.world.attempt(lambda: api.clear(reference, self.world.at))
        self._took("clear")

    @rule(number=some, part=parts)
    def undo(self, number: int, part: int) -> None:
        charge = self.world.paid(number)
        most = charge.released_minor * part // 100
        self.world.attempt(lambda: api.undo_releases(charge.id, self.world.at, at_most_minor=most))
        self._took("undo")

    @rule(seller=some, price=prices)
    def promote(self, seller: int, price: int) -> None:
        person = self.world.sellers[seller % 2]
        key = f"promotion:{next(self.world.numbers)}"
        made = api.promote(PromotionRequest(key, f"proof:{key}", person.pk, Money(price, CURRENCY)), self.world.at)
        self._accept(Charge.objects.get(pk=made.id), seller, 50, "gift")
        self._took("promote")

    # Going back

    @rule(number=some, part=parts, again=st.integers(0, 5))
    def refund(self, number: int, part: int, again: int) -> None:
        self._refund(self.world.paid(number), part, str(again))
        self._took("whole refund" if part == 100 else "partial refund")

    def _refund(self, charge: Charge, part: int, key: str) -> None:
        left = charge.free_minor + charge.released_minor - charge.waiting_minor
        request = RefundRequest(f"{charge.id}:{key}", charge.id, Money(left * part // 100, CURRENCY), "cancelled")
        self.world.attempt(lambda: api.refund(request, self.world.at))

    @rule(number=some)
    def refund_fails(self, number: int) -> None:
        self.world.bounce(number)
        self._took("refund fails")

    @rule(number=some, by_bank=st.booleans())
    def pay_what_bounced(self, number: int, by_bank: bool) -> None:
        bounced = list(Refund.objects.filter(state=RefundState.BOUNCED).order_by("asked_at", "id"))
        if not bounced:
            self.refund_fails(number)
            return
        pay = api.settle_by_bank if by_bank else api.reissue
        self.world.attempt(lambda: pay(bounced[number % len(bounced)].id, self.world.at))
        self._took("pay what bounced")

    @rule(number=some, part=parts)
    def write_off(self, number: int, part: int) -> None:
        owed = [debt for debt in SellerDebt.objects.order_by("id") if debt.left_minor]
        if not owed:
            self.empty_account(number)
            return
        debt = owed[number % len(owed)]
        amount = Money(max(debt.left_minor * part // 100, 1), CURRENCY)
        self.world.attempt(lambda: api.write_off(debt.id, amount, self.world.at))
        self._took("write off")

    # Banks

    @rule(
        number=some, inquiry=st.booleans(), part=parts, reason=st.sampled_from(["fraudulent", SELLERS_FAULT])
    )  # fmt: skip
    def chargeback(self, number: int, inquiry: bool, part: int, reason: str) -> None:
        self.world.dispute(self.world.paid(number), inquiry=inquiry, part=part, reason=reason)
        self._took("inquiry" if inquiry else "chargeback")

    @rule(number=some, outcome=st.sampled_from(["won", "lost", "lost", "escalate"]))
    def bank_decides(self, number: int, outcome: str) -> None:
        if not self.world.decide(number, outcome):
            self.chargeback(number, outcome == "escalate", 100, SELLERS_FAULT)
            return
        self._took(f"chargeback {outcome}")

    @rule(number=some)
    def warn(self, number: int) -> None:
        """The card's issuer doubts a payment."""
        self.world.warn(self.world.paid(number))
        self._took("warn")

    @rule(number=some)
    def clear_warning(self, number: int) -> None:
        found = list(FraudWarning.objects.filter(cleared_at=None).order_by("created_at", "id"))
        if not found:
            self.warn(number)
            return
        chosen = found[number % len(found)]
        api.clear_warning(chosen.id, by_id=1, note="The buyer confirmed it.", at=self.world.at)
        self._took("clear warning")

    # Sellers' accounts

    @rule(number=some)
    def empty_account(self, number: int) -> None:
        """What is there goes to the seller's bank: nothing is left to be asked back."""
        self.world.empty_account(number)
        self._took("empty account")

    @rule(number=some, status=st.sampled_from(["restricted", "active"]), told=st.booleans())
    def judge(self, number: int, status: str, told: bool) -> None:
        self.world.judge(number, status, told=told)
        self._took(status)

    @rule(number=some)
    def payout_fails(self, number: int) -> None:
        self.world.fail_payout(number)
        self._took("payout fails")

    # What happens by itself

    @rule(span=st.sampled_from(SPANS), trouble=some)
    def work(self, span: timedelta, trouble: int) -> None:
        self.world.time_passes(span)
        with self.world.trouble(trouble):
            self.world.work()
        self._took("work")

    @rule(trouble=some)
    def go_on(self, trouble: int) -> None:
        """Some days: what went wrong on the first is repeated on the second and looked for on the third."""
        for number in (trouble * 3, trouble, 1):
            self.world.time_passes(DAY + HOUR)
            with self.world.trouble(number):
                self.world.work()
        self._took("go on")

    @rule(trouble=some)
    def pay_out(self, trouble: int) -> None:
        self.world.time_passes(DAY)
        with self.world.trouble(trouble):
            self.world.run_payouts()
            self.world.work()
        self._took("pay out")

    @rule(number=some, times=st.sampled_from([1, 1, 2, 5]), keep=st.booleans(), trouble=some)
    def webhook(self, number: int, times: int, keep: bool, trouble: int) -> None:
        """Any of those that were withheld, as often as it likes; ``keep``: it comes again later."""
        letter = self.world.mail.post(number, times=times, keep=keep)
        with self.world.trouble(trouble, "GET *"):
            self.world.process_webhooks()
        self._took("webhook" if letter else "no webhook")

    @rule(number=some, trouble=some)
    def webhooks(self, number: int, trouble: int) -> None:
        """Everything that was withheld, in any order."""
        self.world.mail.post_all(number)
        with self.world.trouble(trouble, "GET *"):
            self.world.process_webhooks()
        self._took("webhooks")

    @rule(span=st.sampled_from(SPANS), trouble=some)
    def look_at_what_is_open(self, span: timedelta, trouble: int) -> None:
        self.world.time_passes(span)
        with self.world.trouble(trouble):
            self.world.look_at_what_is_open()
        self._took("look at what is open")

    @rule(span=st.sampled_from(SPANS), trouble=some)
    def compare(self, span: timedelta, trouble: int) -> None:
        """With Stripe's record, line by line, in the middle of everything."""
        self.world.time_passes(span)
        with self.world.trouble(trouble, "GET *"):
            self.world.compare()
        self._took("compare")

    # The operator

    @rule(minor=st.sampled_from([100, 5_000, 50_000]))
    def top_up(self, minor: int) -> None:
        self.world.top_up(minor)
        self._took("top up")

    @rule(outflow=st.sampled_from(list(Outflow)), pulls=st.booleans())
    def brake(self, outflow: Outflow, pulls: bool) -> None:
        if pulls:
            brakes.pull(outflow, reason="to be sure", by_id=None, at=self.world.at)
        else:
            brakes.lift(outflow, by_id=None)
        self._took("brake")
