"""The staff's page: what differs with both sides, what is frozen, and the way to close it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from payments.models import (
    Brake,
    Difference,
    DifferenceKind,
    DifferenceState,
    Outflow,
    ReconciliationRun,
    StatementLine,
)
from payments.operations import brakes
from tests.payments.scenes import ledger_size

pytestmark = pytest.mark.django_db

PAGE = "/money/reconciliation/"


@pytest.fixture
def operator(client: Client) -> Client:
    person = User.objects.create_user("operator@example.org", display_name="Olga Operator", is_treasurer=True)
    client.force_login(person)
    return client


def difference(number: int = 1, **changes: Any) -> Difference:
    moment = datetime.fromisoformat("2026-11-02T12:00:00+00:00")
    given = {
        "kind": DifferenceKind.MISSING_HERE,
        "noun": "transfers",
        "object_id": f"tr_{number}",
        "theirs_minor": -5_220,
        "currency": "EUR",
        "reference": "order:1",
        "note": "It bears our mark.",
        "found_at": moment,
        "seen_at": moment,
    }
    return Difference.objects.create(**{**given, **changes})


def run(at: datetime, **changes: Any) -> ReconciliationRun:
    figures = {"ours_minor": 10_001, "theirs_minor": 10_000, "under_way_here_minor": 1, "under_way_there_minor": 0}
    given = {
        "started_at": at,
        "until": at,
        "ended_at": at,
        "is_equal": False,
        "objects_seen": 12,
        "balances": [{"currency": "EUR", **figures}],
    }
    return ReconciliationRun.objects.create(**{**given, **changes})


def test_it_is_the_operators_alone(client: Client, buyer: User, now: datetime) -> None:
    known = difference()
    posts = (f"{PAGE}begin/", f"{PAGE}{known.pk}/close/")
    assert client.get(PAGE).headers["Location"].startswith("/accounts/login/")
    client.force_login(buyer)
    assert client.get(PAGE).status_code == 404
    for address in posts:
        assert client.post(address, {f"{known.pk}-note": "mine"}).status_code == 404
        assert client.get(address).status_code in (404, 405)
    known.refresh_from_db()
    assert (known.state, ReconciliationRun.objects.count()) == (DifferenceState.OPEN, 0)


def test_nothing_differs(operator: Client) -> None:
    page = operator.get(PAGE)
    assert page.status_code == 200
    assert "Nothing differs" in page.text
    assert "None yet: the first begins within a minute" in page.text
    assert "No money leaves." not in page.text


def test_both_sides_are_shown(operator: Client, at: datetime) -> None:
    difference()
    run(at)
    brakes.pull(Outflow.REFUNDS, reason="restored", by_id=None, at=at, until_reconciled=True)
    page = operator.get(PAGE).text
    for words in ("tr_1", "nothing", "−€52.20", "order:1", "€100.01", "€100.00", "€0.01", "not equal", "12 objects"):
        assert words in page or words.replace("−", "-") in page, words
    assert "No money leaves." in page
    assert Brake.objects.count() == 1


def test_the_same_few_queries_however_much_there_is(
    operator: Client, at: datetime, django_assert_num_queries: Any
) -> None:
    difference(0)
    difference(1_000, state=DifferenceState.REPAIRED)
    run(at)
    operator.get(PAGE)
    with django_assert_num_queries(7):
        operator.get(PAGE)
    for number in range(1, 60):
        difference(number)
        difference(1_000 + number, state=DifferenceState.RESOLVED, closed_by_id=1)
        run(at + timedelta(hours=number))
    with django_assert_num_queries(7):
        page = operator.get(PAGE)
    assert page.text.count('id="difference-') == 20


def test_every_difference_is_on_one_page(operator: Client) -> None:
    made = {difference(number).pk for number in range(45)}
    seen, address = set(), PAGE
    for _ in range(3):
        page = operator.get(address)
        rows = [row.difference.pk for row in page.context["waiting"]]
        seen |= set(rows)
        address = f"{PAGE}?after={rows[-1]}"
    assert seen == made
    for nonsense in ("?after=x", "?after=-1", "?after=" + "9" * 40, "?before=%00"):
        assert operator.get(PAGE + nonsense).status_code == 200


def test_closing_needs_a_note_and_keeps_what_was_typed(operator: Client) -> None:
    known = difference()
    answer = operator.post(f"{PAGE}{known.pk}/close/", {f"{known.pk}-note": " ", "accept": "1"})
    assert answer.status_code == 422
    assert "This field is required." in answer.text
    long = "x" * 501
    answer = operator.post(f"{PAGE}{known.pk}/close/", {f"{known.pk}-note": long, "accept": "1"})
    assert (answer.status_code, long in answer.text) == (422, True)
    known.refresh_from_db()
    assert known.state == DifferenceState.OPEN


def test_closing_as_it_is(operator: Client) -> None:
    known = difference()
    answer = operator.post(f"{PAGE}{known.pk}/close/", {f"{known.pk}-note": "Paid back by hand.", "accept": "1"})
    assert answer.headers["Location"] == PAGE
    known.refresh_from_db()
    assert (known.state, known.note, known.closed_by_id) == ("resolved", "Paid back by hand.", User.objects.get().pk)
    assert ledger_size() == (0, 0)
    again = operator.post(f"{PAGE}{known.pk}/close/", {f"{known.pk}-note": "again", "book": "1"}, follow=True)
    assert "This difference is closed already." in again.text
    unknown = operator.post(f"{PAGE}999/close/", {"999-note": "x"}, follow=True)
    assert "This difference is closed already." in unknown.text


def test_booking_it_into_suspense(operator: Client, at: datetime) -> None:
    known = difference()
    StatementLine.objects.create(
        id="txn_1", type="transfer", source="tr_1", amount_minor=-5_220, fee_minor=0, net_minor=-5_220, currency="EUR",
        created_at=at,
    )  # fmt: skip
    page = operator.get(PAGE).text
    assert "Book it into suspense and close" in page
    operator.post(f"{PAGE}{known.pk}/close/", {f"{known.pk}-note": "Nobody knows.", "book": "1"})
    assert ledger_size() == (1, 2)


@pytest.mark.parametrize(("noun", "ours"), [("postings", None), ("balance", None), ("transfers", 0)])
def test_what_has_no_line_of_its_own_cannot_be_booked(operator: Client, noun: str, ours: int | None) -> None:
    difference(noun=noun, ours_minor=ours)
    assert "Book it into suspense" not in operator.get(PAGE).text


def test_asking_for_a_comparison(operator: Client, at: datetime) -> None:
    run(at, is_equal=True)
    operator.post(f"{PAGE}begin/", {"full": "1"})
    begun = ReconciliationRun.objects.get(ended_at=None)
    assert begun.is_full
    ReconciliationRun.objects.filter(pk=begun.pk).update(leased_until=begun.started_at + timedelta(hours=1))
    busy = operator.post(f"{PAGE}begin/", follow=True)
    assert "A reconciliation is running just now." in busy.text
    assert list(ReconciliationRun.objects.filter(ended_at=None)) == [begun]
