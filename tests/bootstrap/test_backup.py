"""make backup and make restore, on a database of their own beside that of the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from bootstrap.checkout import ROOT
from tests.bootstrap.conftest import Run, clean_env


def ask(url: str, *statements: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with closing(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def database() -> Iterator[str]:
    """The address of an empty database on the tests' server."""
    server, name = os.environ["DATABASE_URL"], f"backup_{uuid.uuid4().hex[:8]}"
    ask(server, f'CREATE DATABASE "{name}"')
    yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    ask(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def site(database: str, folder: Path) -> dict[str, str]:
    """The same database with the tables of a site; the environment that leads the commands to it."""
    env = {"DATABASE_URL": database, "REDIS_URL": os.environ["REDIS_URL"]}
    settings = {"DJANGO_SETTINGS_MODULE": "marketplace.settings.testing", "DATA_DIR": str(folder / ".data")}
    migrate = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env=clean_env({**settings, **env}), check=True, timeout=240)
    return env


def test_what_was_backed_up_comes_back_with_its_outflows_stopped(run: Run, site: dict[str, str], folder: Path) -> None:
    database = site["DATABASE_URL"]
    beat = "INSERT INTO kernel_heartbeat (name, beat_at) VALUES ('{}', now())"
    picture = folder / ".data" / "media" / "cover.webp"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a picture")
    ask(database, beat.format("then"))
    made = run("backup", **site)
    assert made.returncode == 0, made.stdout + made.stderr
    [backup] = (folder / ".data" / "backups").iterdir()
    assert made.stdout.splitlines()[-1] == str(backup)

    ask(database, "DELETE FROM kernel_heartbeat", beat.format("since"), "CREATE TABLE since_then (id int)")
    picture.unlink()
    unnamed = run("restore", **site)
    assert (unnamed.returncode, unnamed.stderr.startswith("artisan: Name the backup to restore.")) == (1, True)
    assert backup.name in unnamed.stderr
    held = psycopg2.connect(database)
    try:
        busy = run("restore", str(backup), "--yes", **site)
        assert (busy.returncode, "1 other sessions use the database" in busy.stderr) == (1, True)
        assert ask(database, "SELECT name FROM kernel_heartbeat") == [("since",)]
    finally:
        held.close()

    restored = run("restore", str(backup), "--yes", **site)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert ask(database, "SELECT name FROM kernel_heartbeat") == [("then",)]
    assert ask(database, "SELECT to_regclass('since_then')") == [(None,)]
    assert picture.read_bytes() == b"a picture"
    stopped = ask(database, "SELECT outflow, until_reconciled FROM payments_brake ORDER BY outflow")
    assert stopped == [("payouts", True), ("refunds", True), ("transfers", True)]


def test_a_database_from_before_the_brakes_is_refused(run: Run, database: str, folder: Path) -> None:
    env = {"DATABASE_URL": database, "REDIS_URL": os.environ["REDIS_URL"]}
    assert run("backup", **env).returncode == 0
    [backup] = (folder / ".data" / "backups").iterdir()
    ask(database, "CREATE TABLE kept AS SELECT 42 AS answer")
    refused = run("restore", str(backup), "--yes", **env)
    assert (refused.returncode, "older than the brakes" in refused.stderr) == (1, True)
    assert ask(database, "SELECT answer FROM kept") == [(42,)]
