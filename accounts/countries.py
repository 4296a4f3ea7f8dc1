"""Names of countries, and which of them payouts reach."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language, to_locale

_WRITTEN_IN = "en"
_FILE = Path(__file__).parent / "data" / "countries.tsv"


def names() -> dict[str, str]:
    """In the reader's language by ISO 3166-1 alpha-2 code, in the order of the alphabet."""
    return _names(get_language() or _WRITTEN_IN)


@cache
def _names(language: str) -> dict[str, str]:
    """English is the file's own; every other language is CLDR's."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    written = {code: name for code, _tab, name in (line.partition("\t") for line in lines if line)}
    if language == _WRITTEN_IN:
        return written
    known = Locale.parse(to_locale(language)).territories
    found = {code: str(known.get(code, name)) for code, name in written.items()}
    return dict(sorted(found.items(), key=lambda row: _plain(row[1])))


def _plain(name: str) -> str:
    """Without accents, as the alphabet is read: Á stands with A."""
    return "".join(mark for mark in unicodedata.normalize("NFKD", name) if not unicodedata.combining(mark)).casefold()


def name_of(code: str) -> str:
    return names().get(code, code)


def can_be_paid_in(country: str) -> bool:
    """True where a seller who lives there can get payouts from this site (setting PAYOUT_COUNTRIES)."""
    return country in settings.PAYOUT_COUNTRIES


def payout_countries() -> list[tuple[str, str]]:
    """(code, name) of every country that payouts reach, by name."""
    return [(code, name) for code, name in names().items() if can_be_paid_in(code)]
