"""Categories and starters as they stand in starter_data/categories.toml: product data in euros, read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

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
class StarterCategory:
    slug: str
    name: str
    description: str
    icon: str
    usual_low_minor: int
    usual_high_minor: int
    starters: tuple[Starter, ...]


@cache
def all_categories() -> tuple[StarterCategory, ...]:
    with _FILE.open("rb") as file:
        return tuple(_category(row) for row in tomllib.load(file)["category"])


def starters_of(category_slug: str) -> tuple[Starter, ...]:
    return next((category.starters for category in all_categories() if category.slug == category_slug), ())


def starter(category_slug: str, key: str) -> Starter | None:
    return next((one for one in starters_of(category_slug) if one.key == key), None)


def priced(content: GigContent, currency: str) -> GigContent:
    """A starter with prices of about the same size in another currency; 0 where the site ships none for it."""

    def sized(price_minor: int) -> int:
        return currencies.sized(price_minor, currency) or 0

    packages = tuple(replace(package, price_minor=sized(package.price_minor)) for package in content.packages)
    extras = tuple(replace(extra, price_minor=sized(extra.price_minor)) for extra in content.extras)
    return replace(content, currency=currency, packages=packages, extras=extras)


def _category(row: dict[str, Any]) -> StarterCategory:
    low, high = row["price_range"]
    starters = tuple(_starter(row["slug"], starter) for starter in row["starter"])
    return StarterCategory(row["slug"], row["name"], row["description"], row["icon"], low, high, starters)


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
