"""Running other programs to their end: quiet, logged, and with one line when they fail."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bootstrap.errors import Stop

Part = str | Path
Command = Sequence[Part]
Ready = Callable[[], bool]


def run(command: Command, *, log: Path, what: str, mend: str, env: Mapping[str, str] | None = None, cwd: Path) -> None:
    """Run to the end with all output in the log; `what` and `mend` become the one line when it fails."""
    code, told = run_logged(command, log=log, env=env, cwd=cwd)
    if code != 0:
        raise Stop(f"{what}: {told}", f"{mend} (the whole output is in {log})")


def run_logged(command: Command, *, log: Path, env: Mapping[str, str] | None = None, cwd: Path) -> tuple[int, str]:
    """Exit code, and the line of the output that tells most."""
    with log.open("a+", errors="replace") as file:
        file.write(f"\n$ {' '.join(map(str, command))}\n")
        file.flush()
        before = file.seek(0, os.SEEK_END)
        code = _wait(subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, env=env, cwd=cwd))
        file.seek(before)
        return code, telling_line(file.read())


def run_visibly(command: Command, *, env: Mapping[str, str], cwd: Path) -> int:
    """Run to the end with the output on this terminal; the exit code."""
    return _wait(subprocess.Popen(command, env=env, cwd=cwd))


def run_with_progress(command: Command, *, log: Path, env: Mapping[str, str], cwd: Path) -> tuple[int, str]:
    """Run to the end with stdout on this terminal and stderr in the log; exit code and telling line."""
    with log.open("a+", errors="replace") as file:
        before = file.seek(0, os.SEEK_END)
        code = _wait(subprocess.Popen(command, stderr=file, env=env, cwd=cwd))
        file.seek(before)
        return code, telling_line(file.read())


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait()
    except BaseException:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
        raise


def capture(command: Command, *, env: Mapping[str, str] | None = None, timeout_seconds: float = 20) -> tuple[int, str]:
    """Exit code and whole output of a short program; 127 when it cannot be started at all."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", env=env, timeout=timeout_seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return 127, str(error)
    return done.returncode, done.stdout + done.stderr


def telling_line(output: str) -> str:
    """The last line that names an error, or else the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip() and set(line.strip()) - set("^~-=─╰│ ")]
    named = [line for line in lines if any(word in line.lower() for word in ("error", "fatal", "no space", "denied"))]
    return (named or lines or ["it said nothing"])[-1][:300]


def is_root() -> bool:
    return os.geteuid() == 0


def apt_install(packages: Sequence[str], *, log: Path) -> bool:
    """Install Debian or Ubuntu packages, if this is such a system and we are root. Whether that worked."""
    if not is_root() or not shutil.which("apt-get"):
        return False
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if run_logged(install, log=log, env=env, cwd=Path("/"))[0] == 0:
        return True
    run_logged(["apt-get", "update"], log=log, env=env, cwd=Path("/"))
    return run_logged(install, log=log, env=env, cwd=Path("/"))[0] == 0


def wait_until(ready: Ready, *, seconds: float, alive: Ready = lambda: True) -> bool:
    """Ask until it is ready, has died, or the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return True
        if not alive():
            return False
        time.sleep(0.05)
    return False
