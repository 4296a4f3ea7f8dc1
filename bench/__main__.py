"""Runs the rows that are named, or all, and prints each goal beside what was measured; 1 where one is missed.

make bench-money                                     everything of the money core
make bench-money ARGS="posting fee --rounds 3"       some rows, fewer rounds
make bench-orders ARGS="flags --waiting 100000"      one row of the orders' life, smaller
make bench-catalogue ARGS="search --gigs 100000"     one row of the catalogue, smaller
make bench-live ARGS="--windows 50"                  what is said live, with fewer windows
make bench-live ARGS=asking                          the same while the live process is away, in two browsers
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


_ROWS = {
    "money": ("posting", "fee", "balance", "payouts", "books"),
    "orders": ("checkout", "page", "flags", "money", "claim", "lateness"),
    "catalogue": ("search", "plans", "suggest", "deep", "results", "gigpage", "busy"),
    "live": ("talking", "asking"),
}


def main() -> int:
    options = parse()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    from bench import database
    from bench.goals import table

    database.migrate()
    print(_machine(), flush=True)
    found: list[Goal] = []
    measure = {"money": _money, "orders": _orders, "catalogue": _catalogue, "live": _live}[options.suite]
    for name in options.rows or _ROWS[options.suite]:
        print(f"\n{name}", flush=True)
        started = time.monotonic()
        found += measure(name, options)
        print(f"  {time.monotonic() - started:.0f} s", flush=True)
    print(f"\nload average over the last minutes {_load()}")
    print(f"\n{table(found)}")
    return 0 if all(goal.is_met for goal in found) else 1


def _money(name: str, options: argparse.Namespace) -> Iterator[Goal]:
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


def _orders(name: str, options: argparse.Namespace) -> Iterator[Goal]:
    from bench import checkout, lateness, sweeping

    match name:
        case "checkout":
            yield from checkout.ordering(options.rounds, options.seconds)
        case "page":
            yield from checkout.reading(options.rounds, options.seconds)
        case "flags":
            yield from sweeping.flagging(options.waiting, options.due)
        case "money":
            yield from sweeping.moving_money(options.due)
        case "claim":
            yield from sweeping.claiming(options.waiting, options.due)
        case "lateness":
            yield from lateness.while_they_fall_due(options.waiting, options.minutes)


def _catalogue(name: str, options: argparse.Namespace) -> Iterator[Goal]:
    """``search`` in catalogues of each size, pages in the smallest, everything else in the largest."""
    from bench import busy, catalogue_data, plans, results, searching

    sizes: list[int] = sorted(options.gigs)
    if name == "search":
        for size in sizes:
            catalogue_data.use(size, is_kept=options.kept)
            yield from searching.search(size)
        return
    size = sizes[0] if name in {"results", "gigpage"} else sizes[-1]
    catalogue_data.use(size, is_kept=options.kept)
    match name:
        case "plans":
            yield from plans.tell(size)
        case "suggest":
            yield from searching.suggest(size)
        case "deep":
            yield from searching.deep(size)
        case "results":
            yield from results.results(options.rounds, options.seconds)
        case "gigpage":
            yield from results.gig_page(options.rounds, options.seconds)
        case "busy":
            yield from busy.run(size, options.busy)


def _live(name: str, options: argparse.Namespace) -> Iterator[Goal]:
    from bench import asking, live

    match name:
        case "talking":
            yield from live.talking(options.windows, options.seconds)
        case "asking":
            yield from asking.without_the_line()


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.partition("\n")[0])
    suites = parser.add_subparsers(dest="suite", required=True)
    money = _suite(suites.add_parser("money", prog="make bench-money ARGS=…"), "money")
    money.add_argument("--transfers", type=int, default=1_000_000, help="that check_ledger looks through")
    money.add_argument("--releases", type=int, default=10_000, help="that fall due, five for each seller")
    orders = _suite(suites.add_parser("orders", prog="make bench-orders ARGS=…"), "orders")
    orders.add_argument("--waiting", type=int, default=1_000_000, help="timers that wait")
    orders.add_argument("--due", type=int, default=10_000, help="timers that are due at once")
    orders.add_argument("--minutes", type=float, default=3, help="in which a hundred fall due every second")
    catalogue = _suite(suites.add_parser("catalogue", prog="make bench-catalogue ARGS=…"), "catalogue")
    catalogue.add_argument("--gigs", type=int, nargs="+", default=[100_000, 1_000_000], help="sizes of catalogues")
    catalogue.add_argument("--busy", type=float, default=60, help="seconds of queries while something else is done")
    catalogue.add_argument(
        "--kept", action="store_true", help="take up catalogues that an earlier run left where DATABASE_URL points"
    )
    live = _suite(suites.add_parser("live", prog="make bench-live ARGS=…"), "live")
    live.add_argument("--windows", type=int, default=200, help="that are open, one for each person")
    live.set_defaults(seconds=30)
    options = parser.parse_args(arguments)
    if unknown := set(options.rows) - set(_ROWS[options.suite]):
        parser.error(f"there is no row {', '.join(sorted(unknown))}")
    return options


def _suite(parser: argparse.ArgumentParser, name: str) -> argparse.ArgumentParser:
    parser.add_argument("rows", nargs="*", metavar="row", help=f"{', '.join(_ROWS[name])}; all, where none is named")
    parser.add_argument(
        "--rounds", type=int, default=15, help="of what alternates with its yardstick; the median counts"
    )
    parser.add_argument("--seconds", type=int, default=2, help="for each side of a round")
    return parser


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
