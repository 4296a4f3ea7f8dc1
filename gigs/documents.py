"""The JSON inside a gig: hours, questions, FAQ; and a gig's whole content. One place knows the shapes, both ways."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from cattrs import Converter

from accounts.contracts import WeeklyHours
from gigs.contracts import FaqEntry, GigContent
from orders.contracts import Question

_converter = Converter()
_converter.register_unstructure_hook(datetime, datetime.isoformat)
_converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))


def content_to(content: GigContent) -> dict[str, Any]:
    result: dict[str, Any] = _converter.unstructure(content)
    return result


def content_mark(content: GigContent) -> str:
    """Another for other content."""
    return sha256(json.dumps(content_to(content), sort_keys=True).encode()).hexdigest()


def mark(value: object) -> str:
    """A short one, of anything that JSON holds: it goes into a form and comes back."""
    return sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:12]


def content_from(stored: dict[str, Any]) -> GigContent:
    """What an old document lacks gets its default; what nobody knows any more is left out."""
    return _converter.structure(stored, GigContent)


def hours_to(hours: WeeklyHours | None) -> dict[str, Any] | None:
    if hours is None or not hours.spans:
        return None
    return {"time_zone": hours.time_zone, "spans": [list(span) for span in hours.spans]}


def hours_from(stored: dict[str, Any] | None) -> WeeklyHours | None:
    if not stored:
        return None
    return WeeklyHours(stored["time_zone"], tuple((day, start, end) for day, start, end in stored["spans"]))


def questions_to(questions: Iterable[Question]) -> list[dict[str, Any]]:
    return [
        {
            "key": question.key,
            "label": question.label,
            "kind": question.kind,
            "required": question.required,
            "choices": list(question.choices),
            "help": question.help,
            "minimum": question.minimum,
            "maximum": question.maximum,
            "unit": question.unit,
        }
        for question in questions
    ]


def questions_from(stored: list[dict[str, Any]]) -> tuple[Question, ...]:
    return tuple(Question(**{**row, "choices": tuple(row["choices"])}) for row in stored)


def faq_to(entries: Iterable[FaqEntry]) -> list[list[str]]:
    return [[entry.question, entry.answer] for entry in entries]


def faq_from(stored: list[list[str]]) -> tuple[FaqEntry, ...]:
    return tuple(FaqEntry(question, answer) for question, answer in stored)
