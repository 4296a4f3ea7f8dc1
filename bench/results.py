"""Pages of the catalogue over HTTP, against a bare page of 24 cards: results by category and by words, and gigs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bench import catalogue_data, sites, timing
from bench.catalogue_queries import plain
from bench.goals import Goal, at_least, at_most
from bench.posting import tell
from bench.processes import proportional_mib
from gigs.models import Category, Gig, SearchEntry
from gigs.search import memory

_WORDS, _GIGS = 200, 5_000
_COUNTED = 20  # pages whose queries and bytes are counted
_KILO = 1_000

# What the visitors' processes are forked with.
_paths: dict[str, list[str]] = {}


def results(rounds: int, seconds: int) -> Iterator[Goal]:
    """24 cards by category and by words, anonymous and signed in."""
    with _sites() as both:
        limits, measured = sites.in_turn(rounds, seconds, _cards, _category, _words, _category_signed_in)
        memory = proportional_mib(both.product.server.pid)
        counted = {what: _counted(_paths[what]) for what in ("category", "words")}
    names = ("by category, anonymous", "by words, anonymous", "by category, signed in")
    goals = ((0.6, 1.0), (0.6, 1.0), (0.5, 0.8))
    _tell_bare(limits, seconds)
    for what, taken, (floor, goal) in zip(names, measured, goals, strict=True):
        yield from _compared(f"results {what}", taken, limits, seconds, floor, goal)
    for what, (queries, size) in counted.items():
        yield at_most(f"results by {what}: queries", 8, queries, "")
        yield at_most(f"results by {what}: HTML", 45, size / _KILO, "kB")
    yield at_most("memory of the web server with 2 workers, PSS", 250, memory, "MiB")


def gig_page(rounds: int, seconds: int) -> Iterator[Goal]:
    with _sites():
        limits, (measured,) = sites.in_turn(rounds, seconds, _cards, _gig)
        queries, size = _counted(_paths["gig"])
    _tell_bare(limits, seconds)
    print(f"  HTML of a gig page: at most {size / _KILO:.1f} kB (no goal)")
    tell("gig page", sites.rates(measured, seconds))
    reached = sites.against(sites.rates(measured, seconds), sites.rates(limits, seconds))
    yield at_least("gig page against 24 bare cards", 1.2, reached, "x")
    yield at_most("gig page: queries", 8, queries, "")


def _tell_bare(limits: sites.Rounds, seconds: int) -> None:
    tell("bare page of 24 cards", sites.rates(limits, seconds))
    print(f"    {timing.spread(_milliseconds(limits))}")


def _compared(
    what: str,
    taken: sites.Rounds,
    limits: sites.Rounds,
    seconds: int,
    floor: float,
    goal: float,
) -> Iterator[Goal]:
    tell(what, sites.rates(taken, seconds))
    print(f"    {timing.spread(_milliseconds(taken))}")
    reached = sites.against(sites.rates(taken, seconds), sites.rates(limits, seconds))
    slow = timing.percentile(_milliseconds(taken), 95) / timing.percentile(_milliseconds(limits), 95)
    yield at_least(f"{what}, against 24 bare cards: floor", floor, reached, "x")
    yield at_least(f"{what}, against 24 bare cards: goal", goal, reached, "x")
    yield at_most(f"{what}: p95 against the bare page's", 2, slow, "x")


def _milliseconds(rounds: sites.Rounds) -> list[float]:
    return [1_000 * seconds for taken in rounds for seconds in taken]


def _counted(paths: Sequence[str]) -> tuple[int, int]:
    """The most queries and bytes of pages that nobody has asked for, in a process that answers all the time."""
    client, most, largest = Client(), 0, 0
    client.get(paths[0])
    for path in random.Random(2).sample(paths, min(_COUNTED, len(paths))):
        memory.begin_edition()  # nothing is kept of what was asked a moment ago
        with timing.statements() as found:
            answer = client.get(path)
        if answer.status_code != 200:
            raise AssertionError(f"{path} answered {answer.status_code}")
        most, largest = max(most, len(found.texts)), max(largest, len(answer.content))
    return most, largest


# What one visitor does


def _cards(rnd: random.Random) -> None:
    sites.visitor("bare").get(f"/cards/c{rnd.randrange(sites.BARE_CATEGORIES)}/")


def _category(rnd: random.Random) -> None:
    sites.visitor("product", is_signed_in=False).get(rnd.choice(_paths["category"]))


def _category_signed_in(rnd: random.Random) -> None:
    sites.visitor("product").get(rnd.choice(_paths["category"]))


def _words(rnd: random.Random) -> None:
    sites.visitor("product", is_signed_in=False).get(rnd.choice(_paths["words"]))


def _gig(rnd: random.Random) -> None:
    sites.visitor("product", is_signed_in=False).get(rnd.choice(_paths["gig"]))


@contextmanager
def _sites() -> Iterator[sites.Both]:
    with TemporaryDirectory(prefix="bench-") as name:
        _paths["category"] = [category.get_absolute_url() for category in Category.objects.all()]
        words = plain(catalogue_data.words(), _WORDS)
        _paths["words"] = [f"{reverse('gigs:search')}?{urlencode({'q': text})}" for text in words]
        some = SearchEntry.objects.order_by("?").values_list("pk", flat=True)[:_GIGS]
        _paths["gig"] = [gig.get_absolute_url() for gig in Gig.objects.filter(pk__in=list(some))]
        readers = User.objects.order_by("pk")[: sites.VISITORS]
        sessions = [sites.session_of(reader.pk) for reader in readers]
        connection.close()
        with sites.up(Path(name), sessions) as both:
            yield both
