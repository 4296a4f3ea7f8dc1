"""Links in what people write: those that lead away open a page first that says where they lead, and what is odd."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from marketplace.kernel import identity
from marketplace.kernel.errors import NotFound

_SALT = "inbox.links"
_URL = re.compile(r"https?://[^\s<>\"']{1,2000}", re.IGNORECASE)
_LINK = re.compile(r'<a href="(https?://[^"]+)">([^<]*)</a>')
# Names that those who steal passwords borrow, and whose they are.
_BORROWED = {
    "stripe": "stripe.com", "paypal": "paypal.com", "google": "google.com", "apple": "apple.com",
    "microsoft": "microsoft.com", "amazon": "amazon.com", "revolut": "revolut.com", "wise": "wise.com",
}  # fmt: skip
_SHORTENERS = frozenset(
    ("bit.ly", "t.co", "tinyurl.com", "goo.gl", "ow.ly", "is.gd", "cutt.ly", "rb.gy", "shorturl.at", "rebrand.ly")
)
_LOOKS_LIKE = str.maketrans("0134578", "oieastb")


def found(text: str) -> list[str]:
    """Whole addresses in a text."""
    return _URL.findall(text)


def reasons(url: str) -> list[str]:
    """What is odd about an address, in words; empty where nothing is."""
    parts = _parts(url)
    if parts is None:
        return [_("The address is not a proper one.")]
    if is_ours(url):
        return []
    host = (parts.hostname or "").rstrip(".")
    odd = []
    if "@" in parts.netloc:
        odd.append(_("The part before the @ only looks like an address."))
    if _is_number(host):
        odd.append(_("It leads to a number instead of a name."))
    if not host.isascii() or "xn--" in host:
        odd.append(_("Its name has letters that can look like others."))
    if borrowed := _borrows(host):
        odd.append(_("Its name has “%(name)s” in it, but it does not belong to them.") % {"name": borrowed})
    if host in _SHORTENERS:
        odd.append(_("It is shortened: where it leads in the end cannot be seen."))
    if parts.scheme == "http":
        odd.append(_("The connection is not encrypted: others may read what you type there."))
    return odd


def _parts(url: str) -> SplitResult | None:
    """None where it is no address that a browser would open."""
    try:
        parts = urlsplit(url)
        # Letters of a name that are written as numbers are read as browsers read them.
        return urlsplit(parts._replace(netloc=unquote(parts.netloc)).geturl()) if "%" in parts.netloc else parts
    except ValueError:
        return None


def is_ours(url: str) -> bool:
    ours, parts = urlsplit(settings.SITE_URL), _parts(url)
    return parts is not None and (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)


def host_of(url: str) -> str:
    """As browsers write it; a name in other letters in both ways; "" where there is none."""
    parts = _parts(url)
    host = str(parts.hostname or "") if parts else ""
    try:
        plain = host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
    return host if plain == host else f"{host} ({plain})"


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.isdigit() or host.startswith("0x")
    return True


def _borrows(host: str) -> str:
    ours = urlsplit(settings.SITE_URL).hostname or ""
    site: str = identity.name()
    names = {**_BORROWED, site.lower().replace(" ", ""): ours}
    plain = host.translate(_LOOKS_LIKE).replace("rn", "m").replace("-", "")
    for name, owner in names.items():
        if name in plain and not (host == owner or host.endswith(f".{owner}")) and not _is_that_label(host, name):
            return name
    return ""


def _is_that_label(host: str, name: str) -> bool:
    """paypal.de belongs to who it says: the name is the whole label below a country's ending."""
    labels = host.split(".")
    return len(labels) >= 2 and labels[-2] == name


def warned(url: str) -> str:
    """The path of the page before an address. Signed, so that nobody can send others to a page of ours about theirs."""
    return reverse("inbox:leave", args=[signing.dumps(url, salt=_SALT, compress=True)])


def address_in(token: str) -> str:
    """Raises NotFound for a token that this site did not sign."""
    try:
        return str(signing.loads(token, salt=_SALT))
    except signing.BadSignature as error:
        raise NotFound(_("This link is not complete.")) from error


def linked(text: str) -> SafeString:
    """A text with its links, as HTML: what leads away goes by the page before; what is no proper address is no link."""

    def led(match: re.Match[str]) -> str:
        # ``urlize`` escaped it.
        url = match[1].replace("&amp;", "&")
        parts = _parts(url)
        if parts is None:
            return match[2]
        if is_ours(url):
            return match[0]
        way = escape(warned(parts.geturl()))
        return f'<a href="{way}" rel="nofollow noopener ugc" target="_blank">{match[2]}</a>'

    return mark_safe(_LINK.sub(led, urlize(text, autoescape=True)))  # noqa: S308 - escaped by urlize
