"""A payout run: thousands of shares fall due at once, and workers send them to their sellers, through the throttle.

Everything is the product's: orders paid at the local Stripe, releases cleared, accounts opened, Celery workers. Only
the clock is the bench's: it sends the tick that looks for operations and no other, because the rest of what a site does
in ten minutes (documents, mail, checks) is not what is measured.
"""

from __future__ import annotations

import time
import uuid
from bisect import bisect_left
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from accounts.models import User
from bench import database
from bench.clients import in_processes
from bench.goals import Goal, at_least, at_most, median
from bench.processes import Sandbox, memory_mib, sandbox, workers
from bench.stories import BUYER_FEE, PRICE, SELLER_FEE, eur
from marketplace.celery import app
from marketplace.kernel import clock
from marketplace.kernel.periodic import run_job
from payments import api
from payments.contracts import ChargeLine, ChargeRequest, PayoutGate, ReleaseRequest
from payments.models import Charge, ConnectedAccount, Release, ReleaseState
from payments.operations import executor
from payments.services import books

_SHARES_EACH = 5
_WORKERS = 2
_PATH = "/v1/transfers"
_TICK_SECONDS = 5  # as payments.tasks says
# The burst of the bucket on top of its rate, which is what Stripe allows in a second.
_MOST_IN_A_SECOND = 25


def run(releases: int) -> Iterator[Goal]:
    database.fresh("bench_payouts")
    sellers = releases // _SHARES_EACH
    with TemporaryDirectory(prefix="bench-") as name, sandbox(folder := Path(name)) as stripe:
        settings.STRIPE_API_BASE = stripe.url
        began = time.monotonic()
        in_processes(_prepare, [(number, stripe) for number in range(sellers)])
        while executor.run_due(clock.now()):
            pass  # what opening the accounts left to be said
        app.control.purge()
        print(f"  {sellers:,} sellers, {releases:,} shares prepared in {time.monotonic() - began:.0f} s", flush=True)
        now = clock.now()
        ConnectedAccount.objects.update(gate=PayoutGate.OPEN, gate_since=now, opened_at=now)
        with workers(folder, stripe.url, _WORKERS) as roots:
            memory = _watch(releases, roots)
        calls = stripe.calls(_PATH)
    yield from _goals(releases, calls, memory)


def _prepare(number: int, stripe: Sandbox) -> None:
    """A seller with an account, and one paid order of five shares that have cleared and wait for the account."""
    at = clock.now()
    seller = User.objects.create_user(f"s{number}@bench.invalid", display_name=f"Seller {number}", country="IE")
    api.onboarding_url(user_id=seller.pk, email=seller.email, country="IE", at=at)
    account = ConnectedAccount.objects.get(user=seller)
    stripe.tell("onboard", account=account.stripe_id)
    charge = _paid(seller, stripe)
    for share in range(_SHARES_EACH):
        request = ReleaseRequest(
            key=f"{charge.reference}:{share}",
            charge_id=charge.id,
            payee_id=seller.pk,
            price=eur(PRICE),
            seller_fee=eur(SELLER_FEE),
            buyer_fee=eur(BUYER_FEE),
        )
        api.release(request, at)
    api.clear(charge.reference, at)


def _paid(seller: User, stripe: Sandbox) -> Charge:
    at, reference = clock.now(), f"bench:{uuid.uuid4()}"
    lines = ChargeLine("Work", _SHARES_EACH, eur(PRICE)), ChargeLine("Service fee", _SHARES_EACH, eur(BUYER_FEE))
    request = ChargeRequest(
        key=reference,
        reference=reference,
        purpose="order",
        payer_id=seller.pk,
        payer_email=seller.email,
        lines=lines,
        window=timedelta(minutes=30),
        success_path="/",
        cancel_path="/",
    )
    charge = Charge.objects.get(pk=api.request_charge(request, at).id)
    api.checkout_url(charge.id, at)
    charge.refresh_from_db()
    stripe.tell("pay", session=charge.session_id, card="4242424242424242")
    api.sync_charge(charge.id, at)
    charge.refresh_from_db()
    return charge


def _watch(releases: int, roots: list[int]) -> list[float]:
    """The workers' memory, second by second, until every share is with its seller."""
    memory: list[float] = []
    began = time.monotonic()
    deadline = began + releases / 5 + 180
    while (sent := Release.objects.filter(state=ReleaseState.TRANSFERRED).count()) < releases:
        if time.monotonic() > deadline:
            raise RuntimeError(f"only {sent:,} of {releases:,} shares were sent")
        if len(memory) % _TICK_SECONDS == 0:
            run_job.apply_async(("payments.tasks.run_operations",), expires=_TICK_SECONDS)
        memory.append(memory_mib(roots))
        if len(memory) % 30 == 0:
            print(f"    {time.monotonic() - began:4.0f} s  {sent:6,} sent  {memory[-1]:4.0f} MiB", flush=True)
        time.sleep(1)
    return memory


def _goals(releases: int, calls: list[float], memory: list[float]) -> Iterator[Goal]:
    if len(calls) != releases or (found := books.differences()):
        raise AssertionError(f"{len(calls)} transfers at Stripe for {releases} shares; differences: {found[:3]}")
    busiest = max(bisect_left(calls, start + 1) - index for index, start in enumerate(calls))
    seconds = calls[-1] - calls[0]
    per_second = settings.STRIPE_OUTFLOWS_PER_SECOND
    yield at_least(f"transfers a second, mean over {seconds:.0f} s", 0.95 * per_second, len(calls) / seconds, "/s")
    yield at_most(f"transfers a second, mean over {seconds:.0f} s", 1.01 * per_second, len(calls) / seconds, "/s")
    yield at_most("transfers in the busiest second", _MOST_IN_A_SECOND, busiest, "")
    quarter = max(len(memory) // 4, 1)
    first, last = median(memory[quarter : 2 * quarter]), median(memory[-quarter:])
    print(f"  workers' memory: second quarter {first:.0f} MiB, last quarter {last:.0f} MiB")
    yield at_most("workers' memory, last quarter against second", 1.10, last / first, "x")
