"""Cards in conversations: a message may carry one, whoever sent it knows what it shows; inbox knows no kind."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable

from inbox.contracts import MessageCard, MessageCards, TalkAct

_kinds: dict[str, MessageCards] = {}
_acts: list[Callable[[uuid.UUID, int, int], TalkAct | None]] = []


def register_cards(kind: str, cards: MessageCards) -> None:
    """Called once per kind when the application starts."""
    _kinds[kind] = cards


def register_act(act: Callable[[uuid.UUID, int, int], TalkAct | None]) -> None:
    """Adds a link above the composer: ``act(conversation_id, reader_id, other_id)``; None leaves it out."""
    if act not in _acts:
        _acts.append(act)


def cards_of(wanted: Iterable[tuple[str, str]], reader_id: int) -> dict[tuple[str, str], MessageCard]:
    """Cards by (kind, ref), as one reader sees them: one call to each kind."""
    by_kind: dict[str, list[str]] = {}
    for kind, ref in wanted:
        by_kind.setdefault(kind, []).append(ref)
    return {
        (kind, ref): card
        for kind, refs in by_kind.items()
        if kind in _kinds
        for ref, card in _kinds[kind].cards(refs, reader_id).items()
    }


def acts_for(conversation_id: uuid.UUID, reader_id: int, other_id: int) -> list[TalkAct]:
    made = (act(conversation_id, reader_id, other_id) for act in _acts)
    return [act for act in made if act is not None]
