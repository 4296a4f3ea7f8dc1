"""The processes that rows need: the local Stripe, workers and web servers as in production."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection


class Sandbox:
    """The local Stripe at ``url``."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def tell(self, action: str, **given: Any) -> Any:
        return self._ask(f"/_sandbox/{action}", json.dumps(given).encode())

    def calls(self, path: str) -> list[float]:
        """When each POST to a path was answered, in seconds, in order."""
        log = self._ask("/_sandbox/requests")["data"]
        return sorted(line["at"] for line in log if (line["method"], line["path"]) == ("POST", path))

    def is_up(self) -> bool:
        try:
            self._ask("/healthz")
        except (urllib.error.URLError, ConnectionError):
            return False
        return True

    def _ask(self, path: str, body: bytes | None = None) -> Any:
        request = urllib.request.Request(f"{self.url}{path}", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null") if path.startswith("/_sandbox") else None


@contextmanager
def sandbox(folder: Path) -> Iterator[Sandbox]:
    port = free_port()
    found = Sandbox(port)
    arguments = ["-m", "payments.sandbox", f"--port={port}", f"--state={folder}", "--funds-seconds=0"]
    with _running(arguments, folder / "sandbox.log", {}):
        end = time.monotonic() + 30
        while not found.is_up():
            if time.monotonic() > end:
                raise RuntimeError(f"the sandbox does not answer: {(folder / 'sandbox.log').read_text()[-500:]}")
            time.sleep(0.1)
        yield found


def address(name: str = "") -> str:
    """The URL of a database in the bench's cluster; the one that Django points at, unless another is named."""
    database = {**connection.settings_dict, **({"NAME": name} if name else {})}
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)


@dataclass(frozen=True, slots=True)
class Server:
    """``pid``: of the process that started the others."""

    port: int
    pid: int


@contextmanager
def serving(folder: Path, application: str, env: dict[str, str]) -> Iterator[Server]:
    """A web server of two processes."""
    options = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "1"]
    with _granian(folder, options, application, env) as server:
        yield server


@contextmanager
def live_line(folder: Path) -> Iterator[Server]:
    """The live line."""
    with _granian(folder, ["--interface", "asgi", "--no-access-log"], "marketplace.live:application", {}) as server:
        yield server


@contextmanager
def _granian(folder: Path, options: list[str], application: str, env: dict[str, str]) -> Iterator[Server]:
    port = free_port()
    arguments = ["-m", "granian", "--host", "127.0.0.1", "--port", str(port), *options, application]
    log = folder / f"{application.partition(':')[0]}.log"
    with _running(arguments, log, {"MALLOC_ARENA_MAX": "1"} | env) as pid:  # as the Dockerfile has it
        end = time.monotonic() + 60
        while not _listens(port):
            if time.monotonic() > end:
                raise RuntimeError(f"{application} does not answer: {log.read_text()[-500:]}")
            time.sleep(0.1)
        yield Server(port, pid)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def workers(folder: Path, stripe_url: str, count: int, concurrency: int = 2) -> Iterator[list[int]]:
    """So many Celery workers of so many processes each. Yields their process ids."""
    env = {"DATABASE_URL": address(), "STRIPE_API_BASE": stripe_url}
    with ExitStack() as running:
        roots = []
        for number in range(count):
            arguments = ["-m", "celery", "-A", "marketplace", "worker", f"--concurrency={concurrency}"]
            arguments += ["--without-mingle"]
            arguments += [f"--hostname=bench{number}@localhost"]
            roots.append(running.enter_context(_running(arguments, folder / f"worker{number}.log", env)))
        yield roots


def memory_mib(roots: list[int]) -> float:
    """What these processes and their children have in memory, shared pages counted for each."""
    sizes, wanted = _tree(roots)
    return sum(sizes[pid] for pid in wanted) / 1_024


def proportional_mib(root: int) -> float:
    """The same of one tree, each shared page counted by the part that is theirs."""
    _, wanted = _tree([root])
    kib = 0
    for pid in wanted:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
        kib += sum(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:"))
    return kib / 1_024


def _tree(roots: list[int]) -> tuple[dict[int, int], set[int]]:
    """Resident KiB by process id, and the ids of these and their descendants."""
    told = subprocess.run(["/bin/ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True)
    rows = sorted(tuple(map(int, line.split())) for line in told.stdout.splitlines())
    wanted = set(roots)
    while more := {pid for pid, parent, _ in rows if parent in wanted} - wanted:
        wanted |= more
    known = {pid: kib for pid, _, kib in rows}
    return known, wanted & set(known)


@contextmanager
def _running(arguments: list[str], log: Path, env: dict[str, str]) -> Iterator[int]:
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, *arguments], env={**os.environ, **env}, stdout=file, stderr=subprocess.STDOUT
        )
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Nothing listens there. Below the ephemeral range, where no client sits by chance."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
