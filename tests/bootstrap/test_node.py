"""Node as a Python package, where the system has none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bootstrap import node
from bootstrap.checkout import Checkout


def test_packaged_npm_runs_scripts_that_call_npm(
    checkout: Checkout, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bootstrap.node.shutil.which", lambda *_: None)
    npm = node.find_npm(checkout)
    assert npm.command[0].startswith(str(checkout.data))
    # An ES module around it: npm's own files must not be taken for its parts.
    (folder / "package.json").write_text(
        '{"type": "module", "scripts": {"outer": "npm run inner", "inner": "node -p 40+2"}}'
    )
    done = subprocess.run(
        [*npm.command, "run", "--silent", "outer"], env=npm.env, cwd=folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "42", "")


@pytest.mark.parametrize(
    ("said", "is_enough"), [("v22.19.0", True), ("v24.1.0", True), ("v22.4.1", False), ("v9.30.0", False), ("?", False)]
)
def test_the_systems_node_is_taken_where_it_is_new_enough(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, said: str, is_enough: bool
) -> None:
    packaged = node.Npm(("packaged",), {})
    monkeypatch.setattr("bootstrap.node.shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("bootstrap.node.capture", lambda _command: (0, f"{said}\n"))
    monkeypatch.setattr("bootstrap.node._packaged", lambda _checkout: packaged)
    assert (node.find_npm(checkout, oldest=(22, 19)) is packaged) is not is_enough
