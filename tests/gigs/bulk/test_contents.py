"""A gig as cells of a row, and back."""

from __future__ import annotations

import csv
import io
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.contracts import WeeklyHours
from gigs.bulk import cells, columns
from gigs.bulk.columns import ALL
from gigs.bulk.contents import cells_of, read
from gigs.bulk.planning import BLANK
from gigs.contracts import GigContent
from marketplace.kernel import tables
from tests.gigs.bulk.contents import contents
from tests.gigs.conftest import CONTENT, DAYTIME

EUROS = replace(CONTENT, currency="EUR")
CATEGORIES = {"writing": "writing", "writing & translation": "writing", "design": "design"}


@pytest.fixture(autouse=True)
def _currencies(settings: Any) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR", "JPY", "KWD"]


def through_a_file(content: GigContent, delimiter: str) -> dict[str, str]:
    """As the export writes it and the import reads it."""
    written = {name: tables.words(cell) for name, cell in cells_of(content).items()}
    text = "".join(tables.lines([written.keys(), written.values()], delimiter=delimiter))
    names, values = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    assert not any(value.startswith(("=", "+", "-", "@", "\t", "\r")) for value in values)
    return {name: tables.plain(value) for name, value in zip(names, values, strict=True)}


def test_every_field_has_its_columns() -> None:
    named = {column.field for column in columns.SINGLE} | {group.field for group in columns.GROUPS}
    assert named == {one.name for one in fields(GigContent)}
    assert len(ALL) == len(set(ALL))


@settings(max_examples=150, deadline=None)
@given(contents(), st.sampled_from(",;\t"))
def test_what_goes_out_comes_in_the_same(content: GigContent, delimiter: str) -> None:
    given_cells = through_a_file(content, delimiter)
    blank = replace(BLANK, currency="EUR")
    new, same = read(given_cells, blank, CATEGORIES), read(given_cells, content, CATEGORIES)
    assert (new.problems, same.problems) == ([], [])
    assert new.content == content
    assert same.content == content


@given(st.text(max_size=60))
def test_a_cell_is_defused_and_comes_back(text: str) -> None:
    written = tables.words(text)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert tables.plain(written) == text


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "''=1", "'quoted'", "-5", "@home", "\t=1", "  =1", "'"])
def test_apostrophes_are_those_of_the_text(text: str) -> None:
    assert tables.plain(tables.words(text)) == text


def test_columns_that_are_not_there_stay() -> None:
    found = read({"id": "1", "package_1_price": "20"}, EUROS, CATEGORIES)
    first = replace(CONTENT.packages[0], price_minor=2000)
    assert (found.problems, found.content) == ([], replace(EUROS, packages=(first, *CONTENT.packages[1:])))


def test_empty_cells_take_a_package_and_a_field_out() -> None:
    empty = dict.fromkeys(columns.PACKAGES.columns(2), "") | {"tags": ""}
    found = read(empty, EUROS, CATEGORIES).content
    assert (found.packages, found.tags) == ((CONTENT.packages[0], CONTENT.packages[2]), ())


def test_problems_name_the_column_of_the_file() -> None:
    """The third package is the second that is left: what is refused of it still stands at its own columns."""
    found = read(dict.fromkeys(columns.PACKAGES.columns(2), "") | {"package_3_name": "x" * 31}, EUROS, CATEGORIES)
    assert found.columns["packages-1"] == "package_3"


def test_what_is_in_the_gig_in_an_odd_way_stays_as_it_is() -> None:
    odd = replace(EUROS, tags=(" a,b ", "a,b"), checklist=("x\ny ", ""), title="Two  blanks in a title")
    assert read(through_a_file(odd, ","), odd, CATEGORIES).content == odd


def test_a_question_keeps_its_key_and_a_new_one_gets_a_free_one() -> None:
    given_cells = {"question_1_label": "New?", "question_2_label": "Your product list"}
    keys = [(question.key, question.label) for question in read(given_cells, EUROS, CATEGORIES).content.questions]
    assert keys[:2] == [("q5", "New?"), ("q1", "Your product list")]


def test_another_currency_keeps_the_numbers() -> None:
    found = read({"currency": "jpy", **{f"package_{n}_price": str(n * 1000) for n in (1, 2, 3)},
                  **{f"extra_{n}_price": "500" for n in (1, 2)}}, EUROS, CATEGORIES)  # fmt: skip
    assert found.problems == []
    assert [package.price_minor for package in found.content.packages] == [1000, 2000, 3000]


def test_another_currency_reads_prices_that_stand_there_in_it() -> None:
    found = read({"currency": "JPY"}, EUROS, CATEGORIES)
    assert [package.price_minor for package in found.content.packages] == [15, 56, 185]


@pytest.mark.parametrize(
    ("name", "cell", "words"),
    [
        ("package_1_price", "cheap", "Write an amount"),
        ("package_1_price", "€15", "without a currency sign"),
        ("package_1_price", "1,200.00", "Write an amount"),
        ("package_1_price", "", "Write a price"),
        ("package_1_promise", "4", "with its unit"),
        ("package_1_promise", "soon", "with its unit"),
        ("package_1_promise", "", "how long"),
        ("package_1_revisions", "1.5", "whole number"),
        ("package_1_revisions", "-1", "whole number"),
        ("package_1_features", "Words", "Words | 500"),
        ("extra_1_time", "later", "with its unit"),
        ("question_1_required", "perhaps", "yes or no"),
        ("asks_first", "si", "yes or no"),
        ("queue_limit", "many", "whole number"),
        ("away_until", "24/12/2026", "2026-12-24T12:00Z"),
        ("away_until", "0001-01-01T00:00+23:00", "2026-12-24T12:00Z"),
        ("quantity_discounts", "10 %", "from 5: 10 %"),
        ("hours", "Mon 9-17", "time zone"),
        ("hours", "UTC\nFunday 9-17", "Mon, Tue"),
        ("hours", "UTC\nMon 17-9", "ends before it starts"),
        ("currency", "XXX", "EUR, JPY, KWD"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(name: str, cell: str, words: str) -> None:
    ((column, said),) = read({name: cell}, EUROS, CATEGORIES).problems
    assert column == name
    assert words in said


@pytest.mark.parametrize(
    ("name", "cell", "field", "value"),
    [
        ("category", "Writing & Translation", "category_slug", "writing"),
        ("category", "nothing", "category_slug", "nothing"),
        ("asks_first", "TRUE", "asks_first", True),
        ("tags", "a, b\\, c ,a", "tags", ("a", "b, c")),
        ("checklist", "one\r\n two \r\n", "checklist", ("one", "two")),
        ("quantity_discounts", "5: 10%, from 10 = 15", "quantity_discounts", ((5, 10), (10, 15))),
        ("queue_limit", "3.0", "queue_limit", 3),
        ("hours", "UTC\nmon 9-12, 13-17", "hours", WeeklyHours("UTC", ((0, 540, 720), (0, 780, 1020)))),
        ("title", "Two\nlines  of a title", "title", "Two lines of a title"),
        ("licence", "Personal", "licence", "personal"),
    ],
)
def test_what_people_and_spreadsheets_write_is_understood(name: str, cell: str, field: str, value: object) -> None:
    found = read({name: cell}, EUROS, CATEGORIES)
    assert (found.problems, getattr(found.content, field)) == ([], value)


@pytest.mark.parametrize(
    ("text", "minutes"), [("30 min", 30), ("4 h", 240), ("4h", 240), ("2 days", 2880), ("1 h 30 minutes", 90), ("0", 0)]
)
def test_times(text: str, minutes: int) -> None:
    assert cells.span_from(text) == minutes


@pytest.mark.parametrize(("text", "minutes"), [("1 h sooner", -60), ("-1 h", -60), ("2 h more", 120), ("", 0)])
def test_shifts(text: str, minutes: int) -> None:
    assert cells.shift_from(text) == minutes


def test_hours_in_words() -> None:
    assert cells.hours_to(DAYTIME).split("\n")[:2] == ["UTC", "Mon 09:00–18:00"]
    assert cells.hours_from(cells.hours_to(DAYTIME)) == DAYTIME


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(ALL), st.text(max_size=30), max_size=12))
def test_whatever_stands_in_the_cells_there_is_an_answer(given_cells: dict[str, str]) -> None:
    found = read(given_cells, EUROS, CATEGORIES)
    assert all(column in ALL and said for column, said in found.problems)
