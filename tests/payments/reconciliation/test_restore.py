"""A backup, more business, the old backup put back: nothing is sent twice, and money waits until both sides agree."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from marketplace.kernel import clock, periodic
from payments import api
from payments.backup import making, restoring
from payments.backup.errors import BackupFailed
from payments.models import (
    Brake,
    Charge,
    OperationState,
    Outflow,
    ReconciliationRun,
    Refund,
    RefundState,
    Release,
    ReleaseState,
    StripeOperation,
)
from payments.operations import brakes
from payments.reconciliation import decisions, runs
from payments.selectors.reconciliation import open_differences
from payments.services import books
from tests.payments.reconciliation.scenes import both_sides_are_equal, compare, waiting
from tests.payments.scenes import NET, WHOLE, Scene, entries

pytestmark = pytest.mark.django_db(transaction=True)

OUTFLOWS = {"POST /v1/refunds", "POST /v1/transfers", "POST /v1/payouts"}


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    """Media and private files of this test alone."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "cover.webp").write_bytes(b"a picture")
    location = str(tmp_path / "private")
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {**settings.STORAGES["private"], "OPTIONS": {"location": location}},
    }


def sent(scene: Scene) -> Counter[str]:
    """How often each thing that lets money out was asked of Stripe."""
    asked = (f"{row['method']} {row['path']}" for row in scene.sandbox.requests())
    return Counter(request for request in asked if request in OUTFLOWS)


def work() -> None:
    """What worker and beat do: every periodic job of money, twice."""
    for _ in range(2):
        for job in periodic.jobs():
            if job.name.startswith("payments."):
                periodic.run(job.name)


def again(scene: Scene) -> Scene:
    """The same people, as the restored database has them, and a little later."""
    return replace(scene, at=clock.now())


def test_a_restore_sends_nothing_twice_and_waits_for_equality(live_scene: Scene, tmp_path: Path) -> None:
    live_scene.sandbox.control("funds/release")
    live_scene.open_account()
    live_scene.released("order:1")
    to_refund = live_scene.captured("order:2")
    unpaid = live_scene.pending("order:3")
    api.checkout_url(unpaid.id, live_scene.at)
    live_scene.released("order:4")
    api.clear("order:4", live_scene.at)  # intended, not sent yet
    backup = making.make(tmp_path / "backups", live_scene.at)

    # More business, of which the backup knows nothing.
    api.clear("order:1", live_scene.at)
    live_scene.refund(to_refund, 1_000)
    live_scene.run()
    unpaid.refresh_from_db()
    live_scene.sandbox.pay(unpaid.session_id)
    api.sync_charge(unpaid.id, live_scene.at)
    later = live_scene.transferred("order:5")
    withdrawn = live_scene.sandbox.client().v1.payouts.create({"amount": 2_000, "currency": "eur"}).id
    assert Release.objects.filter(state=ReleaseState.TRANSFERRED).count() == 3
    before = sent(live_scene)
    assert before == {"POST /v1/transfers": 3, "POST /v1/refunds": 1, "POST /v1/payouts": 1}

    restoring.restore(backup)
    scene = again(live_scene)
    assert set(Brake.objects.values_list("outflow", "until_reconciled")) == {(name, True) for name in Outflow.values}
    assert set(Release.objects.values_list("charge__reference", "state")) == {
        ("order:1", ReleaseState.CLEARING),
        ("order:4", ReleaseState.SENDING),
    }
    assert not Charge.objects.filter(reference="order:5").exists()

    # Workers run, and the business goes on as if those days had not been.
    work()
    scene.refund(Charge.objects.get(reference="order:2"), 1_000, "once more")
    work()
    assert sent(scene) == before

    run = compare(scene, is_full=True)
    assert {(release.charge.reference, release.state) for release in Release.objects.select_related("charge")} == {
        ("order:1", ReleaseState.TRANSFERRED),
        ("order:4", ReleaseState.TRANSFERRED),
    }
    assert Refund.objects.get().state == RefundState.SUCCEEDED
    assert Charge.objects.get(reference="order:3").captured_minor == WHOLE
    assert entries(f"withdrawal:{withdrawn}")["stripe_balance", 0, ""] == 2_000
    # The order that nobody here knows waits for a person, and so does all money.
    assert (run.is_equal, waiting()) == (
        False,
        {
            ("missing_here", "sessions", later.charge.session_id, None, WHOLE),
            ("missing_here", "charges", later.charge.stripe_charge_id, None, WHOLE),
            ("missing_here", "transfers", later.stripe_transfer_id, None, -NET),
        },
    )
    work()
    assert (Brake.objects.count(), sent(scene)) == (3, before)
    for difference in open_differences():
        assert difference.reference == "order:5"
        decisions.book(difference.pk, note="Order 5 was lost; both were told.", by_id=1, at=scene.at)

    assert compare(scene).is_equal is True
    assert Brake.objects.count() == 3  # only a full comparison lifts them
    run = compare(scene, is_full=True)
    assert (run.is_equal, waiting(), books.differences()) == (True, set(), [])
    assert Brake.objects.count() == 0
    both_sides_are_equal(scene)

    # What was intended meanwhile leaves now, once.
    api.clear("order:1", scene.at)
    scene.refund(Charge.objects.get(reference="order:2"), 500, "another")
    scene.run(timedelta(hours=1))
    after = sent(scene)
    assert (after["POST /v1/transfers"], after["POST /v1/refunds"]) == (3, 2)
    assert compare(again(scene), is_full=True).is_equal
    both_sides_are_equal(scene)


def test_what_was_never_sent_is_looked_for_and_then_sent_once(live_scene: Scene, tmp_path: Path) -> None:
    live_scene.open_account()
    live_scene.released()
    api.clear("order:1", live_scene.at)
    restoring.restore(making.make(tmp_path / "backups", live_scene.at))
    scene = again(live_scene)
    compare(scene, is_full=True)
    assert Brake.objects.count() == 0
    assert sent(scene) == {}
    for minutes in range(3):  # looked for, then sent with a key of its own
        scene.run(timedelta(minutes=minutes))
    assert sent(scene) == {"POST /v1/transfers": 1}
    op = StripeOperation.objects.get(kind="create_transfer")
    assert (op.state, op.attempt) == (OperationState.DONE, 2)
    asked = [f"{row['method']} {row['path']}" for row in scene.sandbox.requests()]
    assert asked.index("GET /v1/transfers") < asked.index("POST /v1/transfers")
    assert books.differences() == []


def test_a_person_cannot_lift_what_waits_for_equality(live_scene: Scene, tmp_path: Path) -> None:
    restoring.restore(making.make(tmp_path / "backups", live_scene.at))
    for outflow in Outflow:
        assert brakes.lift(outflow, by_id=1) is False
    assert Brake.objects.count() == 3


def test_a_comparison_from_before_the_restore_lifts_nothing(live_scene: Scene, tmp_path: Path) -> None:
    """A full one that was under way when the backup was made knew another database."""
    runs.start(live_scene.at, is_full=True)
    restoring.restore(making.make(tmp_path / "backups", live_scene.at))
    [run] = ReconciliationRun.objects.all()
    assert (run.ended_at is not None, run.is_equal, run.trouble) == (True, None, "a backup was restored")
    # One that began before the brakes were pulled ends equal, and still lifts nothing.
    runs.start(live_scene.at, is_full=True)
    ended = runs.go_on(live_scene.at + timedelta(minutes=15), seconds=60)
    assert ended
    assert (ended.is_equal, Brake.objects.count()) == (True, 3)


def test_files_come_back(live_scene: Scene, tmp_path: Path) -> None:
    private = tmp_path / "private" / "a7" / "deliverable"
    private.parent.mkdir(parents=True)
    private.write_bytes(b"ten descriptions")
    backup = making.make(tmp_path / "backups", live_scene.at)
    private.unlink()
    (tmp_path / "media" / "cover.webp").write_bytes(b"broken")
    restoring.restore(backup)
    assert private.read_bytes() == b"ten descriptions"
    assert (tmp_path / "media" / "cover.webp").read_bytes() == b"a picture"


def test_a_backup_says_what_it_is_and_holds_no_secret(live_scene: Scene, tmp_path: Path, settings: Any) -> None:
    live_scene.captured()
    backup = making.make(tmp_path / "backups", live_scene.at)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [backup.name]
    assert backup.stat().st_mode & 0o777 == 0o700
    names = {path.name: path.stat().st_mode & 0o777 for path in backup.iterdir() if path.name != "manifest.json"}
    assert names == {"database.dump": 0o600, "media.tar": 0o600, "private.tar": 0o600}
    manifest = json.loads((backup / "manifest.json").read_text())
    assert manifest["made_at"] == live_scene.at.isoformat()
    assert "payments.0003_movements" in manifest["migrations"]
    assert [part["name"] for part in manifest["parts"]] == sorted(names)
    everything = b"".join(path.read_bytes() for path in backup.iterdir())
    password = connection.settings_dict["PASSWORD"]
    for secret in (settings.SECRET_KEY, settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET, password):
        assert not secret or secret.encode() not in everything
    with pytest.raises(BackupFailed, match="is there already"):
        making.make(tmp_path / "backups", live_scene.at)


@pytest.fixture
def backup(live_scene: Scene, tmp_path: Path) -> Path:
    live_scene.captured()
    return making.make(tmp_path / "backups", live_scene.at)


def refuse(backup: Path, words: str) -> None:
    """Refused in words, and the database is as it was."""
    rows = Charge.objects.count()
    with pytest.raises(BackupFailed, match=words):
        restoring.restore(backup)
    assert (Charge.objects.count(), Brake.objects.count()) == (rows, 0)


def test_one_changed_byte_is_noticed(backup: Path) -> None:
    dump = backup / "database.dump"
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    dump.write_bytes(content)
    refuse(backup, "checksum differs")


def test_a_folder_that_is_no_backup(backup: Path, tmp_path: Path) -> None:
    refuse(tmp_path, "is no backup")
    (backup / "media.tar").unlink()
    refuse(backup, "not whole")


def test_a_backup_of_a_newer_release(backup: Path) -> None:
    path = backup / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["migrations"].append("payments.0999_from_the_future")
    path.write_text(json.dumps(manifest))
    refuse(backup, "payments.0999_from_the_future")


def test_a_manifest_cannot_lead_out_of_its_folder(backup: Path, tmp_path: Path) -> None:
    path = backup / "manifest.json"
    manifest = json.loads(path.read_text())
    (tmp_path / "elsewhere").write_bytes(b"")
    manifest["parts"][0]["name"] = "../../elsewhere"
    path.write_text(json.dumps(manifest))
    refuse(backup, "not whole")


def test_nothing_is_restored_under_running_workers(backup: Path) -> None:
    settings = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    worker = psycopg2.connect(**{name: settings[key] for name, key in names.items()})
    try:
        refuse(backup, "1 other sessions use the database")
    finally:
        worker.close()


def test_a_dump_that_breaks_off_changes_nothing(backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_restore ends badly when part of it has been read: the transaction is forgotten."""
    dump = backup / "database.dump"
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
    monkeypatch.setattr(restoring.manifest, "_insist_on", lambda *_: None)
    refuse(backup, "as it was")


def test_a_freeze_that_fails_restores_nothing(backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring.freezing, "sql", lambda: "SELECT 1 / 0;")
    refuse(backup, "division by zero")


def test_the_commands(backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = StringIO()
    call_command("backup", "--to", str(tmp_path / "others"), stdout=printed)
    [made] = (tmp_path / "others").iterdir()
    assert printed.getvalue().splitlines()[-1] == str(made)
    monkeypatch.setattr("builtins.input", lambda: "another name")
    with pytest.raises(CommandError, match=r"Nothing was changed\."):
        call_command("restore", str(made), stdout=StringIO())
    assert Brake.objects.count() == 0
    call_command("restore", str(made), "--yes", stdout=printed)
    assert Brake.objects.count() == 3
    assert "manage.py reconcile --full" in printed.getvalue()
    with pytest.raises(CommandError, match="is no backup"):
        call_command("restore", str(tmp_path / "nowhere"), "--yes")
