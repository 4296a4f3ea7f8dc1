"""Names that can be shown: no control characters, no tricks with direction, no bare punctuation."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from marketplace.kernel import identity
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


# Letters and digits that are read as others: Cyrillic, Greek, and what keyboards have.
_READ_AS = str.maketrans("аеорсухіјѕԁһԛԝмтнвкαορεικντυχ0134578@$|!", "aeopcyxijsdhqwmthbkaopeikvtuxoleastbasli")
_WORD = re.compile(r"[^\W\d_]+")


def _skeleton(name: str) -> str:
    """As the eye reads it: without marks, case and look-alikes; i, l and 1 are one, and so are m and rn."""
    apart = unicodedata.normalize("NFKD", name)
    bare = "".join(one for one in apart if unicodedata.category(one) not in ("Mn", "Cf"))
    return bare.casefold().translate(_READ_AS).replace("i", "l").replace("rn", "m")


# What belongs to the site: the first wherever they stand, the others alone or beside the site's name.
_OFFICES = frozenset(map(_skeleton, ["admin", "administrator", "moderator", "moderators"]))
_BESIDE_THE_SITE = frozenset(
    map(
        _skeleton,
        [
            "staff",
            "official",
            "support",
            "help",
            "helpdesk",
            "team",
            "security",
            "billing",
            "payments",
            "service",
            "bot",
            "system",
        ],
    )
)

# Real names that come to such a word when they are joined. As names are written, they are what they say.
_TRUE_NAMES = frozenset({"Bill Ing", "Bil Ling", "Billi Ng", "Bo T", "Bo T."})


def refuse_posing(name: str) -> None:
    """Raises InvalidInput at ``display_name`` for a name that reads as the site's or its staff's, however written."""
    if " ".join(name.split()) in _TRUE_NAMES:
        return
    words = _WORD.findall(_skeleton(name))
    whole, site = "".join(words), "".join(_WORD.findall(_skeleton(identity.name())))
    is_office = bool(_OFFICES & set(words)) or whole in _OFFICES | _BESIDE_THE_SITE
    is_site = bool(site) and (whole == site or (site in whole and bool(_BESIDE_THE_SITE & set(words))))
    if is_office or is_site:
        raise _refused(_("This name reads as if you were staff of this site. Choose another one."))


def _may_stay(character: str) -> bool:
    category = unicodedata.category(character)
    return character.isspace() or category[0] != "C" or character in _ALLOWED_FORMAT


def _refused(message: str) -> InvalidInput:
    return InvalidInput(message, fields={"display_name": message})
