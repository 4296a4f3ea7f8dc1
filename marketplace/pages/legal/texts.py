"""Terms, privacy notice and imprint: what is in force, what was before, and how a new version comes.

Until the operator publishes one there is a skeleton, ``legal/<language>/<kind>.md``, with places for what only they
know.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.kernel import currencies, languages
from marketplace.kernel.errors import NotFound
from marketplace.pages import markdown
from marketplace.pages.figures import figures
from marketplace.pages.models import Kind, LegalText

FALLBACK = "en"
_MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """One text as a page shows it, its places filled; a skeleton has no version."""

    kind: Kind
    language: str
    body: str
    version: Version | None = None
    versions: tuple[Version, ...] = ()  # of the language, newest first, at most _MOST_SHOWN

    @property
    def is_skeleton(self) -> bool:
        return self.version is None

    @property
    def url_name(self) -> str:
        return f"pages:{self.kind.value}"

    @property
    def is_newest(self) -> bool:
        return self.version is None or self.version.number == self.versions[0].number


def reader_language() -> str:
    """The reader's, without its region."""
    return (get_language() or FALLBACK).partition("-")[0]


def in_force(kind: Kind) -> Shown:
    """In the reader's language, else in the site's, else in any; else the skeleton. Three queries at most."""
    there = sorted(LegalText.objects.filter(kind=kind).order_by().values_list("language", flat=True).distinct())
    for language in (reader_language(), settings.LANGUAGE_CODE, *there):
        if language in there:
            versions = _versions(kind, language)
            return _shown(kind, language, versions, versions[0].number)
    return skeleton(kind, reader_language())


def version(kind: Kind, language: str, number: int) -> Shown:
    """Raises NotFound. Two queries."""
    return _shown(kind, language, _versions(kind, language), number)


def newest_body(kind: Kind, language: str) -> str:
    """What a new version begins with, places and all: the one in force, else the skeleton."""
    last = LegalText.objects.filter(kind=kind, language=language).order_by("-version").first()
    return last.body if last else _read(kind, _shipped(kind, language))


def unpublished() -> list[Kind]:
    """Those that visitors read as a skeleton. One query."""
    there = set(LegalText.objects.values_list("kind", flat=True).distinct())
    return [kind for kind in Kind if kind.value not in there]


def publish(*, kind: Kind, language: str, body: str, by_id: int, at: datetime) -> LegalText:
    """In force at once, as the next version: of two at the same moment the later one's. None is lost.

    What its places say is kept with it: people agreed to that, whatever the rules become.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            # A row cannot be locked before there is a first one, and a locked one does not show that a newer one came.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('pages_legaltext'))")
        last = LegalText.objects.filter(kind=kind, language=language).order_by("-version").first()
        number = last.version + 1 if last else 1
        return LegalText.objects.create(
            kind=kind,
            language=language,
            version=number,
            body=body,
            figures=markdown.used(body, _figures(language)),
            published_by_id=by_id,
            published_at=at,
        )


def skeleton(kind: Kind, language: str) -> Shown:
    """The file that the product ships, in English where there is none in a language."""
    known = _shipped(kind, language)
    return Shown(kind, known, markdown.filled(_read(kind, known), _figures(known)))


def _shipped(kind: Kind, language: str) -> str:
    return language if _file(kind, language).is_file() else FALLBACK


def _figures(language: str) -> dict[str, str]:
    """Today's, in the words of a text's language."""
    with languages.spoken(language):
        return figures(currencies.default())


@cache
def _read(kind: Kind, language: str) -> str:
    return _file(kind, language).read_text(encoding="utf-8").strip()


def _file(kind: Kind, language: str) -> Path:
    return Path(settings.BASE_DIR) / "legal" / language / f"{kind.value}.md"


def _versions(kind: Kind, language: str) -> tuple[Version, ...]:
    rows = LegalText.objects.filter(kind=kind, language=language).order_by("-version")
    return tuple(Version(*row) for row in rows.values_list("version", "published_at")[:_MOST_SHOWN])


def _shown(kind: Kind, language: str, versions: tuple[Version, ...], number: int) -> Shown:
    row = LegalText.objects.filter(kind=kind, language=language, version=number).first()
    if row is None:
        raise NotFound(_("There is no such version."))
    body = markdown.filled(row.body, _figures(language) if row.figures is None else row.figures)
    return Shown(kind, language, body, Version(row.version, row.published_at), versions)
