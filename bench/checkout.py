"""Pages under load, against a bare Django project on the same server: ordering a gig, and reading an order.

Rounds alternate; the median of their ratios counts. Eight visitors, two processes of the server on each side.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.urls import reverse

from accounts.models import User
from bench import database
from bench.browsing import PAYMENT_PAGE, Visitor
from bench.clients import Clients
from bench.goals import Goal, at_least
from bench.posting import ratio, tell
from bench.processes import address, serving
from bench.shop import HOUR, Stall, open_stall
from gigs import api as gigs
from gigs.models import Gig
from marketplace.kernel import clock
from orders.models import Order
from orders.services import talk

_VISITORS, _STALLS = 8, 40
_MESSAGES = 60
_BARE_GIGS, _BARE_CATEGORIES = 20_000, 40


@dataclass(frozen=True, slots=True)
class Site:
    """Where it listens, and a session for each visitor."""

    port: int
    sessions: list[str]


@dataclass(frozen=True, slots=True)
class Both:
    """What the visitors' processes are forked with."""

    bare: Site
    product: Site
    paths: list[tuple[str, str]]  # of gigs and of their summaries
    orders: dict[str, list[str]]  # pages by what they are


_both: Both | None = None


def ordering(rounds: int, seconds: int) -> Iterator[Goal]:
    """The real path: gig page, summary, pay; then the visitor is at Stripe. Against gig page, order, order's page."""
    with _sites():
        bare, product = _alternately(rounds, seconds, _order_bare, _order)
    tell("bare order flow, 3 requests", bare)
    tell("checkout, 3 requests", product)
    reached = _ratio(product, bare)
    yield at_least("checkout against a bare order flow: floor", 0.35, reached, "x")
    yield at_least("checkout against a bare order flow: goal", 0.50, reached, "x")


def reading(rounds: int, seconds: int) -> Iterator[Goal]:
    """The order page of a buyer, with a short story and with a long one."""
    with _sites():
        for what, page in (("short", _read_short), ("long", _read_long)):
            bare, product = _alternately(rounds, seconds, _cards, page)
            tell("bare page of 24 cards", bare)
            tell(f"order page, {what} story", product)
            yield at_least(f"order page, {what} story, against 24 bare cards", 0.50, _ratio(product, bare), "x")


Work = Callable[[random.Random], None]


def _alternately(rounds: int, seconds: int, bare: Work, product: Work) -> tuple[list[float], list[float]]:
    limits, measured = [], []
    with Clients(_VISITORS) as clients:
        for _ in range(rounds):
            limits.append(clients.rate(bare, seconds))
            measured.append(clients.rate(product, seconds))
        limits.append(clients.rate(bare, seconds))
    return limits, measured


def _ratio(measured: list[float], limits: list[float]) -> float:
    return ratio(measured, [(before + after) / 2 for before, after in pairwise(limits)])


# What one visitor does


@cache
def _visitor(side: str) -> Visitor:
    """Each process is one of the visitors."""
    site: Site = getattr(_known(), side)
    return Visitor(site.port, site.sessions[os.getpid() % len(site.sessions)])


def _known() -> Both:
    if _both is None:
        raise AssertionError("the sites are not up")
    return _both


def _order_bare(rnd: random.Random) -> None:
    visitor, path = _visitor("bare"), f"/gigs/{rnd.randint(1, _BARE_GIGS)}/"
    visitor.get(visitor.send(f"{path}order/", visitor.get(path)))


def _order(rnd: random.Random) -> None:
    visitor = _visitor("product")
    page, summary = rnd.choice(_known().paths)
    visitor.get(page)
    if visitor.send(summary, visitor.get(f"{summary}?package=1")) != PAYMENT_PAGE:
        raise AssertionError("the checkout did not lead to the payment page")


def _cards(rnd: random.Random) -> None:
    _visitor("bare").get(f"/cards/c{rnd.randrange(_BARE_CATEGORIES)}/")


def _read_short(rnd: random.Random) -> None:
    _read("short")


def _read_long(rnd: random.Random) -> None:
    _read("long")


def _read(what: str) -> None:
    visitor = _visitor("product")
    number = _known().product.sessions.index(visitor.cookies["sessionid"])
    visitor.get(_known().orders[what][number])


# The two sites


@contextmanager
def _sites() -> Iterator[None]:
    global _both
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        database.fresh("bench_checkout")
        stalls = _stalls()
        sessions = [_session(stall.buyer_id) for stall in stalls[:_VISITORS]]
        pages = {
            "short": [_story(stall, 0) for stall in stalls[:_VISITORS]],
            "long": [_story(stall, _MESSAGES) for stall in stalls[:_VISITORS]],
        }
        database.run("VACUUM ANALYZE")
        bare_sessions = _stage_bare()
        bare_env = {"DATABASE_URL": address("bench_bare"), "DJANGO_SETTINGS_MODULE": "bench.bare.settings"}
        product_env = {"DATABASE_URL": address("bench_checkout")}
        with (
            serving(folder, "bench.bare.wsgi:application", bare_env) as bare,
            serving(folder, "bench.product:application", product_env) as product,
        ):
            offered = Gig.objects.filter(pk__in=[stall.gig_id for stall in stalls])
            paths = [(gig.get_absolute_url(), reverse("gigs:order", args=[gig.pk])) for gig in offered]
            _both = Both(Site(bare, bare_sessions), Site(product, sessions), paths, pages)
            _visitor.cache_clear()
            yield


def _stalls() -> list[Stall]:
    gigs.load_categories()
    return [open_stall(number, clock.now()) for number in range(_STALLS)]


def _session(user_id: int) -> str:
    user = User.objects.get(pk=user_id)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.create()
    return str(session.session_key)


def _story(stall: Stall, messages: int) -> str:
    """A delivered order, after so many messages."""
    at = clock.now() - 2 * HOUR
    order = stall.delivered(at)
    for number in range(messages):
        author = (stall.buyer_id, stall.seller_id)[number % 2]
        talk.say(order, author, body=f"About the rows {number} to {number + 9}.", files=[], key=f"m{number}", at=at)
    return Order.objects.get(pk=order.pk).get_absolute_url()


def _stage_bare() -> list[str]:
    database.empty("bench_bare")
    command = [sys.executable, "-m", "bench.bare.stage"]
    env = {**os.environ, "DATABASE_URL": address("bench_bare")}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the bare project was not made: {done.stderr[-500:]}")
    return done.stdout.split()
