"""How fast the product posts: against pgbench writing the same rows, with a fee and without, from 8 and 32 processes.

The rounds alternate, so that whatever else the machine does meets both sides; the median of the rounds' ratios counts.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise

from django.db import transaction

from bench import database, yardstick
from bench.clients import Clients
from bench.goals import Goal, at_least, median
from payments.ledger.kinds import Kind, Place
from payments.ledger.posting import credit, debit, post

_ORDERS = 100_000
_AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
_FEES = Place(Kind.FEE_REVENUE)


def prepare() -> None:
    database.fresh("bench_posting")
    database.run_file("yardstick.sql")
    database.run_file("orders.sql")
    database.run("VACUUM ANALYZE ledger_account, ledger_balance, ledger_transfer, ledger_entry")


def clear(rnd: random.Random, fee_percent: int = 0) -> None:
    """One posting of the product, a transaction by itself: clearing → available, both guarded, and a fee."""
    order, amount = rnd.randint(1, _ORDERS), rnd.randint(500, 20_000)
    reference, fee = f"order:{order}", amount * fee_percent // 100
    legs = (
        debit(Place(Kind.SELLER_CLEARING, order, reference), amount),
        credit(Place(Kind.SELLER_AVAILABLE, order, reference), amount - fee),
        credit(_FEES, fee),
    )
    post(op_key=f"clear:{uuid.uuid4()}", kind="clear", reference=reference, currency="EUR", legs=legs, at=_AT)


def clear_with_fee(rnd: random.Random) -> None:
    clear(rnd, fee_percent=20)


def clear_in_a_transaction(rnd: random.Random) -> None:
    with transaction.atomic():
        clear(rnd)


def against_pgbench(rounds: int, seconds: int) -> Iterator[Goal]:
    """8 processes through the service, with pgbench and its 8 clients before and after them."""
    limits, alone, inside = [], [], []
    with Clients(8) as clients:
        for _ in range(rounds):
            limits.append(yardstick.postings_per_second(8, seconds))
            alone.append(clients.rate(clear, seconds))
            inside.append(clients.rate(clear_in_a_transaction, seconds))
        limits.append(yardstick.postings_per_second(8, seconds))
    between = [(before + after) / 2 for before, after in pairwise(limits)]
    tell("pgbench, 8 clients", limits)
    tell("post(), 8 processes", alone)
    tell("post() between BEGIN and COMMIT", inside)
    print(f"  with BEGIN and COMMIT of their own {ratio(inside, between):.2f} x (no goal)")
    yield at_least("posting by 8 processes against pgbench: floor", 0.40, ratio(alone, between), "x")
    yield at_least("posting by 8 processes against pgbench: goal", 0.50, ratio(alone, between), "x")


def with_a_fee(rounds: int, seconds: int) -> Iterator[Goal]:
    """A third leg, into the platform's one account of fees, against two legs; by 8 and by 32 processes."""
    few_plain, few_fee, many_plain, many_fee = [], [], [], []
    with Clients(8) as few, Clients(32) as many:
        for _ in range(rounds):
            few_plain.append(few.rate(clear, seconds))
            few_fee.append(few.rate(clear_with_fee, seconds))
            many_plain.append(many.rate(clear, seconds))
            many_fee.append(many.rate(clear_with_fee, seconds))
    tell("no fee, 8 processes", few_plain)
    tell("a fee, 8 processes", few_fee)
    tell("no fee, 32 processes", many_plain)
    tell("a fee, 32 processes", many_fee)
    yield at_least("a fee leg against none, 8 processes", 0.84, ratio(few_fee, few_plain), "x")
    yield at_least("a fee leg against none, 32 processes", 0.84, ratio(many_fee, many_plain), "x")
    # More processes than cores slow every posting down, with a fee or without: what must not fall is the fee's share of
    # it, as it does where all wait for one row. 5 % for what the machine does by itself between two slices.
    falls = ratio(many_plain, few_plain), ratio(many_fee, few_fee)
    print(f"  32 processes against 8: {falls[0]:.2f} x without a fee, {falls[1]:.2f} x with one (no goal)")
    yield at_least(
        "the same, 32 processes against 8", 0.95, _ratio_of_ratios(many_fee, many_plain, few_fee, few_plain), "x"
    )


def _ratio_of_ratios(*rates: Sequence[float]) -> float:
    rounds = zip(*rates, strict=True)
    return median([(many_fee / many) / (few_fee / few) for many_fee, many, few_fee, few in rounds])


def ratio(measured: Sequence[float], against: Sequence[float]) -> float:
    """The median of the rounds' ratios."""
    return median([one / other for one, other in zip(measured, against, strict=True)])


def tell(what: str, rates: Sequence[float]) -> None:
    print(f"  {what:<32} {' '.join(f'{rate:6.0f}' for rate in rates)} /s", flush=True)
