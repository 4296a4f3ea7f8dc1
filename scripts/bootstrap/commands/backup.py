"""make backup, make restore: the site of this checkout as a folder, and back."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bootstrap import settings_env
from bootstrap.checkout import Checkout
from bootstrap.commands.demo import lock_of
from bootstrap.commands.development import env_of_running_demo, prepared
from bootstrap.console import note, say
from bootstrap.errors import Stop
from bootstrap.processes import run_visibly
from bootstrap.servers import Place, check_named_urls, provide
from bootstrap.settings_env import Addresses
from bootstrap.state import State, hold, is_held
from bootstrap.supervisor import Supervisor, stop_leftovers


def backup(arguments: Sequence[str]) -> int:
    """Database and files of the demo here, running or not, into .data/backups; --to FOLDER puts them elsewhere."""
    checkout = prepared("runtime")
    if is_held(lock_of(checkout)):
        return _manage(checkout, ["backup", *arguments], env_of_running_demo(checkout))
    with _servers(checkout) as env:
        return _manage(checkout, ["backup", *arguments], env)


def restore(arguments: Sequence[str]) -> int:
    """Puts a backup back; nothing else may use the database meanwhile."""
    checkout = prepared("runtime")
    if not arguments:
        raise Stop("Name the backup to restore", f"make restore ARGS={_newest(checkout)}")
    if is_held(lock_of(checkout)):
        raise Stop("Artisan runs in this checkout", "Stop it there with Ctrl-C first")
    with _servers(checkout) as env:
        code = _manage(checkout, ["restore", *arguments], env)
    if code == 0:
        say()
        note("make demo starts it again.")
    return code


@contextmanager
def _servers(checkout: Checkout) -> Iterator[Mapping[str, str]]:
    """PostgreSQL and Redis alone: no worker is there that could act on what is being put back."""
    check_named_urls()
    with hold(lock_of(checkout), "Artisan runs already in this checkout", "Stop it there with Ctrl-C first"):
        record = checkout.data / "processes.json"
        stop_leftovers(record)
        state, supervisor = State(checkout.data / "state.json"), Supervisor(record)
        try:
            urls = provide(Place.lasting(checkout, state), supervisor)
            yield settings_env.application_env(
                checkout, state, settings="demo", urls=urls, addresses=Addresses("127.0.0.1", 0, 0, 0)
            )
        finally:
            supervisor.stop()


def _manage(checkout: Checkout, arguments: Sequence[str], env: Mapping[str, str]) -> int:
    return run_visibly([checkout.python, "manage.py", *arguments], env=env, cwd=checkout.root)


def _newest(checkout: Checkout) -> str:
    made = sorted((checkout.data / "backups").glob("*/manifest.json"))
    return os.path.relpath(made[-1].parent, Path.cwd()) if made else ".data/backups/…"
