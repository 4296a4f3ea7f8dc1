"""Every kind of difference is found and written down with both sides, to the minor unit; nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction

from marketplace.kernel import outbox
from marketplace.kernel.errors import Conflict, InvalidInput
from payments import api
from payments.gateway.movements import Movement
from payments.ledger.kinds import Kind, Place
from payments.ledger.posting import credit, debit, post
from payments.models import (
    Charge,
    ConnectedAccount,
    Difference,
    OperationState,
    ReconciliationRun,
    Release,
    ReleaseState,
    StatementLine,
    StripeOperation,
)
from payments.operations import executor
from payments.reconciliation import alerts, decisions, posted, runs, statement
from payments.reconciliation import books as kept
from payments.services import books
from payments.services.captures import record_session
from tests.payments.reconciliation.scenes import LATER, both_sides_are_equal, compare, repaired, waiting
from tests.payments.scenes import NET, WHOLE, Scene, entries, eur, ledger_size

pytestmark = pytest.mark.django_db(transaction=True)


def paid_but_recorded_as(scene: Scene, minor: int) -> Charge:
    """Stripe got the price; our side wrote down another amount."""
    charge = scene.pending()
    api.checkout_url(charge.id, scene.at)
    charge.refresh_from_db()
    scene.sandbox.pay(charge.session_id)
    client = scene.sandbox.client()
    [there] = client.v1.charges.list({}).data
    [line] = client.v1.balance_transactions.list({"source": there.id}).data
    wrong = scene.paid_session(charge, minor=minor, fee=eur(line.fee))
    found = replace(wrong, id=charge.session_id, charge_id=there.id, payment_intent_id=str(there.payment_intent))
    with transaction.atomic():
        record_session(charge.id, found, scene.at)
    return Charge.objects.get(pk=charge.pk)


@pytest.mark.parametrize("off", [-1, 1])
def test_one_minor_unit(live_scene: Scene, off: int) -> None:
    charge = paid_but_recorded_as(live_scene, WHOLE + off)
    run = compare(live_scene)
    assert run.is_equal is False
    assert waiting() == {
        ("amount", "sessions", charge.session_id, WHOLE + off, WHOLE),
        ("amount", "charges", charge.stripe_charge_id, WHOLE + off, WHOLE),
    }
    [balance] = run.balances
    assert balance["ours_minor"] - balance["theirs_minor"] == off
    # Its fee agrees, but no part of a line counts as explained.
    assert StatementLine.objects.get(type="charge").is_matched is False


def test_missing_there(live_scene: Scene) -> None:
    charge = live_scene.pending()
    op = StripeOperation.objects.get(kind="create_session", subject=str(charge.id))
    executor.complete(op.id, live_scene.paid_session(charge), live_scene.at)
    run = compare(live_scene)
    assert waiting() == {("missing_there", "postings", f"capture:{charge.id}", WHOLE, None)}
    [found] = Difference.objects.filter(state="open")
    assert (found.reference, found.currency) == ("order:1", "EUR")
    [balance] = run.balances
    assert (balance["ours_minor"], balance["theirs_minor"]) == (10_000 + WHOLE, 10_000)


def test_what_is_posted_by_mistake_and_reversed_is_no_difference(live_scene: Scene) -> None:
    compare(live_scene)
    places = Place(Kind.STRIPE_BALANCE), Place(Kind.SUSPENSE)
    for key, sign in (("wrong", 1), ("undone", -1)):
        legs = debit(places[0], 700 * sign), credit(places[1], 700 * sign)
        post(op_key=key, kind="manual", reference="manual:1", currency="EUR", legs=legs, at=live_scene.at)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE ledger_transfer SET reverses_id = (SELECT id FROM ledger_transfer WHERE op_key = 'wrong') "
            "WHERE op_key = 'undone'"
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    assert (compare(live_scene).is_equal, waiting()) == (True, set())


def test_missing_here_without_a_row(live_scene: Scene) -> None:
    """Made by this site before it was set back: a person says what it was."""
    account = live_scene.open_account().stripe_id
    metadata = {"op_id": "0190aaaa-0000-7000-8000-000000000001", "reference": "order:lost"}
    made = live_scene.sandbox.client().v1.transfers.create(
        {"amount": 700, "currency": "eur", "destination": account, "metadata": metadata}
    )
    run = compare(live_scene)
    assert (run.is_equal, waiting()) == (False, {("missing_here", "transfers", made.id, None, -700)})
    [found] = Difference.objects.filter(state="open")
    assert found.reference == "order:lost"
    size = ledger_size()
    for note, error in (("", InvalidInput), ("   ", InvalidInput)):
        with pytest.raises(error):
            decisions.book(found.pk, note=note, by_id=1, at=live_scene.at)
    assert ledger_size() == size

    assert decisions.book(found.pk, note="Paid twice; the seller sends it back.", by_id=1, at=live_scene.at) == 1
    with pytest.raises(Conflict):
        decisions.book(found.pk, note="again", by_id=1, at=live_scene.at)
    assert (compare(live_scene).is_equal, waiting()) == (True, set())
    both_sides_are_equal(live_scene)
    [line] = StatementLine.objects.filter(source=made.id)
    assert entries(f"suspense_out:{line.pk}") == {("stripe_balance", 0, ""): 700, ("suspense", 0, ""): -700}


def test_what_a_person_accepted_is_not_reported_again_until_it_changes(live_scene: Scene) -> None:
    charge = live_scene.pending()
    op = StripeOperation.objects.get(kind="create_session", subject=str(charge.id))
    executor.complete(op.id, live_scene.paid_session(charge), live_scene.at)
    compare(live_scene)
    [found] = Difference.objects.filter(state="open")
    decisions.accept(found.pk, note="A test of ours.", by_id=1, at=live_scene.at)
    run = compare(live_scene)
    # Accepted is not equal: the sums say so.
    assert (waiting(), run.is_equal) == (set(), False)
    assert Difference.objects.exclude(state="repaired").count() == 1


def test_by_hand(live_scene: Scene) -> None:
    """A refund, a transfer and a payment that somebody made in Stripe's dashboard."""
    client, charge = live_scene.sandbox.client(), live_scene.captured()
    account = live_scene.open_account().stripe_id
    refund = client.v1.refunds.create({"charge": charge.stripe_charge_id, "amount": 100})
    transfer = client.v1.transfers.create({"amount": 200, "currency": "eur", "destination": account})
    run = compare(live_scene)
    assert waiting() == {
        ("foreign", "by hand", refund.id, 0, -100),
        ("foreign", "by hand", transfer.id, 0, -200),
    }
    # The figures agree, and still a person has to look.
    both_sides_are_equal(live_scene)
    assert run.is_equal is False
    for found in Difference.objects.filter(state="open"):
        decisions.accept(found.pk, note="Goodwill.", by_id=1, at=live_scene.at)
    assert (compare(live_scene, is_full=True).is_equal, waiting(), books.differences()) == (True, set(), [])


def test_movements_that_belong_to_no_object(scene: Scene) -> None:
    """Stripe's monthly bill is a cost; what nobody has a name for is in suspense, keyed by its own id."""
    found = [
        Movement("txn_bill", "stripe_fee", "", -500, 0, "EUR", scene.at),
        Movement("txn_odd", "climate_order_purchase", "", -35, 0, "EUR", scene.at),
    ]
    for _ in range(2):
        statement.keep(found)
        statement.mend(statement.unmatched_after("", limit=10), scene.at, settled=scene.at)
    assert entries("stripe_cost:txn_bill") == {("stripe_fee_expense", 0, ""): -500, ("stripe_balance", 0, ""): 500}
    assert entries("suspense_out:txn_odd") == {("stripe_balance", 0, ""): 35, ("suspense", 0, ""): -35}
    assert set(StatementLine.objects.values_list("pk", "is_matched")) == {("txn_bill", True), ("txn_odd", True)}
    assert (waiting(), ledger_size()) == ({("foreign", "by hand", "txn_odd", 0, -35)}, (2, 4))


def test_stuck(live_scene: Scene) -> None:
    live_scene.refund(live_scene.captured(), 900)
    op = StripeOperation.objects.get(kind="create_refund")
    StripeOperation.objects.filter(pk=op.pk).update(state=OperationState.PARKED, error="a bug")
    run = compare(live_scene)
    assert (run.is_equal, waiting()) == (False, {("stuck", "operations", str(op.pk), -900, None)})
    StripeOperation.objects.filter(pk=op.pk).update(state=OperationState.PENDING)
    live_scene.run()
    assert (compare(live_scene).is_equal, waiting()) == (True, set())


def test_a_statement_that_was_not_read_whole(live_scene: Scene) -> None:
    """The sums say so, and the next run reads everything."""
    live_scene.captured()
    assert compare(live_scene).is_equal
    with connection.cursor() as cursor:  # as if a line had never been listed
        cursor.execute("DELETE FROM payments_matchedposting WHERE line_id IN (SELECT id FROM payments_statementline)")
        cursor.execute("DELETE FROM payments_statementline")
    ReconciliationRun.objects.update(until=live_scene.at + timedelta(hours=6))
    run = compare(live_scene, timedelta(hours=12))
    assert run.is_equal is False
    assert ("balance", "balance", "EUR") in {row[:3] for row in waiting()}
    later = live_scene.at + timedelta(hours=14)
    assert runs.go_on(later, seconds=60)
    run = ReconciliationRun.objects.latest("started_at")
    assert (run.is_full, run.is_equal, waiting()) == (True, True, set())


def test_a_transfer_of_a_release_that_was_set_back(live_scene: Scene) -> None:
    """The row is known and says it was not sent: it is written as it happened."""
    live_scene.open_account()
    release = live_scene.released()
    account = live_scene.seller.pk
    op_id = "0190bbbb-0000-7000-8000-000000000002"
    made = live_scene.sandbox.client().v1.transfers.create(
        {
            "amount": NET,
            "currency": "eur",
            "destination": _stripe_account(account),
            "source_transaction": release.charge.stripe_charge_id,
            "transfer_group": "order:1",
            "metadata": {"op_id": op_id, "release_id": str(release.id), "reference": "order:1"},
        }
    )
    assert (compare(live_scene).is_equal, waiting()) == (True, set())
    release.refresh_from_db()
    assert (release.state, release.stripe_transfer_id) == (ReleaseState.TRANSFERRED, made.id)
    assert str(StripeOperation.objects.get(kind="create_transfer").pk) == op_id
    assert repaired() == {("missing_here", "transfers", made.id, None, -NET)}
    api.clear("order:1", live_scene.at)  # the order's own clock, later
    live_scene.run()
    assert len(live_scene.sandbox.requests("POST /v1/transfers")) == 1
    assert books.differences() == []


def test_an_intent_that_was_written_anew_takes_the_object_that_exists(live_scene: Scene) -> None:
    """Set back, the same order was accepted and cleared again, with another row and another operation."""
    live_scene.open_account()
    release = live_scene.released()
    api.clear("order:1", live_scene.at)
    op = StripeOperation.objects.get(kind="create_transfer")
    marks = {"op_id": "0190cccc-0000-7000-8000-000000000003", "release_id": "0190cccc-0000-7000-8000-000000000004"}
    params = {**op.frozen, "metadata": {**marks, "reference": "order:1"}}
    made = live_scene.sandbox.client().v1.transfers.create(params)  # type: ignore[arg-type]
    assert (compare(live_scene).is_equal, waiting()) == (True, set())
    release.refresh_from_db()
    op.refresh_from_db()
    assert (release.stripe_transfer_id, op.state, op.stripe_id) == (made.id, OperationState.DONE, made.id)
    live_scene.run()
    assert len(live_scene.sandbox.requests("POST /v1/transfers")) == 1


def test_of_another_amount_it_is_somebody_elses(live_scene: Scene) -> None:
    live_scene.open_account()
    live_scene.released()
    api.clear("order:1", live_scene.at)
    op = StripeOperation.objects.get(kind="create_transfer")
    marks = {"op_id": "0190dddd-0000-7000-8000-000000000005", "reference": "order:1"}
    made = live_scene.sandbox.client().v1.transfers.create({**op.frozen, "amount": NET - 1, "metadata": marks})  # type: ignore[arg-type]
    compare(live_scene)
    assert waiting() == {("missing_here", "transfers", made.id, None, 1 - NET)}
    assert Release.objects.get().state == ReleaseState.SENDING


def test_the_operator_is_told_once(live_scene: Scene, settings: object) -> None:
    settings.OPERATOR_EMAIL = "operator@example.org"  # type: ignore[attr-defined]
    charge = live_scene.pending()
    op = StripeOperation.objects.get(kind="create_session", subject=str(charge.id))
    executor.complete(op.id, live_scene.paid_session(charge), live_scene.at)
    for _ in range(3):
        compare(live_scene)
        outbox.deliver_due(live_scene.at + LATER)
    [letter] = [one for one in mail.outbox if one.to == ["operator@example.org"]]
    assert letter.subject == "Artisan: 1 difference in the books"
    assert f"our books have it, Stripe does not: capture:{charge.id}" in letter.body
    assert f"ours: {WHOLE}, theirs: nothing EUR (minor units)" in letter.body
    assert "/money/reconciliation/" in letter.body
    assert alerts.tell(live_scene.at) == 0


def test_a_ledger_that_contradicts_itself_is_told_once_and_forgotten_when_mended(
    live_scene: Scene, settings: object
) -> None:
    charge = live_scene.captured()
    Charge.objects.filter(pk=charge.pk).update(released_minor=5)
    found = kept.check(live_scene.at)
    assert [one.invariant for one in found] == [
        "hold_is_what_is_left_of_the_charge",
        "charge_columns_are_sums_of_their_rows",
    ]
    assert len(kept.check(live_scene.at)) == 2
    assert Difference.objects.filter(kind="books", state="open").exclude(told_at=None).count() == 2
    Charge.objects.filter(pk=charge.pk).update(released_minor=0)
    assert (kept.check(live_scene.at), Difference.objects.filter(kind="books", state="open").count()) == ([], 0)


def test_sums_are_read_from_stripes_side_of_the_entry(live_scene: Scene) -> None:
    compare(live_scene)
    assert (posted.sums(), posted.unmatched_sums()) == ({"EUR": 10_000}, {})


def _stripe_account(user_id: int) -> str:
    return ConnectedAccount.objects.get(user_id=user_id).stripe_id
