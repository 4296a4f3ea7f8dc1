"""Putting a backup back: checked whole before anything is touched, the database in one transaction, then the files."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from payments.backup import folders, freezing, manifest, programs
from payments.backup.errors import BackupFailed
from payments.backup.making import DUMP
from payments.backup.manifest import Manifest

# Ends with COMMIT only where everything went well; without it PostgreSQL forgets the rest.
_BEGIN = """
BEGIN;
SET LOCAL lock_timeout = '15s';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
"""
_COMMIT = "\nCOMMIT;\n"


def check(folder: Path) -> Manifest:
    """Whether it can be restored here and now; changes nothing. Raises BackupFailed."""
    found = manifest.read(folder)
    unknown = set(found.migrations) - {f"{app}.{name}" for app, name in _known_migrations()}
    if unknown:
        raise BackupFailed(
            f"This backup knows {min(unknown)}, this release does not. Restore it with the one that made it."
        )
    busy = _other_sessions()
    if busy:
        raise BackupFailed(f"{busy} other sessions use the database. Stop web, worker and beat first.")
    return found


def restore(folder: Path) -> Manifest:
    """Replaces the database and adds the files. All outflows are stopped until a full reconciliation finds both
    sides equal. Raises BackupFailed; the database is then as it was."""
    found = check(folder)
    _put_back(folder / DUMP)
    call_command("migrate", interactive=False, verbosity=0)
    for name, root in folders.roots().items():
        folders.unpack(folder / name, root)
    return found


def _known_migrations() -> set[tuple[str, str]]:
    loader = MigrationLoader(connection, ignore_no_migrations=True)
    replaced = {name for migration in loader.disk_migrations.values() for name in migration.replaces}
    return set(loader.disk_migrations) | replaced


def _other_sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def _put_back(dump: Path) -> None:
    places, env = programs.folder(), programs.environment()
    connection.close()
    unpacking: list[str | Path] = [
        places / "pg_restore",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        "--file=-",
        dump,
    ]
    filling: list[str | Path] = [
        places / "psql",
        "--no-psqlrc",
        "--quiet",
        "--no-password",
        "--set=ON_ERROR_STOP=1",
        "--file=-",
    ]
    with tempfile.TemporaryFile("w+") as said:
        psql = subprocess.Popen(filling, env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said)  # noqa: S603
        source = subprocess.Popen(unpacking, env=env, stdout=subprocess.PIPE, stderr=said)  # noqa: S603
        try:
            _pour(psql, source)
        except BrokenPipeError:
            pass  # psql has given up, and says why
        finally:
            source.kill()
            source.wait()
            if psql.poll() is None and psql.stdin and not psql.stdin.closed:
                psql.kill()  # without COMMIT
        status = psql.wait()
        said.seek(0)
        if status:
            raise BackupFailed(f"The database is as it was; it could not be restored: {programs.reason(said.read())}")


def _pour(psql: subprocess.Popen[bytes], source: subprocess.Popen[bytes]) -> None:
    """What pg_restore writes goes to psql in one transaction, which also freezes what may leave."""
    into, out = _pipe(psql.stdin), _pipe(source.stdout)
    into.write(_BEGIN.encode())
    shutil.copyfileobj(out, into)
    if source.wait():
        return
    into.write(freezing.sql().encode())
    into.write(_COMMIT.encode())
    into.close()


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    if end is None:
        raise RuntimeError("a pipe was not opened")
    return end
