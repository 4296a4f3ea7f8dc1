"""make bench-money, bench-orders, bench-catalogue, bench-live: goals, measured on servers of their own."""

import os
import shlex
import shutil
from collections.abc import Mapping, Sequence

from bootstrap import browser, postgres_binaries, python_packages, settings_env
from bootstrap.checkout import Checkout
from bootstrap.commands.testing import throw_away_servers
from bootstrap.console import title
from bootstrap.errors import Stop
from bootstrap.processes import Command, run_visibly
from bootstrap.servers import check_named_urls

# As a careful operator would set them: nothing that was promised is lost in a crash.
_POSTGRES = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
}


def run_money(arguments: Sequence[str]) -> int:
    """Every row of the money core, or those that ``ARGS`` names; 1 where a goal is missed."""
    return _run("money", "what the money core must reach", arguments, _POSTGRES, {"PGBENCH": _pgbench()})


def run_orders(arguments: Sequence[str]) -> int:
    """The same of the orders' life."""
    # When a transaction was committed is what a deadline's lateness is measured by.
    settings = _POSTGRES | {"track_commit_timestamp": "on"}
    return _run("orders", "how fast orders live", arguments, settings, {})


def run_catalogue(arguments: Sequence[str]) -> int:
    """The same of finding gigs."""
    return _run("catalogue", "how fast people find what they look for", arguments, _POSTGRES, {})


def run_live(arguments: Sequence[str]) -> int:
    """The same of what is said while others look."""
    return _run("live", "how soon a message is there", arguments, _POSTGRES, {}, has_browser=True)


def _run(
    suite: str,
    about: str,
    arguments: Sequence[str],
    settings: Mapping[str, str],
    extra: Mapping[str, str],
    *,
    has_browser: bool = False,
) -> int:
    check_named_urls()
    checkout = Checkout.here()
    title(f"Artisan: {about}")
    checkout.prepare()
    python_packages.ensure(checkout, "development")
    if has_browser:
        extra = {**extra, "CHROMIUM": browser.find_or_install(checkout)}
    with throw_away_servers(checkout, settings) as urls:
        env = settings_env.base_env(checkout) | urls.env
        env |= {"DJANGO_SETTINGS_MODULE": "bench.settings", **extra}
        options = [*arguments, *shlex.split(os.environ.get("ARGS", ""))]
        command: Command = [checkout.python, "-m", "bench", suite, *options]
        return run_visibly(command, env=env, cwd=checkout.root)


def _pgbench() -> str:
    beside = [str(each.folder / "pgbench") for each in postgres_binaries.find_installed()]
    found = next((each for each in ("pgbench", *beside) if shutil.which(each)), None)
    if not found:
        raise Stop(
            "pgbench is not here, which measures what PostgreSQL can do", "sudo apt-get install postgresql-contrib"
        )
    return found
