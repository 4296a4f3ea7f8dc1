"""The columns of the file, what each means, and how the simple ones are written and read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gigs import limits, richtext
from gigs.bulk import cells

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is one field of a gig's content."""

    name: str
    field: str
    write: Callable[[Any], str]
    read: Callable[[str], Any]
    about: Words


@dataclass(frozen=True, slots=True)
class Part:
    """A column of something that a gig has several of: ``package_1_price``."""

    name: str
    about: Words


@dataclass(frozen=True, slots=True)
class Group:
    """Columns that come several times, numbered from 1."""

    prefix: str
    field: str
    most: int
    parts: tuple[Part, ...]

    def columns(self, number: int) -> list[str]:
        return [f"{self.prefix}_{number}_{part.name}" for part in self.parts]


def _of(sign: str) -> tuple[Callable[[Any], str], Callable[[str], Any]]:
    return lambda items: cells.joined(items, sign), lambda cell: cells.items(cell, sign)


_FLAG = (cells.flag_to, cells.flag_from)
_TEXT, _LINE = (str, cells.text), (str, cells.one_line)
_LIST, _LINES = _of(cells.COMMA), _of(cells.LINE)


def _code(cell: str) -> str:
    return cells.one_line(cell).lower()


def _attributes(cell: str) -> tuple[str, ...]:
    return tuple(sorted(cells.items(cell, cells.COMMA)))


def _limit(cell: str) -> int | None:
    return cells.whole(cell) if cells.one_line(cell) else None


ID = Part("id", _("The number of the gig that the row changes. Empty: a new draft."))
PUBLISH = Part(
    "publish", _("“yes”: buyers can order it; “no”: a live gig is paused, a draft stays one. Empty: as it is.")
)
SINGLE: tuple[Column, ...] = (
    Column("category", "category_slug", *_LINE, _("The category by its short name, such as “writing”, or its name.")),
    Column("title", "title", *_LINE, _("8 to 80 characters.")),
    Column(
        "description", "description", richtext.editable, cells.text,
        _("What the buyer gets, as text or as HTML. At least 60 characters before it is live."),
    ),  # fmt: skip
    Column("language", "language", str, _code, _("The language of the text, as a code such as “en”.")),
    Column("languages", "languages", *_LIST, _("Codes of the languages in which you work, with commas between.")),
    Column("tags", "tags", *_LIST, _("Up to 8, with commas between; \\, is a comma inside one.")),
    Column(
        "attributes", "attributes", _LIST[0], _attributes,
        _("Properties of the category as “property:value”, with commas between, as an export shows them."),
    ),  # fmt: skip
    Column("checklist", "checklist", *_LINES, _("In every delivery: one thing per line of the cell.")),
    Column(
        "currency", "currency", str, lambda cell: cells.one_line(cell).upper(),
        _("Of every price in the row, such as “EUR”. Empty for a new gig: the site's first."),
    ),  # fmt: skip
    Column("hours", "hours", cells.hours_to, cells.hours_from, _(
        "Order hours: the time zone in the first line, then a line for each day, such as “Mon 9:00–17:00”. "
        "Empty: around the clock."
    )),
    Column("asks_first", "asks_first", *_FLAG, _("“yes”: you agree to each order before it is paid.")),
    Column("licence", "licence", str, _code, _("What buyers may do with the work: transfer, commercial or personal.")),
    Column("ai_use", "ai_use", str, _code, _("How it is made: none, assisted or generated (by AI).")),
    Column("ai_note", "ai_note", *_TEXT, _("The same in your words.")),
    Column(
        "preview", "preview", str, _code,
        _("open: buyers get the files when you deliver; watermarked: when they accept."),
    ),  # fmt: skip
    Column("private", "is_private", *_FLAG, _("“yes”: only people with its link see it.")),
    Column("queue_limit", "queue_limit", lambda limit: "" if limit is None else str(limit), _limit,
        _("How many orders may run at once. Empty: any number."),
    ),
    Column(
        "away_until", "away_until", cells.moment_to, cells.moment_from,
        _("Nobody can order before, such as 2026-12-24T12:00Z (UTC)."),
    ),  # fmt: skip
    Column(
        "quantity_discounts", "quantity_discounts", cells.discounts_to, cells.discounts_from,
        _("Such as “from 5: 10 %, from 10: 15 %”."),
    ),  # fmt: skip
)  # fmt: skip
PACKAGES = Group(
    "package", "packages", limits.PACKAGES_MAX,
    (
        Part("name", _("What the package is called, at most 30 characters.")),
        Part("price", _("Your price before fees, such as 12.50, without a currency sign.")),
        Part("promise", _("Ready in: 30 min, 4 h or 2 d. At most 30 d.")),
        Part("revisions", _("How many are included, 0 to 20. Empty: 1.")),
        Part("work", _("How long it takes you, such as 45 min. Only you see it. Empty: you do not say.")),
        Part("features", _("Lines of the comparison, one per line of the cell: “Words | 500”.")),
    ),
)  # fmt: skip
EXTRAS = Group(
    "extra", "extras", limits.EXTRAS_MAX,
    (
        Part("title", _("At most 60 characters.")),
        Part("price", _("As above.")),
        Part("time", _("What it does to the time: “2 h” takes longer, “1 h sooner” brings it forward.")),
    ),
)  # fmt: skip
FAQ = Group(
    "faq", "faq", limits.FAQ_MAX, (Part("question", _("At most 120 characters.")), Part("answer", _("At most 600.")))
)
QUESTIONS = Group(
    "question", "questions", limits.QUESTIONS_MAX,
    (
        Part("label", _("What you ask the buyer, at most 120 characters.")),
        Part("kind", _("text, long_text, choice, multiple, file, number, date or link. Empty: text.")),
        Part("required", _("“no”: you can start without it. Empty: yes.")),
        Part("choices", _("For choice and multiple: one per line of the cell.")),
        Part("help", _("Stands under the question.")),
        Part("minimum", _("For a number.")),
        Part("maximum", _("For a number.")),
        Part("unit", _("Of a number, such as “pages”.")),
    ),
)  # fmt: skip
GROUPS = (PACKAGES, EXTRAS, FAQ, QUESTIONS)

ALL: tuple[str, ...] = (
    ID.name,
    PUBLISH.name,
    *(column.name for column in SINGLE),
    *(name for group in GROUPS for number in range(1, group.most + 1) for name in group.columns(number)),
)


def names_for(counts: dict[str, int]) -> list[str]:
    """The columns of a table in which no gig has more of each group than these; all packages are always there."""
    most = {**counts, PACKAGES.prefix: PACKAGES.most}
    numbered = [
        name for group in GROUPS for number in range(1, most[group.prefix] + 1) for name in group.columns(number)
    ]
    return [ID.name, PUBLISH.name, *(column.name for column in SINGLE), *numbered]
