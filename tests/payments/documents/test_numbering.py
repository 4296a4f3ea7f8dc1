"""Numbers without gap and without twins, however many issue at once; and what happens without the lock."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from payments.documents import missing
from payments.documents.issuing import series_of_seller
from payments.models import Document, Series
from tests.payments.scenes import Scene
from tests.payments.test_races import MANY, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def positions(code: str) -> list[int]:
    return list(Document.objects.filter(series__code=code).order_by("position").values_list("position", flat=True))


def test_many_at_once_issue_each_document_once_and_without_gaps(scene: Scene) -> None:
    for number in range(MANY):
        scene.released(f"order:{number}")
    at_once(lambda _: missing.issue_missing(scene.at))
    wanted = list(range(1, MANY + 1))
    for code in ("REC-2026", "INV-2026", f"{series_of_seller(scene.seller.pk)}-2026"):
        assert positions(code) == wanted
        assert Series.objects.get(code=code).last_number == MANY


def test_without_the_lock_numbers_come_twice(scene: Scene) -> None:
    """The control: everybody reads the last number, then everybody counts on from it."""
    scene.captured()
    missing.issue_missing(scene.at)
    all_have_read = threading.Barrier(MANY)

    def work(_: int) -> int:
        last = Series.objects.get(code="REC-2026").last_number
        all_have_read.wait(timeout=20)
        return last + 1

    assert at_once(work) == [2] * MANY


def test_a_sequence_would_leave_gaps() -> None:
    """The other control: what a sequence has given away does not come back with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE control_numbers")
        try:
            with transaction.atomic():
                cursor.execute("SELECT nextval('control_numbers')")
                transaction.set_rollback(True)
            cursor.execute("SELECT nextval('control_numbers')")
            assert cursor.fetchone() == (2,)
        finally:
            cursor.execute("DROP SEQUENCE control_numbers")


def test_a_transaction_that_fails_takes_no_number(scene: Scene) -> None:
    scene.captured("order:1")
    with transaction.atomic():
        missing.issue_missing(scene.at)
        transaction.set_rollback(True)
    assert Document.objects.count() == 0
    missing.issue_missing(scene.at)
    assert positions("REC-2026") == [1]


def test_each_year_of_the_business_begins_at_one(scene: Scene) -> None:
    scene.captured("order:1")
    missing.issue_missing(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
    scene.captured("order:2")
    missing.issue_missing(datetime(2027, 1, 1, 0, 0, 0, tzinfo=UTC))
    assert sorted(Document.objects.values_list("number", flat=True)) == ["REC-2026-000001", "REC-2027-000001"]
    dates = [row.content["issued_on"] for row in Document.objects.order_by("number")]
    assert dates == ["31 December 2026", "1 January 2027"]


def test_dates_do_not_run_against_numbers(scene: Scene) -> None:
    scene.captured("order:1")
    missing.issue_missing(datetime(2026, 11, 5, tzinfo=UTC))
    scene.captured("order:2")
    missing.issue_missing(datetime(2026, 11, 4, tzinfo=UTC))
    first, second = Document.objects.order_by("position")
    assert first.issued_at == second.issued_at
