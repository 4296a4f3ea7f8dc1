"""Which postings each line of Stripe's statement should have here, and with what amounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from payments.models import (
    Charge,
    Chargeback,
    OperationKind,
    Refund,
    StatementLine,
    StripeOperation,
    TransferReversal,
)
from payments.services import platform

PAYMENTS = frozenset({"charge", "payment"})
REFUNDS = frozenset({"refund", "payment_refund"})
REFUNDS_BACK = frozenset({"refund_failure", "payment_failure_refund"})
TRANSFERS = frozenset({"transfer"})
TRANSFERS_BACK = frozenset({"transfer_refund", "transfer_cancel", "transfer_failure"})
DISPUTES = frozenset({"adjustment"})

# The event whose handler catches up with a line's object.
FOLLOWED = {
    **dict.fromkeys(PAYMENTS, "charge.updated"),
    **dict.fromkeys(REFUNDS | REFUNDS_BACK, "refund.updated"),
    **dict.fromkeys(TRANSFERS, "transfer.updated"),
    **dict.fromkeys(DISPUTES, "charge.dispute.updated"),
}
_DISPUTE_IDS = ("dp_", "du_")


@dataclass(frozen=True, slots=True)
class Expected:
    op_key: str
    amount_minor: int  # as seen from Stripe's balance


Lines = Sequence[StatementLine]
Expectations = dict[str, list[Expected]]
_Row = Callable[[StatementLine], list[Expected]]


def postings_of(lines: Lines) -> Expectations:
    """By line; a line whose object no row here knows is left out. A fixed number of queries."""
    found: Expectations = {}
    for types, expect in _KINDS:
        chosen = [line for line in lines if line.type in types]
        if chosen:
            found |= expect(chosen)
    return found


def suspense_of(line: StatementLine) -> Expected:
    kind = "suspense_in" if line.net_minor > 0 else "suspense_out"
    return Expected(f"{kind}:{line.pk}", line.net_minor)


def is_somebodys(line: StatementLine) -> bool:
    """Whether a line of this type may belong to one of our rows; the others are nobody's from the start."""
    if line.type in DISPUTES:
        return line.source.startswith(_DISPUTE_IDS)
    return line.type in FOLLOWED or line.type in platform.OWN or line.type in TRANSFERS_BACK


def _sources(lines: Lines) -> list[str]:
    return [line.source for line in lines if line.source]


def _payments(lines: Lines) -> Expectations:
    rows = Charge.objects.filter(stripe_charge_id__in=_sources(lines)).values_list("stripe_charge_id", "pk")
    ids = dict(rows)
    return {
        line.pk: [
            Expected(f"capture:{ids[line.source]}", line.amount_minor),
            *_fee(f"stripe_fee:{ids[line.source]}", line),
        ]
        for line in lines
        if line.source in ids
    }


def _refunds(lines: Lines) -> Expectations:
    return _single(
        lines, Refund.objects.filter(stripe_refund_id__in=_sources(lines)), "stripe_refund_id", "refund_done"
    )


def _refunds_back(lines: Lines) -> Expectations:
    rows = Refund.objects.filter(stripe_refund_id__in=_sources(lines))
    return _single(lines, rows, "stripe_refund_id", "refund_bounced")


def _transfers(lines: Lines) -> Expectations:
    rows = StripeOperation.objects.filter(kind=OperationKind.CREATE_TRANSFER, stripe_id__in=_sources(lines))
    return _single(lines, rows, "stripe_id", "transfer_done")


def _transfers_back(lines: Lines) -> Expectations:
    rows = TransferReversal.objects.filter(stripe_reversal_id__in=_sources(lines))
    return _single(lines, rows, "stripe_reversal_id", "transfer_reversed")


def _single(lines: Lines, rows: object, column: str, kind: str) -> Expectations:
    ids = dict(rows.values_list(column, "pk"))  # type: ignore[attr-defined]
    return {
        line.pk: [Expected(f"{kind}:{ids[line.source]}", line.amount_minor), *_fee(f"stripe_cost:{line.pk}", line)]
        for line in lines
        if line.source in ids
    }


def _disputes(lines: Lines) -> Expectations:
    known = set(
        Chargeback.objects.filter(stripe_dispute_id__in=_sources(lines)).values_list("stripe_dispute_id", flat=True)
    )
    return {line.pk: list(_dispute(line)) for line in lines if line.source in known}


def _dispute(line: StatementLine) -> Iterable[Expected]:
    if line.amount_minor:
        kind = "chargeback_withdrawn" if line.amount_minor < 0 else "chargeback_reinstated"
        yield Expected(f"{kind}:{line.pk}", line.amount_minor)
    yield from _fee(f"{'dispute_fee' if line.fee_minor > 0 else 'dispute_fee_returned'}:{line.pk}", line)


def _own(lines: Lines) -> Expectations:
    return {line.pk: list(_of_the_platform(line)) for line in lines}


def _of_the_platform(line: StatementLine) -> Iterable[Expected]:
    if line.type in platform.COSTS:
        yield Expected(f"{'stripe_cost' if line.net_minor < 0 else 'stripe_cost_returned'}:{line.pk}", line.net_minor)
        return
    for types, kind, key in (
        (platform.WITHDRAWALS, "withdrawal", line.source),
        (platform.RETURNS, "withdrawal_returned", line.source),
        (platform.DEPOSITS, "deposit", line.source),
        (platform.TAKEN_BACK, "deposit", platform.taken_back_key(line.source)),
    ):
        if line.type in types:
            yield Expected(f"{kind}:{key}", line.amount_minor)
    yield from _fee(f"{'stripe_cost' if line.fee_minor > 0 else 'stripe_cost_returned'}:{line.pk}", line)


def _fee(op_key: str, line: StatementLine) -> list[Expected]:
    return [Expected(op_key, -line.fee_minor)] if line.fee_minor else []


_KINDS: tuple[tuple[frozenset[str], Callable[[Lines], Expectations]], ...] = (
    (PAYMENTS, _payments),
    (REFUNDS, _refunds),
    (REFUNDS_BACK, _refunds_back),
    (TRANSFERS, _transfers),
    (TRANSFERS_BACK, _transfers_back),
    (DISPUTES, _disputes),
    (platform.OWN, _own),
)
