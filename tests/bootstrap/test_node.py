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
