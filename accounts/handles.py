"""Handles: the short name in a profile's address."""

from __future__ import annotations

import re

from django.apps import apps
from django.utils.text import slugify

from accounts import names
from marketplace.kernel.ids import short_code

# Letters that do not come apart into a plain one and its mark (slugify would drop them).
_PLAIN = str.maketrans({"ø": "o", "ı": "i", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe"})
HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,28})[a-z0-9]")
# Words that would let somebody pose as the site.
RESERVED = frozenset(
    {"admin", "administrator", "api", "artisan", "help", "moderator", "official", "root"}
    | {"settings", "staff", "support", "system", "team"}
)
# Closed accounts are called so.
GONE = "closed-"


def is_valid(handle: str) -> bool:
    """3 to 30 of a-z, 0-9 and inner hyphens, and no word that belongs to the site."""
    return bool(HANDLE.fullmatch(handle)) and handle not in RESERVED and not handle.startswith(GONE)


def poses(handle: str) -> bool:
    """Whether it reads as the site's or its staff's, as a name would (accounts/names.py)."""
    return names.poses(handle.replace("-", " "))


def free_handle(name: str) -> str:
    """A handle near a name that nobody has now; the unique index decides where two come at once."""
    base = slugify(name.lower().translate(_PLAIN))[:22].strip("-_").replace("_", "-")
    if poses(base):
        base = ""
    if not is_valid(base):
        base = f"{base[:16]}-{short_code(5).lower()}".lstrip("-")
    users = apps.get_model("accounts", "User").objects
    former = apps.get_model("accounts", "FormerHandle").objects
    taken = {
        *users.filter(handle__startswith=base).values_list("handle", flat=True),
        *former.filter(handle__startswith=base).values_list("handle", flat=True),
    }
    for candidate in (base, *(f"{base}-{number}" for number in range(2, 20))):
        if candidate not in taken:
            return candidate
    return f"{base[:20]}-{short_code(8).lower()}"
