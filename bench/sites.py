"""The product and a bare Django project side by side, each on a web server of two processes, asked in turn.

Rounds alternate; the median of their ratios counts. Eight visitors with connections that stay open.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import connection

from accounts.models import User
from bench import database
from bench.browsing import Visitor
from bench.clients import Clients, Work
from bench.posting import ratio
from bench.processes import Server, address, serving

VISITORS = 8
BARE_GIGS, BARE_CATEGORIES = 20_000, 40


@dataclass(frozen=True, slots=True)
class Site:
    """Where it listens, and a session for each visitor."""

    server: Server
    sessions: list[str]


@dataclass(frozen=True, slots=True)
class Both:
    """What the visitors' processes are forked with."""

    bare: Site
    product: Site


Rounds = list[list[float]]  # what each request of each round took, in seconds
_both: Both | None = None


@contextmanager
def up(folder: Path, sessions: list[str]) -> Iterator[Both]:
    """Both sites, the product's with the database that Django points at now."""
    global _both
    product_env = {"DATABASE_URL": address(str(connection.settings_dict["NAME"]))}
    bare_sessions = _stage_bare()
    bare_env = {"DATABASE_URL": address("bench_bare"), "DJANGO_SETTINGS_MODULE": "bench.bare.settings"}
    with (
        serving(folder, "bench.bare.wsgi:application", bare_env) as bare,
        serving(folder, "bench.product:application", product_env) as product,
    ):
        _both = Both(Site(bare, bare_sessions), Site(product, sessions))
        visitor.cache_clear()
        yield _both


def _stage_bare() -> list[str]:
    database.empty("bench_bare")
    command = [sys.executable, "-m", "bench.bare.stage"]
    env = {**os.environ, "DATABASE_URL": address("bench_bare")}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the bare project was not made: {done.stderr[-500:]}")
    return done.stdout.split()


def session_of(user_id: int) -> str:
    user = User.objects.get(pk=user_id)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.create()
    return str(session.session_key)


@cache
def visitor(side: str, *, is_signed_in: bool = True) -> Visitor:
    """Each process is one of the visitors."""
    if _both is None:
        raise AssertionError("the sites are not up")
    site: Site = getattr(_both, side)
    session = site.sessions[os.getpid() % len(site.sessions)] if is_signed_in else ""
    return Visitor(site.server.port, session)


def in_turn(rounds: int, seconds: int, bare: Work, *products: Work) -> tuple[Rounds, list[Rounds]]:
    """Of the bare site before and after each round, and of each work in it."""
    limits: Rounds = []
    measured: list[Rounds] = [[] for _ in products]
    with Clients(VISITORS) as clients:
        for _ in range(rounds):
            limits.append(clients.durations(bare, seconds))
            for taken, product in zip(measured, products, strict=True):
                taken.append(clients.durations(product, seconds))
        limits.append(clients.durations(bare, seconds))
    return limits, measured


def rates(rounds: Rounds, seconds: int) -> list[float]:
    """Requests a second, by round."""
    return [len(taken) / seconds for taken in rounds]


def against(measured: Sequence[float], limits: Sequence[float]) -> float:
    """The median of the rounds' ratios to the bare site before and after them."""
    return ratio(measured, [(before + after) / 2 for before, after in pairwise(limits)])
