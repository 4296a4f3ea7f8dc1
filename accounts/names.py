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


# Letters and digits that are read as others: Cyrillic, Greek, the dotless i, and what keyboards have.
_READ_AS = str.maketrans("аеорсухіјѕԁһԛԝмтнвкαορεικντυχı0134578@$|!", "aeopcyxijsdhqwmthbkaopeikvtuxioleastbasli")
_WORD = re.compile(r"[^\W\d_]+")
_TRAILING_DIGITS = re.compile(r"\d+(?![^\W_])")


def _skeleton(name: str) -> str:
    """As the eye reads it: without marks, case and look-alikes; i, l and 1 are one, and so are m and rn."""
    apart = unicodedata.normalize("NFKD", name)
    bare = "".join(one for one in apart if unicodedata.category(one) not in ("Mn", "Cf"))
    return bare.casefold().translate(_READ_AS).replace("i", "l").replace("rn", "m")


def _skeletons(text: str) -> frozenset[str]:
    return frozenset(map(_skeleton, text.split()))


# What belongs to the site: the first wherever they stand; the second alone, beside the site's name or beside each
# other; the third, which are given names and ordinary words, only beside those.
_OFFICES = _skeletons("admin admins administrator administrators moderator moderators")
_SERVICES = _skeletons(
    "staff official support help helpdesk team teams security billing payments service services bot bots system"
    " moderation"
)
_FIELDS = _skeletons("trust safety customer customers care centre center desk")
_BETWEEN = _skeletons("and the of")

# Real names that come to such a word when they are joined. As names are written, they are what they say.
_TRUE_NAMES = frozenset({"Bill Ing", "Bil Ling", "Billi Ng"})


def poses(name: str) -> bool:
    """Whether a name reads as the site's or its staff's, however it is written."""
    if " ".join(name.split()) in _TRUE_NAMES:
        return False
    # A digit may stand for a letter, or number one of several.
    return any(map(_reads_as_staff, {name, _TRAILING_DIGITS.sub("", unicodedata.normalize("NFKC", name))}))


def _reads_as_staff(name: str) -> bool:
    words = _WORD.findall(_skeleton(name))
    whole, site = "".join(words), "".join(_WORD.findall(_skeleton(identity.name())))
    telling = [word for word in words if word not in _BETWEEN]
    if _OFFICES & set(telling) or (len(telling) > 1 and set(telling) <= _SERVICES | _FIELDS):
        return True
    if site and site in whole and set(telling) & (_SERVICES | _FIELDS):
        return True
    if _ends_with_initial(words):
        return False
    return any(joined and joined in {site, *_OFFICES, *_SERVICES} for joined in (whole, "".join(telling)))


def _ends_with_initial(words: list[str]) -> bool:
    """ "Tea M." is somebody; "t e a m" is not."""
    return len(words) > 1 and len(words[-1]) == 1 < len(words[-2])


def refuse_posing(name: str) -> None:
    """Raises InvalidInput at ``display_name`` for a name that poses."""
    if poses(name):
        raise _refused(_("This name reads as if you were staff of this site. Choose another one."))


def _may_stay(character: str) -> bool:
    category = unicodedata.category(character)
    return character.isspace() or category[0] != "C" or character in _ALLOWED_FORMAT


def _refused(message: str) -> InvalidInput:
    return InvalidInput(message, fields={"display_name": message})
