"""Killed anywhere: the table of kill points, for every kind of operation, with real processes and SIGKILL.

Each row kills a process at one point, starts another in its place, and finds that ledger, operations and Stripe agree:
exactly one object, exactly one posting. The sandbox holds, drops or carries out what is asked of it while the process
dies; where it cannot tell the point, the process kills itself there (``tests/support/dying.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection

from payments.models import Charge, OperationState, StripeOperation, WebhookEvent
from payments.services import books
from tests.invariants.both_sides import check
from tests.invariants.world import World
from tests.payments.proofs import kinds
from tests.payments.proofs.kinds import KINDS, Kind
from tests.support.processes import wait_until
from tests.support.runner import Runner

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]

MINUTE, DAY = 60, 86_400


@dataclass
class Case:
    """One operation that is to come about, in a world where other things have happened before."""

    world: World
    runner: Runner
    kind: Kind
    given: list[Any]
    known: frozenset[str]
    posted: Counter[str]
    faulted: int = 0  # requests that met the fault before this case
    clock: float = 0.0

    @property
    def op(self) -> StripeOperation:
        return StripeOperation.objects.get(pk__in=self._new())

    def _new(self) -> list[str]:
        found = StripeOperation.objects.filter(kind=self.kind.operation).values_list("pk", flat=True)
        return [str(pk) for pk in found if str(pk) not in self.known]

    # What the processes do

    @property
    def _now(self) -> float:
        return self.world.later.total_seconds() + self.clock

    def intend(self, *, die: str = "") -> None:
        job = _name(self.kind.intend)
        if die:
            self.runner.dies(job, *self.given, at=die, later=self._now)
        else:
            self.runner.finish(job, *self.given, later=self._now)

    def intended(self) -> None:
        """Tx 1 has committed, and whoever did it is dead."""
        self.intend(die="after the intent is committed")
        assert (self.op.state, self.op.tries) == (OperationState.PENDING, 0)
        self.clock += MINUTE

    def start(self) -> int:
        return self.runner.start(_name(kinds.work), later=self._now)

    def dies(self, at: str) -> None:
        self.runner.dies(_name(kinds.work), at=at, later=self._now)

    def starts_again(self, after: float = 10 * MINUTE) -> None:
        self.clock += after
        self.runner.finish(_name(kinds.work), later=self._now)

    def fault(self, kind: str, **given: Any) -> None:
        self.world.sandbox.faults(self.kind.request, kind, **given)

    def until_held(self) -> None:
        wait_until(self.world.sandbox.held, seconds=20, what="the request at Stripe", every=0.02)

    def objects(self) -> int:
        return self.world.truth.made_by()[str(self.op.id)]

    # What must have come of it

    def nothing_happened(self) -> None:
        assert self._new() == []
        assert postings() == self.posted

    def agree(self) -> None:
        """Done, with one object and one posting of each kind; and both sides are equal to the minor unit."""
        self.starts_again()
        self.starts_again()
        op = self.op
        assert op.state == OperationState.DONE, op.error
        pending = StripeOperation.objects.exclude(state=OperationState.DONE)
        assert list(pending) == []
        new = postings() - self.posted
        assert {kind: new[kind] for kind in self.kind.postings} == dict.fromkeys(self.kind.postings, 1)
        check(self.world.truth)
        assert self.objects() == (1 if self.kind.operation in CREATES else 0)
        _balances_agree(self.world)
        ONCE.get(self.kind.operation, lambda world, op: None)(self.world, op)


CREATES = ("create_session", "create_refund", "create_transfer", "reverse_transfer", "create_payout", "create_account")


def _expired_once(world: World, op: StripeOperation) -> None:
    charge = Charge.objects.get(pk=op.subject)
    found = [one for one in world.truth.objects("checkout.session") if one["id"] == charge.session_id]
    assert [(one["status"], charge.state) for one in found] == [("expired", "expired")]


def _submitted_once(world: World, op: StripeOperation) -> None:
    found = [one for one in world.truth.objects("dispute") if one["id"] == op.frozen["dispute"]]
    assert [one["evidence_details"]["submission_count"] for one in found] == [1]


# For the operations that make nothing: what they change, once.
ONCE: dict[str, Callable[[World, StripeOperation], None]] = {
    "expire_session": _expired_once,
    "submit_evidence": _submitted_once,
}


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}:{function.__name__}"


def postings() -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM ledger_transfer GROUP BY kind")
        return Counter(dict(cursor.fetchall()))


def _balances_agree(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(-sum(e.amount_minor), 0) FROM ledger_entry e "
            "JOIN ledger_account a ON a.id = e.account_id WHERE a.kind = 'stripe_balance'"
        )
        assert int(cursor.fetchone()[0]) == world.truth.balance_minor()
    assert books.differences() == []


# The table: killed where, and what makes it safe


def before_tx1_commits(case: Case) -> None:
    """Nothing happened; the form's own key makes a retry harmless."""
    case.intend(die="before the intent is committed")
    case.nothing_happened()
    case.clock += 10 * MINUTE
    case.intend()
    case.intend()


def task_not_enqueued(case: Case) -> None:
    """The sweep."""
    case.intended()


def claimed_not_sent(case: Case) -> None:
    """The lease ends."""
    case.intended()
    case.dies("before anything is sent")
    assert (case.op.state, case.op.tries, case.objects()) == (OperationState.PENDING, 1, 0)


def sent_not_executed(case: Case) -> None:
    """The same key."""
    case.intended()
    case.faulted = case.world.truth.faulted("timeout_before")
    case.fault("timeout_before", seconds=2)
    worker = case.start()
    wait_until(lambda: _is_sent(case), seconds=20, what="the request", every=0.02)
    case.runner.kill(worker)
    assert (case.op.state, case.objects()) == (OperationState.PENDING, 0)


def _is_sent(case: Case) -> bool:
    return case.world.truth.faulted("timeout_before") > case.faulted


def answer_lost(case: Case) -> None:
    """The same key gives the same answer."""
    case.intended()
    case.fault("hold")
    _killed_while_held(case)
    case.world.sandbox.release()


def executed_after_death(case: Case) -> None:
    """The same key, whichever of the two Stripe takes first."""
    case.intended()
    case.fault("hold_before")
    _killed_while_held(case)
    case.starts_again()
    case.world.sandbox.release()


def answer_lost_and_key_forgotten(case: Case) -> None:
    """After a day Stripe would execute the key again: it is looked for instead."""
    case.intended()
    case.fault("hold")
    _killed_while_held(case)
    case.world.sandbox.release()
    wait_until(lambda: not case.world.sandbox.held(), seconds=20, what="the answer")
    case.world.sandbox.control("keys/forget")
    case.starts_again(DAY)


def _killed_while_held(case: Case) -> None:
    worker = case.start()
    case.until_held()
    case.runner.kill(worker)
    assert case.op.state == OperationState.PENDING


def tx2_not_committed(case: Case) -> None:
    """The same."""
    case.intended()
    case.dies("before the answer is recorded")
    assert case.op.state == OperationState.PENDING


def tx2_committed(case: Case) -> None:
    """Nothing is left to do."""
    case.intended()
    case.dies("after the answer is recorded")
    assert case.op.state == OperationState.DONE


def webhook_before_tx2(case: Case) -> None:
    """The webhook completes the operation by its metadata; tx 2 finds it done."""
    case.intended()
    case.world.mail.fetch()
    case.world.mail.letters.clear()
    case.fault("hold")
    worker = case.start()
    case.until_held()
    letter = next((one for one in case.world.mail.fetch() if one.type == case.kind.event), None)
    if letter:
        case.runner.finish(_name(kinds.hear), letter.endpoint, letter.event)
        case.runner.finish(_name(kinds.process_webhooks), later=case._now)
        assert WebhookEvent.objects.get(event_id=letter.event["id"]).outcome == "done"
        assert case.op.state == (OperationState.DONE if case.objects() else OperationState.PENDING)
    case.world.sandbox.release()
    assert case.runner.wait(worker) == 0
    assert case.op.state == OperationState.DONE


def two_workers_after_a_lease(case: Case) -> None:
    """The same key gives 409; only who holds the version records."""
    case.intended()
    case.fault("hold")
    first = case.start()
    case.until_held()
    case.starts_again()
    assert (case.op.state, case.op.tries) == (OperationState.PENDING, 2)
    assert case.op.error_code in ("Busy", "idempotency_key_in_use")  # v1 gives no code, v2 does
    case.world.sandbox.release()
    assert case.runner.wait(first) == 0
    assert case.op.state == OperationState.PENDING


TABLE: tuple[Callable[[Case], None], ...] = (
    before_tx1_commits,
    task_not_enqueued,
    claimed_not_sent,
    sent_not_executed,
    answer_lost,
    executed_after_death,
    answer_lost_and_key_forgotten,
    tx2_not_committed,
    tx2_committed,
    webhook_before_tx2,
    two_workers_after_a_lease,
)


@pytest.mark.parametrize("name", KINDS)
def test_killed_anywhere(world: World, runner: Runner, subtests: pytest.Subtests, name: str) -> None:
    world.begin()
    world.top_up(100_000)
    world.work()
    kind = KINDS[name]
    for row in TABLE:
        with subtests.test(msg=row.__name__):
            given = kind.prepare(world)
            known = frozenset(map(str, StripeOperation.objects.values_list("pk", flat=True)))
            case = Case(world, runner, kind, given, known, postings())
            row(case)
            case.agree()
