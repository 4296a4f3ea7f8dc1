"""The results of "best match", page by page: by score as far as scores are made, then by standing.

Every tenth place is a new seller's. Nothing stands there twice: those who were given a place are named in the cursor
and left out afterwards, and whoever stood higher by score gets no second place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gigs import ranking
from gigs.search import statement
from gigs.search.conditions import Conditions
from gigs.search.labels import Tier
from gigs.search.statement import Found
from gigs.selectors import cursor

SLOT_MINUTES = 10  # so long it is the same new sellers' turn
_NAME = "match"
_MOST_GIVEN = 64
_MORE_NEW = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended. ``deep``: behind the last candidate, in the order of tiers and standing."""

    slot: int
    shown: int = 0
    score: int = 2**62
    id: int = 2**62
    deep: tuple[int, int, int] | None = None  # tier, standing, id
    given: tuple[int, ...] = ()  # gigs that had a new seller's place

    def encoded(self) -> str:
        tier, standing, pk = self.deep or (-1, 0, 0)
        return cursor.encode(_NAME, [self.slot, self.shown, self.score, self.id, tier, standing, pk, *self.given])


def place_of(text: str, at: datetime) -> Place:
    """What was tampered with reads as the beginning."""
    numbers = cursor.decode_numbers(text, _NAME)
    if numbers is None or not 7 <= len(numbers) <= 7 + _MOST_GIVEN:
        return Place(slot_at(at))
    slot, shown, score, pk, tier, standing, deep_id, *given = numbers
    if shown < 0:
        return Place(slot_at(at))
    deep = (tier, standing, deep_id) if 0 <= tier <= max(Tier) else None
    return Place(slot, shown, score, pk, deep, tuple(given))


def slot_at(at: datetime) -> int:
    return int(at.timestamp()) // (60 * SLOT_MINUTES)


def new_wanted(start: Place, size: int) -> int:
    """How many gigs of new sellers to ask for: those for the places so far, and as many who may be there by score.

    Behind the candidates none has a place.
    """
    return 0 if start.deep else 2 * ((min(start.shown, ranking.CANDIDATES) + size) // ranking.QUOTA) + _MORE_NEW


@dataclass(frozen=True, slots=True)
class Ranked:
    """Ids in their order, those of them that stand at a new seller's place, and where the page ended (None: all)."""

    ids: list[int]
    new: frozenset[int]
    next: Place | None


def page(conditions: Conditions, found: Found, start: Place, size: int) -> Ranked:
    """One page of ``size``, from what was found for the place's slot. One statement more behind the candidates."""
    if start.deep:
        return _deep(conditions, [], start, size)
    scored = sorted(((one.factors.score, one.id) for one in found.candidates), reverse=True)
    ahead = {pk for score, pk in scored if (score, pk) >= (start.score, start.id)}
    given = set(start.given)
    proven = [(score, pk) for score, pk in scored if pk not in ahead and pk not in given]
    new = [pk for pk in found.new if pk not in ahead and pk not in given]
    ids, chosen, end = _mixed(proven, new, start, size)
    place = replace(end, given=(*start.given, *chosen)[-_MOST_GIVEN:])
    goes_on = len(found.candidates) == ranking.CANDIDATES
    if len(ids) == size:
        has_more = goes_on or any(pk not in ids for _score, pk in proven)
        return Ranked(ids, frozenset(chosen), place if has_more else None)
    if not goes_on:
        return Ranked(ids, frozenset(chosen), None)
    standing, pk = min((one.standing, one.id) for one in found.candidates)
    rest = _deep(conditions, ids, replace(place, deep=(Tier.FIRST, standing, pk)), size)
    return replace(rest, new=frozenset(chosen))


def _mixed(
    proven: Sequence[tuple[int, int]], new: Sequence[int], start: Place, size: int
) -> tuple[list[int], list[int], Place]:
    """Fills the places one by one: the tenth, twentieth … with whose turn it is, the others by score."""
    ids: list[int] = []
    chosen: list[int] = []
    waiting, end = list(new), start
    for score, pk in proven:
        while waiting and ranking.is_slot_of_new(end.shown + 1) and len(ids) < size:
            if (one := waiting.pop(0)) not in ids:
                ids.append(one)
                chosen.append(one)
                end = replace(end, shown=end.shown + 1)
        if len(ids) == size:
            break
        if pk in chosen:
            continue
        ids.append(pk)
        end = replace(end, shown=end.shown + 1, score=score, id=pk)
    return ids[:size], chosen, end


def _deep(conditions: Conditions, before: list[int], start: Place, size: int) -> Ranked:
    tier, standing, pk = start.deep or (Tier.FIRST, 0, 0)
    wanted = size - len(before)
    rows = statement.deep_page(conditions, tier, (standing, pk), wanted + 1 + len(start.given))
    rows = [row for row in rows if row[2] not in start.given]
    taken = rows[:wanted]
    ids = before + [row[2] for row in taken]
    following = replace(start, deep=taken[-1] if taken else start.deep, shown=start.shown + len(taken))
    return Ranked(ids, frozenset(), following if len(rows) > wanted else None)
