"""Real processes for tests: started with a log file, waited for, stopped or killed."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    """A port below the ephemeral range, where a client can never sit by chance."""
    for _ in range(200):
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise RuntimeError("no free port")


def wait_until(condition: Callable[[], object], *, seconds: float, what: str, every: float = 0.1) -> None:
    """Polls until the condition is true. Raises AssertionError naming what did not happen."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(every)
    raise AssertionError(f"{what} did not happen within {seconds} s")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status < 500)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


class Process:
    """One child process of a test, with everything it printed in a file."""

    def __init__(self, name: str, arguments: list[str], *, env: dict[str, str], folder: Path) -> None:
        self.name, self.arguments, self.env, self.log = name, arguments, env, folder / f"{name}.log"
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                [sys.executable, *self.arguments],
                cwd=ROOT,
                env={**os.environ, **self.env},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_and_wait(self, url: str, seconds: float = 40) -> None:
        self.start()
        try:
            wait_until(lambda: answers(url) or self.dead(), seconds=seconds, what=f"{self.name} answering")
        finally:
            if self.dead():
                raise AssertionError(f"{self.name} ended:\n{self.log.read_text()[-3000:]}")

    def finish(self, seconds: float) -> str:
        """Waits for the process's own end; returns what it printed. Raises AssertionError where it failed."""
        assert self.child is not None
        status = self.child.wait(seconds)
        printed = self.log.read_text()
        assert status == 0, f"{self.arguments} ended with {status}:\n{printed[-3000:]}"
        return printed

    def dead(self) -> bool:
        return self.child is not None and self.child.poll() is not None

    def most_memory(self) -> int:
        """The most that one of its own children ever held, in bytes: of a web server, its workers."""
        assert self.child is not None
        children = Path(f"/proc/{self.child.pid}/task/{self.child.pid}/children").read_text().split()
        peaks = [Path(f"/proc/{child}/status").read_text().partition("VmHWM:")[2] for child in children]
        return max(int(peak.split()[0]) for peak in peaks if peak) * 1024

    def kill(self) -> None:
        """SIGKILL to the whole group: no handler runs, nothing is tidied up."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        self._signal(signal.SIGTERM)
        if self.child is None:
            return
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def _signal(self, number: int) -> None:
        if self.child is None or self.child.poll() is not None:
            return
        os.killpg(self.child.pid, number)
        if number == signal.SIGKILL:
            self.child.wait(10)
