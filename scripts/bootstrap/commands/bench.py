"""make bench-money: the goals of the money core, measured on servers of its own."""

import os
import shlex
import shutil
from collections.abc import Sequence

from bootstrap import postgres_binaries, python_packages, settings_env
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
    """Every row, or those that ``ARGS`` names; 1 where a goal is missed."""
    check_named_urls()
    pgbench = _pgbench()
    checkout = Checkout.here()
    title("Artisan: what the money core must reach")
    checkout.prepare()
    python_packages.ensure(checkout, "development")
    with throw_away_servers(checkout, _POSTGRES) as urls:
        env = settings_env.base_env(checkout) | urls.env
        env |= {"DJANGO_SETTINGS_MODULE": "bench.settings", "PGBENCH": pgbench}
        command: Command = [checkout.python, "-m", "bench", *arguments, *shlex.split(os.environ.get("ARGS", ""))]
        return run_visibly(command, env=env, cwd=checkout.root)


def _pgbench() -> str:
    beside = [str(each.folder / "pgbench") for each in postgres_binaries.find_installed()]
    found = next((each for each in ("pgbench", *beside) if shutil.which(each)), None)
    if not found:
        raise Stop(
            "pgbench is not here, which measures what PostgreSQL can do", "sudo apt-get install postgresql-contrib"
        )
    return found
