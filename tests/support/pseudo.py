"""A language that nobody speaks: every text of the catalogue between « and », read from right to left.

It goes by the code of Hebrew, for which CLDR knows dates and numbers; what stands on a page outside of the marks was
never given to gettext.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from babel.messages.catalog import Catalog

import catalogues

CODE = "he"
_PATTERNS = "date format"


def settings_of(folder: Path) -> dict[str, object]:
    """What the settings are with that language as a second one."""
    return {"LANGUAGES": [("en", "English"), (CODE, "Pseudo")], "LOCALE_PATHS": [str(folder)]}


@cache
def folder() -> Path:
    """Where its catalogue lies; written once."""
    made = Path(mkdtemp(prefix="artisan-pseudo-"))
    path = made / CODE / "LC_MESSAGES"
    path.mkdir(parents=True)
    (path / "django.mo").write_bytes(catalogues.compiled(_catalogue()))
    return made


def _catalogue() -> Catalog:
    result = catalogues.renewed(CODE, catalogues.extracted())
    for message in result:
        if not message.id:
            continue
        if isinstance(message.id, str):
            message.string = message.id if message.context == _PATTERNS else f"«{message.id}»"
        else:
            one, many = message.id
            message.string = (f"«{one}»", *[f"«{many}»"] * (result.num_plurals - 1))
    return result
