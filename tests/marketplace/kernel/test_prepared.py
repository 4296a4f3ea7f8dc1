"""Queries that are put together once: the same rows as ever, by any thread, for any value."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Greatest, Length

from marketplace.kernel.models import StoredFile, Upload
from marketplace.kernel.prepared import prepared, prepared_change

AT = datetime(2026, 5, 12, 12, tzinfo=UTC)


def upload(name: str, owner: int = 1, **given: Any) -> Upload:
    moments = {"created_at": AT, "touched_at": AT}
    return Upload.objects.create(name=name, owner_id=owner, place="p", size_bytes=5, **moments, **given)


@pytest.fixture(autouse=True, params=[False, True], ids=["sent whole", "kept by the database"])
def keeps_statements(request: pytest.FixtureRequest, settings: Any) -> None:
    settings.DATABASE_KEEPS_STATEMENTS = request.param


@pytest.fixture
def rows(db: None) -> list[Upload]:
    return [upload("a.txt"), upload("b.txt"), upload("c.txt", owner=2)]


def test_each_call_has_its_own_values(rows: list[Upload]) -> None:
    of_owner = prepared(lambda owner: Upload.objects.filter(owner_id=owner).order_by("name"))
    assert [one.name for one in of_owner.all(1)] == ["a.txt", "b.txt"]
    assert [one.name for one in of_owner.all(2)] == ["c.txt"]
    assert of_owner.all(3) == []


def test_it_is_built_once(rows: list[Upload]) -> None:
    built: list[object] = []

    def build(pk: Any) -> Any:
        built.append(pk)
        return Upload.objects.filter(pk=pk)

    by_id = prepared(build)
    assert [by_id.get(one.pk) for one in rows] == rows
    assert len(built) == 1


def test_rows_are_those_of_the_queryset(rows: list[Upload]) -> None:
    """Columns, annotations, order, limit, constants and what is deferred."""

    def build(owner: Any) -> Any:
        found = Upload.objects.filter(owner_id=owner, place="p", touched_at__gt=AT - timedelta(days=1)).defer("mark")
        return found.annotate(length=Length("name"), more=F("size_bytes") + Value(2)).order_by("-name")[:1]

    (mine,), (theirs,) = prepared(build).all(1), build(1)
    assert mine == theirs
    assert {name: value for name, value in vars(mine).items() if name != "_state"} == {
        name: value for name, value in vars(theirs).items() if name != "_state"
    }
    assert (mine.length, mine.more, mine.get_deferred_fields()) == (5, 7, {"mark"})


def test_values(rows: list[Upload]) -> None:
    names = prepared(lambda owner: Upload.objects.filter(owner_id=owner).order_by("name").values_list("pk", "name"))
    assert names.first(1) == (rows[0].pk, "a.txt")
    assert names.first(9) is None


def test_many_ids_and_none(rows: list[Upload], django_assert_num_queries: Callable[[int], Any]) -> None:
    named = prepared(lambda ids, owner: Upload.objects.filter(pk__in=ids, owner_id=owner).order_by("name"))
    assert named.all([rows[1].pk, rows[0].pk, rows[2].pk, uuid.uuid4()], 1) == rows[:2]
    with django_assert_num_queries(0):
        assert named.all([], 1) == []


def test_related_rows_come_along(rows: list[Upload], tmp_path: Any) -> None:
    stored = StoredFile.objects.create(
        file="x", name="x.txt", size_bytes=1, content_type="text/plain", sha256="0" * 64, created_at=AT
    )
    found = prepared(lambda name: StoredFile.objects.select_related("preview").filter(name=name)).get("x.txt")
    assert found == stored
    assert not hasattr(found, "preview")


def test_nothing_found(rows: list[Upload]) -> None:
    by_id = prepared(lambda pk: Upload.objects.filter(pk=pk))
    assert by_id.first(uuid.uuid4()) is None
    with pytest.raises(Upload.DoesNotExist):
        by_id.get(uuid.uuid4())


def test_a_value_too_few_or_too_many(rows: list[Upload]) -> None:
    by_id = prepared(lambda pk: Upload.objects.filter(pk=pk))
    for given in ((), (rows[0].pk, 1)):
        with pytest.raises(ValueError, match="zip"):
            by_id.all(*given)


@pytest.mark.parametrize("owner", [2**63, -(2**64), 10**30])
def test_a_number_that_no_column_holds_finds_nothing(rows: list[Upload], owner: int) -> None:
    of_owner = prepared(lambda owner: Upload.objects.filter(owner_id=owner))
    assert of_owner.all(owner) == []


def test_a_value_is_never_sql(rows: list[Upload]) -> None:
    named = prepared(lambda name: Upload.objects.filter(name=name))
    assert named.all("a.txt' OR '1'='1") == []
    assert named.all("%s") == []


@pytest.mark.django_db(transaction=True)
def test_locks_need_a_transaction() -> None:
    one = upload("a.txt")
    locked = prepared(lambda pk: Upload.objects.select_for_update().filter(pk=pk))
    with transaction.atomic():
        assert locked.get(one.pk) == one
    with pytest.raises(transaction.TransactionManagementError):
        locked.get(one.pk)


@pytest.mark.django_db(transaction=True)
def test_threads_have_connections_of_their_own() -> None:
    one, found = upload("a.txt"), []
    by_id = prepared(lambda pk: Upload.objects.filter(pk=pk).annotate(owner=F("owner_id")))
    assert by_id.get(one.pk) == one

    def read() -> None:
        with transaction.atomic():
            found.append(by_id.get(one.pk))
        connection.close()

    with transaction.atomic():
        Upload.objects.filter(pk=one.pk).update(name="not committed")
        assert by_id.get(one.pk).name == "not committed"
        thread = threading.Thread(target=read)
        thread.start()
        thread.join(20)
    assert [row.name for row in found] == ["a.txt"]


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_is_told_anew() -> None:
    one = upload("a.txt")
    by_id = prepared(lambda pk: Upload.objects.filter(pk=pk))
    assert by_id.get(one.pk) == one
    connection.close()
    assert by_id.get(one.pk) == one


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_still_known() -> None:
    one = upload("a.txt")
    by_id = prepared(lambda pk: Upload.objects.filter(pk=pk))
    with transaction.atomic():
        assert by_id.get(one.pk) == one
        transaction.set_rollback(True)
    assert by_id.get(one.pk) == one


def test_percent_signs_are_what_they_are(rows: list[Upload]) -> None:
    odd = upload("100%s.txt")
    like = prepared(lambda owner: Upload.objects.filter(owner_id=owner, name__contains="%s").exclude(name="%"))
    assert like.all(1) == [odd]


def test_one_value_in_two_places(rows: list[Upload]) -> None:
    either = prepared(lambda one, size: Upload.objects.filter(Q(owner_id=one) | Q(size_bytes=one), size_bytes=size))
    assert len(either.all(2, 5)) == 1
    assert len(either.all(5, 5)) == 3


def test_nothing_given(rows: list[Upload]) -> None:
    assert len(prepared(lambda: Upload.objects.order_by("name")).all()) == 3


def test_no_value_matches_null_with_nothing(rows: list[Upload]) -> None:
    by_writer = prepared(lambda writer: Upload.objects.filter(writer=writer))
    assert by_writer.all(None) == []


def test_a_change_is_the_querysets_own(rows: list[Upload]) -> None:
    grow = prepared_change(
        lambda owner, by, at: (
            Upload.objects.filter(owner_id=owner, place="p"),
            {
                "size_bytes": Greatest(F("size_bytes") + by, 1),
                "touched_at": Coalesce(at, F("touched_at")),
                "mark": "100 % of it",
            },
        )
    )
    assert grow.run(1, 7, None) == 2
    assert grow.run(1, -100, AT + timedelta(1)) == 2
    assert grow.run(2, 1, None) == 1
    assert grow.run(9, 1, None) == 0
    assert list(Upload.objects.order_by("name").values_list("size_bytes", "touched_at", "mark")) == [
        (1, AT + timedelta(1), "100 % of it"),
        (1, AT + timedelta(1), "100 % of it"),
        (6, AT, "100 % of it"),
    ]


def test_a_deletion_is_the_querysets_own(rows: list[Upload]) -> None:
    drop = prepared_change(lambda owner, ids: Upload.objects.filter(owner_id=owner).exclude(name__in=ids))
    assert drop.run(1, ["a.txt", "z.txt"]) == 1
    assert drop.run(1, ["a.txt", "z.txt"]) == 0
    assert drop.run(2, []) == 1
    assert list(Upload.objects.values_list("name", flat=True)) == ["a.txt"]
