"""What changed between two versions of a gig, section by section, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from gigs.bulk import cells
from gigs.contracts import GigContent
from gigs.reviewing.vocabulary import PLACES
from gigs.richtext import plain
from gigs.versions.differences import NAMES, in_words
from gigs.web.need_forms import KINDS
from marketplace.kernel import words
from marketplace.kernel.languages import name_of
from marketplace.kernel.money import Money
from orders.contracts import Question

SAME, GONE, FRESH = "same", "gone", "fresh"
_PIECE = re.compile(r"\s*\S+")
_MOST_PIECES = 4_000
_CONTEXT = 12
_SOLD = ("currency", "licence", "preview", "asks_first", "is_private", "queue_limit", "away_until")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that reads otherwise: ``pieces`` are (same, gone or fresh; text)."""

    section: str
    label: str
    pieces: list[tuple[str, str]]


def differences(before: GigContent, after: GigContent) -> list[Difference]:
    old, new = dict(_lines(before)), dict(_lines(after))
    places = [*new, *(place for place in old if place not in new)]  # in the page's order, what is gone at the end
    return [
        Difference(place[0], _label(place[1]), pieces(old.get(place, ""), new.get(place, "")))
        for place in places
        if old.get(place, "") != new.get(place, "")
    ]


def pieces(before: str, after: str) -> list[tuple[str, str]]:
    """Words that stay, went and came. Very long texts are compared as a whole."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if len(old) + len(new) > _MOST_PIECES:
        return [(GONE, before), (FRESH, after)]
    found: list[tuple[str, str]] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            found.append((SAME, _shortened(old[a:b], at_start=a == 0, at_end=b == len(old))))
        else:
            found += [(kind, text) for kind, text in ((GONE, "".join(old[a:b])), (FRESH, "".join(new[c:d]))) if text]
    return found


def _shortened(stays: list[str], *, at_start: bool, at_end: bool) -> str:
    """Of what stays only the words beside a change."""
    before, after = (0 if at_start else _CONTEXT), (0 if at_end else _CONTEXT)
    if len(stays) <= before + after + _CONTEXT:
        return "".join(stays)
    return "".join(stays[:before]) + " … " + "".join(stays[len(stays) - after :])


def _label(place: str) -> str:
    name, _dash, number = place.partition("-")
    label = str(PLACES.get(name) or NAMES[name])
    label = label[:1].upper() + label[1:]
    return f"{label} {int(number) + 1}" if number else label


def _lines(content: GigContent) -> Iterator[tuple[tuple[str, str], str]]:
    yield ("title", "title"), content.title
    yield ("description", "description"), plain(content.description)
    yield ("description", "tags"), ", ".join(content.tags)
    yield ("description", "checklist"), "\n".join(content.checklist)
    yield ("description", "ai_use"), in_words("ai_use", content.ai_use, {})
    yield ("description", "ai_note"), content.ai_note
    yield ("description", "language"), in_words("language", content.language, {})
    yield ("description", "languages"), ", ".join(map(name_of, content.languages))
    yield ("category", "category_slug"), content.category_slug
    yield ("category", "attributes"), ", ".join(content.attributes)
    for number, package in enumerate(content.packages):
        facts = [package.name, _amount(package.price_minor, content), words.duration(package.promised_minutes)]
        facts += [
            _("%(count)s revisions") % {"count": package.revisions},
            *(": ".join(row) for row in package.features),
        ]
        yield ("packages", f"packages-{number}"), "\n".join(facts)
    for number, extra in enumerate(content.extras):
        facts = [extra.title, _amount(extra.price_minor, content), f"{extra.extra_minutes:+d} min"]
        yield ("packages", f"extras-{number}"), "\n".join(facts)
    for name in _SOLD:
        yield ("packages", name), in_words(name, getattr(content, name), {})
    yield ("packages", "hours"), cells.hours_to(content.hours)
    yield ("packages", "quantity_discounts"), cells.discounts_to(content.quantity_discounts)
    for number, question in enumerate(content.questions):
        yield ("questions", f"questions-{number}"), "\n".join(filter(None, _asked(question)))
    for number, entry in enumerate(content.faq):
        yield ("questions", f"faq-{number}"), f"{entry.question}\n{entry.answer}"


def _asked(question: Question) -> Iterator[str]:
    yield question.label
    yield question.help
    yield str(dict(KINDS).get(question.kind, question.kind))
    yield "" if question.required else _("optional")
    yield from question.choices
    yield _("At least") + f" {question.minimum}" if question.minimum else ""
    yield _("At most") + f" {question.maximum}" if question.maximum else ""
    yield question.unit


def _amount(minor: int, content: GigContent) -> str:
    return words.amount(Money(minor, content.currency))
