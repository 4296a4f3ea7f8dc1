"""Words that mean the same: what is shipped, what staff add, and words that stand side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from gigs import api
from gigs.contracts import CatalogueQuery
from gigs.models import Synonym
from gigs.search import entries, memory
from gigs.search.asked import Term, terms_of
from tests.gigs.conftest import MakeGig
from tests.support.stage_gigs import ship_synonyms

SAME = {
    word: group
    for group in (("cv", "curriculum vitae"), ("page speed", "load time"), ("search engine optimisation", "seo"))
    for word in group
}


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("CV", (Term(SAME["cv"]),)),
        ("plain words", (Term(("plain",)), Term(("words",)))),
        ("my Curriculum Vitae now",
         (Term(("my",)), Term(SAME["cv"], side_by_side=("Curriculum", "Vitae")), Term(("now",)))),
        ("search engine optimisation audit",
         (Term(SAME["seo"], side_by_side=("search", "engine", "optimisation")), Term(("audit",)))),
        ('"curriculum vitae"', (Term(SAME["cv"]),)),
        ("curriculum -vitae", (Term(("curriculum",)), Term(("vitae",), is_excluded=True))),
        ("-curriculum vitae", (Term(SAME["cv"], is_excluded=True, side_by_side=("curriculum", "vitae")),)),
        ("curriculum or vitae", (Term(("curriculum", "vitae")),)),
        ("seo or page speed", (Term((*SAME["seo"], *SAME["page speed"]), side_by_side=("page", "speed")),)),
        ('page "speed"', (Term(("page",)), Term(("speed",)))),
        ("page", (Term(("page",)),)),
    ],
)  # fmt: skip
def test_terms(text: str, terms: tuple[Term, ...]) -> None:
    assert terms_of(text, SAME) == terms


@pytest.fixture
def titles(make_gig: MakeGig, at: datetime) -> Iterator[Callable[[str], list[str]]]:
    ship_synonyms()
    for title in ("Make your page load faster", "Design a résumé that is read", "Speed dating tips for two"):
        make_gig(title=title, tags=())

    def found(text: str) -> list[str]:
        memory.forget_all()
        entries.refresh_changed(at)
        return [card.title for card in api.search(CatalogueQuery(text=text), at).cards]

    yield found
    memory.forget_all()


@pytest.mark.django_db
def test_shipped_ones_are_there(titles: Callable[[str], list[str]]) -> None:
    assert titles("curriculum vitae") == ["Design a résumé that is read"]
    assert titles("cv") == ["Design a résumé that is read"]


@pytest.mark.django_db
def test_words_side_by_side_need_not_be_a_phrase_and_each_finds_what_comes_near(
    titles: Callable[[str], list[str]],
) -> None:
    assert titles("page speed") == ["Make your page load faster", "Speed dating tips for two"]
    assert titles("page speed -dating") == ["Make your page load faster"]
    assert titles('"site speed"') == ["Make your page load faster"]


@pytest.mark.django_db
def test_staff_take_one_away(titles: Callable[[str], list[str]]) -> None:
    Synonym.objects.all().delete()
    assert titles("cv") == []
    Synonym.objects.create(words=["Herzblatt", "speed dating"])
    assert titles("herzblatt") == ["Speed dating tips for two"]
