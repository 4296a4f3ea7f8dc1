"""A real Chromium for the browser tests: named, found, or installed."""

import glob
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bootstrap.checkout import Checkout
from bootstrap.console import step
from bootstrap.errors import Stop
from bootstrap.processes import Command, apt_install, capture, is_root, run_logged
from bootstrap.python_packages import mend_library

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PLAYWRIGHT = (
    "~/.cache/ms-playwright/chromium-*/chrome-linux*/chrome",
    "~/Library/Caches/ms-playwright/chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find(path: str | None = None) -> str | None:
    """The first browser that can say its version; CHROMIUM counts before all others."""
    named = os.environ.get("CHROMIUM")
    if named:
        if _runs(named):
            return named
        raise Stop(f"CHROMIUM={named} does not run", "Correct CHROMIUM, or unset it to have a browser found")
    return next((each for each in _places(path) if _runs(each)), None)


def _places(path: str | None) -> Iterator[str]:
    yield from (found for name in _NAMES if (found := shutil.which(name, path=path)))
    yield from _APPLICATIONS
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    patterns = [str(Path(named) / "chromium-*" / "chrome-*" / "chrome")] if named else []
    for pattern in [*patterns, *_PLAYWRIGHT]:
        yield from sorted(glob.glob(os.path.expanduser(pattern)), reverse=True)


def _runs(program: str) -> bool:
    # Ubuntu's chromium-browser is a shell script that only says "install the snap".
    if not os.access(program, os.X_OK):
        return False
    code, said = capture([program, "--version"])
    return code == 0 and any(name in said for name in ("Chromium", "Chrome"))


def find_or_install(checkout: Checkout) -> str:
    """A browser that runs, and its driver; Stop with the one command to type when there is none."""
    _prove_driver(checkout)
    found = find()
    if found:
        return found
    with step("Chromium"):
        _install(checkout)
        found = find()
    if found:
        return found
    raise Stop(
        "No Chromium was found or could be installed for the browser tests",
        "Install one (Debian: sudo apt-get install chromium; Ubuntu: sudo .venv/bin/python -m playwright install-deps "
        f"chromium, then run the tests again), or set CHROMIUM to its path (details: {checkout.run_log})",
    )


def _prove_driver(checkout: Checkout) -> None:
    """Playwright brings a Node of its own, which needs a C library that a bare system lacks."""
    code, said = capture([checkout.python, "-m", "playwright", "--version"])
    if code != 0 and not mend_library(checkout, said):
        raise Stop(f"Playwright does not run here: {said.strip()[-200:]}", "Remove .venv and run the command again")


def _install(checkout: Checkout) -> None:
    if "debian" in _distribution() and apt_install(["chromium", "fonts-liberation"], log=checkout.run_log):
        return
    libraries = ["--with-deps"] if is_root() and sys.platform == "linux" else []
    command: Command = [checkout.python, "-m", "playwright", "install", *libraries, "chromium"]
    run_logged(command, log=checkout.run_log, cwd=checkout.root)


def _distribution() -> str:
    """The ID of /etc/os-release: Ubuntu's apt package is a pointer to a snap, so only Debian's is of use."""
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition("=")[2].strip('"') for line in lines if line.startswith("ID=")), "")
