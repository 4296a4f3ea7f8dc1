"""A run goes page by page, whoever is there; a worker that dies loses a page and nothing else."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from marketplace.kernel.errors import Conflict
from payments.contracts import ChargeState
from payments.gateway import listings
from payments.models import Brake, Charge, Chargeback, Difference, Outflow, ReconciliationRun, StatementLine
from payments.operations import brakes
from payments.reconciliation import comparing, runs, still_open
from tests.payments.reconciliation.scenes import LATER, both_sides_are_equal, compare, waiting
from tests.payments.scenes import Scene, ledger_size
from tests.payments.webhooks.events import pay

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


def test_page_by_page(live_scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listings, "PAGE", 2)
    for number in range(5):
        pay(live_scene, f"order:{number}")
    run = compare(live_scene)
    assert (run.is_equal, run.objects_seen) == (True, 5 + 5 + 6)
    assert Charge.objects.filter(state=ChargeState.CAPTURED).count() == 5
    both_sides_are_equal(live_scene)
    asked = live_scene.sandbox.requests("GET /v1/charges")
    assert [row["params"].get("limit") for row in asked] == [2, 2, 2]


def test_where_stripe_goes_away_the_next_worker_goes_on(live_scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listings, "PAGE", 2)
    for number in range(5):
        pay(live_scene, f"order:{number}")
    at = live_scene.at + LATER
    runs.start(at)
    live_scene.sandbox.faults("GET /v1/checkout/sessions", "drop_before", skip=2)
    run = runs.go_on(at, seconds=60)
    assert run
    assert (run.stage, bool(run.after), run.ended_at, run.leased_until) == ("sessions", True, None, None)
    assert run.trouble.startswith("Stripe is away")
    assert Charge.objects.filter(state=ChargeState.CAPTURED).count() == 4
    run = runs.go_on(at, seconds=60)
    assert run
    assert (run.is_equal, run.trouble) == (True, "")
    assert len(live_scene.sandbox.requests("GET /v1/checkout/sessions")) == 4  # one of them twice


def test_a_worker_that_dies_leaves_its_place(live_scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    pay(live_scene)
    at = live_scene.at + LATER
    runs.start(at)

    class Killed(BaseException):
        pass

    def dies(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(comparing, "compare", dies)
        with pytest.raises(Killed):
            runs.go_on(at, seconds=60)
    assert ReconciliationRun.objects.get().stage == "sessions"
    assert runs.go_on(at, seconds=60) is None  # its lease still runs
    run = runs.go_on(at + timedelta(minutes=6), seconds=60)
    assert run
    assert run.is_equal


def test_two_workers_at_once_do_it_once(live_scene: Scene) -> None:
    pay(live_scene)
    at, together = live_scene.at + LATER, threading.Barrier(4)

    def work(_: int) -> ReconciliationRun | None:
        try:
            connection.ensure_connection()
            together.wait(20)
            return runs.go_on(at, seconds=60)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = [run for run in pool.map(work, range(4)) if run]
    assert len(done) == 1
    assert (ReconciliationRun.objects.count(), ledger_size()) == (1, (3, 6))


def test_runs_begin_when_they_are_due(live_scene: Scene) -> None:
    first = runs.go_on(live_scene.at, seconds=60)
    assert first
    assert first.is_full
    assert runs.go_on(live_scene.at + timedelta(minutes=29), seconds=60) is None
    second = runs.go_on(live_scene.at + timedelta(minutes=30), seconds=60)
    assert second
    assert (second.is_full, second.since) == (False, first.until - 3 * HOUR)
    weekly = runs.go_on(live_scene.at + timedelta(days=7, minutes=1), seconds=60)
    assert weekly
    assert weekly.is_full


def test_while_outflows_wait_runs_are_full_and_often(live_scene: Scene) -> None:
    compare(live_scene)
    at = live_scene.at + HOUR
    for outflow in Outflow:
        brakes.pull(outflow, reason="restored", by_id=None, at=at, until_reconciled=True)
    run = runs.go_on(at + timedelta(minutes=20), seconds=60)
    assert run
    assert (run.is_full, run.is_equal, Brake.objects.count()) == (True, True, 0)


def test_a_difference_keeps_the_brakes_pulled(live_scene: Scene) -> None:
    for outflow in Outflow:
        brakes.pull(outflow, reason="restored", by_id=None, at=live_scene.at, until_reconciled=True)
    live_scene.sandbox.client().v1.payouts.create({"amount": 100, "currency": "eur"})
    account = live_scene.open_account().stripe_id
    marked = {"op_id": "0190eeee-0000-7000-8000-000000000006"}
    live_scene.sandbox.client().v1.transfers.create(
        {"amount": 1, "currency": "eur", "destination": account, "metadata": marked}
    )
    for minutes in (15, 20, 25):
        assert compare(live_scene, timedelta(minutes=minutes), is_full=True).is_equal is False
    assert (len(waiting()), Brake.objects.count()) == (1, 3)


def test_a_brake_that_a_person_pulled_stays(live_scene: Scene) -> None:
    brakes.pull(Outflow.REFUNDS, reason="we look into something", by_id=1, at=live_scene.at)
    brakes.pull(Outflow.PAYOUTS, reason="restored", by_id=None, at=live_scene.at, until_reconciled=True)
    # All that wait are lifted together, and only those.
    assert compare(live_scene, is_full=True).is_equal
    assert list(Brake.objects.values_list("outflow", flat=True)) == ["refunds"]


def test_what_was_created_a_moment_ago_is_left_alone(live_scene: Scene) -> None:
    """Its own answer or its webhook may be on the way; the figures still add up."""
    charge = pay(live_scene)
    run = compare(live_scene, timedelta(0))
    assert (waiting(), Difference.objects.filter(noun="sessions").count()) == (set(), 0)
    [balance] = run.balances
    assert balance["ours_minor"] == balance["theirs_minor"]  # its line led to it all the same
    charge.refresh_from_db()
    assert charge.state == ChargeState.CAPTURED


def test_no_second_run_beside_one_at_work(live_scene: Scene) -> None:
    runs.start(live_scene.at)
    ReconciliationRun.objects.update(leased_until=live_scene.at + HOUR)
    with pytest.raises(Conflict):
        runs.start(live_scene.at + timedelta(minutes=1))
    assert ReconciliationRun.objects.count() == 1
    later = runs.start(live_scene.at + 2 * HOUR)
    assert list(ReconciliationRun.objects.filter(ended_at=None)) == [later]


def test_no_request_is_made_inside_a_transaction(live_scene: Scene) -> None:
    """The gateway refuses it, so a comparison that reached the end made none."""
    live_scene.open_account()
    live_scene.transferred()
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a database transaction"):
        runs.go_on(live_scene.at)
    assert compare(live_scene).ended_at


def command(*arguments: str) -> tuple[int, list[str]]:
    printed = StringIO()
    try:
        call_command("reconcile", *arguments, stdout=printed)
    except SystemExit as ended:
        return int(str(ended.code)), printed.getvalue().splitlines()
    return 0, printed.getvalue().splitlines()


def test_the_command(live_scene: Scene, settings: object) -> None:
    status, lines = command()
    assert (status, lines) == (0, ["EUR: ours 10000, theirs 10000", "1 objects, equal"])
    account = live_scene.open_account().stripe_id
    made = live_scene.sandbox.client().v1.transfers.create({"amount": 250, "currency": "eur", "destination": account})
    status, lines = command("--full")
    assert (status, lines[0], lines[-1]) == (1, "EUR: ours 9750, theirs 9750", "2 objects, not equal")
    assert lines[1].startswith(f"foreign {made.id}: ours 0, theirs -250 EUR. Made by hand at Stripe.")
    assert command("--since", (live_scene.at - HOUR).isoformat())[0] == 1
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="Stripe is away") as away:
        command()
    assert away.value.returncode == 2


def test_check_ledger_says_how_it_ended(live_scene: Scene) -> None:
    def check() -> tuple[int, str]:
        printed = StringIO()
        try:
            call_command("check_ledger", stdout=printed)
        except SystemExit as ended:
            return int(str(ended.code)), printed.getvalue()
        return 0, printed.getvalue()

    charge = live_scene.captured()
    assert check()[0] == 0
    Charge.objects.filter(pk=charge.pk).update(refunded_minor=7)
    status, printed = check()
    assert (status, f"charge {charge.pk}" in printed, printed.splitlines()[-1][-14:]) == (1, True, " 2 differences")


def test_rows_that_wait_are_asked_about_every_minute(live_scene: Scene) -> None:
    charge = pay(live_scene)
    Charge.objects.update(created_at=live_scene.at - timedelta(minutes=2), synced_at=None)
    assert still_open.ask(live_scene.at) == 1
    assert still_open.ask(live_scene.at) == 0
    charge.refresh_from_db()
    assert charge.state == ChargeState.CAPTURED


def test_undecided_disputes_are_asked_about_every_hour(live_scene: Scene) -> None:
    charge = live_scene.captured()
    dispute = live_scene.sandbox.control("disputes", charge=charge.stripe_charge_id)["id"]
    compare(live_scene)
    live_scene.sandbox.control("disputes/decide", dispute=dispute, outcome="lost")
    assert still_open.ask(live_scene.at + LATER + timedelta(minutes=30)) == 0
    assert still_open.ask(live_scene.at + 2 * HOUR) == 1
    assert Chargeback.objects.get().state == "lost"


def test_the_statement_is_kept_line_by_line(live_scene: Scene) -> None:
    live_scene.captured()
    compare(live_scene)
    lines = StatementLine.objects.order_by("type")
    kept = [(line.type, line.is_matched, line.postings.count()) for line in lines]
    assert kept == [("charge", True, 2), ("topup", True, 1)]
