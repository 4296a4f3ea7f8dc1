"""`.venv` and what the lock files put into it: by uv, with pip as the fallback."""

import importlib.util
import os
import re
import shutil
import sys
from pathlib import Path

from bootstrap.checkout import Checkout
from bootstrap.console import step
from bootstrap.errors import Stop
from bootstrap.processes import apt_install, capture, run, run_logged
from bootstrap.state import Stamp, fingerprint

# What Debian calls the packages of C libraries that wheels expect from the system.
_LIBRARY_PACKAGES = {
    "libatomic.so.1": "libatomic1",
    "libstdc++.so.6": "libstdc++6",
    "libgcc_s.so.1": "libgcc-s1",
    "libxml2.so.2": "libxml2",
    "libz.so.1": "zlib1g",
    "libssl.so.3": "libssl3",
}
_PROOF = "import celery, django, granian, psycopg2, PIL.Image, redis, stripe"


def ensure(checkout: Checkout, kind: str) -> None:
    """The packages of requirements/<kind>.txt ("runtime" or "development"), installed once for each lock."""
    lock = checkout.requirements(kind)
    if not lock.is_file():
        raise Stop(f"{lock} is missing", "Bring it back with: git checkout requirements")
    stamp = Stamp(checkout.venv / f".artisan-{kind}")
    key = fingerprint(lock, ".".join(map(str, sys.version_info[:2])))
    if stamp.matches(key) and _works(checkout):
        return
    stamp.clear()
    ensure_venv(checkout)
    with step(f"Python packages ({kind})"):
        _install(checkout, lock)
        _prove(checkout)
    stamp.set(key)


def ensure_venv(checkout: Checkout) -> None:
    """A virtual environment of this Python with uv in it; one that was left half-made is made again."""
    finished = checkout.venv / "pyvenv.cfg"
    if finished.is_file() and _works(checkout) and _has_pip_or_uv(checkout):
        return
    with step("Virtual environment"):
        _insist_on_venv_module(checkout)
        if checkout.venv.exists():
            shutil.rmtree(checkout.venv)
        try:
            run(
                [sys.executable, "-m", "venv", checkout.venv],
                log=checkout.run_log,
                what="The virtual environment could not be made",
                mend="Remove .venv and run the command again",
                cwd=checkout.root,
            )
        except BaseException:
            shutil.rmtree(checkout.venv, ignore_errors=True)
            raise
        _try_uv(checkout)


def _works(checkout: Checkout) -> bool:
    """Whether `.venv` runs, and is of this Python: a moved or copied one, or one of another version, is not."""
    question = "import sys; print(*sys.version_info[:2]); print(sys.prefix)"
    code, said = capture([checkout.python, "-c", question])
    return code == 0 and said.splitlines()[:2] == [
        f"{sys.version_info[0]} {sys.version_info[1]}",
        str(checkout.venv),
    ]


def _has_pip_or_uv(checkout: Checkout) -> bool:
    return _has_uv(checkout) or capture([checkout.python, "-m", "pip", "--version"])[0] == 0


def _has_uv(checkout: Checkout) -> bool:
    return capture([checkout.uv, "--version"])[0] == 0


def _insist_on_venv_module(checkout: Checkout) -> None:
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if apt_install([package], log=checkout.run_log) or apt_install(["python3-venv"], log=checkout.run_log):
        return
    raise Stop("This Python has no venv module", f"Install it: sudo apt-get install {package}")


def _try_uv(checkout: Checkout) -> None:
    """uv is much faster, and no more than that: without it pip installs the same bytes."""
    pip_install(checkout, checkout.requirements("uv"))


def pip_install(checkout: Checkout, lock: Path, *more: str | Path) -> tuple[int, str]:
    """Install a lock by pip; the exit code and the telling line."""
    command = [checkout.python, "-m", "pip", "install", "--quiet", "--require-hashes", *more, "-r", lock]
    env = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return run_logged(command, log=checkout.run_log, env=env, cwd=checkout.root)


def uv_install(checkout: Checkout, lock: Path, *more: str | Path) -> tuple[int, str]:
    """Install a lock by uv; the exit code and the telling line."""
    if not _has_uv(checkout):
        return 127, "uv is not there"
    command = [checkout.uv, "pip", "install", "--require-hashes", "--python", checkout.python, *more, "-r", lock]
    # Hard links across file systems do not exist; uv then says so on every run.
    env = {**os.environ, "UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy"), "VIRTUAL_ENV": str(checkout.venv)}
    return run_logged(command, log=checkout.run_log, env=env, cwd=checkout.root)


def _install(checkout: Checkout, lock: Path) -> None:
    if uv_install(checkout, lock)[0] == 0:
        return
    code, told = pip_install(checkout, lock)
    if code != 0:
        raise Stop(
            f"The Python packages could not be installed: {told}",
            f"Check the connection to the package index and run the command again (details: {checkout.run_log})",
        )


def _prove(checkout: Checkout) -> None:
    """Import what needs C libraries; a missing library is installed when we may, or named."""
    for _ in range(len(_LIBRARY_PACKAGES)):
        code, said = capture([checkout.python, "-c", _PROOF], timeout_seconds=60)
        if code == 0:
            return
        if not mend_library(checkout, said):
            raise Stop(f"The Python packages do not work: {said.strip().splitlines()[-1]}", "Remove .venv, run again")


def mend_library(checkout: Checkout, said: str) -> bool:
    """Install the system library that a loader missed. False when that was not the trouble."""
    missed = re.search(r"(lib[\w+.-]+\.so[.\d]*): cannot open shared object", said)
    if not missed:
        return False
    package = _LIBRARY_PACKAGES.get(missed[1], missed[1])
    if apt_install([package], log=checkout.run_log):
        return True
    raise Stop(f"The system library {missed[1]} is missing", f"Install it: sudo apt-get install {package}")
