"""Languages: their names, as each reader's own language has them (CLDR), and the one that something is said in."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache

from babel import Locale
from django.conf import settings
from django.utils import translation


def is_shipped(code: str) -> bool:
    """Whether the site can be read in it."""
    return code in dict(settings.LANGUAGES)


def spoken(code: str) -> AbstractContextManager[None]:
    """What is said meanwhile is in this language; in the site's where it has no such language."""
    return translation.override(code if is_shipped(code) else settings.LANGUAGE_CODE)


def name_of(code: str, reader: str = "en") -> str:
    """A language's name in the reader's language; the code where nobody knows one."""
    return _name(Locale.parse(reader.replace("-", "_")).languages.get(code, code))


@cache
def choices(reader: str = "en") -> tuple[tuple[str, str], ...]:
    """Every language with a code of two letters (ISO 639-1) and its name, sorted by that."""
    known = Locale.parse(reader.replace("-", "_")).languages.items()
    return tuple(sorted(((code, _name(name)) for code, name in known if len(code) == 2), key=lambda row: row[1]))


def _name(text: object) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]
