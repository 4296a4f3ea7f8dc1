"""What must hold of money after every step, and when everything has settled: in the books and at Stripe."""

from __future__ import annotations

from collections import Counter, defaultdict

from django.db import connection
from django.db.models import Sum

from payments.models import (
    Charge,
    Chargeback,
    OperationState,
    Refund,
    RefundState,
    Release,
    ReleaseState,
    SellerDebt,
    StripeOperation,
    WebhookEvent,
)
from payments.services import books
from tests.support.sandbox_state import SandboxState

# Money on its way between us and Stripe, or between two orders: at rest there is none.
PASSING = ("transfer_clearing", "refund_clearing", "dispute_clearing", "debt_settlement", "suspense")
_CREATES = ("create_session", "create_refund", "create_transfer", "create_account", "create_payout", "reverse_transfer")


def check(truth: SandboxState) -> None:
    """After every step, whatever is under way."""
    assert books.differences() == []
    for row in Charge.objects.exclude(captured_minor=0):
        gone = row.released_minor + row.refunded_minor + row.lost_minor
        assert 0 <= gone <= row.captured_minor, f"{row}: more released, refunded and lost than captured"
    assert not Release.objects.filter(undone_minor__lt=0).exists()
    _no_more_left_stripe_than_came(truth)
    twice = {op for op, count in truth.made_by().items() if count > 1}
    assert not twice, f"operations made more than one object: {twice}"


def _no_more_left_stripe_than_came(truth: SandboxState) -> None:
    """Per charge; what a seller owes is what the platform has paid twice."""
    sent: Counter[str] = Counter()
    for transfer in truth.objects("transfer"):
        sent[transfer["source_transaction"] or ""] += transfer["amount"] - transfer["amount_reversed"]
    owed = dict(
        SellerDebt.objects.values_list("release__charge__stripe_charge_id").annotate(Sum("amount_minor")).order_by()
    )
    for charge in truth.objects("charge"):
        gone = charge["amount_refunded"] + sent[charge["id"]]
        assert gone <= charge["amount"] + owed.get(charge["id"], 0), f"{charge['id']}: more left Stripe than came"


def check_end(truth: SandboxState) -> None:
    """Everybody has answered and every webhook has come: nothing is under way, and both sides are equal."""
    check(truth)
    assert stuck() == []
    sums = _sums()
    assert {kind: sums[kind] for kind in PASSING if sums[kind]} == {}
    posted = -sums["stripe_balance"]
    assert posted == truth.balance_minor(), f"Stripe has {truth.moved()}, the ledger {_moved()}"
    _objects_match(truth)
    _rows_match(truth)


def stuck() -> list[str]:
    """What has not come to its end, in words."""
    ops = StripeOperation.objects.filter(state__in=[OperationState.PENDING, OperationState.PARKED])
    events = WebhookEvent.objects.filter(processed_at=None)
    open_refunds = [RefundState.WAITING, RefundState.ASKED, RefundState.PENDING]
    refunds = Refund.objects.filter(state__in=open_refunds)
    here = [ReleaseState.CLEARING, ReleaseState.AVAILABLE, ReleaseState.SENDING]
    releases = Release.objects.filter(state__in=here)
    return [
        *(f"{op}: {op.state}, {op.error}" for op in ops),
        *(f"{event}: {event.outcome}" for event in events),
        *(f"{refund}: {refund.state}" for refund in refunds),
        *(f"{release}: {release.state} {release.note}" for release in releases),
        *(f"{charge}: pending" for charge in Charge.objects.filter(state="pending")),
    ]


def _sums() -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.kind, sum(e.amount_minor) FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id "
            "GROUP BY a.kind"
        )
        return Counter({kind: int(total) for kind, total in cursor.fetchall()})


def _moved() -> Counter[str]:
    """What moved in our account of Stripe's balance, by the kind of posting."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.kind, -sum(e.amount_minor) FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id "
            "JOIN ledger_transfer t ON t.id = e.transfer_id WHERE a.kind = 'stripe_balance' GROUP BY t.kind"
        )
        return Counter({kind: int(total) for kind, total in cursor.fetchall()})


def _objects_match(truth: SandboxState) -> None:
    """One object for every operation that is done, none for one that was refused, none that nobody asked for."""
    made = truth.made_by()
    for op in StripeOperation.objects.filter(kind__in=_CREATES):
        wanted = 1 if op.state == OperationState.DONE else 0
        assert made.pop(str(op.id), 0) == wanted, f"{op} is {op.state}, and Stripe has something else"
    assert not made, f"objects of unknown operations: {made}"


def _rows_match(truth: SandboxState) -> None:
    """Amount for amount, so that two mistakes cannot make up for each other."""
    refunds = {found["id"]: found for found in truth.objects("refund")}
    for refund in Refund.objects.exclude(stripe_refund_id=""):
        found = refunds[refund.stripe_refund_id]
        came_back = refund.state in (RefundState.BOUNCED, RefundState.SETTLED)
        assert found["amount"] == refund.amount_minor, refund
        assert found["status"] == ("failed" if came_back else "succeeded"), f"{refund} is {refund.state}"
    transfers = {found["id"]: found for found in truth.objects("transfer")}
    for release in Release.objects.exclude(stripe_transfer_id=""):
        found = transfers[release.stripe_transfer_id]
        assert (found["amount"], found["amount_reversed"]) == (release.sent_minor, release.reversed_minor), release
    _disputes_match(truth)


def _disputes_match(truth: SandboxState) -> None:
    taken: defaultdict[str, int] = defaultdict(int)
    for dispute in truth.objects("dispute"):
        taken[dispute["id"]] = -sum(moved["amount"] for moved in dispute["balance_transactions"])
    ours = dict(Chargeback.objects.values_list("stripe_dispute_id", "withdrawn_minor"))
    assert ours == dict(taken)
