"""Names that can be shown: no control characters, no tricks with direction, no bare punctuation."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from marketplace.kernel.errors import InvalidInput

MAX_LENGTH = 60
# Mail programs make links of these by themselves, and our letters greet people by name.
_DOMAIN = re.compile(r"\bwww\.|\w\.[a-z]{2,}\b", re.IGNORECASE)
# Joiners belong to some scripts and to emoji; every other invisible character only misleads.
_ALLOWED_FORMAT = frozenset("\u200c\u200d")


def clean_name(raw: str) -> str:
    """The name in one line, normalised (NFC). Raises InvalidInput at ``display_name``."""
    text = unicodedata.normalize("NFC", raw)
    kept = (character for character in text if _may_stay(character))
    name = " ".join("".join(kept).split())
    if not any(character.isalnum() for character in name):
        raise _refused(_("Enter the name that others should see."))
    if "@" in name or "/" in name or _DOMAIN.search(name):
        raise _refused(_("A name is shown to everybody: leave e-mail and web addresses out."))
    if len(name) > MAX_LENGTH:
        raise _refused(_("Keep the name under %(limit)s characters.") % {"limit": MAX_LENGTH})
    return name


def _may_stay(character: str) -> bool:
    category = unicodedata.category(character)
    return character.isspace() or category[0] != "C" or character in _ALLOWED_FORMAT


def _refused(message: str) -> InvalidInput:
    return InvalidInput(message, fields={"display_name": message})
