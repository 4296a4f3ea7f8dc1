"""Categories and starters as they stand in starter_data/categories.toml: product data in euros, read once.

What a starter says is in English there; `starter` and `spoken` give it in the reader's language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.text import slugify
from django.utils.translation import pgettext

from gigs import languages
from gigs.contracts import ExtraContent, FaqEntry, GigContent, PackageContent
from marketplace.kernel import currencies
from orders.contracts import Question

_FILE = Path(__file__).parent / "starter_data" / "categories.toml"


@dataclass(frozen=True, slots=True)
class Starter:
    """A filled-in gig; ``title_pattern`` shows with its [blanks] as the hint at the title."""

    key: str
    label: str
    title_pattern: str
    content: GigContent


@dataclass(frozen=True, slots=True)
class ShippedAttribute:
    slug: str
    name: str
    is_single: bool
    values: tuple[tuple[str, str], ...]  # slug and name


@dataclass(frozen=True, slots=True)
class StarterCategory:
    slug: str
    name: str
    description: str
    icon: str
    usual_low_minor: int
    usual_high_minor: int
    parent: str  # slug; empty: a root
    position: int  # among its siblings
    depth: int  # 1 for a root
    features: tuple[str, ...]
    attributes: tuple[ShippedAttribute, ...]
    starters: tuple[Starter, ...]


@cache
def all_categories() -> tuple[StarterCategory, ...]:
    """As the tree is read: everything below a category stands behind it."""
    with _FILE.open("rb") as file:
        rows = tomllib.load(file)["category"]
    return tuple(category for position, row in enumerate(rows) for category in _with_subs(row, "", position, 1))


def starter(key: str) -> Starter | None:
    """In the reader's language. Keys are unique over all categories."""
    found = next((one for category in all_categories() for one in category.starters if one.key == key), None)
    return spoken(found) if found else None


def spoken(one: Starter) -> Starter:
    """In the language that is spoken, which becomes that of the gig's text (``locale/``, context "starter")."""
    said = worded(one, lambda text: pgettext("starter", text))
    return replace(said, content=replace(said.content, language=languages.of_reader()))


def worded(one: Starter, say: Callable[[str], str]) -> Starter:
    """With every text as ``say`` gives it; numbers and signs stay as they are."""

    def text(known: str) -> str:
        return say(known) if any(letter.isalpha() for letter in known) else known

    content = one.content
    return Starter(
        key=one.key,
        label=text(one.label),
        title_pattern=text(one.title_pattern),
        content=replace(
            content,
            title=text(content.title),
            description=text(content.description),
            tags=tuple(map(text, content.tags)),
            packages=tuple(_package_in_words(package, text) for package in content.packages),
            extras=tuple(replace(extra, title=text(extra.title)) for extra in content.extras),
            faq=tuple(FaqEntry(text(entry.question), text(entry.answer)) for entry in content.faq),
            questions=tuple(_question_in_words(question, text) for question in content.questions),
            checklist=tuple(map(text, content.checklist)),
        ),
    )


def _package_in_words(package: PackageContent, text: Callable[[str], str]) -> PackageContent:
    features = tuple((text(label), text(value)) for label, value in package.features)
    return replace(package, name=text(package.name), features=features)


def _question_in_words(question: Question, text: Callable[[str], str]) -> Question:
    choices = tuple(map(text, question.choices))
    return replace(question, label=text(question.label), help=text(question.help), choices=choices)


def priced(content: GigContent, currency: str) -> GigContent:
    """A starter with prices of about the same size in another currency; 0 where the site ships none for it."""

    def sized(price_minor: int) -> int:
        return currencies.sized(price_minor, currency) or 0

    packages = tuple(replace(package, price_minor=sized(package.price_minor)) for package in content.packages)
    extras = tuple(replace(extra, price_minor=sized(extra.price_minor)) for extra in content.extras)
    return replace(content, currency=currency, packages=packages, extras=extras)


def _with_subs(row: dict[str, Any], parent: str, position: int, depth: int) -> Iterator[StarterCategory]:
    low, high = row["price_range"]
    yield StarterCategory(
        slug=row["slug"],
        name=row["name"],
        description=row["description"],
        icon=row["icon"],
        usual_low_minor=low,
        usual_high_minor=high,
        parent=parent,
        position=position,
        depth=depth,
        features=tuple(row.get("features", ())),
        attributes=tuple(_attribute(attribute) for attribute in row.get("attribute", ())),
        starters=tuple(_starter(row["slug"], starter) for starter in row.get("starter", ())),
    )
    for number, sub in enumerate(row.get("sub", ())):
        yield from _with_subs(sub, row["slug"], number, depth + 1)


def _attribute(row: dict[str, Any]) -> ShippedAttribute:
    values = tuple((slugify(name), name) for name in row["values"])
    return ShippedAttribute(row["slug"], row["name"], row.get("single", False), values)


def _starter(slug: str, row: dict[str, Any]) -> Starter:
    content = GigContent(
        category_slug=slug,
        title=row["title"],
        description=row["description"].strip(),
        tags=tuple(row["tags"]),
        packages=tuple(_package(package) for package in row["packages"]),
        extras=tuple(ExtraContent(**extra) for extra in row.get("extras", ())),
        faq=tuple(FaqEntry(question, answer) for question, answer in row.get("faq", ())),
        questions=tuple(_question(number, question) for number, question in enumerate(row.get("questions", ()), 1)),
        checklist=tuple(row["checklist"]),
    )
    return Starter(row["key"], row["label"], row["title_pattern"], content)


def _package(row: dict[str, Any]) -> PackageContent:
    features = tuple((label, value) for label, value in row["features"])
    return PackageContent(**{**row, "features": features})


def _question(number: int, row: dict[str, Any]) -> Question:
    return Question(
        key=f"q{number}",
        label=row["label"],
        kind=row["kind"],
        required=row.get("required", True),
        choices=tuple(row.get("choices", ())),
        help=row.get("help", ""),
    )
