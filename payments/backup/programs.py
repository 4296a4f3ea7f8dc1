"""PostgreSQL's own programs: where they are, and how they reach the database without a word on a command line."""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from payments.backup.errors import BackupFailed

_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/bin")
_NAMES = ("pg_dump", "pg_restore", "psql")
_OPTIONS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "service": "PGSERVICE",
}


def folder() -> Path:
    """Where the programs of the server's own release are, or of the next newer one. Raises BackupFailed."""
    wanted = server_version()[0]
    known = {major: place for place in _places() if (major := _major(place)) >= wanted}
    if not known:
        raise BackupFailed(
            f"pg_dump, pg_restore and psql of PostgreSQL {wanted} are needed here. "
            f"Install them (Debian, Ubuntu: apt-get install postgresql-client-{wanted})."
        )
    return known[min(known)]


def server_version() -> tuple[int, int]:
    """Major and minor."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        major, minor = divmod(int(cursor.fetchone()[0]), 10_000)
    return major, minor


def environment() -> dict[str, str]:
    """The database's address for libpq; the password stands in no argument and in no file."""
    settings = connection.settings_dict
    given = {
        "PGHOST": settings["HOST"],
        "PGPORT": str(settings["PORT"] or ""),
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
        **{_OPTIONS[name]: str(value) for name, value in settings["OPTIONS"].items() if name in _OPTIONS},
    }
    mine = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**mine, **{name: value for name, value in given.items() if value}}


def reason(printed: str) -> str:
    """The line of a program's output that says what went wrong."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"error|fatal|denied", line, re.IGNORECASE)]
    return (telling or lines or ["no reason was given"])[0][:500]


def _places() -> Iterator[Path]:
    on_path = shutil.which("pg_dump")
    if on_path:
        yield Path(on_path).parent
    for pattern in _FOLDERS:
        yield from (Path(found) for found in sorted(glob.glob(pattern)))


def _major(place: Path) -> int:
    """0 where one of the programs is missing."""
    if not all(os.access(place / name, os.X_OK) for name in _NAMES):
        return 0
    done = subprocess.run(  # noqa: S603 - a program of a fixed name
        [place / "pg_dump", "--version"], capture_output=True, text=True, check=False, timeout=20
    )
    version = re.search(r"(\d+)(?:\.\d+|devel|beta\d+|rc\d+)", done.stdout)
    return int(version[1]) if version else 0
