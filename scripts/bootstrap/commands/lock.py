"""make lock, make lock-check: the lock files are in step with pyproject.toml, and carry no address."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bootstrap import python_packages
from bootstrap.checkout import Checkout
from bootstrap.console import say, step
from bootstrap.errors import Stop
from bootstrap.processes import Command, run_logged

# Each lock, and what it is made from.
LOCKS: dict[str, tuple[str, ...]] = {
    "runtime": ("pyproject.toml",),
    "development": ("pyproject.toml", "--group", "dev"),
    "uv": ("requirements/uv.in", "--no-deps"),
    "redis": ("requirements/redis.in", "--no-deps"),
    "node": ("requirements/node.in", "--no-deps"),
}
_OPTIONS = (
    "--quiet",
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command",
    "make lock",
)


def write(arguments: Sequence[str]) -> int:
    """Bring the locks into step; with `--upgrade` also to the newest releases."""
    checkout = _prepared()
    for name in LOCKS:
        with step(f"requirements/{name}.txt"):
            _compile(checkout, name, checkout.requirements(name), *arguments)
    return 0


def check(_arguments: Sequence[str]) -> int:
    """Compile again with the lock itself as the preference, so that a release of yesterday turns nothing red."""
    checkout = _prepared()
    for name in LOCKS:
        _check_one(checkout, name)
    for lock in (checkout.root / "package-lock.json", *checkout.root.glob("scripts/bootstrap/*/package-lock.json")):
        _refuse_addresses(lock, '"resolved":')
    say("The lock files are in step.")
    return 0


def _prepared() -> Checkout:
    checkout = Checkout.here()
    checkout.prepare()
    python_packages.ensure(checkout, "development")
    return checkout


def _check_one(checkout: Checkout, name: str) -> None:
    lock = checkout.requirements(name)
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder) / lock.name
        shutil.copy(lock, again)
        _compile(checkout, name, again)
        if again.read_text() != lock.read_text():
            raise Stop(f"requirements/{name}.txt is not in step with {LOCKS[name][0]}", "Run: make lock")
    _refuse_addresses(lock, "://")


def _refuse_addresses(lock: Path, sign: str) -> None:
    if lock.is_file() and sign in lock.read_text():
        raise Stop(f"{lock.name} carries the address of a registry", "Make it again: make lock, or npm install")


def _compile(checkout: Checkout, name: str, output: Path, *more: str) -> None:
    command: Command = [checkout.uv, "pip", "compile", *_OPTIONS, *more, *LOCKS[name], "-o", output]
    code, told = run_logged(command, log=checkout.run_log, cwd=checkout.root)
    if code != 0:
        raise Stop(f"requirements/{name}.txt could not be resolved: {told}", "Mend pyproject.toml, or the connection")
