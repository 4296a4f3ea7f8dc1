"""Rows of the editor's lists from a gig's content, and questions back."""

from __future__ import annotations

from typing import Any

from accounts.contracts import WeeklyHours
from gigs.contracts import ExtraContent, PackageContent
from gigs.web.fields import split_minutes
from orders.contracts import Question


def questions_of(rows: list[dict[str, Any]]) -> tuple[Question, ...]:
    """Keys stay with their questions; a new one gets the first free."""
    used = {row["key"] for row in rows if row["key"]}
    free = (key for key in (f"q{number}" for number in range(1, 100)) if key not in used)
    result: dict[str, Question] = {}
    for row in rows:
        key = row["key"] if row["key"] and row["key"] not in result else next(free)
        result[key] = Question(**{**row, "key": key})
    return tuple(result.values())


def package_row(package: PackageContent) -> dict[str, Any]:
    promise, unit = split_minutes(package.promised_minutes)
    return {
        "name": package.name,
        "price": package.price_minor or None,
        "promise": promise,
        "unit": unit,
        "revisions": package.revisions,
        "work_minutes": package.work_minutes,
    }


def feature_rows(packages: tuple[PackageContent, ...]) -> list[dict[str, str]]:
    labels = dict.fromkeys(label for package in packages for label, _value in package.features)
    values = [dict(package.features) for package in packages]
    return [
        {"label": label, **{f"value_{number}": row.get(label, "") for number, row in enumerate(values, 1)}}
        for label in labels
    ]


def extra_row(extra: ExtraContent) -> dict[str, Any]:
    time, unit = split_minutes(abs(extra.extra_minutes)) if extra.extra_minutes else (0, "hours")
    effect = "less" if extra.extra_minutes < 0 else "more"
    return {"title": extra.title, "price": extra.price_minor or None, "effect": effect, "time": time, "unit": unit}


def question_row(question: Question) -> dict[str, Any]:
    return {
        "key": question.key,
        "label": question.label,
        "kind": question.kind,
        "required": question.required,
        "choices": question.choices,
        "help": question.help,
        "minimum": question.minimum,
        "maximum": question.maximum,
        "unit": question.unit,
    }


def hours_row(hours: WeeklyHours | None) -> dict[str, Any]:
    if hours is None:
        return {"keeps": "always"}
    days = {f"day_{weekday}": [span for span in hours.spans if span[0] == weekday] for weekday in range(7)}
    return {"keeps": "hours", "time_zone": hours.time_zone, **days}
