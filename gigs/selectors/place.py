"""Where a gig stands, for its seller: the factors of its score, what they were before, and what would move them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import repeat

from django.utils.translation import gettext as _

from gigs import ranking
from gigs.contracts import CatalogueQuery
from gigs.models import Gig, SearchEntry
from gigs.search import past
from gigs.search.entries import usual_prices
from gigs.selectors import why
from marketplace.kernel import words
from marketplace.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Row:
    """A factor, or a part of the standing (these follow it), now and then; ``then`` is None where it was not kept."""

    name: str
    note: str
    now: float
    then: float | None
    is_part: bool

    @property
    def change(self) -> float:
        """To two decimals, as both are shown."""
        return 0.0 if self.then is None else round(round(self.now, 2) - round(self.then, 2), 2)


@dataclass(frozen=True, slots=True)
class Move:
    """Something that may happen, and by how many percent the score would change at once."""

    text: str
    percent: float


@dataclass(frozen=True, slots=True)
class Place:
    gig: Gig
    score: int  # of a hundred, without words, as at "Why here?"
    score_then: int | None
    since: date | None
    rows: list[Row]
    moves: list[Move]  # up, the largest first, then down
    is_new: bool  # takes turns at the places of new sellers


def place_of(gig: Gig, at: datetime) -> Place | None:
    """None where nobody finds it in a search: it is not published, private, or in a currency that is not taken."""
    entry = SearchEntry.objects.select_related("gig__category__parent__parent").filter(pk=gig.pk).first()
    if entry is None:
        return None
    said = why.reasons(gig.pk, CatalogueQuery(category=gig.category.slug, sort="match"), at)
    then = past.then_of(entry, at)
    factors, parts = (then.parts.factors, then.parts.rates) if then else ((), ())
    standing, *others = _rows(said.factors, factors, is_part=False)
    return Place(
        gig=gig,
        score=said.score,
        score_then=then.parts.score if then else None,
        since=then.day if then else None,
        rows=[standing, *_rows(said.parts, parts, is_part=True), *others],
        moves=moves_of(said.record, entry, at),
        is_new=said.is_new,
    )


def _rows(now: Sequence[why.Factor], then: Sequence[float], *, is_part: bool) -> list[Row]:
    pairs = zip(now, then or repeat(None), strict=bool(then))
    return [Row(factor.name, factor.note, factor.value, before, is_part) for factor, before in pairs]


def moves_of(record: ranking.Record, entry: SearchEntry, at: datetime) -> list[Move]:
    """What would change the score, the largest rise first. ``entry`` with its gig's category and those above it."""
    now = _score(record, entry, at)
    moves = [Move(text, round(100 * (then / now - 1), 1)) for text, then in _what_if(record, entry, at)]
    return sorted((move for move in moves if move.percent), key=lambda move: -move.percent)


def _score(record: ranking.Record, entry: SearchEntry, at: datetime, **other: float) -> float:
    standing = ranking.standing_of(record, at).thousandths / 1000
    factors = {
        "price_fit": entry.price_fit / 100,
        "availability": ranking.OPEN if entry.is_open else ranking.FULL,
        **other,
    }
    return ranking.Factors(1.0, standing, **factors).score


def _what_if(record: ranking.Record, entry: SearchEntry, at: datetime) -> Iterator[tuple[str, float]]:
    """Each on its own, by the formula that puts gigs in order. The last orders count: a new one replaces the oldest."""
    starred = replace(record, stars_total=record.stars_total + 5, review_count=record.review_count + 1)
    yield _("One more review with five stars"), _score(starred, entry, at)
    late = replace(record, orders=record.orders + 1, completed=record.completed + 1, promised=record.promised + 1,
                   buyers=record.buyers + 1, last_at=at)  # fmt: skip
    done = replace(late, on_time=record.on_time + 1)
    yield _("One more order, delivered in time and accepted"), _score(done, entry, at)
    if record.repeat_buyers < record.buyers:
        again = replace(done, buyers=record.buyers, repeat_buyers=record.repeat_buyers + 1)
        yield _("One more order in time, from a buyer who comes back"), _score(again, entry, at)
    if entry.price_fit < 100:
        yield _usual_price(entry), _score(record, entry, at, price_fit=1.0)
    if not entry.is_open:
        yield _("Taking orders again"), _score(record, entry, at, availability=ranking.OPEN)
    yield _("One more order, delivered late"), _score(late, entry, at)
    poor = replace(record, stars_total=record.stars_total + 2, review_count=record.review_count + 1)
    yield _("One more review with two stars"), _score(poor, entry, at)
    resting = replace(record, last_at=record.last_at and record.last_at - ranking.HALF_LIFE / 4)
    yield _("A month without an order"), _score(resting, entry, at)


def _usual_price(entry: SearchEntry) -> str:
    category = entry.gig.category
    line = [one for one in (category, category.parent, category.parent and category.parent.parent) if one]
    low, high = usual_prices(line, entry.currency)
    prices = {"low": words.amount(Money(low, entry.currency)), "high": words.amount(Money(high, entry.currency))}
    return _("A price of %(low)s to %(high)s, all in, as is usual here") % prices
