"""How long statements take, and what the database does for them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

_BOUNDS = re.compile(r"^(?:SET LOCAL \w+ = \w+; )*")
_SEQUENTIAL = re.compile(r"Seq Scan on (gigs_(?:gig|package|searchentry))")


@dataclass(slots=True)
class Statements:
    """What was executed, with its values, and the milliseconds of all together."""

    milliseconds: float = 0.0
    texts: list[tuple[str, Any]] = field(default_factory=list)


@contextmanager
def statements() -> Iterator[Statements]:
    found = Statements()

    def timed(execute: Any, text: str, given: Any, many: bool, context: dict[str, Any]) -> Any:
        began = time.perf_counter()
        try:
            return execute(text, given, many, context)
        finally:
            found.milliseconds += (time.perf_counter() - began) * 1_000
            found.texts.append((text, given))

    with connection.execute_wrapper(timed):
        yield found


def milliseconds(work: Callable[..., object], *given: object) -> float:
    """Of the database alone, while something is done."""
    with statements() as found:
        work(*given)
    return found.milliseconds


def settled_statements(work: Callable[..., object], *given: object) -> list[tuple[str, Any]]:
    """Those that read the catalogue, with their values, once what is kept from one time to the next is kept."""
    work(*given)
    with statements() as found:
        work(*given)
    return [(text, values) for text, values in found.texts if "gigs_" in text or text.startswith("EXECUTE")]


def percentile(values: Sequence[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def spread(values: Sequence[float]) -> str:
    """p50, p95 and the most, in milliseconds."""
    return f"p50 {percentile(values, 50):6.1f}   p95 {percentile(values, 95):6.1f}   max {max(values):6.1f} ms"


def plan(text: str, given: Any, *, analyze: bool = True) -> list[str]:
    options = "ANALYZE, BUFFERS, COSTS OFF" if analyze else "COSTS OFF"
    return [line for (line,) in _explained(text, given, options)]


def plan_tree(text: str, given: Any) -> dict[str, Any]:
    """As it ran: PostgreSQL's own names, each step with those below it in ``Plans``."""
    (((found,),),) = _explained(text, given, "ANALYZE, COSTS OFF, FORMAT JSON")
    tree: dict[str, Any] = found["Plan"]
    return tree


def _explained(text: str, given: Any, options: str) -> list[tuple[Any, ...]]:
    bounds = _BOUNDS.match(text)[0]  # type: ignore[index]  # matches nothing, too
    with connection.cursor() as cursor:
        cursor.execute(f"{bounds}EXPLAIN ({options}) {text[len(bounds) :]}", given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def read_whole(plan_lines: Sequence[str]) -> set[str]:
    """Tables of the catalogue that a plan reads from the first row to the last."""
    return {match[1] for line in plan_lines if (match := _SEQUENTIAL.search(line))}
