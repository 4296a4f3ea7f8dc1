"""What can be ordered registers itself here; the core knows no kind."""

from __future__ import annotations

from orders.contracts import OrderFact, OrderSource, SourceCard

_sources: dict[str, OrderSource] = {}


def register(kind: str, source: OrderSource) -> None:
    """Called once per kind when the application starts."""
    _sources[kind] = source


def describe(things: list[tuple[str, str]]) -> dict[tuple[str, str], SourceCard]:
    """Cards by (kind, ref): one call to each source."""
    by_kind: dict[str, list[str]] = {}
    for kind, ref in things:
        by_kind.setdefault(kind, []).append(ref)
    return {
        (kind, ref): card
        for kind, refs in by_kind.items()
        if kind in _sources
        for ref, card in _sources[kind].describe(refs).items()
    }


def category_of(kind: str, ref: str) -> tuple[str, str]:
    """Key and name of what a thing is, for records per category; empty where its source knows none."""
    tells = getattr(_sources.get(kind), "category_of", None)
    return tells(ref) if tells else ("", "")


def tell(fact: OrderFact) -> None:
    source = _sources.get(fact.source_kind)
    if source:
        source.on_state_changed(fact)
