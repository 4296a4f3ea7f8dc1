"""Reads the TOML files beside this module into the shapes of `types`. Cached: the files do not change while we run."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from marketplace.demo.content.types import (
    DisputeStory,
    Exchange,
    ExtraData,
    GigData,
    PackageData,
    QuestionData,
    ReviewText,
    Starter,
    StarterCategory,
)

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[2]
# Starters belong to the product (the gig editor offers them); the demo only reads along.
_CATEGORIES = _ROOT / "gigs" / "starter_data" / "categories.toml"

Row = dict[str, Any]


@cache
def categories() -> tuple[StarterCategory, ...]:
    """The categories in the order in which the site shows them."""
    return tuple(_category(row) for row in _read(_CATEGORIES)["category"])


@cache
def gigs() -> tuple[GigData, ...]:
    """All gigs, by category in the site's order, then as written."""
    return tuple(gig for category in categories() for gig in _gigs_of(category.slug))


@cache
def exchanges() -> tuple[Exchange, ...]:
    """Conversations on orders, with their category."""
    return tuple(_exchange(row) for row in _conversations()["exchange"])


@cache
def reviews() -> tuple[ReviewText, ...]:
    """Review texts with stars; those of a category first choose their own category."""
    return tuple(_review(row) for row in _conversations()["review"])


@cache
def dispute_stories() -> tuple[DisputeStory, ...]:
    """Disputes with their decision."""
    return tuple(DisputeStory(**row) for row in _conversations()["dispute"])


def _read(path: Path) -> Row:
    with path.open("rb") as file:
        return tomllib.load(file)


@cache
def _conversations() -> Row:
    return _read(_HERE / "conversations.toml")


def _gigs_of(slug: str) -> list[GigData]:
    file = _read(_HERE / "gigs" / f"{slug}.toml")
    rows = zip(file["gig"], file["places"], strict=True)
    return [_gig(slug, number, row, place) for number, (row, place) in enumerate(rows, start=1)]


def _category(row: Row) -> StarterCategory:
    low, high = row["price_range"]
    return StarterCategory(
        slug=row["slug"],
        name=row["name"],
        description=row["description"],
        icon=row["icon"],
        price_range=(low, high),
        starters=tuple(_starter(starter) for starter in _starters_below(row)),
    )


def _starters_below(row: Row) -> list[Row]:
    return [*row.get("starter", ()), *(starter for sub in row.get("sub", ()) for starter in _starters_below(sub))]


def _starter(row: Row) -> Starter:
    return Starter(key=row["key"], label=row["label"], title_pattern=row["title_pattern"], **_offer(row))


def _gig(slug: str, number: int, row: Row, place: list[str]) -> GigData:
    return GigData(
        key=f"{slug}-{number:02d}",
        category=slug,
        place=place[0],
        values=tuple(place[1:]),
        seller=row["seller"],
        order_hours=row.get("order_hours", ""),
        **_offer({**row, **_spelled_out(row)}),
    )


def _spelled_out(row: Row) -> Row:
    """The short notation of the gig files in the long one of the starters; see gigs/README.md."""
    labels = row["features"]
    return {
        "packages": [
            _named(("name", "price_minor", "promised_minutes", "revisions"), cells, labels) for cells in row["packages"]
        ],
        "extras": [
            {"title": title, "price_minor": price, "extra_minutes": minutes}
            for title, price, minutes in row.get("extras", ())
        ],
        "questions": [
            {"label": label, "kind": kind.rstrip("?"), "required": not kind.endswith("?"), "choices": choices}
            for label, kind, *choices in row.get("questions", ())
        ],
    }


def _named(names: tuple[str, ...], cells: list[Any], labels: list[str]) -> Row:
    values = cells[len(names) :]
    return {**dict(zip(names, cells, strict=False)), "features": list(zip(labels, values, strict=True))}


def _offer(row: Row) -> Row:
    """The fields that gigs and starters share."""
    return {
        "title": row["title"],
        "description": row["description"].strip(),
        "tags": tuple(row["tags"]),
        "packages": tuple(_package(package) for package in row["packages"]),
        "checklist": tuple(row["checklist"]),
        "extras": tuple(ExtraData(**extra) for extra in row.get("extras", ())),
        "faq": tuple((question, answer) for question, answer in row.get("faq", ())),
        "questions": tuple(_question(question) for question in row.get("questions", ())),
    }


def _package(row: Row) -> PackageData:
    features = tuple((label, value) for label, value in row["features"])
    return PackageData(**{**row, "features": features})


def _question(row: Row) -> QuestionData:
    return QuestionData(
        label=row["label"],
        kind=row["kind"],
        required=row.get("required", True),
        choices=tuple(row.get("choices", ())),
    )


def _exchange(row: Row) -> Exchange:
    optional = {name: row.get(name, "") for name in ("question", "reply", "revision", "second_delivery")}
    return Exchange(
        category=row["category"], brief=row["brief"], delivery=row["delivery"], thanks=row["thanks"], **optional
    )


def _review(row: Row) -> ReviewText:
    return ReviewText(
        stars=row["stars"], text=row["text"], reply=row.get("reply", ""), category=row.get("category", "")
    )
