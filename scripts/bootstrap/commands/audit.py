"""make audit: the pages of the demo against their budgets; the demo is started where none runs here."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bootstrap import browser
from bootstrap.checkout import Checkout
from bootstrap.commands.demo import lock_of
from bootstrap.commands.development import env_of_running_demo, prepared
from bootstrap.console import step
from bootstrap.errors import Stop
from bootstrap.node import find_npm
from bootstrap.processes import Command, run, run_visibly
from bootstrap.state import Stamp, fingerprint, is_held

_OLDEST_NODE = (22, 19)  # what Lighthouse asks for
_START_SECONDS, _STOP_SECONDS = 600, 60


def audit(arguments: Sequence[str]) -> int:
    """Writes docs/quality.md; 1 where a budget is missed. ``ARGS="crawl"`` measures one part and writes nothing."""
    checkout = prepared()
    chromium = browser.find_or_install(checkout)
    node, tools = _tools(checkout)
    with _demo(checkout) as address:
        env = env_of_running_demo(checkout) | {
            "CHROMIUM": chromium,
            "PATH": node,
            "PYTHONPATH": os.pathsep.join(map(str, (checkout.root / "scripts", checkout.root))),
            "LIGHTHOUSE": str(tools / "lighthouse" / "cli" / "index.js"),
            "AXE": str(tools / "axe-core" / "axe.min.js"),
        }
        parts = [*arguments, *shlex.split(os.environ.get("ARGS", ""))]
        command: Command = [checkout.python, "-m", "audit", address, checkout.root / "docs" / "quality.md", *parts]
        return run_visibly(command, env=env, cwd=checkout.root)


def _tools(checkout: Checkout) -> tuple[str, Path]:
    """PATH with a Node that is new enough, and the folder with Lighthouse and axe."""
    folder = checkout.data / "packages" / "audit"
    npm = find_npm(checkout, oldest=_OLDEST_NODE)
    source = checkout.root / "scripts" / "audit"
    stamp, key = Stamp(folder / ".complete"), fingerprint(source / "package-lock.json")
    if not stamp.matches(key):
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            (folder / name).write_bytes((source / name).read_bytes())
        with step("Lighthouse and axe"):
            run(
                [*npm.command, "ci"],
                log=checkout.run_log,
                env=npm.env,
                cwd=folder,
                what="Lighthouse and axe could not be fetched",
                mend="Check the connection and run the command again",
            )
        stamp.set(key)
    return npm.env["PATH"], folder / "node_modules"


@contextmanager
def _demo(checkout: Checkout) -> Iterator[str]:
    """The address of the demo that runs here, or of one that ends with the audit."""
    if is_held(lock_of(checkout)):
        yield _address(checkout)
        return
    log = (checkout.logs / "audit-demo.log").open("w")
    child = subprocess.Popen([sys.executable, checkout.root / "scripts" / "artisan.py", "demo"], stdout=log, stderr=log)
    try:
        with step("Demo"):
            _wait(checkout, child, log.name)
        yield _address(checkout)
    finally:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
        log.close()


def _wait(checkout: Checkout, child: subprocess.Popen[bytes], log: str) -> None:
    """Until the demo has said that it is ready: its data is there then, too."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and child.poll() is None:
        with Path(log).open() as said:
            if "ready after" in said.read():
                return
        time.sleep(1)
    raise Stop("The demo did not start", f"See {log}")


def _address(checkout: Checkout) -> str:
    return env_of_running_demo(checkout)["SITE_URL"]
