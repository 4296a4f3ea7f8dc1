"""Every text of a gig with its section and place, plain, and as a machine should compare it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gigs.contracts import GigContent
from gigs.models import GalleryItem
from gigs.richtext import plain


@dataclass(frozen=True, slots=True)
class Text:
    section: str
    place: str
    words: str


def texts_of(content: GigContent) -> Iterator[Text]:
    """Everything that a buyer reads, in the page's order; empty texts left out."""
    for section, place, words in _all(content):
        if words:
            yield Text(section, place, words)


def alts_of(items: Iterable[GalleryItem]) -> Iterator[Text]:
    """What a gallery says of its pictures; the place is the field where its seller says it."""
    for item in items:
        if item.alt:
            yield Text("pictures", f"alt-{item.pk}", item.alt)


def _all(content: GigContent) -> Iterator[tuple[str, str, str]]:
    yield "title", "title", content.title
    yield "description", "description", plain(content.description)
    yield "description", "tags", "\n".join(content.tags)
    yield "description", "checklist", "\n".join(content.checklist)
    yield "description", "ai_note", content.ai_note
    for number, package in enumerate(content.packages):
        yield "packages", f"packages-{number}", "\n".join([package.name, *map(" ".join, package.features)])
    for number, extra in enumerate(content.extras):
        yield "packages", f"extras-{number}", extra.title
    for number, question in enumerate(content.questions):
        yield "questions", f"questions-{number}", "\n".join([question.label, question.help, *question.choices])
    for number, entry in enumerate(content.faq):
        yield "questions", f"faq-{number}", f"{entry.question}\n{entry.answer}"


def folded(words: str) -> str:
    """For comparing: compatible forms unified (＠ is @), invisible characters gone, in small letters."""
    unified = unicodedata.normalize("NFKC", words)
    return "".join(letter for letter in unified if unicodedata.category(letter) != "Cf").casefold()
