"""Making a backup while the site runs."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from payments.backup import folders, manifest, programs
from payments.backup.errors import BackupFailed
from payments.backup.manifest import Manifest

DUMP = "database.dump"
# Whoever steals a backup shall not walk about as somebody who was signed in.
_LEFT_OUT = "django_session"


def make(parent: Path, at: datetime) -> Path:
    """Writes a folder named after the moment into ``parent`` and returns it. Raises BackupFailed.

    The database comes first and the files after it, so that every row finds its file.
    """
    final = parent / at.astimezone(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    if final.exists():
        raise BackupFailed(f"{final} is there already.")
    partial = final.with_name(final.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True, mode=0o700)
    try:
        _fill(partial, at)
        partial.rename(final)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return final


def _fill(folder: Path, at: datetime) -> None:
    migrations = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    _dump(folder / DUMP)
    for name, root in folders.roots().items():
        folders.pack(folder / name, root)
    parts = [manifest.describe(path) for path in sorted(folder.iterdir())]
    for path in folder.iterdir():
        path.chmod(0o600)
    version = "{}.{}".format(*programs.server_version())
    manifest.write(folder, Manifest(at.astimezone(UTC).isoformat(), settings.SITE_URL, version, migrations, parts))


def _dump(target: Path) -> None:
    options = ["--format=custom", "--no-owner", "--no-privileges", "--no-password", f"--file={target}"]
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
        [programs.folder() / "pg_dump", *options, f"--exclude-table-data={_LEFT_OUT}"],
        env=programs.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupFailed(f"The database could not be dumped: {programs.reason(done.stderr)}")
