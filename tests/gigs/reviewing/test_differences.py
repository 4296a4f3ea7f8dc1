"""What changed, word by word, and content that is stored and read again."""

from __future__ import annotations

import time
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gigs import documents
from gigs.contracts import ExtraContent, FaqEntry, GigContent, PackageContent
from gigs.reviewing import changes, snapshots
from gigs.reviewing.differences import differences, pieces
from orders.contracts import Question
from tests.gigs.conftest import CONTENT, DAYTIME

FULL = replace(
    CONTENT,
    currency="EUR",
    hours=DAYTIME,
    away_until=datetime(2026, 5, 13, 12, 0, 0, 123456, tzinfo=UTC),
    quantity_discounts=((5, 10), (10, 15)),
    attributes=("format:pdf",),
    languages=("en", "pt"),
    queue_limit=3,
    is_private=True,
    ai_note="With care.",
)


def test_content_survives_being_stored() -> None:
    assert documents.content_from(documents.content_to(FULL)) == FULL
    assert all(getattr(FULL, field.name) not in (None, (), "") for field in fields(GigContent))  # every field is tried


def test_what_is_new_or_gone_since_it_was_stored_does_no_harm() -> None:
    stored = documents.content_to(CONTENT)
    del stored["languages"]
    assert documents.content_from(stored | {"of_tomorrow": [1]}) == CONTENT


def test_a_change_is_laid_over_what_is_live_by_now() -> None:
    wanted = replace(CONTENT, title="Another title for it", queue_limit=3)
    live = replace(CONTENT, queue_limit=9, hours=DAYTIME)
    assert snapshots.merged(CONTENT, wanted, live) == replace(wanted, hours=DAYTIME)


def test_words_that_stay_go_and_come() -> None:
    assert pieces("one two three", "one 2 three") == [
        ("same", "one"), ("gone", " two"), ("fresh", " 2"), ("same", " three"),
    ]  # fmt: skip
    assert pieces("", "new") == [("fresh", "new")]
    assert pieces("gone", "") == [("gone", "gone")]


def test_of_what_stays_only_the_neighbourhood_is_shown() -> None:
    words = " ".join(f"w{number}" for number in range(100))
    (start, gone, fresh, end) = pieces(f"{words} old {words}", f"{words} new {words}")
    assert (gone, fresh) == (("gone", " old"), ("fresh", " new"))
    assert start == ("same", " … " + "".join(f" w{number}" for number in range(88, 100)))
    assert end == ("same", "".join(f" w{number}" for number in range(12)) + " … ")


def test_differences_name_section_and_place() -> None:
    after = replace(
        CONTENT, currency="EUR", title="Write 60 product descriptions for your shop", tags=("shop",),
        packages=(replace(CONTENT.packages[0], price_minor=1600), *CONTENT.packages[1:]),
        extras=(*CONTENT.extras, ExtraContent("Pictures", 500)), faq=(), category_slug="design",
    )  # fmt: skip
    found = [(one.section, one.label) for one in differences(replace(CONTENT, currency="EUR"), after)]
    assert found == [
        ("title", "Title"), ("description", "Tags"), ("category", "Category"), ("packages", "Packages 1"),
        ("packages", "Extras 3"), ("questions", "Questions and answers 1"),
    ]  # fmt: skip
    assert differences(after, after) == []


# Another value for every field, those inside of packages, extras, questions and answers too.
OTHERS: dict[type, dict[str, Any]] = {
    PackageContent: {
        "name": "Whole warehouse", "price_minor": 1, "promised_minutes": 7, "revisions": 9,
        "features": (("Photos", "2"),),
    },
    ExtraContent: {"title": "Pictures", "price_minor": 1, "extra_minutes": 77},
    FaqEntry: {"question": "May I ask?", "answer": "You may."},
    Question: {
        "label": "Who are you?", "kind": "number", "required": False, "choices": ("Red", "Blue"),
        "help": "Think of it.", "minimum": "2", "maximum": "8", "unit": "pages",
    },
    GigContent: {
        "category_slug": "design", "title": "Another title", "description": "Another text.", "tags": ("other",),
        "packages": (), "extras": (), "faq": (), "questions": (), "checklist": ("Other",), "hours": None,
        "currency": "USD", "asks_first": True, "licence": "personal", "ai_use": "assisted", "preview": "watermarked",
        "ai_note": "Otherwise.", "attributes": ("format:png",), "language": "pt", "languages": ("de",),
        "is_private": False, "queue_limit": None, "away_until": None, "quantity_discounts": ((5, 10),),
    },
}  # fmt: skip
WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
UNSEEN = {(PackageContent, "work_minutes"), (Question, "key")}  # of the seller alone, and of programs
INSIDE = {PackageContent: "packages", ExtraContent: "extras", FaqEntry: "faq", Question: "questions"}
SEEN = [(kind, one.name) for kind in OTHERS for one in fields(kind) if (kind, one.name) not in UNSEEN]


@pytest.mark.parametrize(("kind", "name"), SEEN)
def test_whatever_a_buyer_sees_shows_where_it_differs(kind: type, name: str) -> None:
    changes: dict[str, Any] = {name: OTHERS[kind][name]}
    if kind in INSIDE:
        first, *others = getattr(FULL, INSIDE[kind])
        changes = {INSIDE[kind]: (replace(first, **changes), *others)}
    after = replace(FULL, **changes)
    assert after != FULL
    assert differences(FULL, after)


def test_how_it_is_sold_reads_in_words() -> None:
    after = replace(FULL, licence="personal", queue_limit=None, hours=None, quantity_discounts=())
    said = [(one.section, one.label, "|".join(text for _kind, text in one.pieces)) for one in differences(FULL, after)]
    assert said == [
        ("packages", "Use of the work", "Commercial|Personal| use"),
        ("packages", "Orders at once", "3|nothing"),
        ("packages", "Order hours", "UTC\n" + "\n".join(f"{day} 09:00–18:00" for day in WEEK)),
        ("packages", "Price by quantity", "from 5: 10 %, from 10: 15 %"),
    ]


def test_long_texts_are_compared_in_time() -> None:
    began = time.process_time()
    pieces("a b " * 950, "b a c " * 650)
    pieces("word " * 6_000, "other " * 6_000)
    assert time.process_time() - began < 4


def test_moving_words_about_changes_none_of_them() -> None:
    assert changes.words_changed(CONTENT, replace(CONTENT, description=CONTENT.description.upper())) == 0
    assert changes.words_changed(CONTENT, replace(CONTENT, ai_note="one two three")) == 3
