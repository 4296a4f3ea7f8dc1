"""Judged questions over the demo catalogue: what people look for stands first, also misspelt. And whose turn it is.

``WRITE_PAGES=1 ARGS=tests/relevance make test`` (and ``make test-long`` for the turns) writes docs/relevance.md;
without it, the page has to say what was measured.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from gigs.contracts import CatalogueQuery
from gigs.models import SearchEntry
from gigs.search import asked, ranked, statement
from gigs.search.conditions import conditions_of
from gigs.search.labels import Kind, kind_of
from gigs.selectors import catalogue
from tests.relevance import catalogue as demo
from tests.relevance.catalogue import AT
from tests.relevance.measures import Score, score, whole

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "relevance.md"
KINDS = {"known": "one particular gig", "topic": "what there is", "plain": "in the buyer's words", "typo": "misspelt"}
FACTORS = {
    "match": "the words",
    "standing": "the standing",
    "price_fit": "the price",
    "availability": "the availability",
}

WORST = "## The ten that go worst"
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
TURNS = "## New sellers' places"

Order = Callable[[str], list[int]]


@dataclass(frozen=True, slots=True)
class Judged:
    text: str
    kind: str
    grades: Mapping[int, int]


def judged(ids: Mapping[str, int]) -> list[Judged]:
    rows = tomllib.loads((HERE / "judged.toml").read_text())["query"]
    return [
        Judged(row["text"], row["kind"], {_id(name, ids): grade for name, grade in row["grades"].items()})
        for row in rows
    ]


def _id(beginning: str, ids: Mapping[str, int]) -> int:
    (found,) = [pk for title, pk in ids.items() if title.startswith(beginning)]
    return found


def _as_shown(text: str) -> list[int]:
    """The product's own first page, without the places of new sellers, which do not go by the score."""
    results = catalogue.search(CatalogueQuery(text=text), AT)
    return [row.id for row in (*results.shown, *results.near) if not row.is_new_place]


def _without(factor: str) -> Order:
    """By the score alone; an empty name leaves nothing out."""

    def order(text: str) -> list[int]:
        found = statement.find(conditions_of(CatalogueQuery(text=text), asked.ask(text).all_of, AT), 0, new=0)
        factors = {one.id: one.factors for one in found.candidates}
        kept = {pk: each.without(factor) if factor else each for pk, each in factors.items()}
        scored = sorted(((each.score, pk) for pk, each in kept.items()), reverse=True)
        return [pk for _score, pk in scored] if asked.ask(text).all_of else []

    return order


def _measured(questions: Sequence[Judged], order: Order) -> list[Score]:
    return [score(order(one.text), one.grades) for one in questions]


@pytest.mark.django_db
def test_what_people_look_for_stands_first_and_every_tenth_place_is_a_new_sellers() -> None:
    questions = judged(demo.fill())
    assert len(questions) >= 80
    assert all(one.grades for one in questions)
    shown = _measured(questions, _as_shown)
    ndcg, recall, nothing = whole(shown)
    assert ndcg >= 0.80
    assert recall >= 0.75
    assert nothing == 0
    _keep(_page(questions, shown), 0)
    _turns(640)


def _keep(part: str, number: int) -> None:
    """One of the page's two parts, which are written by tests of different length."""
    parts = PAGE.read_text().split(TURNS) if PAGE.exists() else ["", ""]
    if os.environ.get("WRITE_PAGES"):
        parts[number] = part
        PAGE.write_text(TURNS.join(parts))
    numbers = (_NUMBER.findall(text.partition(WORST)[0]) for text in (parts[number], part))
    # Which of two equals stands first may decide the third decimal.
    assert [float(one) for one in next(numbers)] == pytest.approx([float(one) for one in next(numbers)], abs=0.02)


def _page(questions: Sequence[Judged], shown: Sequence[Score]) -> str:
    exact = [one for one in questions if one.kind != "typo"]
    rows = [("all", questions, shown)]
    for kind in KINDS:
        some = [number for number, one in enumerate(questions) if one.kind == kind]
        rows.append((f"{kind}: {KINDS[kind]}", [questions[n] for n in some], [shown[n] for n in some]))
    lines = [
        "# Relevance",
        "",
        "Written by `tests/relevance`. Questions and grades are in `tests/relevance/judged.toml`, judged by hand over",
        f"the {SearchEntry.objects.count()} gigs of the demo catalogue; a quarter of their sellers are new, the others",
        "have made-up records.",
        "Measured is the product's own first page, without the places that belong to new sellers.",
        "",
        "| Questions | | nDCG@10 | recall@10 | found nothing |",
        "|---|---|---|---|---|",
        *(_row(name, len(some), scores) for name, some, scores in rows),
        "",
        "## What each factor does",
        "",
        "The same questions, but for the misspelt, with one factor of the score set to one. A factor that is not about",
        "the words cannot make the words fit better: it puts the more reliable of two that fit first, which these",
        "grades do not see.",
        "",
        "| Score without | nDCG@10 | difference |",
        "|---|---|---|",
    ]
    base = whole(_measured(exact, _without("")))[0]
    lines.append(f"| (all factors) | {base:.3f} | |")
    for factor, name in FACTORS.items():
        value = whole(_measured(exact, _without(factor)))[0]
        lines.append(f"| {name} | {value:.3f} | {value - base:+.3f} |")
    worst = sorted(zip(questions, shown, strict=True), key=lambda pair: (pair[1].ndcg, pair[0].text))[:10]
    lines += ["", WORST, "", "| Question | nDCG@10 | recall@10 |", "|---|---|---|"]
    lines += [f"| {one.text} | {got.ndcg:.3f} | {got.recall:.3f} |" for one, got in worst]
    return "\n".join([*lines, "", ""])


def _row(name: str, count: int, scores: Sequence[Score]) -> str:
    ndcg, recall, nothing = whole(scores)
    return f"| {name} | {count} | {ndcg:.3f} | {recall:.3f} | {nothing:.3f} |"


def _turns(pages: int) -> str:
    """So many first pages of everything, ten minutes apart; what was seen, in words."""
    new = {entry.pk for entry in SearchEntry.objects.all() if any(kind_of(one) == Kind.TURN for one in entry.labels)}
    wanted = conditions_of(CatalogueQuery(), "", AT)
    places = 0
    turns: dict[int, int] = dict.fromkeys(new, 0)
    for number in range(pages):
        slot = ranked.slot_at(AT + timedelta(minutes=ranked.SLOT_MINUTES * number))
        start = ranked.Place(slot)
        found = statement.find(wanted, slot, ranked.new_wanted(start, catalogue.PAGE))
        page = ranked.page(wanted, found, start, catalogue.PAGE)
        places += len(page.ids)
        for pk in page.new:
            turns[pk] += 1
    given = sum(turns.values())
    mean = given / len(new)
    assert places == pages * catalogue.PAGE
    # The tenth and the twentieth of 24.
    assert given == pages * 2
    assert set(turns) == new
    assert min(turns.values()) > 0.3 * mean
    assert max(turns.values()) < 3 * mean
    return (
        f"\n\nOf {places:,} places on {pages:,} first pages of everything, ten minutes apart, {given:,} were\n"
        f"new sellers' ({given / places:.1%}: the tenth and the twentieth of {catalogue.PAGE}). {len(new)} gigs took "
        f"turns, {mean:.0f} times each on average, the least {min(turns.values())}, the most {max(turns.values())}.\n"
    )


@pytest.mark.long
@pytest.mark.django_db
def test_every_tenth_place_is_a_new_sellers_and_they_take_turns_over_ten_thousand_pages() -> None:
    demo.fill()
    _keep(_turns(10_000), 1)
