"""Names of countries, and which of them payouts reach."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

_FILE = Path(__file__).parent / "data" / "countries.tsv"


@cache
def names() -> dict[str, str]:
    """English names by ISO 3166-1 alpha-2 code, in the order of the alphabet."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return {code: name for code, _tab, name in (line.partition("\t") for line in lines if line)}


def name_of(code: str) -> str:
    return names().get(code, code)


def can_be_paid_in(country: str) -> bool:
    """True where a seller who lives there can get payouts from this site (setting PAYOUT_COUNTRIES)."""
    return country in settings.PAYOUT_COUNTRIES


def payout_countries() -> list[tuple[str, str]]:
    """(code, name) of every country that payouts reach, by name."""
    return [(code, name) for code, name in names().items() if can_be_paid_in(code)]
