"""The one database that is migrated; every other of a test run begins as its copy.

Migrating takes half a minute, copying part of a second. Which process asks first makes the template, the others wait.
Its name says what the migrations are, so that a server that stays keeps no old one for new migrations.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from contextlib import closing
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from tests.support.processes import ROOT

_LOCK = 7_302_026
_MIGRATING_SECONDS = 200


def named() -> str:
    """The name of the template, which is there once this returns. Raises CalledProcessError where migrating fails."""
    name = f"artisan_template_{_fingerprint()}"
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    with closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            unfinished = f"{name}_new"
            cursor.execute(f'DROP DATABASE IF EXISTS "{unfinished}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{unfinished}"')
            _migrate(unfinished)
            cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


def _migrate(database: str) -> None:
    url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "marketplace.settings.testing"}
    command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=env, check=True, timeout=_MIGRATING_SECONDS)


def _fingerprint() -> str:
    content = hashlib.sha256()
    for path in [*sorted(ROOT.glob("*/migrations/*.py")), *sorted(ROOT.glob("marketplace/*/migrations/*.py"))]:
        content.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    content.update((ROOT / "pyproject.toml").read_bytes())  # other packages bring migrations, too
    return content.hexdigest()[:12]
