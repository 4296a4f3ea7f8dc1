"""Ways to reach somebody past the site: e-mail, also spelt out, telephone numbers, messengers; and links."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from gigs.reviewing.findings import Finding, found
from gigs.reviewing.texts import Text, folded

_ENDINGS = (
    "com|net|org|info|biz|io|co|me|app|dev|eu|de|fr|es|it|pt|nl|be|at|ch|uk|ie|pl|cz|se|no|dk|fi|gr|ro|hu|us|ca|br|in"
    "|pk|bd|ng|ke|za|au|nz|jp|cn|ru|ua|tr|xyz|online|site|shop|store|tech|agency|studio|design|link|page|gg|ly|to|tv"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_AT, _DOT = (
    r"(?:\s*[(\[{<]\s*(?:at|@|ät)\s*[)\]}>]\s*|\s+(?:at|ät)\s+)",
    r"(?:\s*[(\[{<]\s*(?:dot|punkt|\.)\s*[)\]}>]\s*|\s+(?:dot|punkt)\s+)",
)
_SPELT_EMAIL = re.compile(
    rf"[\w.+-]{{2,64}}(?:{_AT}[\w-]{{2,63}}(?:{_DOT}|\s?\.\s?)|@\s?[\w-]{{2,63}}{_DOT}|\s@\s[\w-]{{2,63}}\s?\.\s?)(?:{_ENDINGS})\b"
)

_PHONE = re.compile(
    r"(?<![\w.,/+-])(?:"
    r"(?:\+|00)[1-9][\d\s().\-/]{6,22}\d"  # with a country
    r"|\(?0\d{1,5}\)?[\s/.-]{1,3}\d{2,8}(?:[\s/.-]\d{2,8}){0,4}"  # with a national zero
    r"|\(\d{3}\)\s?\d{3}[\s.-]\d{4}|\d{3}[-.]\d{3}[-.]\d{4}"  # North America
    r"|\d{9,15}"
    r")(?![\w%])"
)
_DIGITS = "zero|one|two|three|four|five|six|seven|eight|nine|null|oh"
_SPELT_PHONE = re.compile(rf"\b(?:{_DIGITS})(?:[\s,.-]{{1,3}}(?:{_DIGITS})){{6,}}\b")
_DATE = re.compile(r"0?\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_FEWEST_DIGITS, _MOST_DIGITS = 8, 15

_CHATS = r"whats\s?app|telegram|skype|discord|wechat|viber"
_MESSENGERS = rf"{_CHATS}|signal|instagram|insta|facebook|messenger|snapchat"
_ME_ON = (
    r"(?:text|message|contact|reach|write|dm|add|call|ping|find|talk to)\s+(?:to\s+)?(?:me|us)\s+(?:on|at|via|by|over)"
)
_HANDLE = r"(?:\s+(?:id|name|handle|number|account))?"
_MESSENGER = re.compile(
    rf"\b{_ME_ON}\s+(?:{_MESSENGERS})\b"
    rf"|\bmy\s+(?:{_MESSENGERS}){_HANDLE}\s+is\b"
    rf"|\b(?:{_MESSENGERS}){_HANDLE}\s{{0,2}}[:=]?\s{{0,2}}@[a-z0-9][\w.]{{2,}}"
    rf"|\b(?:{_CHATS}){_HANDLE}\s{{0,2}}[:=]\s{{0,2}}(?=[\w.+]*[\d_])[\w.+]{{4,}}"
    r"|\b(?:t\.me|wa\.me|discord\.gg|m\.me|line\.me|api\.whatsapp\.com)/\S+"
)
_LINK = re.compile(
    rf"(?:https?://|www\.)[^\s<>()\"']{{2,300}}|(?<![\w@./-])(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,4}}(?:{_ENDINGS})(?![\w@-]|\.\w)(?:/[^\s<>()\"']{{0,200}})?"
)
# Names of tools that look like addresses.
_NOT_ADDRESSES = frozenset({"asp.net", "vb.net", "ado.net", "socket.io", "draw.io", "next.to"})
_RECOGNISED_ELSEWHERE = re.compile(r"(?:https?://)?(?:t\.me|wa\.me|discord\.gg|m\.me|line\.me|api\.whatsapp\.com)/")


def contacts(texts: Iterable[Text]) -> Iterator[Finding]:
    for text in texts:
        words = folded(text.words)
        yield from _each(text, "email", [*_EMAIL.findall(words), *_SPELT_EMAIL.findall(words)])
        yield from _each(text, "phone", [*filter(_is_phone, _PHONE.findall(words)), *_SPELT_PHONE.findall(words)])
        yield from _each(text, "messenger", [match[0] for match in _MESSENGER.finditer(words)])


def links(texts: Iterable[Text], allowed: Collection[str]) -> Iterator[Finding]:
    """``allowed``: hosts; what stands below one of them is allowed with it."""
    for text, address in addresses(texts):
        if not is_allowed(address, allowed) and not _RECOGNISED_ELSEWHERE.match(address):
            yield found("link", text.section, text.place, address)


def addresses(texts: Iterable[Text]) -> Iterator[tuple[Text, str]]:
    """Every address in them, each once in a place. E-mail addresses are none."""
    for text in texts:
        words = folded(text.words)
        for address in dict.fromkeys(match[0].rstrip(".,;:!?") for match in _LINK.finditer(words)):
            if address not in _NOT_ADDRESSES:
                yield text, address


def host_of(address: str) -> str:
    return re.sub(r"^(?:https?://)?(?:[^/@]*@)?(?:www\.)?", "", address).partition("/")[0].partition(":")[0]


def is_allowed(address: str, allowed: Collection[str]) -> bool:
    host = host_of(address)
    return any(host == name or host.endswith(f".{name}") for name in allowed)


def _each(text: Text, sort: str, quotes: list[str]) -> Iterator[Finding]:
    for quote in dict.fromkeys(" ".join(quote.split()) for quote in quotes):
        yield found(sort, text.section, text.place, quote)


def _is_phone(number: str) -> bool:
    digits = sum(letter.isdigit() for letter in number)
    return _FEWEST_DIGITS <= digits <= _MOST_DIGITS and not _DATE.fullmatch(number)
