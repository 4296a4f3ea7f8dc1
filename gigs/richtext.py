"""Descriptions: HTML of a few kinds in the database, and plain text of it for terms, search, mail and programs.

One shape is kept: what ``stored`` returns. It begins with a block, so text that does not is plain text still.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from html.parser import HTMLParser

import nh3
from django.utils.safestring import SafeString, mark_safe

BLOCKS = ("p", "h3", "ul", "ol")
_TAGS = {*BLOCKS, "li", "br", "strong", "em", "b", "i", "a"}
_STARTS_WITH_A_BLOCK = re.compile(rf"\s*<({'|'.join(BLOCKS)})[\s>]", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:['’.,-]\w+)*")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_EMPTY = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>")
_ITEM = re.compile(r"[-*•] +(.+)")
# Longer than any description with its marks can be; nothing longer is taken apart.
LONGEST_INPUT = 60_000
_PASSES = 3


def is_rich(text: str) -> bool:
    """Whether this is HTML as the editor sends it and the database keeps it."""
    return _STARTS_WITH_A_BLOCK.match(text) is not None


def stored(text: str) -> str:
    """What was typed, as plain text or in the editor, in the shape that is kept. Again and again is harmless.

    The caller bounds the length (``LONGEST_INPUT``).
    """
    html = clean(text if is_rich(text) else _from_plain(text))
    if html and not is_rich(html):  # words, or items of no list, before the first block
        block = "ul" if html.startswith("<li") else "p"
        html = clean(f"<{block}>{html}</{block}>")
    for _pass in range(_PASSES):  # headings in headings come apart one by one
        before, html = html, clean(html)
        if before == html:
            break
    return html if is_rich(html) and plain(html) else ""


def clean(html: str) -> str:
    """Only paragraphs, headings, lists, bold, italic and links; nobody gains rank by a link in a description."""
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_kept,
        link_rel="nofollow ugc noopener",
    )
    return _EMPTY.sub("", cleaned).strip()


def _kept(_tag: str, name: str, value: str) -> str | None:
    return value if name != "href" or _ADDRESS.match(value) else None


def shown(text: str) -> SafeString:
    """For a page. Cleaned again: rows are also written by programs that do not come through the editor."""
    return mark_safe(stored(text))  # noqa: S308


@lru_cache(maxsize=512)  # the pages of a gig ask for it several times
def plain(text: str) -> str:
    """The same as text: blank lines between blocks, a dash or a number before items, addresses after their links."""
    if not is_rich(text):
        return text.strip()
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.text()


def editable(text: str) -> str:
    """For a plain textarea: text where that loses nothing, else the HTML."""
    return text if re.search(r"<(?!/?(?:p|br)\b)", text) else plain(text)


def word_count(text: str) -> int:
    return len(_WORD.findall(plain(text)))


def _from_plain(text: str) -> str:
    """Blank lines part paragraphs, line ends stay, and lines that all begin with a dash are a list."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return "".join(_block(part) for part in re.split(r"\n[ \t]*\n\s*", lines))


def _block(text: str) -> str:
    lines = text.strip().split("\n")
    items = [_ITEM.fullmatch(line.strip()) for line in lines]
    if len(items) > 1 and all(items):
        return "<ul>" + "".join(f"<li><p>{_escaped(item[1])}</p></li>" for item in items if item) + "</ul>"
    return f"<p>{'<br>'.join(_escaped(line) for line in lines)}</p>"


def _escaped(text: str) -> str:
    return escape(text.strip(), quote=False)


class _Reader(HTMLParser):
    """Reads what ``clean`` has written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.lists: list[int | None] = []  # the number of the last item; None: not numbered
        self.link: tuple[str, int] | None = None
        self.opens_item = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"ul", "ol"}:
            self._gap(2 if not self.lists else 1)
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._item()
        elif tag in {"p", "h3"}:
            self._gap(0 if self.opens_item else 1 if self.lists else 2)
            self.opens_item = False
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "a":
            self.link = (dict(attrs).get("href") or "", len(self.parts))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
            self._gap(1 if self.lists else 2)
        elif tag == "a" and self.link:
            (address, start), self.link = self.link, None
            if address and address.rstrip("/") != "".join(self.parts[start:]).strip().rstrip("/"):
                self.parts.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        text = re.sub(r"[ \t\r\n]+", " ", data)
        if text.strip() or (self.parts and not self.parts[-1].endswith("\n")):
            self.parts.append(text)
            self.opens_item = self.opens_item and not text.strip()

    def text(self) -> str:
        lines = (line.strip() for line in "".join(self.parts).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def _gap(self, lines: int) -> None:
        """At least so many line ends before what follows."""
        if self.parts:
            last = self.parts[-1]
            self.parts.append("\n" * (lines - len(last) + len(last.rstrip("\n"))))

    def _item(self) -> None:
        self._gap(1)
        number = self.lists[-1] if self.lists else None
        if number is None:
            self.parts.append("- ")
        else:
            self.lists[-1] = number + 1
            self.parts.append(f"{number + 1}. ")
        self.opens_item = True
