"""Folders for the bootstrap's tests: with a space in their path, and reachable for the user the servers run as."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from bootstrap.checkout import ROOT, Checkout
from bootstrap.privileges import remove_outside
from bootstrap.state import State

Run = Callable[..., "subprocess.CompletedProcess[str]"]
_OWN_SETTINGS = {"DATABASE_URL", "REDIS_URL", "PORT", "LISTEN", "DATA_DIR", "ARTISAN_SERVERS", "MAKEFLAGS", "MAKELEVEL"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own folder: that is closed to everybody else, and PostgreSQL may have to run as somebody else."""
    path = Path(tempfile.mkdtemp(prefix="artisan with space "))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def checkout(folder: Path) -> Iterator[Checkout]:
    """This source with a `.data` of its own."""
    checkout = Checkout(ROOT, folder / ".data")
    checkout.prepare()
    yield checkout
    remove_outside(checkout, State(checkout.data / "state.json"))


def clean_env(more: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _OWN_SETTINGS} | dict(more)


@pytest.fixture
def run(folder: Path) -> Run:
    """Call scripts/artisan.py as make does, with its own `.data`."""

    def call(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, ROOT / "scripts" / "artisan.py", *arguments],
            env=clean_env({"DATA_DIR": str(folder / ".data"), **env}),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return call
