"""Every text that a person reads went through gettext: nothing stands outside of the marks of a made-up language."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from tests.gigs.conftest import CONTENT
from tests.security.conftest import Market, addresses
from tests.security.test_walk import TABLE, address

# What the market's people say beside their gigs.
WORDS = (
    "Fifty, 60 to 90 words each", "All fifty are in the sheet.", "Twelve of fifty are too short.", "Anything else?",
    "Descriptions: 10", "Descriptions: 50", "Descriptions: 200", "Warm · Dry", "two", "Cover",
    "Titles for search engines, An hour sooner",
    "Your product list, Who buys from you?, How should it sound?, Your shop",
)  # fmt: skip
READ_ALOUD = ("aria-label", "alt", "title", "placeholder", "content")
_BREAK = "\x00"
_MARKED = re.compile("«[^«»]*»")
_WORD = re.compile(r"[A-Za-z]{3,}")
# What a program or a person wrote, and what is called so in every language.
_DATA = re.compile(
    "|".join(
        [
            r"Artisan|EUR|UTC|GMT|PDF|CSV|API|English|https?://\S*|\S+\.(?:xlsx|svg|example)|\S+@\S+|xlsx|svg|html|evil",
            r"@[a-z0-9-]+|[A-Z]+\d*-\d{4}-\d{6}|\b[0-9A-HJKMNP-TV-Z]{8}\b|\b[0-9a-f]{32,}\b",
        ]
    )
)
# Where something stands that was written when it happened, in the language of then; and lists of names of zones.
_WRITTEN_BEFORE = {"inbox:notices", "gigs:import", "accounts:settings_time", "orders:dispute", "gigs:staff_round"}
# Texts in files or rows of their own for each language.
_BY_LANGUAGE = {"pages:terms", "pages:privacy", "pages:imprint", "pages:help", "pages:help_article"}


class Texts(HTMLParser):
    """What a reader sees or hears of a page; what belongs to one sentence may stand in several elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.heard: list[str] = []
        self._within: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"script", "style", "code", "pre", "textarea"}:
            self._within.append(tag)
        if tag != "meta" or given.get("name") == "description":
            self.heard += [given[name] or "" for name in READ_ALOUD if name in given]

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.seen.append(data)


def unmarked(html: str, data: str) -> set[str]:
    """Texts with a word outside of the marks that is no part of ``data``."""
    page = Texts(html)
    rest = _BREAK.join([_BREAK.join(page.seen), *page.heard])
    while _MARKED.search(rest):
        rest = _MARKED.sub("", rest)
    left = {" ".join(text.split()) for text in rest.split(_BREAK)}
    return {text for text in left if text not in data and _WORD.search(_DATA.sub("", text)) and not _is_hostile(text)}


def _is_hostile(text: str) -> bool:
    return "script>" in text or "onerror" in text or "<img" in text


def test_nothing_is_outside_of_the_marks(market: Market, language_of_marks: str) -> None:
    known, found, pages = addresses(market), dict[str, list[str]](), 0
    data = repr(CONTENT) + " ".join(WORDS)
    for role in ("anonymous", "buyer", "seller", "moderator"):
        client = market.client(role, headers={"Accept-Language": language_of_marks})
        for name in TABLE.keys() - _WRITTEN_BEFORE - _BY_LANGUAGE:
            response = client.get(address(name, known))
            if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
                pages += 1
                if left := unmarked(response.content.decode(), data):
                    found[f"{name}, {role}"] = sorted(left)
    assert not found, "\n".join(f"{where}: {left}" for where, left in found.items())
    assert pages > 200


def test_a_text_outside_of_the_marks_is_seen() -> None:
    assert unmarked("<p>«Sent <a>«today»</a> by» Tom Marked</p><p>«All» of it</p>", "Tom") == {"Tom Marked"}
    assert unmarked('<a aria-label="Next page">«1»</a>', "") == {"Next page"}
