"""Starts the long-running processes, keeps them running, and stops all of them in the right order."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bootstrap.console import note
from bootstrap.errors import Stop
from bootstrap.privileges import ServerUser
from bootstrap.processes import Command, capture, telling_line, wait_until
from bootstrap.state import write_atomically

_LOG_LIMIT_BYTES = 10_000_000
_LONGEST_PAUSE_SECONDS = 30.0
_SETTLED_SECONDS = 60.0
_GRACE_SECONDS = 0.2
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Service:
    """A process that runs until we stop it."""

    name: str
    command: Command
    log: Path
    cwd: Path
    env: Mapping[str, str] | None
    ready: Callable[[], bool]
    user: ServerUser | None = None
    stop_signal: int = signal.SIGTERM
    start_seconds: float = 60
    stop_seconds: float = 20
    prepare_child: Callable[[], None] | None = None


@dataclass
class _Running:
    service: Service
    process: subprocess.Popen[bytes]
    since: float
    failures: int = 0
    restart_at: float | None = None


def die_with_parent(signal_number: int) -> Callable[[], None] | None:
    """On Linux: have the kernel stop the child even if we are killed with -9 and cannot do it ourselves."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)

    def prepare() -> None:
        library.prctl(_PR_SET_PDEATHSIG, signal_number)

    return prepare


class Supervisor:
    """Starts in the order given, stops in the opposite order."""

    def __init__(self, record: Path) -> None:
        self._running: list[_Running] = []
        self._record = record

    @property
    def has_started(self) -> bool:
        return bool(self._running)

    def start(self, *services: Service) -> None:
        """Start processes side by side and wait until all answer; Stop with the words of one that does not."""
        started = [self._launch(service) for service in services]
        for entry in started:
            self._wait_for(entry)

    def _launch(self, service: Service) -> _Running:
        _rotate(service.log)
        entry = _Running(service, _launch(service), time.monotonic())
        self._running.append(entry)
        self._write_record()
        return entry

    def _wait_for(self, entry: _Running) -> None:
        service = entry.service
        if wait_until(service.ready, seconds=service.start_seconds, alive=lambda: entry.process.poll() is None):
            # What answers may be somebody else, when ours has just found its port taken.
            time.sleep(_GRACE_SECONDS)
            if entry.process.poll() is None:
                return
        raise Stop(
            f"{service.name} did not start: {_last_words(service.log)}",
            f"Mend that and run the command again (details: {service.log})",
        )

    def tend(self) -> None:
        """Look at each process once; start the ones that died again, later each time they die early."""
        for entry in self._running:
            if entry.process.poll() is None:
                if entry.failures and time.monotonic() - entry.since > _SETTLED_SECONDS:
                    entry.failures = 0
            elif entry.restart_at is None:
                self._schedule(entry)
            elif time.monotonic() >= entry.restart_at:
                entry.process, entry.since = _launch(entry.service), time.monotonic()
                entry.restart_at = None
                self._write_record()

    def _schedule(self, entry: _Running) -> None:
        pause = min(2.0**entry.failures, _LONGEST_PAUSE_SECONDS)
        entry.failures += 1
        entry.restart_at = time.monotonic() + pause
        note(
            f"{entry.service.name} {_how_it_ended(entry)}; starting it again in {pause:.0f} s"
            f" (details: {entry.service.log})"
        )

    def restart(self, names: set[str]) -> None:
        """Stop the named processes and start them at once, as after a change of the source."""
        for entry in self._running:
            if entry.service.name in names and entry.process.poll() is None:
                _stop(entry)
                entry.process, entry.since, entry.restart_at = _launch(entry.service), time.monotonic(), None
        self._write_record()

    def stop(self) -> None:
        """Stop everything, the latest first: PostgreSQL and Redis outlive all who use them."""
        while self._running:
            _stop(self._running[-1])
            self._running.pop()
        self._record.unlink(missing_ok=True)

    def kill(self) -> None:
        """The impatient end: a second Ctrl-C."""
        while self._running:
            entry = self._running.pop()
            # Even in a hurry PostgreSQL gets its quick stop, so that the next start needs no recovery.
            entry.process.send_signal(signal.SIGQUIT if entry.service.name == "postgres" else signal.SIGKILL)
            entry.process.wait()
            _sweep_group(entry.process.pid)
        self._record.unlink(missing_ok=True)

    def _write_record(self) -> None:
        """Who runs, for the next start to find if this one is killed before it can clean up."""
        known = [
            {"pid": each.process.pid, "program": str(each.service.command[0]), "signal": int(each.service.stop_signal)}
            for each in self._running
        ]
        write_atomically(self._record, json.dumps(known))


def stop_leftovers(record: Path) -> None:
    """Stop what an earlier run, killed in mid-air, left running. Only processes that are still what they were."""
    try:
        known = json.loads(record.read_text())
    except (OSError, ValueError):
        return
    for each in reversed(known):
        if _is_still(each["pid"], each["program"]):
            _end_stranger(each["pid"], each["signal"], partial(_is_gone, each["pid"], each["program"]))
    record.unlink(missing_ok=True)


def _is_still(pid: int, program: str) -> bool:
    code, said = capture(["ps", "-o", "args=", "-p", str(pid)])
    return code == 0 and said.strip().startswith(program) and "<defunct>" not in said


def _is_gone(pid: int, program: str) -> bool:
    return not _is_still(pid, program)


def _end_stranger(pid: int, signal_number: int, gone: Callable[[], bool]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal_number)
        if not wait_until(gone, seconds=20):
            os.kill(pid, signal.SIGKILL)
    _sweep_group(pid)


def _sweep_group(leader: int) -> None:
    """Children that outlived their parent: each service leads a group of its own, so nobody else is hit."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _launch(service: Service) -> subprocess.Popen[bytes]:
    with service.log.open("ab") as log:
        return subprocess.Popen(
            service.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=service.cwd,
            env=service.env,
            # A session of its own: Ctrl-C must reach us alone, so that the order of stopping is ours.
            start_new_session=True,
            preexec_fn=service.prepare_child or die_with_parent(signal.SIGTERM),
            **(service.user.switch if service.user else {}),
        )


def _stop(entry: _Running) -> None:
    if entry.process.poll() is not None:
        return
    entry.process.send_signal(entry.service.stop_signal)
    try:
        entry.process.wait(entry.service.stop_seconds)
    except subprocess.TimeoutExpired:
        note(f"{entry.service.name} did not stop within {entry.service.stop_seconds:.0f} s and is killed")
        entry.process.kill()
        entry.process.wait()
    _sweep_group(entry.process.pid)


def _how_it_ended(entry: _Running) -> str:
    code = entry.process.returncode
    return f"was ended by signal {-code}" if code < 0 else f"ended with code {code}: {_last_words(entry.service.log)}"


def _rotate(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))


def _last_words(log: Path) -> str:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4000))
            return telling_line(file.read().decode(errors="replace"))
    except OSError:
        return "it left no log"
