"""Whatever is wrong, a person reads one line that says what and how to mend it, and nothing half-made is left."""

from __future__ import annotations

import ast
import errno
import runpy
import shutil
import socket
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from bootstrap.checkout import ROOT, Checkout
from bootstrap.errors import Stop, explain_os_error
from tests.bootstrap.conftest import Run

_ENTRY = ROOT / "scripts" / "artisan.py"
_NOBODY_LISTENS = "127.0.0.1:1"


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"DATABASE_URL": "mysql://root@localhost/shop"}, "DATABASE_URL is not an address"),
        ({"REDIS_URL": "memcached://localhost"}, "REDIS_URL is not an address"),
        ({"PORT": "eighty"}, "PORT=eighty is not a port"),
        ({"LISTEN": "nowhere"}, "LISTEN=nowhere is not an address of this machine"),
    ],
)
def test_wrong_settings_stop_the_demo_at_once(run: Run, env: dict[str, str], words: str) -> None:
    one_line(run("demo", **env), words)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", f"postgres://someone:hush@{_NOBODY_LISTENS}/shop"),
        ("REDIS_URL", f"redis://:hush@{_NOBODY_LISTENS}/0"),
    ],
)
def test_a_server_that_does_not_answer_is_named_without_its_password(
    run: Run, folder: Path, name: str, url: str
) -> None:
    line = one_line(run("demo", **{name: url}), f"{name} does not lead to a server that answers ({_NOBODY_LISTENS}")
    assert "hush" not in line
    assert not (folder / ".data" / "servers").exists()


def test_a_named_port_in_use_stops_the_demo(run: Run, folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        one_line(run("demo", PORT=str(port)), f"Port {port} is in use")
    assert not (folder / ".data" / "servers").exists()


def test_a_file_in_the_place_of_the_data_folder_is_left_alone(run: Run, folder: Path) -> None:
    (folder / ".data").write_text("mine")
    one_line(run("demo"), "is a file, and a folder is needed there")
    assert (folder / ".data").read_text() == "mine"


def test_a_link_to_a_folder_that_is_gone_is_said(run: Run, folder: Path) -> None:
    (folder / ".data").symlink_to(folder / "gone")
    one_line(run("demo"), "points to a folder that is gone")


def test_an_unknown_choice_of_servers_is_said(run: Run) -> None:
    one_line(run("demo", ARTISAN_SERVERS="mysql"), "ARTISAN_SERVERS=mysql means nothing")


def test_reset_leaves_a_named_database_alone(run: Run) -> None:
    one_line(run("demo-reset", DATABASE_URL="postgres://someone@host/shop"), "leaves a database named by DATABASE_URL")


def test_reset_without_data_is_no_error(run: Run, folder: Path) -> None:
    done = run("demo-reset")
    assert (done.returncode, done.stderr) == (0, "")
    assert not (folder / ".data").exists()


def test_reset_keeps_the_packages(run: Run, folder: Path) -> None:
    for name in ("packages/redis", "servers/postgres/data", "media"):
        (folder / ".data" / name).mkdir(parents=True)
    assert run("demo-reset").returncode == 0
    assert [path.name for path in (folder / ".data").iterdir()] == ["packages"]


def test_shell_without_a_demo_says_how_to_start_one(run: Run) -> None:
    one_line(run("shell"), "No demo runs in this checkout. Start it in another terminal: make demo")


def one_line(done: subprocess.CompletedProcess[str], words: str) -> str:
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("artisan: ")
    assert words in lines[0]
    assert "Traceback" not in done.stdout
    return str(lines[0])


def test_a_full_disk_is_said(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5_000_000))
    other = Checkout(checkout.root, checkout.data / "not yet" / "there")
    with pytest.raises(Stop, match="Only 5 MB are free"):
        other.prepare()
    assert not other.data.parent.exists()


def test_a_disk_that_fills_up_on_the_way_is_said() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("only Linux has /dev/full")
    with pytest.raises(OSError, match="No space left") as caught, full.open("wb", buffering=0) as file:
        file.write(b"x")
    assert "The disk is full" in explain_os_error(caught.value).line()


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_folder_that_cannot_be_written_is_said(number: int) -> None:
    line = explain_os_error(OSError(number, "no", "/srv/shop/.data")).line()
    assert line.startswith("artisan: /srv/shop/.data cannot be written by this user. ")
    assert "DATA_DIR" in line


def test_an_old_python_can_read_the_entry() -> None:
    ast.parse(_ENTRY.read_text(), feature_version=(3, 4))
    assert not any(isinstance(node, ast.JoinedStr) for node in ast.walk(ast.parse(_ENTRY.read_text())))


@pytest.mark.parametrize(
    ("version", "supported"),
    [((3, 10, 14), False), ((3, 11, 0), True), ((3, 13, 9), True), ((3, 14, 0), False), ((2, 7, 18), False)],
)
def test_which_pythons_are_taken(version: tuple[int, ...], *, supported: bool) -> None:
    assert runpy.run_path(str(_ENTRY))["is_supported"](version) is supported


def test_too_old_a_python_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = runpy.run_path(str(_ENTRY))
    monkeypatch.setattr("sys.version_info", (3, 9, 2))
    monkeypatch.setenv(entry["RE_EXECUTED"], "1")
    with pytest.raises(SystemExit) as end:
        entry["insist_on_a_supported_python"]()
    assert end.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith("artisan: Python 3.9 cannot run this project. Install Python 3.11")
    assert said.count("\n") == 1
