"""The supervisor with real, small processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bootstrap import supervisor as supervision
from bootstrap.errors import Stop
from bootstrap.processes import wait_until
from bootstrap.supervisor import Service, Supervisor, stop_leftovers

# Says that it runs, and writes down when it was told to stop.
_POLITE = """
import signal, sys, time, pathlib
mark, name = pathlib.Path(sys.argv[1]), sys.argv[2]
def leave(*_):
    with (mark / "stopped").open("a") as file:
        file.write(name + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
(mark / f"{name}.pid").write_text(str(__import__("os").getpid()))
time.sleep(60)
"""


def service(folder: Path, name: str, code: str = _POLITE, **more: object) -> Service:
    pid = folder / f"{name}.pid"
    settings: dict[str, object] = {"ready": pid.exists, "start_seconds": 10, "stop_seconds": 5, **more}
    return Service(
        name=name,
        command=[sys.executable, "-c", code, str(folder), name],
        log=folder / f"{name}.log",
        cwd=folder,
        env=None,
        **settings,  # type: ignore[arg-type]
    )


def pid_of(folder: Path, name: str) -> int:
    return int((folder / f"{name}.pid").read_text())


def is_alive(pid: int) -> bool:
    code = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return code.returncode == 0 and not code.stdout.startswith("Z")


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path / "processes.json")
    yield supervisor
    supervisor.kill()


def test_the_last_started_is_stopped_first(tmp_path: Path, supervisor: Supervisor) -> None:
    for name in ("postgres", "redis", "web", "worker"):
        supervisor.start(service(tmp_path, name))
    pids = [pid_of(tmp_path, name) for name in ("postgres", "redis", "web", "worker")]
    supervisor.stop()
    assert (tmp_path / "stopped").read_text().split() == ["worker", "web", "redis", "postgres"]
    assert not any(is_alive(pid) for pid in pids)
    assert not (tmp_path / "processes.json").exists()


def test_one_that_ends_at_once_is_told_in_its_own_words(tmp_path: Path, supervisor: Supervisor) -> None:
    with pytest.raises(Stop) as stop:
        supervisor.start(service(tmp_path, "web", code="raise SystemExit('error: no such table')"))
    assert "web did not start: error: no such table" in stop.value.line()


def test_one_that_is_killed_is_started_again(
    tmp_path: Path, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "_LONGEST_PAUSE_SECONDS", 0.1)
    supervisor.start(service(tmp_path, "worker"))
    first = pid_of(tmp_path, "worker")
    os.kill(first, signal.SIGKILL)

    def came_back() -> bool:
        supervisor.tend()
        return pid_of(tmp_path, "worker") != first

    assert wait_until(came_back, seconds=10)


def test_one_that_does_not_listen_is_killed_with_its_children(tmp_path: Path, supervisor: Supervisor) -> None:
    stubborn = """
import os, pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    (pathlib.Path(sys.argv[1]) / "child.pid").write_text(str(child))
    (pathlib.Path(sys.argv[1]) / f"{sys.argv[2]}.pid").write_text(str(os.getpid()))
time.sleep(60)
"""
    supervisor.start(service(tmp_path, "worker", code=stubborn, stop_seconds=0.3))
    pids = [pid_of(tmp_path, "worker"), pid_of(tmp_path, "child")]
    supervisor.stop()
    assert wait_until(lambda: not any(is_alive(pid) for pid in pids), seconds=5)


def test_what_a_killed_run_left_is_stopped_by_the_next(tmp_path: Path) -> None:
    lonely = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    record = tmp_path / "processes.json"
    record.write_text(json.dumps([{"pid": lonely.pid, "program": sys.executable, "signal": int(signal.SIGTERM)}]))
    stop_leftovers(record)
    assert lonely.wait(5) == -signal.SIGTERM
    assert not record.exists()


def test_a_stranger_who_got_the_same_number_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"], start_new_session=True)
    record = tmp_path / "processes.json"
    record.write_text(json.dumps([{"pid": stranger.pid, "program": "/somewhere/postgres", "signal": 15}]))
    stop_leftovers(record)
    time.sleep(0.2)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux stops children whose parent was killed")
def test_children_do_not_outlive_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    parent = f"""
import sys
sys.path.insert(0, {str(Path(supervision.__file__).parents[1])!r})
from pathlib import Path
from bootstrap.supervisor import Service, Supervisor
folder = Path({str(tmp_path)!r})
Supervisor(folder / "processes.json").start(Service(
    name="web", command=[sys.executable, "-c", {_POLITE!r}, str(folder), "web"], log=folder / "web.log",
    cwd=folder, env=None, ready=(folder / "web.pid").exists))
print("started", flush=True)
import time; time.sleep(60)
"""
    process = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "started"
    process.kill()
    process.wait()
    process.stdout.close()
    assert wait_until(lambda: not is_alive(pid_of(tmp_path, "web")), seconds=5)
