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

from marketplace.kernel.errors import NotFound
from marketplace.pages.models import Kind, LegalText

FALLBACK = "en"
_MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """One text as a page shows it; a skeleton has no version."""

    kind: Kind
    language: str
    body: str
    version: Version | None = None
    versions: tuple[Version, ...] = ()  # of the language, newest first

    @property
    def is_skeleton(self) -> bool:
        return self.version is None

    @property
    def url_name(self) -> str:
        return f"pages:{self.kind.value}"

    @property
    def is_newest(self) -> bool:
        return self.version is None or self.version == self.versions[0]


def reader_language() -> str:
    """The reader's, without its region."""
    return (get_language() or FALLBACK).partition("-")[0]


def in_force(kind: Kind) -> Shown:
    """In the reader's language, else in the site's, else in any; else the skeleton. Three queries at most."""
    there = sorted(LegalText.objects.filter(kind=kind).order_by().values_list("language", flat=True).distinct())
    for language in (reader_language(), settings.LANGUAGE_CODE, *there):
        if language in there:
            versions = _versions(kind, language)
            return _shown(kind, language, versions, versions[0])
    return skeleton(kind, reader_language())


def version(kind: Kind, language: str, number: int) -> Shown:
    """Raises NotFound. Two queries."""
    versions = _versions(kind, language)
    wanted = next((one for one in versions if one.number == number), None)
    if wanted is None:
        raise NotFound(_("There is no such version."))
    return _shown(kind, language, versions, wanted)


def newest_body(kind: Kind, language: str) -> str:
    """What a new version begins with: the one in force, else the skeleton."""
    last = LegalText.objects.filter(kind=kind, language=language).order_by("-version").first()
    return last.body if last else skeleton(kind, language).body


def unpublished() -> list[Kind]:
    """Those that visitors read as a skeleton. One query."""
    there = set(LegalText.objects.values_list("kind", flat=True).distinct())
    return [kind for kind in Kind if kind.value not in there]


def publish(*, kind: Kind, language: str, body: str, by_id: int, at: datetime) -> LegalText:
    """In force at once, as the next version: of two at the same moment the later one's. None is lost."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # A row cannot be locked before there is a first one, and a locked one does not show that a newer one came.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('pages_legaltext'))")
        last = LegalText.objects.filter(kind=kind, language=language).order_by("-version").first()
        number = last.version + 1 if last else 1
        return LegalText.objects.create(
            kind=kind, language=language, version=number, body=body, published_by_id=by_id, published_at=at
        )


def skeleton(kind: Kind, language: str) -> Shown:
    """The file that the product ships, in English where there is none in a language."""
    known = language if _file(kind, language).is_file() else FALLBACK
    return Shown(kind, known, _read(kind, known))


@cache
def _read(kind: Kind, language: str) -> str:
    return _file(kind, language).read_text(encoding="utf-8").strip()


def _file(kind: Kind, language: str) -> Path:
    return Path(settings.BASE_DIR) / "legal" / language / f"{kind.value}.md"


def _versions(kind: Kind, language: str) -> tuple[Version, ...]:
    rows = LegalText.objects.filter(kind=kind, language=language).order_by("-version")
    return tuple(Version(*row) for row in rows.values_list("version", "published_at")[:_MOST_SHOWN])


def _shown(kind: Kind, language: str, versions: tuple[Version, ...], wanted: Version) -> Shown:
    body = LegalText.objects.values_list("body", flat=True).get(kind=kind, language=language, version=wanted.number)
    return Shown(kind, language, body, wanted, versions)
