from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bootstrap.errors import Stop
from bootstrap.state import Stamp, State, fingerprint, hold, is_held


def test_a_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    first = State(path).secret("postgres")
    assert State(path).secret("postgres") == first
    assert len(first) == 48
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_spoilt_state_is_said_and_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text("{half")
    with pytest.raises(Stop, match="cannot be read"):
        State(path)
    assert path.read_text() == "{half"


def test_a_stamp_holds_for_its_input_only(tmp_path: Path) -> None:
    stamp = Stamp(tmp_path / "stamps" / "static")
    assert not stamp.matches("one")
    stamp.set("one")
    assert stamp.matches("one")
    assert not stamp.matches("two")
    stamp.clear()
    assert not stamp.matches("one")


def test_a_fingerprint_sees_a_changed_file_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    file = tmp_path / "sub" / "site.css"
    file.write_text("a")
    before = fingerprint(tmp_path, "text")
    file.write_text("ab")
    assert fingerprint(tmp_path, "text") != before


def test_who_holds_a_lock_keeps_others_out(tmp_path: Path) -> None:
    lock = tmp_path / "running.lock"
    with hold(lock, "It runs already", "Stop it"):
        assert is_held(lock)
        with pytest.raises(Stop, match="It runs already"), hold(lock, "It runs already", "Stop it"):
            pass
    assert not is_held(lock)
