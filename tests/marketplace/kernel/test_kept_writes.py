"""Statements that write, put together once: what is written is what Django would write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.postgres.functions import TransactionNow
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower
from django.test.utils import CaptureQueriesContext

from marketplace.kernel.models import OutboxMessage, Preview, StoredFile, Upload
from marketplace.kernel.postgresql import compiler

AT = datetime(2026, 5, 12, 12, tzinfo=UTC)


@pytest.fixture(autouse=True, params=[False, True], ids=["sent whole", "kept by the database"])
def keeps_statements(request: pytest.FixtureRequest, settings: Any, db: None) -> bool:
    settings.DATABASE_KEEPS_STATEMENTS = request.param
    return bool(request.param)


def upload(name: Any, **given: Any) -> Upload:
    return Upload(
        **{"name": name, "owner_id": 1, "place": "p", "size_bytes": 5, "created_at": AT, "touched_at": AT} | given
    )


def message(key: str, **payload: Any) -> OutboxMessage:
    return OutboxMessage(topic="t", key=key, payload=payload, created_at=AT, due_at=AT)


def test_each_row_has_its_own_values() -> None:
    for name, size in (("a'; --", 5), ("100 %s %% $1", 6), ("c", 7)):
        upload(name, size_bytes=size).save(force_insert=True)
    names = Upload.objects.order_by("size_bytes").values_list("name", "size_bytes")
    assert list(names) == [("a'; --", 5), ("100 %s %% $1", 6), ("c", 7)]


def test_keys_that_the_database_gives_come_back() -> None:
    made = [message(key, n=[1, None, {"a": "%"}]) for key in "abc"]
    for one in made:
        one.save(force_insert=True)
    assert list(OutboxMessage.objects.order_by("key").values_list("pk", "payload")) == [
        (one.pk, {"n": [1, None, {"a": "%"}]}) for one in made
    ]


def test_nothing_where_something_was() -> None:
    for done in (AT, None, AT, None):
        one = message(f"{done}-{OutboxMessage.objects.count()}")
        one.done_at = done
        one.save(force_insert=True)
    assert list(OutboxMessage.objects.order_by("pk").values_list("done_at", flat=True)) == [AT, None, AT, None]


@pytest.mark.parametrize("counts", [(1, 2, 3, 1, 5), (3, 1, 2)])
def test_many_at_once(counts: tuple[int, ...]) -> None:
    for turn, count in enumerate(counts):
        made = OutboxMessage.objects.bulk_create([message(f"{turn}.{one}", one=one) for one in range(count)])
        assert len({one.pk for one in made}) == count
    kept = OutboxMessage.objects.order_by("pk").values_list("key", "payload")
    assert list(kept) == [(f"{turn}.{one}", {"one": one}) for turn, n in enumerate(counts) for one in range(n)]


def test_conflicts_are_ignored_only_where_asked() -> None:
    for _ in range(3):
        OutboxMessage.objects.bulk_create([message("same")], ignore_conflicts=True)
    for _ in range(2):
        with pytest.raises(IntegrityError), transaction.atomic():
            OutboxMessage.objects.bulk_create([message("same")])
    with pytest.raises(IntegrityError), transaction.atomic():
        message("same").save(force_insert=True)
    assert OutboxMessage.objects.count() == 1


def test_expressions_are_evaluated() -> None:
    for turn in (AT, TransactionNow(), AT, TransactionNow()):
        upload("x", created_at=turn).save(force_insert=True)
    assert sorted(Upload.objects.values_list("created_at", flat=True))[:2] == [AT, AT]
    assert Upload.objects.filter(created_at=TransactionNow()).count() == 2


def test_an_expression_that_comes_first_is_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "_statements", {})  # as in a process that has written nothing yet
    for name in (Lower(Value("ABC")), "Def", Concat(Value("g"), Value("H")), "Ij"):
        upload(name).save(force_insert=True)
    Upload.objects.bulk_create([upload(Lower(Value("KL"))), upload("Mn")])
    Upload.objects.bulk_create([upload("Op"), upload("Qr")])
    assert sorted(Upload.objects.values_list("name", flat=True)) == ["Def", "Ij", "Mn", "Op", "Qr", "abc", "gH", "kl"]


def test_one_row_is_changed() -> None:
    one, other = (Upload.objects.create(**_columns(upload(name))) for name in "ab")
    for name, at in (("%s", AT), ("b'", AT + timedelta(1)), ("c", AT)):
        one.name, one.touched_at = name, at
        one.save(update_fields=["name", "touched_at"])
        assert Upload.objects.filter(pk=one.pk).values_list("name", "touched_at").get() == (name, at)
    assert Upload.objects.filter(pk=other.pk).update(name="z", touched_at=AT) == 1
    assert set(Upload.objects.values_list("name", flat=True)) == {"c", "z"}
    assert Upload.objects.filter(pk=upload("nobody").pk).update(name="y", touched_at=AT) == 0


def test_a_change_to_nothing_and_back() -> None:
    one = message("a")
    one.save()
    for done in (AT, None, AT, None):
        OutboxMessage.objects.filter(pk=one.pk).update(done_at=done)
        assert OutboxMessage.objects.get().done_at == done


def test_a_change_that_begins_with_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "_statements", {})  # as in a process that has written nothing yet
    one = message("a", n=1)
    one.save()
    for done, topic in ((None, "x"), (AT, "done_at = NULL"), (None, "z")):
        one.done_at, one.topic = done, topic
        one.save(update_fields=["done_at", "topic", "payload"])
        assert OutboxMessage.objects.values_list("done_at", "topic", "payload").get() == (done, topic, {"n": 1})
    kept = [one.statement for shape, one in compiler._statements.items() if "update" in shape]
    assert [one.places for one in kept] == [4]


def test_a_change_by_expression_or_by_more_than_the_key() -> None:
    one = Upload.objects.create(**_columns(upload("a")))
    for _ in range(3):
        Upload.objects.filter(pk=one.pk).update(size_bytes=F("size_bytes") + 1)
    for size, changed in ((8, 1), (8, 0)):
        assert Upload.objects.filter(pk=one.pk, size_bytes=size).update(size_bytes=9) == changed
    assert Upload.objects.filter(size_bytes=9, pk=one.pk).update(size_bytes=9) == 1  # the other way round
    for place, changed in (("p", 1), ("q", 0)):
        assert Upload.objects.filter(place=place, owner_id=1, touched_at=AT).update(size_bytes=9) == changed
        assert Upload.objects.filter(Q(place=place) | Q(place="r")).update(size_bytes=9) == changed
        assert Upload.objects.filter(place=place).filter(place="p").update(size_bytes=9) == changed
    Upload.objects.exclude(pk=one.pk).update(size_bytes=1)
    Upload.objects.filter(pk__gt=one.pk).update(size_bytes=1)
    assert Upload.objects.get().size_bytes == 9


def test_a_change_by_another_row() -> None:
    files = [
        StoredFile.objects.create(
            file=name, name=name, size_bytes=1, content_type="text/plain", sha256="0" * 64, created_at=AT
        )
        for name in "ab"
    ]
    for one in files:
        Preview.objects.create(file=one, kind="text", asked_at=AT)
    for one, times in zip([*files, *files], (1, 2, 3, 4), strict=True):
        assert Preview.objects.filter(file=one).update(attempts=times) == 1
    assert Preview.objects.filter(file_id=files[0].pk, attempts=4).update(attempts=5) == 0
    assert list(Preview.objects.order_by("file__name").values_list("attempts", flat=True)) == [3, 4]


def test_statements_are_kept_where_no_pooler_is(keeps_statements: bool) -> None:
    one = StoredFile(file="x", name="x.txt", size_bytes=1, content_type="text/plain", sha256="0" * 64, created_at=AT)
    one.save(force_insert=True)
    with CaptureQueriesContext(connection) as asked:
        StoredFile.objects.bulk_create([StoredFile(**_columns(one) | {"id": upload("").pk})])
        one.save(update_fields=["name"])
        one.save(update_fields=["name"])
    assert [query["sql"].startswith("EXECUTE kept_") for query in asked if "SAVEPOINT" not in query["sql"]] in (
        [[True, False, True], [True, True, True]] if keeps_statements else [[False, False, False]]
    )


def _columns(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
