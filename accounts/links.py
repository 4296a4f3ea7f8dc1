"""Addresses that a seller shows on their page: theirs elsewhere, where their work can be seen."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from django.utils.translation import gettext as _

from marketplace.kernel.errors import InvalidInput

MOST, LONGEST = 5, 200
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.IGNORECASE)


def cleaned(typed: list[str]) -> list[str]:
    """https addresses, doubles and blanks dropped. Raises InvalidInput at ``links`` with the first that is none."""
    found = list(dict.fromkeys(_cleaned(one.strip()) for one in typed if one.strip()))
    if len(found) > MOST:
        raise _refused(_("At most %(limit)s links.") % {"limit": MOST})
    return found


def _cleaned(text: str) -> str:
    address = text if _SCHEME.match(text) else f"https://{text}"
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode()
        is_plain = parts.port in (None, 443) and not parts.username and not parts.password
    except (ValueError, UnicodeError):
        raise _no_address(text) from None
    if parts.scheme not in ("http", "https") or not is_plain or not _HOST.fullmatch(host):
        raise _no_address(text)
    link = urlunsplit(("https", host.lower(), parts.path, parts.query, parts.fragment))
    if len(link) > LONGEST or not link.isascii() or not link.isprintable() or " " in link:
        raise _no_address(text)
    return link


def shown(links: list[str]) -> list[tuple[str, str]]:
    """Address and words for it: the host without www, and the path where there is one."""
    return [(link, link.removeprefix("https://").removeprefix("www.").rstrip("/")) for link in links]


def _no_address(text: str) -> InvalidInput:
    return _refused(_("“%(text)s” is no web address that can be shown.") % {"text": text[:60]})


def _refused(message: str) -> InvalidInput:
    return InvalidInput(message, fields={"links": message})
