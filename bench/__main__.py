"""Runs the rows that are named, or all, and prints each goal beside what was measured; 1 where one is missed.

make bench-money                                     everything
make bench-money ARGS="posting fee --rounds 3"       some rows, fewer rounds
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from bench.goals import Goal


_ROWS = ("posting", "fee", "balance", "payouts", "books")


def main() -> int:
    options = parse()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    from bench import database
    from bench.goals import table

    database.migrate()
    print(_machine(), flush=True)
    found: list[Goal] = []
    for name in options.rows or _ROWS:
        print(f"\n{name}", flush=True)
        started = time.monotonic()
        found += _row(name, options)
        print(f"  {time.monotonic() - started:.0f} s", flush=True)
    print(f"\nload average over the last minutes {_load()}")
    print(f"\n{table(found)}")
    return 0 if all(goal.is_met for goal in found) else 1


def _row(name: str, options: argparse.Namespace) -> Iterator[Goal]:
    from bench import balance, books, payouts, posting

    match name:
        case "posting":
            posting.prepare()
            yield from posting.against_pgbench(options.rounds, options.seconds)
        case "fee":
            posting.prepare()
            yield from posting.with_a_fee(options.rounds, options.seconds)
        case "balance":
            balance.prepare()
            yield from balance.read_balances()
        case "payouts":
            yield from payouts.run(options.releases)
        case "books":
            books.prepare(options.transfers)
            yield from books.check()


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-money ARGS=…", description=__doc__.partition("\n")[0])
    parser.add_argument("rows", nargs="*", metavar="row", help=f"{', '.join(_ROWS)}; all, where none is named")
    parser.add_argument("--rounds", type=int, default=15, help="of posting, of which the median counts")
    parser.add_argument("--seconds", type=int, default=2, help="for each side of a round")
    parser.add_argument("--transfers", type=int, default=1_000_000, help="that check_ledger looks through")
    parser.add_argument("--releases", type=int, default=10_000, help="that fall due, five for each seller")
    options = parser.parse_args(arguments)
    if unknown := set(options.rows) - set(_ROWS):
        parser.error(f"there is no row {', '.join(sorted(unknown))}")
    return options


def _machine() -> str:
    versions = [platform.platform(), f"{os.cpu_count()} cores", f"Python {platform.python_version()}"]
    versions += [f"Django {django.get_version()}", f"PostgreSQL {_shown('server_version')}"]
    settings = ("fsync", "synchronous_commit", "full_page_writes", "wal_compression", "shared_buffers")
    return f"{', '.join(versions)}, load {_load()}\n{', '.join(f'{name} {_shown(name)}' for name in settings)}"


def _load() -> str:
    """Of 1, 5 and 15 minutes: what else the machine did. Busy neighbours make the ratios kinder to more processes."""
    return " ".join(f"{load:.1f}" for load in os.getloadavg())


def _shown(setting: str) -> str:
    from bench import database

    return str(database.run(f"SHOW {setting}")[0][0])


if __name__ == "__main__":
    sys.exit(main())
