"""The languages that a seller speaks, each with how well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import TextChoices
from django.utils.translation import get_language, pgettext_lazy

from marketplace.kernel import languages

MOST = 8


class Level(TextChoices):
    BASIC = "basic", pgettext_lazy("how well a language is spoken", "basic")
    CONVERSATIONAL = "conversational", pgettext_lazy("how well a language is spoken", "conversational")
    FLUENT = "fluent", pgettext_lazy("how well a language is spoken", "fluent")
    NATIVE = "native", pgettext_lazy("how well a language is spoken", "native")


Spoken = tuple[str, str]  # ISO 639-1, and the value of a level


def rows(spoken: Iterable[Spoken]) -> list[list[str]]:
    """As a profile keeps them. Raises ValueError for a language or level that nobody knows, doubles and too many."""
    kept = [[code, Level(level).value] for code, level in spoken]
    codes = [code for code, _level in kept]
    if len(set(codes)) < len(codes) or len(codes) > MOST or not set(codes) <= dict(languages.choices()).keys():
        raise ValueError(f"not what a person speaks: {kept}")
    return kept


def named(kept: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Name and level in the reader's language, of what a profile keeps."""
    reader = get_language() or "en"
    return [(languages.name_of(code, reader), str(Level(level).label)) for code, level in kept]
