"""The same queries while everything is indexed anew, and while sellers edit fifty gigs a second."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection

from bench import catalogue_data, timing
from bench.catalogue_queries import Asked, queries
from bench.goals import Goal, at_least, at_most
from bench.processes import address, workers
from gigs import api as gigs
from gigs.contracts import CatalogueQuery
from gigs.models import Gig, SearchEntry
from gigs.selectors.catalogue import search
from gigs.selectors.owned import content_of
from marketplace.celery import app
from marketplace.kernel import clock
from marketplace.kernel.memory import settle
from marketplace.kernel.periodic import run_job

_A_SECOND, _EDITORS = 50, 6
_FOUND_SECONDS, _PATIENCE_SECONDS = 5, 30
_TRIED = 12
_REFRESH_SECONDS = 2  # as the product's clock has it
_FORK = multiprocessing.get_context("fork")


def run(size: int, seconds: float) -> Iterator[Goal]:
    asked = queries(catalogue_data.words())
    _measured(asked, 0)  # once, to warm the caches
    alone = _measured(asked, 0)
    print(f"  alone                      {len(alone):>5}   {timing.spread(alone)}")
    with TemporaryDirectory(prefix="bench-") as name, _reindexing(Path(name) / "reindex.log"):
        taken = _measured(asked, seconds)
    print(f"  during a reindex           {len(taken):>5}   {timing.spread(taken)}")
    yield at_least(f"queries without an error during a reindex of {size:,}", len(asked), len(taken), "")
    with TemporaryDirectory(prefix="bench-") as name, _refreshing(Path(name)), _editing(seconds) as edits:
        taken = _measured(asked, seconds / 2)
        noted = [_until_found(number) for number in range(_TRIED)]
        own = [_until_found(number, is_edit=True) for number in range(_TRIED)]
    done, slow = edits()
    print(f"  during {done:.0f} edits a second   {len(taken):>5}   {timing.spread(taken)}; an edit {slow}")
    yield at_least(f"queries without an error during edits, {size:,} gigs", len(asked), len(taken), "")
    yield at_least("edits through the product meanwhile", 0.95 * _A_SECOND, done, "/s")
    yield at_most("an edit is found after, at most", _FOUND_SECONDS, max(own), "s")
    yield at_most("a change that only a trigger saw is found after, at most", _FOUND_SECONDS, max(noted), "s")


def _measured(asked: list[Asked], seconds: float) -> list[float]:
    """Milliseconds in the database: of each query once, and again for as long as it is said. Raises what one raises."""
    end, taken = time.monotonic() + seconds, list[float]()
    while not taken or time.monotonic() < end:
        for one in asked:
            taken.append(timing.milliseconds(_whole, one.query))
    return taken


def _whole(query: CatalogueQuery) -> None:
    if search(query, clock.display_now()).narrowed:
        raise AssertionError(f"the database was not done in time: {query}")


@contextmanager
def _reindexing(log: Path) -> Iterator[None]:
    """It goes on for as long as it is needed; what is done of it is done."""
    env = {**os.environ, "DATABASE_URL": address()}
    command = [sys.executable, "-m", "django", "reindex"]
    with log.open("wb") as file, subprocess.Popen(command, env=env, stdout=file, stderr=file) as process:
        time.sleep(3)
        try:
            yield
            if early := process.poll():
                raise RuntimeError(f"reindex failed: {log.read_text()[-500:]}")
            if early == 0:
                print("  (the reindex was done before the queries were)")
        finally:
            process.terminate()


@contextmanager
def _refreshing(folder: Path) -> Iterator[None]:
    """A worker that is told every two seconds, as by the product's clock."""
    app.control.purge()
    with workers(folder, settings.STRIPE_API_BASE, 1, concurrency=1):
        connection.close()
        ticking = _FORK.Process(target=_tick, daemon=True)
        ticking.start()
        try:
            yield
        finally:
            ticking.terminate()
            ticking.join()


def _tick() -> None:
    while True:
        run_job.apply_async(("gigs.tasks.refresh_search",), expires=_REFRESH_SECONDS)
        time.sleep(_REFRESH_SECONDS)


@contextmanager
def _editing(seconds: float) -> Iterator[Any]:
    """Sellers at work until the end; yields what tells, after it, how many edits a second there were and how slow."""
    connection.close()
    stop, told = _FORK.Event(), _FORK.Queue()
    some = list(SearchEntry.objects.order_by("-pk").values_list("pk", flat=True)[: 2_000 * _EDITORS])
    connection.close()
    editors = [
        _FORK.Process(target=_edit, args=(some[number::_EDITORS], stop, told), daemon=True)
        for number in range(_EDITORS)
    ]
    for editor in editors:
        editor.start()
    found: list[tuple[float, list[float]]] = []
    try:
        yield lambda: (sum(rate for rate, _ in found), timing.spread([ms for _, taken in found for ms in taken]))
    finally:
        stop.set()
        found += [told.get(timeout=60) for _ in editors]
        for editor in editors:
            editor.join()
    if any(editor.exitcode for editor in editors):
        raise RuntimeError("an editor failed")


def _edit(ids: list[int], stop: Any, told: Any) -> None:
    """One seller after the other changes the title of a gig, at an even pace."""
    settle()
    began, taken = time.perf_counter(), list[float]()
    for number in itertools.count():
        if stop.is_set():
            break
        start = time.perf_counter()
        _change(ids[number % len(ids)], f"edit{os.getpid()}x{number}")
        taken.append((time.perf_counter() - start) * 1_000)
        time.sleep(max(0.0, began + (number + 1) * _EDITORS / _A_SECOND - time.perf_counter()))
    told.put((len(taken) / (time.perf_counter() - began), taken))


def _change(pk: int, word: str) -> None:
    gig = Gig.objects.get(pk=pk)
    content = content_of(gig)
    content = replace(content, title=f"{content.title[:55].rsplit(' ', 1)[0]} {word}")
    gigs.edit_gig(gig_id=pk, seller_id=gig.seller_id, content=content, at=clock.now())


def _until_found(number: int, *, is_edit: bool = False) -> float:
    """Seconds from a changed title to the search that finds it."""
    pk = SearchEntry.objects.order_by("pk").values_list("pk", flat=True)[number]
    word = f"{'edited' if is_edit else 'noted'}{random.randrange(10**9)}"
    if is_edit:
        _change(pk, word)
    else:  # as any writer does who does not know of the search
        Gig.objects.filter(pk=pk).update(title=f"I will do what is {word}")
    began = time.monotonic()
    while not any(row.id == pk for row in search(CatalogueQuery(text=word), clock.display_now()).shown):
        if time.monotonic() - began > _PATIENCE_SECONDS:
            return _PATIENCE_SECONDS
        time.sleep(0.05)
    return time.monotonic() - began
