"""make test, make test-long: the whole suite against servers of its own, thrown away afterwards."""

import os
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bootstrap import browser, python_packages, settings_env
from bootstrap.checkout import Checkout
from bootstrap.console import step, title
from bootstrap.processes import Command, run_visibly
from bootstrap.servers import Place, Urls, check_named_urls, provide
from bootstrap.state import State, hold, is_held
from bootstrap.supervisor import Supervisor, stop_leftovers

_PROCESSES = "2"


def run_tests(arguments: Sequence[str]) -> int:
    """Everything that ends within the time set for `make test`."""
    return _run([*_parallel(), *arguments])


def run_long_tests(arguments: Sequence[str]) -> int:
    """Only what is too long for `make test`."""
    return _run(["-m", "long", *_parallel(), *arguments])


def _parallel() -> list[str]:
    return ["-n", os.environ.get("TEST_PROCESSES", _PROCESSES), "--dist", "loadgroup"]


def _run(arguments: Sequence[str]) -> int:
    check_named_urls()
    checkout = Checkout.here()
    title("Artisan: tests")
    checkout.prepare()
    python_packages.ensure(checkout, "development")
    chromium = browser.find_or_install(checkout)
    with throw_away_servers(checkout) as urls:
        env = _test_env(checkout, urls, chromium)
        command: Command = [checkout.python, "-m", "pytest", *arguments, *shlex.split(os.environ.get("ARGS", ""))]
        return run_visibly(command, env=env, cwd=checkout.root)


def _test_env(checkout: Checkout, urls: Urls, chromium: str) -> dict[str, str]:
    return settings_env.base_env(checkout) | {
        "DJANGO_SETTINGS_MODULE": "marketplace.settings.testing",
        "CHROMIUM": chromium,
        **urls.env,
    }


@contextmanager
def throw_away_servers(checkout: Checkout, postgres_settings: Mapping[str, str] | None = None) -> Iterator[Urls]:
    """PostgreSQL and Redis in a folder of their own, so that several runs do not meet.

    ``postgres_settings`` stand instead of those that trust that no machine crashes while a test runs.
    """
    tests = checkout.data / "test"
    tests.mkdir(parents=True, exist_ok=True)
    _clear_leftovers(checkout, tests)
    folder = Path(tempfile.mkdtemp(dir=tests))
    with hold(folder / "lock", "This folder of tests is in use", "Run the tests again"):
        place = Place.throw_away(checkout, State(folder / "state.json"), folder.name)
        place = replace(place, postgres_settings=postgres_settings or {})
        supervisor = Supervisor(folder / "processes.json")
        try:
            yield provide(place, supervisor)
        finally:
            with step("Stopping"):
                supervisor.stop()
                _remove(place.home, folder)


def _clear_leftovers(checkout: Checkout, tests: Path) -> None:
    """Remove what test runs left that were killed in mid-air."""
    state = State(checkout.data / "state.json")
    for folder in tests.iterdir():
        if folder.is_dir() and not is_held(folder / "lock"):
            stop_leftovers(folder / "processes.json")
            base = state.get("servers_base")
            _remove(Path(base) / "test" / folder.name if base else folder, folder)


def _remove(*folders: Path) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
